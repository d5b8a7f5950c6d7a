import type { DestinationState } from '../program'
import type { Policy } from '../policy'
import type { Verdict } from '../words'
import { disconnected } from './destination/detect-disconnected'
import { frozen } from './destination/detect-frozen'
import { narrow, narrowSince } from './destination/detect-narrow'
import { refused } from './destination/detect-refused'
import { onSample, type DestinationHealth } from './destination/state'
import type { Cause, CauseCode } from './types'

export {
  initialDestinationHealth,
  rebaselined as rebaselinedDestination,
  unheard as unheardDestination,
  type DestinationHealth,
} from './destination/state'

/** How a destination of the program takes the stream. */
export interface DestinationAssessment {
  readonly verdict: Verdict
  /** Strongest first. Never empty for bad and unknown. */
  readonly causes: readonly Cause[]
}

/** The next health, from one sample of this destination. Meant for one every 200 ms; once a second is too few for the detectors. */
export function observeDestination(
  before: DestinationHealth,
  sample: DestinationState,
  at: number,
  policy: Policy,
): DestinationHealth {
  const health = onSample(before, sample, at)
  return { ...health, narrowSince: narrowSince(health, policy) }
}

const unknown = (code: CauseCode): DestinationAssessment => ({ verdict: 'unknown', causes: [{ code }] })

/** What the health of a destination amounts to at `at` (ms). Unknown is not bad. */
export function assessDestination(
  health: DestinationHealth,
  at: number,
  policy: Policy,
): DestinationAssessment {
  const { last, heardAt } = health
  if (health.stale) return unknown('program-stale')
  if (last === null || heardAt === null) return unknown('no-sample')
  if (at - heardAt > policy.program.blindAfterMs) return unknown('monitor-blind')
  if (last.leg === 'idle') return unknown('not-streaming')
  const down = refused(health) ?? disconnected(health, policy)
  if (down !== null) return { verdict: 'bad', causes: [down] }
  if (health.upSince === null || last.acknowledges === 'unknown') return unknown('destination-settling')
  const late = frozen(health, policy) ?? narrow(health)
  if (late !== null) return { verdict: 'bad', causes: [late] }
  return last.confirmed === false ? unknown('destination-settling') : { verdict: 'good', causes: [] }
}
