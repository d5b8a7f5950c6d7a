import { fail, ok, type Problem, type Result } from '../../core/problem'
import type { PublishReply } from '../../shared/carrier/control'
import type { Destination, Mark } from './destination'

export interface ProofOptions {
  readonly destination: Destination
  /** Where it stood before the cut; null: it was not connected. */
  readonly before: Mark | null
  /** The new feed's media goes out. */
  readonly spliced: () => boolean
  /** Another order came. */
  readonly over: () => boolean
  readonly deadlineMs: number
  readonly now: () => number
}

/** A destination that acknowledges nothing within this time of flowing media gives the weakest proof (as for a publication). */
const silentAfterMs = 3_000
const lookEveryMs = 20

/** Resolves once media from after the cut was acknowledged, or, where nothing is acknowledged, taken for a while. */
export function proveMedia(options: ProofOptions): Promise<Result<PublishReply>> {
  const { destination, before, spliced, over, deadlineMs, now } = options
  const begun = now()
  const silent = before?.acknowledges === 'no'
  /** A session that began around the cut may carry media from before it: only what follows counts. */
  let newSession: { readonly session: number; readonly sent: number } | null = null
  return new Promise((resolve) => {
    const look = (): void => {
      const seen = destination.mark()
      const same = before !== null && seen.session === before.session
      if (before !== null && !same && seen.up && spliced() && newSession?.session !== seen.session)
        newSession = { session: seen.session, sent: seen.sent }
      const fromBytes = same ? before.sent : (newSession?.sent ?? 0)
      const waitedMs = now() - begun
      const why: Problem | null = destination.problem
      if (over()) finish(fail('stale-generation'))
      else if (seen.up && spliced() && (seen.acknowledged ?? 0) > fromBytes)
        finish(ok({ proof: 'acknowledged' }))
      else if (
        seen.up &&
        spliced() &&
        seen.acknowledged === null &&
        seen.taken > fromBytes &&
        (silent || waitedMs >= silentAfterMs)
      )
        finish(ok({ proof: 'accepted' }))
      else if (destination.refused !== null) finish({ ok: false, problem: destination.refused })
      else if (waitedMs >= deadlineMs)
        finish(
          why !== null
            ? { ok: false, problem: why }
            : fail(spliced() ? 'destination-stalled' : 'source-no-media'),
        )
    }
    const finish = (result: Result<PublishReply>): void => {
      clearInterval(timer)
      resolve(result)
    }
    const timer = setInterval(look, lookEveryMs)
    look()
  })
}
