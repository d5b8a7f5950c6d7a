import type { ResultEvent } from '../events'
import { problem as coded, type Problem } from '../problem'
import type { Proof, SystemId } from '../words'
import type { Reason } from './commands'
import type { Switching } from './state'
import { assessmentOf, candidates, isPush, obsPublishes, pushOf } from './systems'
import type { Turn } from './turn'

/** A port that never answers is given up this long after its own deadline (law 8). */
const portGraceMs = 2_000

/**
 * Begin to hand the broadcast from `from` to `to`: fence, start, prove; where the destination takes a second publisher,
 * start, prove, fence.
 */
export function beginSwitch(
  turn: Turn,
  from: SystemId | null,
  to: SystemId,
  reason: Reason,
  origin: Switching['origin'],
  failed: readonly SystemId[] = [],
): void {
  if (origin === 'automatic') {
    turn.set({ automaticSwitches: [...recentSwitches(turn), turn.at] })
  }
  if (from !== null) turn.tell({ code: 'switching', from, to, reason }, reason)
  const takeover = turn.state.destination?.takeover.kind ?? 'none'
  const base: Switching = {
    kind: 'switching',
    from,
    to,
    step: 'fence',
    since: turn.at,
    reason,
    origin,
    overlap: takeover !== 'none' && from !== null,
    commandId: null,
    deadline: turn.at,
    attempt: 0,
    retryAt: null,
    problem: null,
    failed,
  }
  turn.phase(base)
  if (from === null || base.overlap) {
    startTarget(turn, base)
    return
  }
  fence(turn, base, from)
}

/** Times of automatic switches that still count for the governor. */
export const recentSwitches = (turn: Turn): readonly number[] =>
  turn.state.automaticSwitches.filter((time) => turn.at - time < turn.policy.failover.governorWindowMs)

/** Make sure that `from` no longer publishes. An OBS that cannot answer is not waited for: it stays owed a fence. */
function fence(turn: Turn, phase: Switching, from: SystemId): void {
  const reason: Reason = { code: 'fence', from, to: phase.to }
  if (isPush(turn.state, from)) {
    const { causes } = assessmentOf(turn.state, from, turn.at, turn.policy)
    const gone = causes.some((cause) => cause.code === 'obs-gone')
    const hung = causes.some((cause) => cause.code === 'obs-hung')
    if (!gone && !hung && !obsPublishes(turn.state) && turn.state.obs.phase !== 'stopping') {
      startTarget(turn, phase)
      return
    }
    if (gone || hung) {
      turn.stop(from, 'abrupt', reason)
      owe(turn, from, reason)
      startTarget(turn, phase)
      return
    }
  }
  const commandId = turn.stop(from, 'abrupt', reason)
  turn.phase({ ...phase, step: 'fence', commandId, deadline: turn.at + turn.policy.failover.fenceMaxMs })
}

/** Remember that OBS could not be fenced. */
function owe(turn: Turn, system: SystemId, reason: Reason): void {
  if (turn.state.owedFence) return
  turn.set({ owedFence: true })
  turn.tell({ code: 'fence-owed', system }, reason)
}

function startTarget(turn: Turn, phase: Switching): void {
  const push = isPush(turn.state, phase.to)
  // Putting OBS on air settles what it was owed.
  if (push) turn.set({ owedFence: false })
  const attempt = phase.attempt + 1
  const deadlineMs = push ? turn.policy.failover.obsStartTimeoutMs : turn.policy.failover.startTimeoutMs
  const generation = turn.lease()
  const commandId = turn.give(
    { kind: 'start', system: phase.to, generation, overlap: phase.overlap, deadlineMs },
    { code: 'start', from: phase.from, to: phase.to, attempt },
  )
  turn.phase({
    ...phase,
    step: 'start',
    attempt,
    commandId,
    retryAt: null,
    deadline: turn.at + deadlineMs + portGraceMs,
  })
}

function proveTarget(turn: Turn, phase: Switching): void {
  const deadlineMs = turn.policy.failover.proofTimeoutMs
  const commandId = turn.give(
    { kind: 'prove', system: phase.to, deadlineMs },
    { code: 'prove', system: phase.to },
  )
  turn.phase({ ...phase, step: 'prove', commandId, deadline: turn.at + deadlineMs + portGraceMs })
}

/** A result came for the command in flight. */
export function switchResult(turn: Turn, phase: Switching, event: ResultEvent): void {
  if (event.commandId !== phase.commandId) return
  const { outcome } = event
  switch (phase.step) {
    case 'fence':
      if (phase.from !== null) {
        if (outcome.ok) turn.stopped(phase.from)
        else if (isPush(turn.state, phase.from)) owe(turn, phase.from, phase.reason)
      }
      startTarget(turn, phase)
      return
    case 'start':
      if (!outcome.ok) {
        startFailed(turn, phase, outcome.problem)
      } else if (outcome.proof !== undefined && outcome.proof.kind !== 'accepted') {
        arrive(turn, phase, outcome.proof)
      } else {
        proveTarget(turn, phase)
      }
      return
    case 'prove':
      if (outcome.ok) arrive(turn, phase, outcome.proof ?? { kind: 'accepted', at: turn.at })
      else unproven(turn, phase, outcome.problem)
      return
  }
}

/** Deadlines and retries of a switch are met on every event that carries a time. */
export function switchTime(turn: Turn, phase: Switching): void {
  if (phase.retryAt !== null && turn.at >= phase.retryAt) {
    startTarget(turn, phase)
    return
  }
  if (phase.commandId === null || turn.at < phase.deadline) return
  switch (phase.step) {
    case 'fence':
      // A dying OBS may not hold up the backup for longer.
      if (phase.from !== null && isPush(turn.state, phase.from)) owe(turn, phase.from, phase.reason)
      startTarget(turn, phase)
      return
    case 'start':
      startFailed(turn, phase, coded('timeout', { what: phase.to }))
      return
    case 'prove':
      unproven(turn, phase, coded('proof-missing'))
      return
  }
}

/** OBS says all is well and no witness could see it: the weakest proof, and named so. */
function unproven(turn: Turn, phase: Switching, problem: Problem): void {
  const { verdict, causes } = assessmentOf(turn.state, phase.to, turn.at, turn.policy)
  const denied = causes.some((cause) => cause.code === 'far-end-silent')
  if (verdict === 'bad' || denied) {
    startFailed(turn, phase, problem)
    return
  }
  arrive(turn, phase, { kind: 'accepted', at: turn.at })
  turn.tell({ code: 'unproven', system: phase.to, problem }, phase.reason)
}

/** Problems of the destination, not of the system that tried: another system would meet the same. */
const destinationProblems: ReadonlySet<string> = new Set([
  'destination-unreachable',
  'destination-tls',
  'destination-closed',
  'destination-stalled',
  'destination-protocol',
  'timeout',
])

/** No use in trying again at once: the destination does not want this key. */
const refusals: ReadonlySet<string> = new Set([
  'destination-refused',
  'destination-auth',
  'destination-missing',
])

function startFailed(turn: Turn, phase: Switching, problem: Problem): void {
  const overdue = turn.at - phase.since >= turn.policy.failover.switchAlarmMs
  const push = isPush(turn.state, phase.to)
  if (phase.problem?.code !== problem.code) {
    turn.tell({ code: 'switch-failing', to: phase.to, problem }, phase.reason)
  }
  const busy = problem.code === 'destination-busy' || (push && problem.code === 'obs-start-failed')
  const retryable = busy || destinationProblems.has(problem.code)
  if (push && turn.at - phase.since >= turn.policy.failover.obsStartTimeoutMs) {
    giveUp(turn, phase, problem)
    return
  }
  if (!retryable || (overdue && !busy)) {
    giveUp(turn, phase, problem)
    return
  }
  const waits = turn.policy.failover.busyRetryMs
  const wait = waits[Math.min(phase.attempt - 1, waits.length - 1)] ?? 1_000
  turn.phase({ ...phase, step: 'start', commandId: null, problem, retryAt: turn.at + wait })
}

/** The target cannot do it. The one that was on air may, or the next that is known good; else nobody is on air. */
function giveUp(turn: Turn, phase: Switching, problem: Problem): void {
  const reason: Reason = { code: 'switch-failed', to: phase.to, problem }
  turn.tell({ code: 'switch-failed', to: phase.to, problem }, reason)
  const failed = [...phase.failed, phase.to]
  // OBS has its own way to the destination; for the others the destination is the same.
  const nobodyCould =
    !isPush(turn.state, phase.to) && (refusals.has(problem.code) || destinationProblems.has(problem.code))
  const next = nobodyCould ? undefined : candidates(turn.state, turn.at, turn.policy, failed)[0]
  if (phase.overlap && phase.from !== null && !failed.includes(phase.from)) {
    // The old one was never fenced: it still is on air.
    turn.stop(phase.to, 'abrupt', reason)
    turn.phase(onAir(turn, phase.from, null, false))
    return
  }
  if (next === undefined) {
    goDark(turn, phase.to, reason, problem)
    return
  }
  beginSwitch(turn, phase.to, next, reason, phase.origin === 'operator' ? 'operator' : 'automatic', failed)
}

/** Nobody is on air. Whoever failed must not publish late. */
export function goDark(turn: Turn, wanted: SystemId, reason: Reason, problem: Problem | null): void {
  turn.stop(wanted, 'abrupt', reason)
  turn.phase({
    kind: 'dark',
    since: turn.at,
    wanted,
    trying: null,
    commandId: null,
    deadline: turn.at,
    attempt: 0,
    retryAt: turn.at + (turn.policy.failover.busyRetryMs.at(-1) ?? 5_000),
    problem,
  })
}

/** Media is seen at the far end: the switch is done. */
function arrive(turn: Turn, phase: Switching, proof: Proof): void {
  turn.phase(onAir(turn, phase.to, proof, phase.from !== null))
  if (phase.from === null) {
    turn.tell({ code: 'stream-started', system: phase.to }, phase.reason)
  }
  turn.tell(
    { code: 'switched', from: phase.from, to: phase.to, proof: proof.kind, tookMs: turn.at - phase.since },
    phase.reason,
  )
  if (phase.overlap && phase.from !== null) {
    turn.stop(phase.from, 'abrupt', { code: 'fence', from: phase.from, to: phase.to })
    if (phase.from === pushOf(turn.state)) turn.set({ owedFence: obsPublishes(turn.state) })
  }
}

export function onAir(turn: Turn, system: SystemId, proof: Proof | null, switched: boolean) {
  return {
    kind: 'on-air',
    system,
    since: turn.at,
    proof,
    switched,
    badSince: null,
    badCause: null,
    notSwitched: null,
    blindTold: false,
  } as const
}
