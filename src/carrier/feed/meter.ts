import { classify } from '../../media/tags/tags'
import type { FlvTag } from '../../media/flv'

const windowMs = 2_000

/** What passes through a feed: rate over the last two seconds, keyframe spacing, B-frames. */
export class FeedMeter {
  private samples: { readonly at: number; bytes: number; frames: number }[] = []
  private lastKeyframeMs: number | null = null
  private gop: number | null = null
  private reordered = false

  constructor(private readonly now: () => number) {}

  push(tag: FlvTag): void {
    const info = classify(tag)
    const frame = info.kind === 'video' && (info.part === 'keyframe' || info.part === 'inter')
    this.count(tag.payload.length, frame ? 1 : 0)
    if (!frame) return
    if (info.codec === 'h264' && compositionMs(tag.payload) !== 0) this.reordered = true
    if (info.part !== 'keyframe') return
    if (this.lastKeyframeMs !== null && tag.timestampMs > this.lastKeyframeMs)
      this.gop = (tag.timestampMs - this.lastKeyframeMs) / 1_000
    this.lastKeyframeMs = tag.timestampMs
  }

  private count(bytes: number, frames: number): void {
    const at = this.now()
    const last = this.samples.at(-1)
    if (last !== undefined && at - last.at < 100) {
      last.bytes += bytes
      last.frames += frames
    } else this.samples.push({ at, bytes, frames })
    this.forget(at)
  }

  private forget(at: number): void {
    while (this.samples[0] !== undefined && at - this.samples[0].at > windowMs) this.samples.shift()
  }

  /** Seconds between the last two keyframes; null until two were seen. */
  get gopSec(): number | null {
    return this.gop
  }

  get bFrames(): boolean {
    return this.reordered
  }

  /** Means over the window; null while it holds less than half a second. */
  rates(): { readonly bitrateKbps: number; readonly fps: number } | null {
    const at = this.now()
    this.forget(at)
    const first = this.samples[0]
    if (first === undefined || at - first.at < windowMs / 4) return null
    const seconds = (at - first.at) / 1_000
    const sum = (pick: (sample: { bytes: number; frames: number }) => number) =>
      this.samples.reduce((total, sample) => total + pick(sample), 0)
    return {
      bitrateKbps: Math.round((sum((sample) => sample.bytes) * 8) / 1_000 / seconds),
      fps: Math.round((sum((sample) => sample.frames) / seconds) * 10) / 10,
    }
  }
}

/** Signed 24 bits behind the packet type of an AVC tag (FLV v10.1, E.4.3.2): not 0 where frames are shown in another order. */
function compositionMs(payload: Uint8Array): number {
  const [, , a = 0, b = 0, c = 0] = payload
  return ((a << 24) | (b << 16) | (c << 8)) >> 8
}
