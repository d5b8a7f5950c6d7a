import type { ResultEvent } from '../../events'
import type { SystemId } from '../../words'
import type { CarrierGuard } from '../commands'
import { setProgram } from './observe'
import { programLive } from './state'
import { feedReady, inProgram } from './systems'
import { recentSwitches } from '../phases/switching'
import { candidates, seenCut } from '../systems'
import type { Turn } from '../turn'

/** After a guard that did not reach the carrier: not at once again. */
const againMs = 1_000

/**
 * The carrier cuts by itself within a frame or two, faster than any report could be answered; but only as it was allowed
 * to. What it may do is given whenever that changes: armed, not held and on air in the program, the systems that are ready, in
 * the order of the lineup with standby pictures last.
 */
export function watchGuard(turn: Turn): void {
  if (turn.state.route !== 'program') return
  const wanted = wantedGuard(turn)
  const { guard } = turn.state.program
  if (wanted === undefined || same(wanted, guard.guard) || turn.at < guard.notBefore) return
  // Nobody is on the program: there is nothing to guard, and nothing to take back.
  if (wanted === null && guard.guard === undefined && !programLive(turn.state.program)) return
  const commandId = turn.give({ kind: 'guard', guard: wanted }, { code: 'guard' })
  setProgram(turn, { guard: { guard: wanted, commandId, notBefore: 0 } })
}

const same = (one: CarrierGuard | null, other: CarrierGuard | null | undefined): boolean =>
  other !== undefined && JSON.stringify(one) === JSON.stringify(other)

/** What it should be; undefined: as it is, until what is under way is over. */
function wantedGuard(turn: Turn): CarrierGuard | null | undefined {
  const { state } = turn
  const { phase } = state
  if (phase.kind === 'adopting') return undefined
  if (!state.armed || state.hold !== null) return null
  if (phase.kind === 'switching' && inProgram(state, phase.from) && inProgram(state, phase.to))
    return undefined
  if (phase.kind !== 'on-air' || !inProgram(state, phase.system)) return null
  // A carrier that does not answer keeps what it has: that is what it has it for.
  if (state.program.stale) return undefined
  const order = guardOrder(turn, phase.system)
  if (governed(turn, order)) return null
  return order.length === 0 ? null : { order, freezeMs: turn.policy.program.freezeMs }
}

/** Who can be cut to at once, best first; in a new session last. Law 4: only who is ready, a standby picture too. */
export const cutOrder = (turn: Turn, except: SystemId): readonly SystemId[] =>
  candidates(turn.state, turn.at, turn.policy, [except]).filter(
    (system) => inProgram(turn.state, system) && feedReady(turn.state, system, turn.at, turn.policy),
  )

/** As far as the carrier may go by itself: into a new session only where nobody else is there, not even on a server. */
function guardOrder(turn: Turn, onAir: SystemId): readonly SystemId[] {
  const outside = candidates(turn.state, turn.at, turn.policy, [onAir]).some(
    (system) => !inProgram(turn.state, system),
  )
  const order = cutOrder(turn, onAir)
  return outside ? order.filter((system) => !seenCut(turn.state, system, turn.at, turn.policy)) : order
}

/** Too many switches: the carrier may not go on where the core would not. Said once. */
function governed(turn: Turn, order: readonly SystemId[]): boolean {
  const switches = recentSwitches(turn).length
  const { governorTold } = turn.state.program
  const over = switches >= turn.policy.failover.governorMaxSwitches
  if (over && !governorTold && order.length > 0) {
    setProgram(turn, { governorTold: true })
    turn.tell({ code: 'governor-holds', switches }, { code: 'guard' })
  } else if (!over && governorTold) {
    setProgram(turn, { governorTold: false })
  }
  return over
}

/** A guard or a redirect has ended. */
export function programResult(turn: Turn, { commandId, outcome }: ResultEvent): void {
  const { guard, redirect } = turn.state.program
  if (guard.commandId === commandId) {
    setProgram(turn, {
      guard: outcome.ok
        ? { ...guard, commandId: null }
        : { guard: undefined, commandId: null, notBefore: turn.at + againMs },
    })
  }
  if (redirect?.commandId === commandId && !outcome.ok) {
    setProgram(turn, { redirect: { ...redirect, failed: true } })
  }
}
