import type { TagKind } from './tags/tags'

export interface DropLimits {
  /** Media that waited longer makes the picture drop. */
  readonly maxAgeMs: number
  /** Bytes waiting in our own memory that make it drop. */
  readonly maxQueuedBytes: number
  /** Past this sound is dropped too: memory is bounded even against a peer that never reads. */
  readonly hardQueuedBytes: number
}

/** OBS drops from 0.7-0.9 s on; a warm start sends up to two groups of pictures at once and needs time to drain. */
export const defaultDropLimits: DropLimits = {
  maxAgeMs: 3000,
  maxQueuedBytes: 8 * 1024 * 1024,
  hardQueuedBytes: 16 * 1024 * 1024,
}

/**
 * Answers a peer that is behind: the picture pauses until the next keyframe that finds it caught up, sound goes on,
 * headers always pass. Every frame left out is counted.
 */
export class DropPolicy {
  private waiting = true
  private begun = false
  private dropped = 0

  constructor(private readonly limits: DropLimits = defaultDropLimits) {}

  /** Video frames left out because the peer was behind. */
  get droppedFrames(): number {
    return this.dropped
  }

  /** The next frame has to be a keyframe. */
  get paused(): boolean {
    return this.waiting
  }

  /** Whether to send this tag, with the oldest waiting media `ageMs` old and `queuedBytes` in memory. */
  admits(tag: TagKind, ageMs: number, queuedBytes: number): boolean {
    const frame = tag.kind === 'video' && (tag.part === 'keyframe' || tag.part === 'inter')
    if (!frame)
      return tag.kind !== 'audio' || tag.part === 'header' || queuedBytes <= this.limits.hardQueuedBytes
    const behind = ageMs > this.limits.maxAgeMs || queuedBytes > this.limits.maxQueuedBytes
    const take = !behind && (tag.part === 'keyframe' || !this.waiting)
    // What comes before the first keyframe could not be decoded: not sent, not lost.
    if (!take && (this.begun || behind)) this.dropped += 1
    this.begun ||= take
    this.waiting = !take
    return take
  }
}

/** How long the oldest unsettled byte waits: marks of the write position, settled by what drained or was acknowledged. */
export class BacklogClock {
  private marks: { readonly total: number; readonly atMs: number }[] = []

  /** @param resolutionMs marks closer than this are one: bounds their number */
  constructor(
    private readonly resolutionMs = 50,
    private readonly maxMarks = 4096,
  ) {}

  /** `totalBytes` were written by `atMs`. */
  wrote(totalBytes: number, atMs: number): void {
    const last = this.marks.at(-1)
    const merge = this.marks.length > 1 && last !== undefined && atMs - last.atMs < this.resolutionMs
    if (last !== undefined && (merge || this.marks.length >= this.maxMarks)) this.marks.pop()
    const since = last !== undefined && this.marks.at(-1) !== last ? last.atMs : atMs
    this.marks.push({ total: totalBytes, atMs: since })
  }

  /** Bytes up to `totalBytes` are no longer waiting. */
  settled(totalBytes: number): void {
    let done = 0
    while (done < this.marks.length && (this.marks[done]?.total ?? 0) <= totalBytes) done += 1
    if (done > 0) this.marks = this.marks.slice(done)
  }

  ageMs(nowMs: number): number {
    const oldest = this.marks[0]
    return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.atMs)
  }
}
