import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import type { CarrierReplies, CarrierRequestOf } from '../../shared/carrier/control'
import { obsFeed, type ProgramDestination, type ProgramState } from '../../shared/carrier/program'
import { untilWarm } from '../feed/await-feed'
import type { MediaFeed } from '../feed/media-feed'
import { ReceivedFeed } from '../feed/received-feed'
import { LocalIngest } from '../ingest/local-ingest'
import { Program, type ProgramDeps } from './program'

export interface ProgramRoomDeps extends Omit<ProgramDeps, 'feed'> {
  /** A pulled feed. */
  readonly pulled: (id: string) => MediaFeed | null
  /** No destination may be under an older lease. Takes the leases where it is not. */
  readonly lease: (destinations: readonly string[], generation: number) => boolean
  /** A direct publication has this destination. */
  readonly isHeld: (destination: string) => boolean
  /** A fault of our own at one connection, which alone is ended for it. */
  readonly mishap: (error: unknown, where: string) => void
  /** Finds ffmpeg, which carries SRT. */
  readonly ffmpeg: () => Promise<Result<unknown>>
}

type Request<K extends keyof CarrierReplies> = Omit<CarrierRequestOf<K>, 'id' | 'kind'>
type Reply<K extends keyof CarrierReplies> = Promise<Result<CarrierReplies[K]>>

/** A feed of OBS without a picture for this long is shown as stalled; the guard has a limit of its own. */
const stallMs = 1_000

/** The program path of one carrier: the door for OBS, its feed, and the program. */
export class ProgramService {
  readonly program: Program
  private ingest: LocalIngest | null = null
  private ingestProblem: Problem | null = null
  private feed: ReceivedFeed | null = null
  private opening: Promise<unknown> = Promise.resolve()
  /** Highest lease of the program's orders. */
  private newest = -1
  /** Starts and stops so far: a start that waits for its feed sees whether another order came. */
  private orders = 0

  constructor(private readonly deps: ProgramRoomDeps) {
    this.program = new Program({ ...deps, feed: (id) => this.feedOf(id) })
  }

  /** OBS's feed; null: there is no program path. */
  get received(): ReceivedFeed | null {
    return this.feed
  }

  private feedOf(id: string): MediaFeed | null {
    return id === obsFeed ? this.feed : this.deps.pulled(id)
  }

  /** One after the other: a port that is let go is free for the next. */
  open({ ingest }: Request<'program-open'>): Reply<'program-open'> {
    const opened = this.opening.then(() => this.openNow(ingest.port, ingest.key))
    this.opening = opened
    return opened
  }

  private async openNow(port: number, key: string): Promise<Result<null>> {
    const same = this.ingest?.key === key && (port === 0 || this.ingest.port === port)
    if (same) return ok(null)
    this.ingest?.close()
    this.ingest = null
    if (this.feed === null) {
      this.feed = new ReceivedFeed({ now: this.deps.now, stallMs })
      this.feed.onChange(this.deps.changed)
      this.program.attach(obsFeed, this.feed)
    }
    const { now, changed, mishap } = this.deps
    const opened = await LocalIngest.open({ port, key, feed: this.feed, now, changed, mishap })
    this.ingestProblem = opened.ok ? null : opened.problem
    if (opened.ok) this.ingest = opened.value
    changed()
    return opened.ok ? ok(null) : opened
  }

  /** Refused while live. What was refused for good by every destination is no program: it ends with this. */
  async close(): Reply<'program-close'> {
    await this.opening
    if (this.program.onAir) return fail('refused-busy')
    this.orders += 1
    await this.program.stop('abrupt')
    this.shut()
    this.deps.changed()
    return ok(null)
  }

  private shut(): void {
    this.ingest?.close()
    this.ingest = null
    this.program.detach(obsFeed)
    this.feed?.dispose()
    this.feed = null
  }

  async start(request: Request<'program-start'>): Reply<'program-start'> {
    const { feed: id, generation, destinations, resumed, deadlineMs } = request
    if (generation < this.newest) return fail('stale-generation')
    const feed = this.feedOf(id)
    if (feed === null) return fail(id === obsFeed ? 'ingest-not-open' : 'ingest-not-prepared')
    this.newest = generation
    const order = (this.orders += 1)
    const begun = this.deps.now()
    // What is on the program stays on it meanwhile.
    const warm = await untilWarm(feed, deadlineMs)
    if (!warm.ok) return warm
    if (destinations.some(isSrt)) {
      const ffmpeg = await this.deps.ffmpeg()
      if (!ffmpeg.ok) return ffmpeg
    }
    // A stop fences: what waited before it must not begin after it.
    if (this.orders !== order) return fail('stale-generation')
    const ids = destinations.map((destination) => destination.id)
    if (ids.some((destination) => this.deps.isHeld(destination))) return fail('refused-busy')
    if (!this.deps.lease(ids, generation)) return fail('stale-generation')
    const leftMs = Math.max(1, deadlineMs - (this.deps.now() - begun))
    return this.program.start(id, generation, destinations, leftMs, resumed)
  }

  async stop({ generation, mode }: Request<'program-stop'>): Reply<'program-stop'> {
    if (generation < this.newest) return fail('stale-generation')
    this.newest = generation
    this.orders += 1
    this.deps.lease(this.program.held, generation)
    await this.program.stop(mode)
    return ok(null)
  }

  state(): ProgramState | null {
    if (this.feed === null) return null
    const { program, ingest } = this
    return {
      ingest: {
        port: ingest?.port ?? null,
        problem: ingest === null ? (this.ingestProblem ?? problem('ingest-not-open')) : null,
        publishing: ingest?.publishing ?? false,
        visits: ingest?.visits() ?? [],
      },
      live: program.live,
      generation: program.generation,
      onFeed: program.onFeed,
      waitingFor: program.waitingFor,
      lastCut: program.lastCut(),
      session: program.sessionState(),
      guard: program.guard,
      destinations: program.samples(),
    }
  }

  async dispose(): Promise<void> {
    await this.program.stop('abrupt')
    this.program.dispose()
    this.shut()
  }
}

const isSrt = ({ target, other }: ProgramDestination): boolean =>
  [target, other].some((each) => each !== null && /^srt:/i.test(each.url))
