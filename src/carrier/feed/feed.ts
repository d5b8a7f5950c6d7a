import { problem, type Problem, type ProblemCode } from '../../core/problem'
import type { Leg, Track } from '../../core/words'
import { ArrivalClock } from '../../media/arrival-clock'
import { FirstTracks, type LeftOut } from '../../media/tags/first-tracks'
import type { FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { classify } from '../../media/tags/tags'
import type { CarrierSource } from '../../shared/carrier/control'
import { backoffMs } from '../process/backoff'
import { isolated } from '../process/isolated'
import { firstPlan, pullCommand, type PullPlan } from './args'
import { CpuShare } from './cpu-share'
import { describeFeed } from './describe-feed'
import { FeedMeter } from './meter'
import type { MediaFeed, TagListener } from './media-feed'
import { Puller } from './puller'
import { shapeOf, type SourceShape } from './source'
import { planFor, samePlan, stronger, type Hint, type ProblemHint } from './stderr'

/** Timings of one feed. */
export interface FeedTimings {
  /** No picture for this long is a stall: OBS itself needs as long to show one (policy `sourceLostMs`). */
  readonly stallMs: number
  /** The same where media comes a segment or a burst at a time. */
  readonly burstStallMs: number
  /** From ffmpeg's start to the first picture: cold starts take 2 to 2.5 s, HLS longer. */
  readonly firstMediaMs: number
}

export const defaultFeedTimings: FeedTimings = { stallMs: 3_000, burstStallMs: 12_000, firstMediaMs: 15_000 }

export interface FeedDeps {
  readonly ffmpeg: () => Promise<{ readonly path: string } | Problem>
  readonly now: () => number
  readonly random: () => number
  /** A fault of our own in what this feed brings: this run of it is over, nothing else is. */
  readonly mishap?: (error: unknown, where: string) => void
  readonly timings?: FeedTimings
  /** 16 MB unless told: 10 s at 12 Mbit/s. */
  readonly maxBytes?: number
}

const watchEveryMs = 250

/**
 * Pulls one source for as long as it is wanted: keeps headers and the last group of pictures, notices a stall by
 * missing progress, starts ffmpeg again with backoff, says in a code what is wrong.
 */
export class Feed implements MediaFeed {
  readonly kind = 'pull'
  readonly cache: GopCache
  private meter: FeedMeter
  private firstTracks = new FirstTracks()
  private readonly timings: FeedTimings
  private readonly tagListeners = new Set<TagListener>()
  private readonly changeListeners = new Set<() => void>()
  private readonly endListeners = new Set<() => void>()
  private readonly clock = new ArrivalClock()
  /** When the last picture came; null: none in this run. */
  private mediaAt: number | null = null
  private puller: Puller | null = null
  private cpu: CpuShare | null = null
  private plan: PullPlan
  private seen: { readonly video: string | null; readonly audio: string | null } | null = null
  /** Tracks of the source that ffmpeg was not asked for. */
  private unasked: Pick<LeftOut, 'video' | 'audio'> = { video: 0, audio: 0 }
  private hint: ProblemHint | null = null
  private legNow: Leg = 'connecting'
  private problemNow: Problem | null = null
  private epochNow = 0
  private attempt = 0
  private restartsNow = 0
  private launchedAt = 0
  private progressAt = 0
  private upSince: number | null = null
  private retry: NodeJS.Timeout | null = null
  private readonly watchdog: NodeJS.Timeout
  private disposed = false

  constructor(
    readonly source: CarrierSource,
    private readonly shape: SourceShape,
    private readonly deps: FeedDeps,
  ) {
    this.cache = new GopCache(deps.maxBytes === undefined ? {} : { maxBytes: deps.maxBytes })
    this.meter = new FeedMeter(deps.now)
    this.timings = deps.timings ?? defaultFeedTimings
    this.plan = firstPlan(shape)
    this.watchdog = setInterval(() => this.watch(), watchEveryMs)
    void this.launch()
  }

  /** A feed for a source, or why it is none. */
  static open(source: CarrierSource, deps: FeedDeps): Feed | Problem {
    const shape = shapeOf(source)
    return shape.ok ? new Feed(source, shape.value, deps) : shape.problem
  }

  private async launch(): Promise<void> {
    this.launchedAt = this.deps.now()
    const ffmpeg = await this.deps.ffmpeg()
    if (this.disposed || this.puller !== null) return
    if ('code' in ffmpeg) {
      this.broken(ffmpeg)
      return
    }
    this.launchedAt = this.deps.now()
    this.hint = null
    this.epochNow += 1
    this.cache.clear()
    this.clock.reset()
    this.mediaAt = null
    this.meter = new FeedMeter(this.deps.now)
    this.firstTracks = new FirstTracks()
    this.cpu = null
    const puller = new Puller(ffmpeg.path, pullCommand(this.source, this.shape, this.plan), {
      tag: (came) => {
        const { tag } = this.firstTracks.push(came)
        if (tag !== null) this.take(tag)
      },
      hint: (hint) => this.hear(hint),
      mishap: (error) => {
        this.deps.mishap?.(error, 'feed')
        this.hint = { kind: 'problem', code: 'internal', weight: 9 }
      },
      end: ({ garbage, unstarted }) => {
        this.puller = null
        for (const listener of [...this.endListeners]) listener()
        if (unstarted !== null) this.broken(unstarted)
        else this.broken(this.reason(garbage ? 'source-garbage' : 'source-unreachable'))
      },
    })
    this.puller = puller
    if (this.source.convert !== undefined && puller.pid !== undefined)
      this.cpu = new CpuShare(puller.pid, this.deps.now)
  }

  private take(tag: FlvTag): void {
    this.cache.push(tag)
    this.meter.push(tag)
    const info = classify(tag)
    const picture = info.kind === 'video' && (info.part === 'keyframe' || info.part === 'inter')
    const frame = picture || (info.kind === 'audio' && info.part === 'frame')
    if (frame) this.clock.push(tag.timestampMs, this.deps.now())
    if (picture) {
      this.mediaAt = this.deps.now()
      this.progressAt = this.deps.now()
      if (this.legNow !== 'up' && this.cache.warm) this.arrived()
    }
    for (const listener of this.tagListeners) isolated(() => listener(tag, this.epochNow))
  }

  private arrived(): void {
    this.legNow = 'up'
    this.problemNow = null
    this.attempt = 0
    this.upSince = this.deps.now()
    this.changed()
  }

  private hear(hint: Hint): void {
    if (hint.kind === 'problem') {
      this.hint = stronger(this.hint, hint)
      return
    }
    this.seen = { video: hint.video, audio: hint.audio }
    // HLS lists the same programme in many sizes: no tracks beside it.
    this.unasked = this.shape.kind === 'hls' ? { video: 0, audio: 0 } : (hint.more ?? { video: 0, audio: 0 })
    const plan = planFor(this.seen, this.shape, this.source.convert !== undefined)
    if (plan === null) {
      const codec = hint.video
      this.stopPuller()
      this.broken(
        codec === null ? problem('source-no-media') : problem('source-codec-unsupported', { codec }),
      )
    } else if (!samePlan(plan, this.plan)) {
      // ffmpeg was started for the usual source; this one needs its sound made or converted.
      this.plan = plan
      this.stopPuller()
      void this.launch()
    }
  }

  private reason(otherwise: ProblemCode): Problem {
    const code = this.hint?.code ?? otherwise
    const { host } = this.shape
    return problem(code, {
      ...(host === null ? {} : { host }),
      ...(this.hint?.codec === undefined ? {} : { codec: this.hint.codec }),
    })
  }

  private watch(): void {
    if (this.puller === null) return
    const now = this.deps.now()
    const bursts =
      this.shape.kind === 'hls' || (this.shape.kind === 'http' && !/\.(flv|ts)$/.test(this.path()))
    const stallMs = bursts ? this.timings.burstStallMs : this.timings.stallMs
    if (this.legNow === 'up') {
      if (now - this.progressAt <= stallMs) return
      this.stopPuller()
      this.broken(problem('source-stalled'))
    } else if (now - this.launchedAt > this.timings.firstMediaMs) {
      this.stopPuller()
      this.broken(this.reason('source-no-media'))
    }
  }

  private path(): string {
    return new URL(this.source.url).pathname
  }

  /** This run is over: say why, try again later. A feed that was up has stalled; one that never came up has failed. */
  private broken(why: Problem): void {
    if (this.disposed) return
    this.legNow = this.legNow === 'up' ? 'stalled' : 'failed'
    this.problemNow = why
    this.upSince = null
    const waitMs = backoffMs(this.attempt, this.deps.random())
    this.attempt += 1
    this.restartsNow += 1
    if (this.retry !== null) clearTimeout(this.retry)
    this.retry = setTimeout(() => void this.launch(), waitMs)
    this.changed()
  }

  private stopPuller(): void {
    this.puller?.kill()
    this.puller = null
  }

  private changed(): void {
    for (const listener of [...this.changeListeners]) listener()
  }

  onTag(listener: TagListener): () => void {
    this.tagListeners.add(listener)
    return () => this.tagListeners.delete(listener)
  }

  onEnd(listener: () => void): () => void {
    this.endListeners.add(listener)
    return () => this.endListeners.delete(listener)
  }

  onChange(listener: () => void): () => void {
    this.changeListeners.add(listener)
    return () => this.changeListeners.delete(listener)
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

  get originMs(): number | null {
    return this.clock.originMs
  }

  mediaAgeMs(): number | null {
    return this.mediaAt === null ? null : Math.max(0, Math.round(this.deps.now() - this.mediaAt))
  }

  cpuShare(): number | null {
    return this.cpu?.share() ?? null
  }

  /** What ffmpeg saw at the source, before anything was converted; null until it said so. */
  get sourceCodecs(): { readonly video: string | null; readonly audio: string | null } | null {
    return this.seen
  }

  get leftOut(): LeftOut {
    const { video, audio, broken } = this.firstTracks.leftOut
    return { video: video + this.unasked.video, audio: audio + this.unasked.audio, broken }
  }

  get restarts(): number {
    return this.restartsNow
  }

  uptimeMs(): number | null {
    return this.upSince === null ? null : Math.round(this.deps.now() - this.upSince)
  }

  rates(): { readonly bitrateKbps: number; readonly fps: number } | null {
    return this.legNow === 'up' ? this.meter.rates() : null
  }

  /** The tracks as they are published. */
  tracks(): readonly Track[] {
    return describeFeed(this.cache, this.meter)
  }

  /** Ends the pull. */
  dispose(): void {
    this.disposed = true
    this.legNow = 'idle'
    clearInterval(this.watchdog)
    if (this.retry !== null) clearTimeout(this.retry)
    this.stopPuller()
    this.tagListeners.clear()
    this.changeListeners.clear()
    this.endListeners.clear()
  }
}
