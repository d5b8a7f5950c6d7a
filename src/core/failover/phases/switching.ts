import type { SystemId } from '../../words'
import type { Reason } from '../commands'
import { owe, stopInTheWay } from '../fences'
import { feedReady, inProgram } from '../program/systems'
import type { Switching } from '../state'
import { assessmentOf, isPush, obsMayPublish, obsPublishes, obsSurelyGone, pushOf } from '../systems'
import type { Turn } from '../turn'

/** A port that never answers is given up this long after its own deadline (law 8). */
export const portGraceMs = 2_000

export interface SwitchPlan {
  readonly from: SystemId | null
  readonly to: SystemId
  readonly reason: Reason
  readonly origin: Switching['origin']
  readonly stream?: Switching['stream']
  readonly failed?: readonly SystemId[]
  readonly fallback?: SystemId | null
}

/**
 * Begin to hand the broadcast from `from` to `to`: fence, start, prove; where the destination takes a second publisher,
 * start, prove, fence; inside the program only start, which is a cut.
 */
export function beginSwitch(turn: Turn, plan: SwitchPlan): void {
  const { from, to, reason, origin } = plan
  if (origin === 'automatic') turn.set({ automaticSwitches: [...recentSwitches(turn), turn.at] })
  accountForObs(turn)
  if (from !== null) turn.tell({ code: 'switching', from, to, reason }, reason)
  const cut = inProgram(turn.state, from) && inProgram(turn.state, to)
  const phase: Switching = {
    kind: 'switching',
    from,
    to,
    stream: plan.stream ?? 'continues',
    step: 'fence',
    since: turn.at,
    reason,
    origin,
    overlap: from !== null && !cut && overlaps(turn, to),
    commandId: null,
    deadline: turn.at,
    attempt: 0,
    retryAt: null,
    problem: null,
    failed: plan.failed ?? [],
    fallback: plan.fallback ?? null,
    alarmed: false,
  }
  turn.phase(phase)
  if (from === null || phase.overlap || cut) startTarget(turn, phase)
  else fence(turn, phase, from)
}

/** Does the destination let `to` in while another publishes? OBS publishes with the plain key: it cannot outbid by priority. */
function overlaps(turn: Turn, to: SystemId): boolean {
  const kind = turn.state.destination?.takeover.kind ?? 'none'
  return kind === 'backup-url' || (kind === 'query' && (!isPush(turn.state, to) || inProgram(turn.state, to)))
}

/** Streams of OBS seen until now are dealt with by what happens next. */
export function accountForObs(turn: Turn): void {
  const { obs, obsSeq } = turn.state
  if (obsSeq !== obs.streamSeq) turn.set({ obsSeq: obs.streamSeq })
}

/** Times of automatic switches that still count for the governor. */
export const recentSwitches = (turn: Turn): readonly number[] =>
  turn.state.automaticSwitches.filter((time) => turn.at - time < turn.policy.failover.governorWindowMs)

/** Make sure that `from` no longer publishes. An OBS that cannot answer is not waited for: it stays owed a fence. */
function fence(turn: Turn, phase: Switching, from: SystemId): void {
  const reason: Reason = { code: 'fence', from, to: phase.to }
  if (from !== pushOf(turn.state) || inProgram(turn.state, from)) {
    awaitStop(turn, phase, turn.stop(from, 'abrupt', reason))
    return
  }
  const { causes, readinessCauses } = assessmentOf(turn.state, from, turn.at, turn.policy)
  const hung = [...causes, ...readinessCauses].some((cause) => cause.code === 'obs-hung')
  if (obsSurelyGone(turn.state)) {
    startTarget(turn, phase)
  } else if (turn.state.obs.gone) {
    // Its socket died and nothing more is known: there is nobody to tell, but it may come back.
    owe(turn, from, reason)
    startTarget(turn, phase)
  } else if (!obsMayPublish(turn.state)) {
    startTarget(turn, phase)
  } else if (hung) {
    turn.stop(from, 'abrupt', reason, false)
    owe(turn, from, reason)
    startTarget(turn, phase)
  } else {
    awaitStop(turn, phase, turn.stop(from, 'abrupt', reason))
  }
}

function awaitStop(turn: Turn, phase: Switching, commandId: number): void {
  const deadline = turn.at + turn.policy.failover.fenceMaxMs
  turn.phase({ ...phase, step: 'fence', commandId, retryAt: null, deadline })
}

/** Nobody else publishes, or the time to wait for it is over. */
export function startTarget(turn: Turn, phase: Switching): void {
  const wait = phase.overlap ? null : stopInTheWay(turn, phase.to)
  if (wait !== null) {
    const deadline = wait.givenAt + turn.policy.failover.fenceMaxMs
    turn.phase({ ...phase, step: 'fence', commandId: wait.commandId, retryAt: null, deadline })
    return
  }
  const push = isPush(turn.state, phase.to)
  if (push && turn.state.obs.phase === 'stopping' && stillPatient(turn, phase)) {
    turn.phase({ ...phase, step: 'fence', commandId: null, retryAt: turn.at + stoppingLookMs })
    return
  }
  const attempt = phase.attempt + 1
  if (push && !inProgram(turn.state, phase.to)) {
    // Putting OBS on air settles what it was owed.
    turn.set({ owedFence: false })
    accountForObs(turn)
    // A second StartStream while OBS connects can crash it (docs/facts/obs.md 4.2); the user's own start does as well.
    if (obsPublishes(turn.state)) {
      proveTarget(turn, { ...phase, attempt })
      return
    }
  }
  const { commandId, deadlineMs } = giveStart(turn, phase.to, phase.overlap, {
    code: 'start',
    from: phase.from,
    to: phase.to,
    attempt,
  })
  const deadline = turn.at + deadlineMs + portGraceMs
  turn.phase({ ...phase, step: 'start', attempt, commandId, retryAt: null, deadline })
}

/** OBS refuses a start while it stops (up to 30 s: docs/facts/obs.md 4.1 and 4.3): look again this often. */
const stoppingLookMs = 250

const stillPatient = (turn: Turn, phase: Switching): boolean =>
  turn.at - phase.since < turn.policy.failover.obsStartTimeoutMs

/** One start attempt under a new lease. */
export function giveStart(
  turn: Turn,
  system: SystemId,
  overlap: boolean,
  reason: Reason,
): { readonly commandId: number; readonly deadlineMs: number } {
  const { obsStartTimeoutMs, startTimeoutMs } = turn.policy.failover
  const warm = inProgram(turn.state, system) && feedReady(turn.state, system, turn.at, turn.policy)
  const deadlineMs = isPush(turn.state, system) && !warm ? obsStartTimeoutMs : startTimeoutMs
  const generation = turn.lease()
  const commandId = turn.give({ kind: 'start', system, generation, overlap, deadlineMs }, reason)
  return { commandId, deadlineMs }
}

/** Look for its media at the far end. An OBS that still connects (a stream delay, a slow ingest) gets the time of a start. */
export function giveProve(
  turn: Turn,
  system: SystemId,
): { readonly commandId: number; readonly deadlineMs: number } {
  const { obsStartTimeoutMs, proofTimeoutMs } = turn.policy.failover
  const connecting = isPush(turn.state, system) && turn.state.obs.phase === 'starting'
  const deadlineMs = connecting ? obsStartTimeoutMs : proofTimeoutMs
  const commandId = turn.give({ kind: 'prove', system, deadlineMs }, { code: 'prove', system })
  return { commandId, deadlineMs }
}

export function proveTarget(turn: Turn, phase: Switching): void {
  const { commandId, deadlineMs } = giveProve(turn, phase.to)
  const deadline = turn.at + deadlineMs + portGraceMs
  turn.phase({ ...phase, step: 'prove', commandId, retryAt: null, deadline })
}
