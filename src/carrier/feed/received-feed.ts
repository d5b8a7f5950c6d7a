import type { Problem } from '../../core/problem'
import type { Leg, Track } from '../../core/words'
import { ArrivalClock } from '../../media/arrival-clock'
import { FirstTracks, type LeftOut } from '../../media/tags/first-tracks'
import type { FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { classify } from '../../media/tags/tags'
import { isolated } from '../process/isolated'
import { describeFeed } from './describe-feed'
import type { MediaFeed, TagListener } from './media-feed'
import { FeedMeter } from './meter'

export interface ReceivedFeedDeps {
  readonly now: () => number
  /** A picture older than this is a stall, ms. */
  readonly stallMs: number
  readonly maxBytes?: number
}

const watchEveryMs = 100

/** What a publisher sends to the local ingest. Each publisher is a run of its own (`begin`). */
export class ReceivedFeed implements MediaFeed {
  readonly kind = 'receive'
  readonly cache: GopCache
  private meter: FeedMeter
  private firstTracks = new FirstTracks()
  private readonly clock = new ArrivalClock()
  private readonly tagListeners = new Set<TagListener>()
  private readonly changeListeners = new Set<() => void>()
  private readonly endListeners = new Set<() => void>()
  private readonly watchdog: NodeJS.Timeout
  private legNow: Leg = 'idle'
  private problemNow: Problem | null = null
  private epochNow = 0
  private runs = 0
  private upSince: number | null = null
  private mediaAt: number | null = null

  constructor(private readonly deps: ReceivedFeedDeps) {
    this.cache = new GopCache(deps.maxBytes === undefined ? {} : { maxBytes: deps.maxBytes })
    this.meter = new FeedMeter(deps.now)
    this.watchdog = setInterval(() => this.watch(), watchEveryMs)
  }

  /** A publisher was let in: what the one before it sent says nothing any more. */
  begin(): void {
    this.epochNow += 1
    this.runs += 1
    this.cache.clear()
    this.clock.reset()
    this.meter = new FeedMeter(this.deps.now)
    this.firstTracks = new FirstTracks()
    this.mediaAt = null
    this.upSince = null
    this.legNow = 'connecting'
    this.changed()
  }

  /** A tag as it came: of each kind only the first track is taken. */
  push(came: FlvTag): void {
    const { tag } = this.firstTracks.push(came)
    if (tag !== null) this.take(tag)
  }

  private take(tag: FlvTag): void {
    const now = this.deps.now()
    this.cache.push(tag)
    this.meter.push(tag)
    const info = classify(tag)
    const picture = info.kind === 'video' && (info.part === 'keyframe' || info.part === 'inter')
    if (picture || (info.kind === 'audio' && info.part === 'frame')) this.clock.push(tag.timestampMs, now)
    if (picture) {
      this.mediaAt = now
      if (this.legNow !== 'up' && this.cache.warm) {
        this.legNow = 'up'
        this.problemNow = null
        this.upSince ??= now
        this.changed()
      }
    }
    for (const listener of this.tagListeners) isolated(() => listener(tag, this.epochNow))
  }

  /** The publisher is gone. `why`: how it ended where it did not say goodbye. */
  end(why: Problem | null): void {
    if (this.legNow === 'idle') return
    this.legNow = 'idle'
    this.problemNow = why
    this.upSince = null
    for (const listener of [...this.endListeners]) listener()
    this.changed()
  }

  private watch(): void {
    if (this.legNow !== 'up' || (this.mediaAgeMs() ?? 0) <= this.deps.stallMs) return
    this.legNow = 'stalled'
    this.changed()
  }

  private changed(): void {
    for (const listener of [...this.changeListeners]) listener()
  }

  get epoch(): number {
    return this.epochNow
  }

  get leg(): Leg {
    return this.legNow
  }

  get problem(): Problem | null {
    return this.problemNow
  }

  get warm(): boolean {
    return this.legNow === 'up' && this.cache.warm
  }

  get restarts(): number {
    return Math.max(0, this.runs - 1)
  }

  get originMs(): number | null {
    return this.clock.originMs
  }

  mediaAgeMs(): number | null {
    return this.mediaAt === null ? null : Math.max(0, Math.round(this.deps.now() - this.mediaAt))
  }

  uptimeMs(): number | null {
    return this.upSince === null ? null : Math.round(this.deps.now() - this.upSince)
  }

  rates(): { readonly bitrateKbps: number; readonly fps: number } | null {
    return this.legNow === 'up' ? this.meter.rates() : null
  }

  tracks(): readonly Track[] {
    return describeFeed(this.cache, this.meter)
  }

  get leftOut(): LeftOut {
    return this.firstTracks.leftOut
  }

  cpuShare(): null {
    return null
  }

  onTag(listener: TagListener): () => void {
    this.tagListeners.add(listener)
    return () => this.tagListeners.delete(listener)
  }

  onChange(listener: () => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
  }

  onEnd(listener: () => void): () => void {
    this.endListeners.add(listener)
    return () => this.endListeners.delete(listener)
  }

  dispose(): void {
    clearInterval(this.watchdog)
    this.legNow = 'idle'
    this.tagListeners.clear()
    this.changeListeners.clear()
    this.endListeners.clear()
  }
}
