import type { Publisher, PublishTarget } from './publisher'
import { RtmpPublisher, type RtmpPublisherOptions } from './rtmp-publisher'
import { SrtPublisher, type SrtPublisherOptions } from './srt-publisher'

export interface PublisherDeps {
  readonly rtmp?: RtmpPublisherOptions
  readonly srt?: SrtPublisherOptions
}

/** Opens a connection to a destination, by its scheme. What is neither RTMP nor SRT fails at once with `destination-unsupported`. */
export function createPublisher(target: PublishTarget, deps: PublisherDeps = {}): Publisher {
  return /^srt:/i.test(target.url) ? new SrtPublisher(target, deps.srt) : new RtmpPublisher(target, deps.rtmp)
}
