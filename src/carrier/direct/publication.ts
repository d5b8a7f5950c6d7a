import { within } from '../../host/within'
import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import type { Leg } from '../../core/words'
import type { PublicationState, PublishReply } from '../../shared/carrier/control'
import { backoffMs } from '../process/backoff'
import type { Feed } from '../feed/feed'
import { isFinal } from '../publish/final-refusal'
import type { Publisher, PublishTarget } from '../publish/publisher'
import { Timeline } from './timeline'

export interface PublicationDeps {
  readonly create: (target: PublishTarget) => Publisher
  readonly now: () => number
  readonly random: () => number
  /** An engine is there to decide. */
  readonly attended: () => boolean
  readonly changed: () => void
}

/** What a publication needs of its feed. */
export type FeedView = Pick<Feed, 'cache' | 'epoch' | 'leg' | 'onTag'>

export interface PublicationOptions {
  readonly feed: FeedView
  readonly destination: string
  readonly generation: number
  readonly target: PublishTarget
}

/**
 * A destination that acknowledges nothing within this time of flowing media gives the weakest proof. A healthy one
 * answers the first 50 kB within 100 ms (measured: nginx-rtmp 75, MediaMTX 15-42), 0.5 s of an 800 kbps stream.
 */
const silentAfterMs = 3_000
/** An acknowledgement this old, with more than the usual waiting for one, is a stall (policy `publishStalledMs`). */
const stalledAfterMs = 3_000
/** Without an engine a broken publication is tried again for this long; then nobody expects it any more. */
const giveUpAfterMs = 10 * 60_000
/** Deadline of one such attempt. */
const retryMs = 10_000
/** Up for this long after its proof, it counts as a session again: until then a break is the same one, and waits go on growing. */
const steadyMs = 2_000

/** One feed on its way to one destination under one lease. Ends for good with `stop`. */
export class Publication {
  private publisher: Publisher | null = null
  private readonly timeline = new Timeline()
  private epoch: number | null = null
  private leaveFeed: (() => void) | null = null
  private leg: Leg = 'connecting'
  private problem: Problem | null = null
  private upSince: number | null = null
  private brokenSince: number | null = null
  private retry: NodeJS.Timeout | null = null
  private retries = 0
  private stopped = false
  /** Attempts since it was last up. */
  private tries = 0
  private running: Promise<Result<PublishReply>> | null = null

  constructor(
    readonly options: PublicationOptions,
    private readonly deps: PublicationDeps,
  ) {}

  /** One attempt. Asked again, it answers the attempt that runs or what came of it, or begins the one that was planned. */
  start(deadlineMs: number): Promise<Result<PublishReply>> {
    if (this.retry !== null) {
      clearTimeout(this.retry)
      this.retry = null
      this.running = null
    }
    this.running ??= this.attempt(deadlineMs)
    return this.running
  }

  /** Published, or being tried: the destination belongs to this one. */
  get onAir(): boolean {
    return !this.stopped && (this.leg !== 'failed' || this.retry !== null)
  }

  private async attempt(deadlineMs: number): Promise<Result<PublishReply>> {
    const deadline = this.deps.now() + deadlineMs
    const publisher = this.deps.create(this.options.target)
    this.publisher = publisher
    this.leg = 'connecting'
    this.epoch = null
    this.deps.changed()
    // At once: over SRT nothing is connected before there is media.
    this.join()
    const refused = await within(publisher.accepted, deadlineMs, 'late')
    if (this.isStopped()) return fail('stale-generation')
    if (refused !== null) return this.lost(publisher, refused === 'late' ? problem('timeout') : refused)
    publisher.onChange(() => this.look(publisher))
    const proof = await this.prove(publisher, deadline)
    if (this.isStopped()) return fail('stale-generation')
    if (!proof.ok) return this.lost(publisher, proof.problem)
    this.leg = 'up'
    this.problem = null
    this.upSince = this.deps.now()
    this.deps.changed()
    this.look(publisher)
    return proof
  }

  private isStopped(): boolean {
    return this.stopped
  }

  /** From now on what the feed brings goes out, beginning with what it kept. */
  private join(): void {
    const { feed } = this.options
    this.leaveFeed?.()
    this.leaveFeed = feed.onTag((tag, epoch) => {
      if (epoch === this.epoch) {
        const at = this.deps.now()
        this.publisher?.write({ ...tag, timestampMs: this.timeline.map(tag.timestampMs, at) })
      } else if (feed.cache.warm) this.begin(epoch)
    })
    if (feed.cache.warm) this.begin(feed.epoch)
  }

  private begin(epoch: number): void {
    const { cache } = this.options.feed
    const headers = cache.headers()
    const media = cache.start().slice(headers.length)
    const at = this.deps.now()
    const firstMs = media.reduce((least, tag) => Math.min(least, tag.timestampMs), Infinity)
    if (!Number.isFinite(firstMs)) return
    this.epoch = epoch
    this.timeline.begin(firstMs, at)
    for (const tag of headers) this.publisher?.write({ ...tag, timestampMs: this.timeline.map(firstMs, at) })
    for (const tag of media)
      this.publisher?.write({ ...tag, timestampMs: this.timeline.map(tag.timestampMs, at) })
  }

  /** Acknowledged media, or, where the destination acknowledges nothing, media that the socket took for a while. */
  private prove(publisher: Publisher, deadline: number): Promise<Result<PublishReply>> {
    const begun = this.deps.now()
    return new Promise((resolve) => {
      const look = () => {
        const now = this.deps.now()
        const seen = publisher.status()
        const took = seen.bytesSent > seen.backlogBytes
        if (this.stopped) finish(fail('stale-generation'))
        else if (seen.state === 'failed' || seen.state === 'closed')
          finish({ ok: false, problem: seen.problem ?? problem('destination-closed') })
        else if ((seen.bytesAcknowledged ?? 0) > 0) finish(ok({ proof: 'acknowledged' }))
        else if (took && seen.bytesAcknowledged === null && now - begun >= silentAfterMs)
          finish(ok({ proof: 'accepted' }))
        else if (now >= deadline)
          finish(fail(seen.bytesSent === 0 ? 'source-no-media' : 'destination-stalled'))
      }
      const finish = (result: Result<PublishReply>) => {
        clearInterval(timer)
        resolve(result)
      }
      const timer = setInterval(look, 50)
      publisher.onChange(look)
      look()
    })
  }

  /** While published: has the connection ended? */
  private look(publisher: Publisher): void {
    if (this.stopped || publisher !== this.publisher || this.leg !== 'up') return
    const seen = publisher.status()
    if (seen.state !== 'failed' && seen.state !== 'closed') return
    this.lost(publisher, seen.problem ?? problem('destination-closed'))
  }

  private lost(publisher: Publisher, why: Problem): Result<PublishReply> {
    const wasUp = this.brokenSince !== null || this.upSince !== null
    if (this.upSince !== null && this.deps.now() - this.upSince >= steadyMs) {
      this.brokenSince = null
      this.tries = 0
    }
    this.leaveFeed?.()
    this.leaveFeed = null
    this.leg = 'failed'
    this.problem = why
    this.upSince = null
    void publisher.close('abrupt')
    if (wasUp && !isFinal(why, true)) this.again()
    this.deps.changed()
    return { ok: false, problem: why }
  }

  /** Control may be dead: then the carrier keeps on air by itself what was on air. */
  private again(): void {
    const now = this.deps.now()
    this.brokenSince ??= now
    if (this.deps.attended() || now - this.brokenSince > giveUpAfterMs) return
    this.retry = setTimeout(
      () => {
        this.retry = null
        if (this.stopped) return
        this.retries += 1
        this.tries += 1
        this.running = this.attempt(retryMs)
      },
      backoffMs(this.tries, this.deps.random()),
    )
  }

  /** The engine went before it decided about a break: then nobody else will. */
  leave(): void {
    const broken = this.brokenSince !== null && this.leg === 'failed' && this.retry === null
    if (this.stopped || !broken || (this.problem !== null && isFinal(this.problem, true))) return
    this.again()
    this.deps.changed()
  }

  /** An engine came: from now on it decides. */
  attend(): void {
    if (this.retry === null) return
    clearTimeout(this.retry)
    this.retry = null
    this.deps.changed()
  }

  /** Resolves when nothing is published any more. */
  async stop(mode: 'clean' | 'abrupt'): Promise<void> {
    this.stopped = true
    this.leaveFeed?.()
    this.leaveFeed = null
    if (this.retry !== null) clearTimeout(this.retry)
    this.retry = null
    await this.publisher?.close(mode)
  }

  state(): PublicationState {
    const { destination, generation, feed } = this.options
    const seen = this.publisher?.status() ?? null
    const late = feed.leg === 'up' && seen !== null && seen.backlogBytes > seen.usualBacklogBytes
    const stalled = this.leg === 'up' && late && (seen.acknowledgedAgeMs ?? 0) > stalledAfterMs
    return {
      destination,
      generation,
      leg: stalled ? 'stalled' : this.retry !== null ? 'connecting' : this.leg,
      bytesSent: seen?.bytesSent ?? 0,
      bytesAcknowledged: seen?.bytesAcknowledged ?? null,
      acknowledgedAgeMs: seen?.acknowledgedAgeMs ?? null,
      backlogBytes: seen?.backlogBytes ?? 0,
      droppedFrames: seen?.droppedFrames ?? 0,
      uptimeMs: this.upSince === null ? null : Math.round(this.deps.now() - this.upSince),
      retries: this.retries,
      problem: this.problem,
    }
  }
}
