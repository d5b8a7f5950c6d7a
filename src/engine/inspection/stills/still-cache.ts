import type { SystemId } from '../../../core/words'
import type { Still } from '../../ports'

/** One system that can be photographed. */
export interface StillSource {
  readonly id: SystemId
  /** Now is a bad time for it. */
  readonly paused: boolean
  /** Not oftener than this, ms. */
  readonly everyMs: number
  still(deadlineMs: number): Promise<Still | null>
}

export interface Picture {
  readonly jpeg: Uint8Array
  /** Wall clock when it was taken, ms since epoch. */
  readonly wall: number
}

export interface StillCacheOptions {
  readonly sources: () => readonly StillSource[]
  /** Some page is visible. */
  readonly watched: () => boolean
  readonly toJpeg: (still: Still, deadlineMs: number) => Promise<Uint8Array | null>
  readonly clock: { monotonicMs(): number; wallMs(): number }
}

/** From one round to the next. */
export const roundMs = 4_000
/** Whoever asks for a picture is taken to look for this long. */
const askedMs = 10_000
const stillDeadlineMs = 3_000
const toJpegDeadlineMs = 6_000
/** One that gave nothing is left alone a round longer each time, at most this many. */
const maxPausedRounds = 7
/** A picture that could not be renewed so many times over shows the past: it goes. */
const staleTimes = 3

interface Page {
  picture: Picture | null
  takenAt: number
  triedAt: number
  failures: number
  paused: number
}

/** A small picture of what each system shows, taken while somebody looks, one after the other. */
export class StillCache {
  private readonly pages = new Map<SystemId, Page>()
  private askedAt = -Infinity
  private roundAt = -Infinity
  private busy = false

  constructor(private readonly options: StillCacheOptions) {}

  /** Somebody asks for the newest one. */
  picture(id: SystemId): Picture | null {
    this.askedAt = this.options.clock.monotonicMs()
    return this.pages.get(id)?.picture ?? null
  }

  pictureWall(id: SystemId): number | null {
    return this.pages.get(id)?.picture?.wall ?? null
  }

  /** To be called a few times a second. Resolves when the round that it began, if any, is over. */
  async tick(): Promise<void> {
    const now = this.options.clock.monotonicMs()
    const wanted = this.options.watched() || now - this.askedAt < askedMs
    if (!wanted || this.busy || now - this.roundAt < roundMs) return
    this.busy = true
    this.roundAt = now
    try {
      const sources = this.options.sources()
      for (const id of this.pages.keys()) if (!sources.some((one) => one.id === id)) this.pages.delete(id)
      for (const source of sources) await this.take(source)
    } finally {
      this.busy = false
    }
  }

  private async take(source: StillSource): Promise<void> {
    const page = this.page(source.id)
    const { clock, toJpeg: toJpeg } = this.options
    // Rounds come some ms early or late.
    if (clock.monotonicMs() - page.triedAt < source.everyMs - roundMs / 2) return
    page.triedAt = clock.monotonicMs()
    if (page.paused > 0) page.paused -= 1
    else {
      const still = source.paused ? null : await source.still(stillDeadlineMs).catch(() => null)
      const jpeg = still === null ? null : await toJpeg(still, toJpegDeadlineMs)
      if (jpeg !== null) {
        page.picture = { jpeg, wall: clock.wallMs() }
        page.takenAt = clock.monotonicMs()
        page.failures = 0
        return
      }
      // One that is not there yet may come at any time; one that cannot be converted will hardly learn it soon.
      if (still !== null) {
        page.failures += 1
        page.paused = Math.min(2 ** page.failures - 1, maxPausedRounds)
      }
    }
    if (clock.monotonicMs() - page.takenAt > staleTimes * source.everyMs) page.picture = null
  }

  private page(id: SystemId): Page {
    const known = this.pages.get(id)
    if (known !== undefined) return known
    const made: Page = { picture: null, takenAt: -Infinity, triedAt: -Infinity, failures: 0, paused: 0 }
    this.pages.set(id, made)
    return made
  }
}
