import type { Publisher, PublishTarget } from './publisher'
import { RtmpPublisher, type RtmpPublisherOptions } from './rtmp-publisher'
import { SrtPublisher, type SrtPublisherOptions } from './srt-publisher'

export interface PublisherDeps {
  readonly rtmp?: RtmpPublisherOptions
  readonly srt?: SrtPublisherOptions
  /** A fault of our own in one publisher, which alone fails for it. */
  readonly mishap?: (error: unknown, where: string) => void
}

/** Opens a connection to a destination, by its scheme. What is neither RTMP nor SRT fails at once with `destination-unsupported`. */
export function createPublisher(target: PublishTarget, deps: PublisherDeps = {}): Publisher {
  if (/^srt:/i.test(target.url)) return new SrtPublisher(target, deps.srt)
  return new RtmpPublisher(target, {
    ...deps.rtmp,
    ...(deps.mishap === undefined ? {} : { mishap: deps.mishap }),
  })
}
