import { DropPolicy, type DropLimits } from '../../media/drop-policy'
import type { FlvTag } from '../../media/flv'
import { classify } from '../../media/tags/tags'

/**
 * What of a feed goes out to one destination: headers, then media from a keyframe with timestamps from 0; less while
 * the destination is behind. End-of-sequence tags stay behind: the feed may change, the broadcast goes on.
 */
export class Outgoing {
  private readonly policy: DropPolicy
  private baseMs: number | null = null
  private hasVideo = false

  constructor(limits?: DropLimits) {
    this.policy = new DropPolicy(limits)
  }

  get droppedFrames(): number {
    return this.policy.droppedFrames
  }

  /** The tag to send, or null. `ageMs`, `queuedBytes`: how far the destination is behind. */
  admit(tag: FlvTag, ageMs: number, queuedBytes: number): FlvTag | null {
    const info = classify(tag)
    if (info.kind === 'other' || ('part' in info && info.part === 'end')) return null
    if (info.kind === 'video') this.hasVideo = true
    const sound = info.kind === 'audio' && info.part !== 'header'
    if (sound && this.hasVideo && this.baseMs === null) return null
    if (!this.policy.admits(info, ageMs, queuedBytes)) return null
    const begins = sound || (info.kind === 'video' && info.part === 'keyframe')
    if (begins) this.baseMs ??= tag.timestampMs
    return { ...tag, timestampMs: this.rebased(tag.timestampMs) }
  }

  /** Timestamps have 32 bits; what lies before the first frame is sent at 0. */
  private rebased(timestampMs: number): number {
    if (this.baseMs === null) return 0
    const since = (timestampMs - this.baseMs) >>> 0
    return since > 0x7fffffff ? 0 : since
  }
}
