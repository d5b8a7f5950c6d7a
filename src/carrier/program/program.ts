import { fail, ok, type Problem, type Result } from '../../core/problem'
import type { FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { Splicer } from '../../media/splicer'
import type { ProgramSession } from '../../core/program'
import type { PublishReply } from '../../shared/carrier/control'
import type {
  DestinationSample,
  ProgramCut,
  ProgramDestination,
  ProgramGuard,
} from '../../shared/carrier/program'
import type { MediaFeed } from '../feed/media-feed'
import type { Publisher, PublishTarget } from '../publish/publisher'
import { Destination, type DestinationDeps } from './destination'
import { nextOf, whyLeave } from './guard'
import { proveMedia } from './prove'
import { ackWindowFor } from './rate'
import { Session } from './session'
import { cutAt, isPicture, runOf, type CutMade } from './run'

export interface ProgramDeps {
  readonly feed: (id: string) => MediaFeed | null
  readonly createPublisher: (target: PublishTarget, ackWindowBytes: number) => Publisher
  readonly now: () => number
  readonly random: () => number
  readonly changed: () => void
}

/** How often the guard looks while the program is live: a freeze is found within this of its limit. */
const watchEveryMs = 25
/** A look this late says that this process stood still, not that a feed did: what arrived meanwhile is still unread. */
const lateLookMs = 200

/** The one stream that viewers see: a splicer fed by many feeds, and a publisher for each destination. */
export class Program {
  private splicer = new Splicer()
  private kept = new GopCache()
  private session = new Session()
  private readonly destinations = new Map<string, Destination>()
  private readonly detachers = new Map<string, () => void>()
  private guardNow: ProgramGuard | null = null
  private generationNow: number | null = null
  private cut: CutMade | null = null
  private gapKnown = false
  /** When a picture was sent last. */
  private pictureAt: number | null = null
  private cutSeq = 0
  /** When the feed on the program brought something last. */
  private heardAt: number | null = null
  /** The feed on the program has ended and brought nothing since. */
  private ended: string | null = null
  private watchdog: NodeJS.Timeout | null = null
  private lookedAt = 0
  /** Starts and stops so far: a start that had to wait sees whether another order came. */
  private orders = 0

  constructor(private readonly deps: ProgramDeps) {}

  /** From now on this feed's media can go out. */
  attach(id: string, feed: MediaFeed): void {
    this.detach(id)
    const offTag = feed.onTag((tag) => this.take(id, feed, tag))
    const offEnd = feed.onEnd(() => this.feedEnded(id))
    this.detachers.set(id, () => {
      offTag()
      offEnd()
    })
  }

  detach(id: string): void {
    this.detachers.get(id)?.()
    this.detachers.delete(id)
  }

  get onFeed(): string | null {
    return this.live ? (this.splicer.onFeed ?? this.splicer.waitingFor) : null
  }

  get waitingFor(): string | null {
    return this.live ? this.splicer.waitingFor : null
  }

  get live(): boolean {
    return this.destinations.size > 0
  }

  /** Some destination is published to, or will be again by itself. */
  get onAir(): boolean {
    return [...this.destinations.values()].some(({ alive }) => alive)
  }

  get generation(): number | null {
    return this.live ? this.generationNow : null
  }

  get guard(): ProgramGuard | null {
    return this.guardNow
  }

  holds(destination: string): boolean {
    return this.destinations.has(destination)
  }

  /** Ids of what it publishes to. */
  get held(): readonly string[] {
    return [...this.destinations.keys()]
  }

  lastCut(): ProgramCut | null {
    return this.cut === null ? null : cutAt(this.cut, this.deps.now())
  }

  /** What its publish sessions carry; null: not live. */
  sessionState(): ProgramSession | null {
    return this.live ? this.session.state() : null
  }

  samples(): DestinationSample[] {
    return [...this.destinations.values()].map((destination) => destination.sample())
  }

  /** Puts a feed on the program; see the request `program-start`. The feed has to be warm. */
  async start(
    id: string,
    generation: number,
    targets: readonly ProgramDestination[],
    deadlineMs: number,
    resumed = false,
  ): Promise<Result<PublishReply>> {
    const feed = this.deps.feed(id)
    if (feed?.warm !== true) return fail('source-no-media')
    const order = (this.orders += 1)
    const first = targets[0]
    if (first === undefined) return fail('destination-missing')
    if (!this.live) {
      this.session = new Session()
      this.anew()
    }
    this.generationNow = generation
    const before = this.destinations.get(first.id)?.mark() ?? null
    // Connected again for it, they are to ask with what this order brought.
    if (!this.session.fits(feed.cache))
      for (const target of targets) this.destinations.get(target.id)?.update(target)
    this.moveTo(id, feed, 'asked')
    await this.setDestinations(targets, resumed)
    this.watch()
    const destination = this.destinations.get(first.id)
    if (destination === undefined || this.orders !== order) return fail('stale-generation')
    return proveMedia({
      destination,
      before,
      spliced: () => this.splicer.waitingFor === null,
      over: () => this.orders !== order,
      deadlineMs,
      now: this.deps.now,
    })
  }

  private anew(): void {
    this.splicer = new Splicer()
    this.kept = new GopCache()
    this.pictureAt = null
    this.ended = null
  }

  private async setDestinations(targets: readonly ProgramDestination[], resumed: boolean): Promise<void> {
    const wanted = new Set(targets.map(({ id }) => id))
    const leaving = [...this.destinations].filter(([id]) => !wanted.has(id))
    for (const [id] of leaving) this.destinations.delete(id)
    const rates = [...this.detachers.keys()].flatMap((id) => this.deps.feed(id)?.rates()?.bitrateKbps ?? [])
    const ackWindowBytes = ackWindowFor(rates)
    for (const target of targets) {
      const known = this.destinations.get(target.id)
      if (known !== undefined) known.update(target)
      else
        this.destinations.set(
          target.id,
          new Destination(target, this.destinationDeps(ackWindowBytes), resumed),
        )
    }
    await Promise.all(leaving.map(([, destination]) => destination.stop('clean')))
  }

  private destinationDeps(ackWindowBytes: number): DestinationDeps {
    const { now, random, changed, createPublisher } = this.deps
    return {
      create: (to) => createPublisher(to, ackWindowBytes),
      ...{ now, random, changed },
      kept: () => this.kept.latest(),
    }
  }

  private moveTo(id: string, feed: MediaFeed, why: ProgramCut['why']): void {
    const from = this.splicer.onFeed ?? this.splicer.waitingFor
    if (from === id && this.ended !== id) return
    const at = this.deps.now()
    this.cutSeq += 1
    const renewed = !this.session.fits(feed.cache)
    this.cut = { seq: this.cutSeq, from, to: id, why, gapMs: null, renewed, at }
    this.gapKnown = false
    this.ended = null
    this.heardAt = null
    if (renewed) this.renew()
    this.put(feed, this.splicer.cut(runOf(id, feed), at))
    this.deps.changed()
  }

  /** What comes next does not fit in: every destination is reconnected, without a goodbye, which ends the broadcast on some. */
  private renew(): void {
    this.anew()
    this.session.renew()
    for (const destination of this.destinations.values()) destination.renew()
  }

  /** Of a feed that is, or would be, on the program. */
  private put(feed: MediaFeed, tags: readonly FlvTag[]): void {
    if (tags.some(({ type }) => type !== 18)) this.session.carries(feed.cache)
    this.send(tags)
  }

  private take(id: string, feed: MediaFeed, tag: FlvTag): void {
    if (!this.live) return
    const mine = this.splicer.onFeed === id || this.splicer.waitingFor === id
    if (!mine) return
    this.heardAt = this.deps.now()
    const waited = this.splicer.waitingFor !== null
    if (this.session.fits(feed.cache, tag))
      this.put(feed, this.splicer.push(runOf(id, feed), tag, this.heardAt))
    else if (feed.warm && feed.originMs !== null) {
      // Its encoder was started again with another codec. Until it has a keyframe nothing of it goes out.
      this.renew()
      this.put(feed, this.splicer.cut(runOf(id, feed), this.heardAt))
    }
    if (this.ended === id && feed.warm) this.ended = null
    if (waited && this.splicer.waitingFor === null) this.deps.changed()
  }

  private send(tags: readonly FlvTag[]): void {
    for (const tag of tags) {
      this.kept.push(tag)
      for (const destination of this.destinations.values()) destination.write(tag)
    }
    if (!tags.some(isPicture)) return
    const at = this.deps.now()
    const leftAt = this.pictureAt
    this.pictureAt = at
    if (this.cut === null || this.gapKnown) return
    this.gapKnown = true
    const gapMs = this.cut.from === null || leftAt === null ? null : Math.max(0, Math.round(at - leftAt))
    this.cut = { ...this.cut, gapMs }
  }

  setGuard(guard: ProgramGuard | null): void {
    this.guardNow = guard
    this.look()
    this.deps.changed()
  }

  private feedEnded(id: string): void {
    if (!this.live || this.onFeed !== id) return
    this.ended = id
    this.look()
  }

  private watch(): void {
    this.lookedAt = this.deps.now()
    this.watchdog ??= setInterval(() => {
      const at = this.deps.now()
      const late = at - this.lookedAt > lateLookMs
      this.lookedAt = at
      if (!late) this.look()
    }, watchEveryMs)
  }

  /** Is there anything to show on the program? If not, and the guard allows it: whoever has something. */
  private look(): void {
    const guard = this.guardNow
    const onFeed = this.onFeed
    if (guard === null || onFeed === null) return
    const now = this.deps.now()
    const why = whyLeave(guard, {
      ended: this.ended === onFeed,
      // A new publisher of the feed (it took over from one that hung) is given its time from what came last.
      ageMs: this.deps.feed(onFeed)?.mediaAgeMs() ?? now - (this.heardAt ?? -Infinity),
      sinceCutMs: this.cut === null ? 0 : now - this.cut.at,
    })
    if (why === null) return
    const next = nextOf(guard, onFeed, this.deps.feed, ({ cache }) => this.session.fits(cache))
    if (next !== null) this.moveTo(next.id, next.feed, why)
  }

  redirect(id: string, to: 'first' | 'other'): Result<null> {
    const destination = this.destinations.get(id)
    if (destination === undefined) return fail('destination-missing')
    return destination.redirect(to) ? ok(null) : fail('destination-missing', { what: 'other ingest' })
  }

  /** Resolves when nothing is published any more. Feeds go on. */
  async stop(mode: 'clean' | 'abrupt'): Promise<void> {
    this.orders += 1
    if (this.watchdog !== null) clearInterval(this.watchdog)
    this.watchdog = null
    const leaving = [...this.destinations.values()]
    this.destinations.clear()
    this.deps.changed()
    await Promise.all(leaving.map((destination) => destination.stop(mode)))
  }

  /** Why the first destination is not published to; null: it is. */
  get problem(): Problem | null {
    return [...this.destinations.values()][0]?.problem ?? null
  }

  dispose(): void {
    for (const detach of this.detachers.values()) detach()
    this.detachers.clear()
  }
}
