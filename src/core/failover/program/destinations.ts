import {
  assessDestination,
  initialDestinationHealth,
  type DestinationAssessment,
} from '../../health/destination'
import type { Cause } from '../../health'
import type { Policy } from '../../policy'
import type { ProblemCode } from '../../problem'
import type { DestinationState } from '../../program'
import { notSwitched, tellBad, whyNot } from '../phases/on-air'
import { setProgram } from './observe'
import { programLive } from './state'
import { inProgram } from './systems'
import type { OnAir, State } from '../state'
import { beginSwitch } from '../phases/switching'
import { candidates } from '../systems'
import type { Turn } from '../turn'

/** A destination is not sent back and forth between its two ingests more often. */
const redirectAgainMs = 60_000

/** Where it is not known how long the platform keeps the broadcast open, ms: a minute of nothing loses an audience. */
const usualGraceMs = 60_000
/** The platform answered, and said no. */
const turnedAway: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'destination-refused',
  'destination-auth',
  'destination-busy',
])

/** The one that decides: the first. */
const firstOf = (state: State): DestinationState | null => state.program.status?.destinations[0] ?? null

/** Verdict and causes of one of the program's destinations, at `at` (ms). */
export const destinationAssessment = (
  state: State,
  id: string,
  at: number,
  policy: Policy,
): DestinationAssessment =>
  assessDestination(state.program.destinations[id] ?? initialDestinationHealth(), at, policy)

/** What is wrong with the first destination; null: nothing that is known of. */
export function destinationCause(turn: Turn): Cause | null {
  const first = firstOf(turn.state)
  if (first === null || turn.state.program.stale) return null
  const { verdict, causes } = destinationAssessment(turn.state, first.id, turn.at, turn.policy)
  return verdict === 'bad' ? (causes[0] ?? null) : null
}

/** The first destination is known to take the stream. */
export function destinationGood(turn: Turn): boolean {
  const first = firstOf(turn.state)
  if (first === null) return false
  return destinationAssessment(turn.state, first.id, turn.at, turn.policy).verdict === 'good'
}

/**
 * The destination or the way to it is the patient: another feed would meet the same. Its other ingest is tried, then a backup
 * on a server, which goes another way; else it is said why nothing is switched.
 */
export function cannotCure(turn: Turn, before: OnAir, cause: Cause): void {
  const phase = tellBad(turn, before, cause)
  const because = whyNot(turn, phase)
  if (because === 'hold' || because === 'not-armed') return notSwitched(turn, phase, cause, because)
  const badForMs = turn.at - (phase.badSince ?? turn.at)
  const destination = firstOf(turn.state)
  const { redirect } = turn.state.program
  const last = redirect !== null && redirect.destination === destination?.id ? redirect : null
  const sinceMs = last === null ? Infinity : turn.at - last.at
  if (last?.failed !== true && sinceMs < turn.policy.program.redirectWaitMs) return
  if (destination?.hasOther === true && sinceMs >= redirectAgainMs) {
    if (badForMs >= turn.policy.program.redirectAfterMs) giveRedirect(turn, phase, destination, cause)
    return
  }
  // Who would be refused on another way too is not asked.
  const elsewhere =
    cause.code === 'destination-refused' || isTurnedAway(turn, destination)
      ? undefined
      : candidates(turn.state, turn.at, turn.policy, [phase.system]).find(
          (system) => !inProgram(turn.state, system),
        )
  if (elsewhere === undefined) return notSwitched(turn, phase, cause, 'cannot-cure')
  if (badForMs < turn.policy.program.handOverAfterMs) return
  if (because !== null) return notSwitched(turn, phase, cause, because)
  beginSwitch(turn, {
    from: phase.system,
    to: elsewhere,
    reason: { code: 'verdict-bad', system: phase.system, cause: cause.code },
    origin: 'automatic',
  })
}

/** It is being asked again, for as long as the platform keeps the broadcast open; after that it counts as lost. */
function isTurnedAway({ state, at }: Turn, destination: DestinationState | null): boolean {
  const code = destination?.problem?.code
  if (destination === null || destination.leg !== 'connecting' || code === undefined) return false
  const downSince = state.program.destinations[destination.id]?.downSince ?? at
  return turnedAway.has(code) && at - downSince < (state.destination?.graceMs ?? usualGraceMs)
}

function giveRedirect(turn: Turn, phase: OnAir, destination: DestinationState, cause: Cause): void {
  const to = destination.on === 'first' ? 'other' : 'first'
  const reason = { code: 'verdict-bad', system: phase.system, cause: cause.code } as const
  const commandId = turn.give({ kind: 'redirect', destination: destination.id, to }, reason)
  setProgram(turn, {
    redirect: { destination: destination.id, to, at: turn.at, commandId, failed: false },
  })
  turn.tell({ code: 'redirected', destination: destination.id, to, cause: cause.code }, reason)
}

/** Destinations beside the first: told, and nothing else. Each has its own reconnect. */
export function watchOtherDestinations(turn: Turn): void {
  const { program, route } = turn.state
  if (route !== 'program' || !programLive(program)) {
    if (program.badTold.length > 0) setProgram(turn, { badTold: [] })
    return
  }
  for (const { id } of program.status?.destinations.slice(1) ?? []) {
    const { verdict, causes } = destinationAssessment(turn.state, id, turn.at, turn.policy)
    const { badTold } = turn.state.program
    const cause = causes[0]?.code
    if (verdict === 'bad' && cause !== undefined && !badTold.includes(id)) {
      setProgram(turn, { badTold: [...badTold, id] })
      turn.tell({ code: 'destination-bad', destination: id, cause }, { code: 'guard' })
    } else if (verdict === 'good' && badTold.includes(id)) {
      setProgram(turn, { badTold: badTold.filter((told) => told !== id) })
      turn.tell({ code: 'destination-good', destination: id }, { code: 'guard' })
    }
  }
}
