import { problem, type Problem } from '../../core/problem'
import type { Leg } from '../../core/words'
import type { DestinationSample, ProgramDestination } from '../../shared/carrier/program'
import type { FlvTag } from '../../media/flv'
import { backoffMs, spread } from '../process/backoff'
import { isFinal, passing } from '../publish/final-refusal'
import type { Publisher, PublisherStatus, PublishTarget } from '../publish/publisher'
import { RateWindow } from './rate'
import { silentAfterMs, Steadiness } from './steadiness'

export interface DestinationDeps {
  readonly create: (target: PublishTarget) => Publisher
  readonly now: () => number
  readonly random: () => number
  readonly changed: () => void
  /** What the program sent last, from a keyframe on: where a new connection begins. */
  readonly kept: () => readonly FlvTag[]
}

/** Where a destination stands: bytes of its present session. */
export interface Mark {
  readonly session: number
  readonly up: boolean
  readonly sent: number
  /** Left our own memory. */
  readonly taken: number
  readonly acknowledged: number | null
  readonly acknowledges: 'yes' | 'no' | 'unknown'
}

/** While a ghost of the last connection holds the key, ms; the last repeats (policy `busyRetryMs`). */
const busyRetryMs = [500, 1_000, 1_000, 2_000, 3_000, 5_000] as const
/** One attempt, from TCP to the server's yes. */
const attemptMs = 10_000
/** A destination that took this much for {@link silentAfterMs} and acknowledged nothing is no witness. */
const silentBytes = 150_000
/** Up for this long, or shown to be steady, a break is news and worth a try at once. */
const steadyMs = 3_000
/** A session that stood for this long was let in with this key, whatever it carried. */
const letInMs = 2_000
/** An acknowledgement this old, with more than the usual open, is a stall. */
const stalledAfterMs = 1_500

/** One destination of the program: a publisher that is replaced whenever it breaks, until it is told to stop. */
export class Destination {
  private publisher: Publisher | null = null
  private on: 'first' | 'other' = 'first'
  private leg: Leg = 'connecting'
  private why: Problem | null = null
  private upSince: number | null = null
  private retry: NodeJS.Timeout | null = null
  private retryAt: number | null = null
  private deadline: NodeJS.Timeout | null = null
  private tries = 0
  private sessions = 0
  private stopped = false
  private droppedBefore = 0
  private offeredBytes = 0
  private acknowledged = false
  private steadiness: Steadiness | null = null
  /** A session with this key has stood in this broadcast: from now on a refusal may pass. */
  private wasOnAir: boolean
  private silentBefore = false
  private readonly sent = new RateWindow()
  private readonly offered = new RateWindow()

  constructor(
    private target: ProgramDestination,
    private readonly deps: DestinationDeps,
    /** The broadcast has been on air before this one was made: its carrier is a new one. */
    resumed = false,
  ) {
    this.wasOnAir = resumed
    this.connect()
  }

  get id(): string {
    return this.target.id
  }

  /** The place it is connected to is the same: nothing happens. Another key or address: the connection is made again. */
  update(target: ProgramDestination): void {
    const before = this.place
    this.target = target
    if (target.other === null) this.on = 'first'
    if (bare(before) === bare(this.place) && !(this.leg === 'failed' && this.retry === null)) return
    this.ordered()
    if (keyOf(before) !== keyOf(this.place)) this.wasOnAir = false
  }

  private get place(): PublishTarget {
    return this.on === 'other' ? (this.target.other ?? this.target.target) : this.target.target
  }

  /** The operator's order: what was wrong before says nothing about this attempt. */
  private ordered(): void {
    this.tries = 0
    this.why = null
    this.connect()
  }

  /** Leaves what it is connected to, at once, for the first or the other ingest. */
  redirect(to: 'first' | 'other'): boolean {
    if (to === 'other' && this.target.other === null) return false
    this.on = to
    this.ordered()
    return true
  }

  /** Leaves its session and begins another in the same place. */
  renew(): void {
    if (!this.alive) return
    this.ordered()
  }

  write(tag: FlvTag): void {
    this.offeredBytes += tag.payload.length
    this.publisher?.write(tag)
  }

  private connect(): void {
    if (this.stopped) return
    this.drop()
    const publisher = this.deps.create(this.place)
    this.publisher = publisher
    this.leg = 'connecting'
    this.acknowledged = false
    this.sent.clear()
    this.offered.clear()
    for (const tag of this.deps.kept()) publisher.write(tag)
    this.deadline = setTimeout(() => this.lost(publisher, problem('timeout', { what: 'rtmp' })), attemptMs)
    void publisher.accepted.then((refused) => {
      if (this.publisher !== publisher || this.stopped) return
      if (refused === null) this.accepted(publisher)
      else this.lost(publisher, refused)
    })
    this.deps.changed()
  }

  private accepted(publisher: Publisher): void {
    if (this.deadline !== null) clearTimeout(this.deadline)
    this.deadline = null
    this.leg = 'up'
    this.why = null
    this.sessions += 1
    this.upSince = this.deps.now()
    const silent = this.silentBefore || /^srt:/i.test(this.place.url)
    this.steadiness = new Steadiness(this.upSince, silent)
    publisher.onChange(() => this.look(publisher))
    this.look(publisher)
    this.deps.changed()
  }

  private look(publisher: Publisher): void {
    if (this.publisher !== publisher || this.stopped) return
    const seen = publisher.status()
    if ((seen.bytesAcknowledged ?? 0) > 0) this.acknowledged = true
    this.isConfirmed(seen)
    if (seen.state === 'failed' || seen.state === 'closed')
      this.lost(publisher, seen.problem ?? problem('destination-closed'))
  }

  private lost(publisher: Publisher, why: Problem): void {
    if (this.publisher !== publisher || this.stopped) return
    // One that lets us in and throws us out at once is not asked again at once.
    const upMs = this.upSince === null ? 0 : this.deps.now() - this.upSince
    const wasUp = upMs >= steadyMs || this.isConfirmed(publisher.status())
    if (wasUp) this.tries = 0
    this.drop()
    this.leg = 'failed'
    const final = isFinal(why, this.wasOnAir)
    this.why = final ? why : passing(why)
    if (!final) this.again(wasUp, why)
    this.deps.changed()
  }

  /** Its present session has taken media for long enough to count on it. */
  private isConfirmed(seen: PublisherStatus): boolean {
    const confirmed = this.steadiness?.look(seen, this.isStalled(seen), this.deps.now()) ?? false
    if (confirmed) this.wasOnAir = true
    return confirmed
  }

  private isStalled(seen: PublisherStatus | null): boolean {
    const late = seen !== null && seen.backlogBytes > seen.usualBacklogBytes
    return this.leg === 'up' && late && (seen.acknowledgedAgeMs ?? 0) > stalledAfterMs
  }

  /** The first try after a break at once; then by a schedule. */
  private again(wasUp: boolean, why: Problem): void {
    const busy = why.code === 'destination-busy'
    const waitMs = wasUp
      ? 0
      : busy
        ? spread(busyRetryMs[Math.min(this.tries, busyRetryMs.length - 1)] ?? 5_000, this.deps.random())
        : backoffMs(this.tries, this.deps.random())
    if (!wasUp) this.tries += 1
    this.retryAt = this.deps.now() + waitMs
    this.retry = setTimeout(() => {
      this.retry = null
      this.retryAt = null
      this.connect()
    }, waitMs)
  }

  private drop(): void {
    if (this.retry !== null) clearTimeout(this.retry)
    if (this.deadline !== null) clearTimeout(this.deadline)
    this.retry = null
    this.retryAt = null
    this.deadline = null
    if (this.upSince !== null && this.deps.now() - this.upSince >= letInMs) this.wasOnAir = true
    this.upSince = null
    this.steadiness = null
    const { publisher } = this
    this.publisher = null
    if (publisher === null) return
    this.droppedBefore += publisher.status().droppedFrames
    void publisher.close('abrupt')
  }

  /** Resolves when nothing is published any more. */
  async stop(mode: 'clean' | 'abrupt'): Promise<void> {
    this.stopped = true
    const { publisher } = this
    this.publisher = null
    if (this.retry !== null) clearTimeout(this.retry)
    if (this.deadline !== null) clearTimeout(this.deadline)
    this.leg = 'idle'
    await publisher?.close(mode)
  }

  /** Connected, or going to be again by itself. */
  get alive(): boolean {
    return !this.stopped && (this.leg !== 'failed' || this.retry !== null)
  }

  /** It was turned down for good: only the operator's next order tries again. Null: it is connected, or tries by itself. */
  get refused(): Problem | null {
    return this.leg === 'failed' && this.retry === null ? this.why : null
  }

  mark(): Mark {
    const seen = this.publisher?.status() ?? null
    const sent = seen?.bytesSent ?? 0
    return {
      session: this.sessions,
      up: this.leg === 'up',
      sent,
      taken: Math.max(0, sent - (seen?.queuedBytes ?? 0)),
      acknowledged: seen?.bytesAcknowledged ?? null,
      acknowledges: this.sample().acknowledges,
    }
  }

  get problem(): Problem | null {
    return this.why
  }

  sample(): DestinationSample {
    const now = this.deps.now()
    const seen = this.publisher?.status() ?? null
    const sent = seen?.bytesSent ?? 0
    const queued = seen?.queuedBytes ?? 0
    const arrived = seen?.bytesAcknowledged ?? Math.max(0, sent - queued)
    this.sent.mark(arrived, now)
    this.offered.mark(this.offeredBytes, now)
    const upMs = this.upSince === null ? 0 : now - this.upSince
    const silent = !this.acknowledged && upMs >= silentAfterMs && sent - queued >= silentBytes
    if (silent) this.silentBefore = true
    return {
      id: this.id,
      leg: this.isStalled(seen)
        ? 'stalled'
        : this.leg === 'failed' && this.retry !== null
          ? 'connecting'
          : this.leg,
      on: this.on,
      confirmed: seen !== null && this.isConfirmed(seen),
      problem: this.why,
      acknowledges: this.acknowledged ? 'yes' : silent ? 'no' : 'unknown',
      bytesSent: sent,
      bytesAcknowledged: seen?.bytesAcknowledged ?? null,
      acknowledgedAgeMs: roundOrNull(seen?.acknowledgedAgeMs ?? null),
      backlogBytes: seen?.backlogBytes ?? 0,
      usualBacklogBytes: seen?.usualBacklogBytes ?? 0,
      queuedBytes: queued,
      sentKbps: this.sent.kbps(now, arrived),
      offeredKbps: this.offered.kbps(now, this.offeredBytes),
      droppedFrames: this.droppedBefore + (seen?.droppedFrames ?? 0),
      uptimeMs: this.upSince === null ? null : Math.round(upMs),
      sessions: this.sessions,
      retryInMs: this.retryAt === null ? null : Math.max(0, Math.round(this.retryAt - now)),
    }
  }
}

/** Without queries: a takeover number rises with each lease, and is for the next connection. */
const bare = ({ url, key, auth }: PublishTarget): string =>
  JSON.stringify([withoutQuery(url), withoutQuery(key), auth?.username, auth?.password])

const keyOf = ({ key, auth }: PublishTarget): string =>
  JSON.stringify([withoutQuery(key), auth?.username, auth?.password])

const withoutQuery = (text: string): string => text.split('?')[0] ?? ''

const roundOrNull = (ms: number | null): number | null => (ms === null ? null : Math.round(ms))
