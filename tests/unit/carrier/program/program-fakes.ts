import type { MediaFeed, TagListener } from '../../../../src/carrier/feed/media-feed'
import type { Publisher, PublisherStatus, PublishTarget } from '../../../../src/carrier/publish/publisher'
import type { Problem } from '../../../../src/core/problem'
import type { Leg } from '../../../../src/core/words'
import { ArrivalClock } from '../../../../src/media/arrival-clock'
import type { FlvTag } from '../../../../src/media/flv'
import { GopCache } from '../../../../src/media/gop-cache'

const video = (bytes: readonly number[], timestampMs: number): FlvTag => ({
  type: 9,
  timestampMs,
  payload: Uint8Array.from(bytes),
})

/** `mark` tells the pictures of one feed from those of another. */
export const header = (mark: number): FlvTag => video([0x17, 0, 0, 0, 0, 1, 2, mark], 0)
export const keyframe = (mark: number, timestampMs: number): FlvTag =>
  video([0x17, 1, 0, 0, 0, 9, mark], timestampMs)
export const inter = (mark: number, timestampMs: number): FlvTag =>
  video([0x27, 1, 0, 0, 0, 9, mark], timestampMs)
/** The same in HEVC, which only enhanced RTMP can carry. */
const hevc = (packet: number, frameType: number, mark: number, timestampMs: number): FlvTag =>
  video(
    [0x80 | (frameType << 4) | packet, 0x68, 0x76, 0x63, 0x31, ...(packet === 1 ? [0, 0, 0] : []), 9, mark],
    timestampMs,
  )
/** AAC's header: 48 kHz or 44.1 kHz, stereo. */
const soundHeader = (rate: 48_000 | 44_100): FlvTag => ({
  type: 8,
  timestampMs: 0,
  payload: Uint8Array.from(rate === 48_000 ? [0xaf, 0, 0x11, 0x90] : [0xaf, 0, 0x12, 0x10]),
})

export const isKeyframe = ({ payload }: FlvTag): boolean => payload[0] === 0x17 && payload[1] === 1
export const isPicture = ({ payload }: FlvTag): boolean => payload[1] === 1
export const markOf = ({ payload }: FlvTag): number => payload.at(-1) ?? -1

/** A connection whose other end is the test. */
export class FakePublisher implements Publisher {
  readonly written: FlvTag[] = []
  readonly closes: string[] = []
  readonly accepted: Promise<Problem | null>
  private settle: (problem: Problem | null) => void = () => undefined
  private listeners: (() => void)[] = []
  private now: PublisherStatus = {
    state: 'connecting',
    problem: null,
    bytesSent: 0,
    bytesAcknowledged: null,
    acknowledgedAgeMs: null,
    backlogBytes: 0,
    usualBacklogBytes: 50_000,
    queuedBytes: 0,
    droppedFrames: 0,
  }

  constructor(
    readonly target: PublishTarget,
    readonly ackWindowBytes = 50_000,
  ) {
    this.accepted = new Promise((resolve) => (this.settle = resolve))
  }

  write(tag: FlvTag): void {
    this.written.push(tag)
    this.now = { ...this.now, bytesSent: this.now.bytesSent + tag.payload.length }
  }
  close(mode: 'clean' | 'abrupt'): Promise<void> {
    this.closes.push(mode)
    return Promise.resolve()
  }
  status(): PublisherStatus {
    return this.now
  }
  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }
  set(change: Partial<PublisherStatus>): void {
    this.now = { ...this.now, ...change }
    for (const listener of this.listeners) listener()
  }
  accept(): void {
    this.set({ state: 'publishing' })
    this.settle(null)
  }
  refuse(problem: Problem): void {
    this.set({ state: 'failed', problem })
    this.settle(problem)
  }
  break(problem: Problem): void {
    this.set({ state: 'failed', problem })
  }
  /** Everything that was written has arrived. */
  acknowledge(): void {
    this.set({ bytesAcknowledged: this.now.bytesSent, acknowledgedAgeMs: 0 })
  }
}

/** A feed whose other end is the test; its clock is `performance`'s. */
export class FakeFeed implements MediaFeed {
  readonly kind = 'pull'
  readonly cache = new GopCache()
  epoch = 1
  leg: Leg = 'idle'
  problem: Problem | null = null
  readonly restarts = 0
  kbps: number | null = null
  codec: 'h264' | 'hevc' = 'h264'
  /** Null: no sound. */
  rate: 48_000 | 44_100 | null = null
  private mediaAt: number | null = null
  private readonly clock = new ArrivalClock()
  private readonly tags = new Set<TagListener>()
  private readonly changes = new Set<() => void>()
  private readonly ends = new Set<() => void>()

  constructor(readonly mark: number) {}

  get warm(): boolean {
    return this.leg === 'up' && this.cache.warm
  }
  get originMs(): number | null {
    return this.clock.originMs
  }
  mediaAgeMs(): number | null {
    return this.mediaAt === null ? null : performance.now() - this.mediaAt
  }
  uptimeMs = (): null => null
  rates(): { readonly bitrateKbps: number; readonly fps: number } | null {
    return this.kbps === null ? null : { bitrateKbps: this.kbps, fps: 30 }
  }
  tracks = (): readonly never[] => []
  readonly leftOut = { video: 0, audio: 0, broken: 0 }
  cpuShare = (): null => null
  onTag(listener: TagListener): () => void {
    this.tags.add(listener)
    return () => this.tags.delete(listener)
  }
  onChange(listener: () => void): () => void {
    this.changes.add(listener)
    return () => this.changes.delete(listener)
  }
  onEnd(listener: () => void): () => void {
    this.ends.add(listener)
    return () => this.ends.delete(listener)
  }
  dispose(): void {
    this.leg = 'idle'
  }

  /** A picture arrives now. */
  picture(kind: 'keyframe' | 'inter'): void {
    const at = Math.round(performance.now())
    const sound = this.rate === null ? [] : [soundHeader(this.rate)]
    const coded = kind === 'keyframe' ? 1 : 2
    const picture =
      this.codec === 'hevc'
        ? [...(coded === 1 ? [hevc(0, 1, this.mark, 0)] : []), hevc(1, coded, this.mark, at)]
        : coded === 1
          ? [header(this.mark), keyframe(this.mark, at)]
          : [inter(this.mark, at)]
    const tags = coded === 1 ? [...sound, ...picture] : picture
    this.clock.push(at, at)
    this.mediaAt = at
    this.leg = 'up'
    for (const tag of tags) {
      this.cache.push(tag)
      for (const listener of this.tags) listener(tag, this.epoch)
    }
    this.tell()
  }
  /** Another publisher of the same feed took over and has sent nothing yet. */
  takenOver(): void {
    this.epoch += 1
    this.cache.clear()
    this.clock.reset()
    this.mediaAt = null
    this.leg = 'connecting'
    this.tell()
  }
  end(): void {
    this.leg = 'idle'
    for (const listener of this.ends) listener()
    this.tell()
  }
  private tell(): void {
    for (const listener of this.changes) listener()
  }
}
