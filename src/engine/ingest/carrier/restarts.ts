import { problem, type Problem } from '../../../core/problem'
import { timeOfDay } from '../../../shared/messages/time-of-day'

/** A carrier that lived this long was well: what comes after is a new story. */
export const steadyMs = 10_000
/** Pauses before another one is started, ms; the last repeats. The first at once: it may be on air again within a second. */
const pausesMs = [0, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000] as const
/** Pauses before one that runs and will not have us (another version, frozen) is asked again, ms. */
const askAgainMs = [0, 500, 1_000, 2_000, 5_000] as const
/** So many ends in a row are no accident any more: then nobody gets one started out of turn, and a person is told. */
const manyEnds = 3

/** How often the carrier ended (or did not start) since it was last well, and what follows from that. */
export class Restarts {
  private ends = 0
  private refusals = 0
  private firstWall = 0

  constructor(
    private readonly wallMs: () => number,
    /** The carrier's log, for sentences. */
    private readonly log: string,
  ) {}

  /** It ended or did not start. Answers how long to wait before the next, ms. */
  ended(): number {
    if (this.ends === 0) this.firstWall = this.wallMs()
    const waitMs = pausesMs[Math.min(this.ends, pausesMs.length - 1)] ?? 0
    this.ends += 1
    return waitMs
  }

  /** One runs and would not have us: it does not stop, so this is told by its own code. Answers the pause, ms. */
  refused(): number {
    const waitMs = askAgainMs[Math.min(this.refusals, askAgainMs.length - 1)] ?? 0
    this.refusals += 1
    return waitMs
  }

  /** It let us in. */
  attached(): void {
    this.refusals = 0
  }

  /** It has lived for `steadyMs`. */
  steady(): void {
    this.ends = 0
  }

  /** It keeps stopping. */
  get loops(): boolean {
    return this.ends >= manyEnds
  }

  problem(): Problem | null {
    if (!this.loops) return null
    return problem('carrier-stops-again', {
      times: this.ends,
      since: timeOfDay(this.firstWall),
      log: this.log,
    })
  }
}
