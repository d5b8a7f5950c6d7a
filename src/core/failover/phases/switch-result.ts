import type { ResultEvent } from '../../events'
import { problem as coded, type Problem, type ProblemCode } from '../../problem'
import type { Proof, SystemId } from '../../words'
import type { Reason } from '../commands'
import { fenceOverdue } from '../fences'
import { settling } from '../outage'
import { dark, onAir } from './phase'
import { giveUpCut, isCut, noteOwner, stillCarried } from '../program/cut'
import { carries, inProgram } from '../program/systems'
import type { Switching } from '../state'
import { beginSwitch, proveTarget, startTarget } from './switching'
import { assessmentOf, candidates, isPush, publishes, pullPublishes } from '../systems'
import type { Turn } from '../turn'

/** A result came for the command in flight. */
export function switchResult(turn: Turn, phase: Switching, event: ResultEvent): void {
  if (event.commandId !== phase.commandId) return
  const { outcome } = event
  switch (phase.step) {
    case 'fence':
      // What could not be fenced is dealt with where stops end: an OBS is owed, a pull is stopped when it shows.
      startTarget(turn, phase)
      return
    case 'start':
      if (!outcome.ok) startFailed(turn, phase, outcome.problem)
      else if (outcome.proof !== undefined && outcome.proof.kind !== 'accepted')
        arrive(turn, phase, outcome.proof)
      else if (isCut(turn, phase)) arrive(turn, phase, outcome.proof ?? { kind: 'accepted', at: turn.at })
      else proveTarget(turn, phase)
      return
    case 'prove':
      if (!outcome.ok) unproven(turn, phase, outcome.problem)
      else if (publishesAlone(turn, phase.to) && !publishes(turn.state, phase.to))
        // Somebody else's media was seen.
        startFailed(turn, phase, coded('proof-missing'))
      else arrive(turn, phase, outcome.proof ?? { kind: 'accepted', at: turn.at })
      return
  }
}

/** Deadlines, retries and the alarm of a switch are met on every event, because every event carries a time. */
export function switchTime(turn: Turn, phase: Switching): void {
  if (!phase.alarmed && turn.at - phase.since >= turn.policy.failover.switchAlarmMs) {
    const problem = phase.problem ?? coded('timeout', { what: phase.to })
    turn.tell({ code: 'switch-failed', to: phase.to, problem }, phase.reason)
    phase = { ...phase, alarmed: true }
    turn.phase(phase)
  }
  if (phase.retryAt !== null && turn.at >= phase.retryAt) {
    startTarget(turn, phase)
    return
  }
  if (phase.step === 'prove' && publishesAlone(turn, phase.to) && turn.state.obs.phase === 'inactive') {
    // The ingest let it go again, or refused it; there is nothing left to prove.
    startFailed(turn, phase, coded('obs-start-failed'))
    return
  }
  if (phase.commandId === null || turn.at < phase.deadline) return
  switch (phase.step) {
    case 'fence':
      // A dying OBS may not hold up the backup for longer.
      fenceOverdue(turn, phase.reason)
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

/** An OBS that publishes by itself: its own word on that counts. */
const publishesAlone = (turn: Turn, system: SystemId): boolean =>
  isPush(turn.state, system) && !inProgram(turn.state, system)

/** It says that it publishes, and no witness could see it: the weakest proof, and named so. */
function unproven(turn: Turn, phase: Switching, problem: Problem): void {
  if (!credible(turn, phase.to)) {
    startFailed(turn, phase, problem)
    return
  }
  arrive(turn, phase, { kind: 'accepted', at: turn.at })
  turn.tell({ code: 'unproven', system: phase.to, problem }, phase.reason)
}

/** Nothing speaks against the word of a system that says it publishes. */
export function credible(turn: Turn, system: SystemId): boolean {
  const { verdict } = assessmentOf(turn.state, system, turn.at, turn.policy)
  if (verdict === 'bad') return false
  if (inProgram(turn.state, system)) return carries(turn.state, system)
  return isPush(turn.state, system)
    ? turn.state.obs.phase === 'active'
    : pullPublishes(turn.state, system) || (turn.state.publishing[system]?.stale ?? true)
}

/** Another attempt may meet something else: the destination, or a port that is in between. */
const retryable: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'destination-busy',
  'destination-unreachable',
  'destination-tls',
  'destination-closed',
  'destination-stalled',
  'destination-protocol',
  'stale-generation',
  'obs-busy',
  'obs-not-ready',
  'obs-start-failed',
  'obs-request-failed',
  'timeout',
])

/** Problems of the destination, not of the pull that tried: another pull would meet the same. OBS has its own way there. */
const destinationProblems: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'destination-refused',
  'destination-auth',
  'destination-missing',
  'destination-unreachable',
  'destination-tls',
  'destination-closed',
  'destination-stalled',
  'destination-protocol',
  'timeout',
])

/**
 * An OBS that cannot start is tried this often when somebody else could carry the stream meanwhile. It cannot say
 * whether it met the ghost of the backup (gone within seconds) or a wall; 4 attempts take some 5 s.
 */
const obsAttempts = 4

function startFailed(turn: Turn, phase: Switching, problem: Problem): void {
  const { from } = phase
  if (from !== null && isCut(turn, phase) && stillCarried(turn, from)) {
    giveUpCut(turn, phase, from, problem)
    return
  }
  if (phase.problem?.code !== problem.code) {
    turn.tell({ code: 'switch-failing', to: phase.to, problem }, phase.reason)
  }
  if (!retryable.has(problem.code) || enough(turn, phase, problem)) {
    giveUp(turn, phase, problem)
    return
  }
  const waits = turn.policy.failover.busyRetryMs
  const wait = waits[Math.min(phase.attempt - 1, waits.length - 1)] ?? 1_000
  turn.phase({ ...phase, step: 'start', commandId: null, problem, retryAt: turn.at + wait })
}

/** A ghost on the key goes away by itself, for as long as that takes; everything else only so long. */
function enough(turn: Turn, phase: Switching, problem: Problem): boolean {
  const elapsedMs = turn.at - phase.since
  if (!isPush(turn.state, phase.to)) {
    return problem.code !== 'destination-busy' && elapsedMs >= turn.policy.failover.switchAlarmMs
  }
  if (elapsedMs >= turn.policy.failover.obsStartTimeoutMs) return true
  return phase.attempt >= obsAttempts && nextAfter(turn, [...phase.failed, phase.to]).length > 0
}

const nextAfter = (turn: Turn, failed: readonly SystemId[]): readonly SystemId[] =>
  candidates(turn.state, turn.at, turn.policy, failed)

/** The target cannot do it. The one that was on air may, or the next that is known good; else nobody is on air. */
function giveUp(turn: Turn, phase: Switching, problem: Problem): void {
  const reason: Reason = { code: 'switch-failed', to: phase.to, problem }
  if (!phase.alarmed) turn.tell({ code: 'switch-failed', to: phase.to, problem }, reason)
  if (phase.stream === 'begins') {
    // There is no stream to save: the operator asked for this one.
    turn.stop(phase.to, 'abrupt', reason)
    turn.phase({ kind: 'offline', lastEnd: null })
    return
  }
  if (phase.overlap && phase.from !== null && publishes(turn.state, phase.from)) {
    // The old one was never fenced: it still is on air. Viewers saw no switch, so the governor counts none.
    turn.stop(phase.to, 'abrupt', reason)
    if (phase.origin === 'automatic') {
      turn.set({ automaticSwitches: turn.state.automaticSwitches.slice(0, -1) })
    }
    turn.phase(onAir(turn.at, phase.from, null, true))
    return
  }
  // It was never fenced, and cannot be said to be on air: whoever is next must not meet it.
  if (phase.overlap && phase.from !== null) turn.stop(phase.from, 'abrupt', reason)
  const failed = [...phase.failed, phase.to]
  const next = nextAfter(turn, failed).find((system) => mayTry(turn, phase, system, problem))
  if (next === undefined) {
    turn.stop(phase.to, 'abrupt', reason)
    const wanted = phase.fallback ?? phase.to
    turn.phase(dark(turn.at, wanted, { fallback: phase.to, failed, problem }))
    return
  }
  const { origin, fallback } = phase
  beginSwitch(turn, { from: phase.to, to: next, reason, origin, failed, fallback })
}

/** Under a hold, or disarmed, only the one goes back on air that the operator's own command took off. */
function mayTry(turn: Turn, phase: Switching, next: SystemId, problem: Problem): boolean {
  if (!isPush(turn.state, phase.to) && !isPush(turn.state, next) && destinationProblems.has(problem.code)) {
    return false
  }
  if (turn.state.hold === null && turn.state.armed) return true
  return next === phase.fallback
}

/** Media is seen at the far end: the switch is done. */
export function arrive(turn: Turn, phase: Switching, proof: Proof): void {
  const { from, to } = phase
  turn.phase(onAir(turn.at, to, proof, phase.stream === 'continues'))
  noteOwner(turn, to, phase.origin === 'automatic')
  if (phase.stream === 'begins') turn.tell({ code: 'stream-started', system: to }, phase.reason)
  const tookMs = turn.at - phase.since
  turn.tell(
    { code: 'switched', from, to, proof: proof.kind, tookMs, ...settling(turn.state, to) },
    phase.reason,
  )
  if (phase.overlap && from !== null && from !== to) {
    turn.stop(from, 'abrupt', { code: 'fence', from, to })
    fenceOverdue(turn, phase.reason)
  }
}
