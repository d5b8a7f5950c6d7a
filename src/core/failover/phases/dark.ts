import type { ResultEvent } from '../../events'
import { problem as coded, type Problem } from '../../problem'
import type { Proof, SystemId } from '../../words'
import type { Reason } from '../commands'
import { stopInTheWay } from '../fences'
import { settling } from '../outage'
import { endedInObs } from './on-air'
import { onAir } from './phase'
import { noteOwner } from '../program/cut'
import { carries, inProgram } from '../program/systems'
import type { Dark } from '../state'
import { accountForObs, beginSwitch, giveProve, giveStart, portGraceMs } from './switching'
import { credible } from './switch-result'
import { candidates, isPush, obsPublishes, pushOf, startedInObs } from '../systems'
import type { Turn } from '../turn'

/**
 * Nobody is on air and somebody should be: whoever is found publishing has it; else whoever is ready is tried in turn,
 * the one that was wanted first. Under a hold, or disarmed, only those that the operator had on air.
 */
export function watchDark(turn: Turn, phase: Dark): void {
  const obs = pushOf(turn.state)
  if (obs !== null && startedInObs(turn.state) && phase.trying !== obs) {
    beginSwitch(turn, {
      from: phase.trying,
      to: obs,
      reason: { code: 'started-in-obs' },
      origin: 'operator',
      fallback: phase.wanted,
    })
    return
  }
  if (obs !== null && inProgram(turn.state, obs) && stoppedMeanwhile(turn, phase, obs)) return
  if (phase.trying !== null) {
    watchTry(turn, phase, phase.trying)
    return
  }
  const found = whoPublishes(turn)
  if (found !== null) {
    if (found === obs) accountForObs(turn)
    turn.phase(onAir(turn.at, found, null, true))
    noteOwner(turn, found, found !== phase.wanted || turn.state.program.automatic)
    turn.tell({ code: 'adopted', system: found }, { code: 'nobody-on-air' })
    return
  }
  const system = nextToTry(turn, phase)
  if (system === null || stopInTheWay(turn, system) !== null) return
  tryStart(turn, phase, system)
}

/** Its user stopped it while we tried to put its feed back on: over, not failed. */
function stoppedMeanwhile(turn: Turn, phase: Dark, obs: SystemId): boolean {
  const { end } = turn.state.obs
  if (phase.wanted !== obs || end?.how !== 'user' || end.at < phase.since) return false
  endedInObs(turn, 'user', end.certain)
  if (phase.trying !== null) turn.stop(phase.trying, 'clean', { code: 'stream-ended', how: 'user' })
  return true
}

function tryStart(turn: Turn, phase: Dark, system: SystemId): void {
  if (isPush(turn.state, system) && !inProgram(turn.state, system)) {
    turn.set({ owedFence: false })
    accountForObs(turn)
  }
  const attempt = (phase.tried[system]?.count ?? 0) + 1
  const reason: Reason = { code: 'start', from: null, to: system, attempt }
  const { commandId, deadlineMs } = giveStart(turn, system, false, reason)
  turn.phase({
    ...phase,
    trying: system,
    step: 'start',
    commandId,
    tried: { ...phase.tried, [system]: { count: attempt, at: turn.at } },
    deadline: turn.at + deadlineMs + portGraceMs,
  })
}

function watchTry(turn: Turn, phase: Dark, system: SystemId): void {
  const alone = isPush(turn.state, system) && !inProgram(turn.state, system)
  const lost = phase.step === 'prove' && alone && turn.state.obs.phase === 'inactive'
  if (lost) tryFailed(turn, phase, system, coded('obs-start-failed'))
  else if (turn.at < phase.deadline) return
  else if (phase.step === 'prove') unproven(turn, phase, system, coded('proof-missing'))
  else tryFailed(turn, phase, system, coded('timeout', { what: system }))
}

/** A system that publishes though nobody told it to (lately): the stream has it. Who is being stopped does not count. */
function whoPublishes(turn: Turn): SystemId | null {
  const { state } = turn
  const found = state.lineup.find((entry) => {
    const stop = state.stops[entry.id]
    if (stop !== undefined && turn.at < stop.until) return false
    if (inProgram(state, entry.id)) return carries(state, entry.id)
    if (entry.kind === 'push') return !state.owedFence && obsPublishes(state) && state.obs.phase === 'active'
    const seen = state.publishing[entry.id]
    return seen !== undefined && !seen.stale && seen.leg === 'up'
  })
  return found?.id ?? null
}

function nextToTry(turn: Turn, phase: Dark): SystemId | null {
  const waits = turn.policy.failover.busyRetryMs
  const free = turn.state.hold === null && turn.state.armed
  const due = candidates(turn.state, turn.at, turn.policy, []).filter((system) => {
    const tried = phase.tried[system]
    if (tried === undefined) return true
    return turn.at >= tried.at + (waits[Math.min(tried.count, waits.length) - 1] ?? 5_000)
  })
  const known = [phase.wanted, phase.fallback].find((system) => system !== null && due.includes(system))
  return known ?? (free ? due[0] : null) ?? null
}

export function darkResult(turn: Turn, phase: Dark, event: ResultEvent): void {
  const system = phase.trying
  if (event.commandId !== phase.commandId || system === null) return
  const { outcome } = event
  if (!outcome.ok) {
    if (phase.step === 'prove') unproven(turn, phase, system, outcome.problem)
    else tryFailed(turn, phase, system, outcome.problem)
  } else if (phase.step === 'prove' || (outcome.proof !== undefined && outcome.proof.kind !== 'accepted')) {
    recovered(turn, phase, system, outcome.proof ?? { kind: 'accepted', at: turn.at })
  } else {
    const { commandId, deadlineMs } = giveProve(turn, system)
    turn.phase({ ...phase, step: 'prove', commandId, deadline: turn.at + deadlineMs + portGraceMs })
  }
}

function recovered(turn: Turn, phase: Dark, system: SystemId, proof: Proof): void {
  turn.phase(onAir(turn.at, system, proof, true))
  noteOwner(turn, system, system !== phase.wanted || turn.state.program.automatic)
  turn.tell(
    {
      code: 'switched',
      from: null,
      to: system,
      proof: proof.kind,
      tookMs: turn.at - phase.since,
      ...settling(turn.state, system),
    },
    { code: 'nobody-on-air' },
  )
}

function unproven(turn: Turn, phase: Dark, system: SystemId, problem: Problem): void {
  if (!credible(turn, system)) {
    tryFailed(turn, phase, system, problem)
    return
  }
  recovered(turn, phase, system, { kind: 'accepted', at: turn.at })
  turn.tell({ code: 'unproven', system, problem }, { code: 'nobody-on-air' })
}

function tryFailed(turn: Turn, phase: Dark, system: SystemId, problem: Problem): void {
  // One owner: what failed late must not come on air beside the next that is tried.
  turn.stop(system, 'abrupt', { code: 'switch-failed', to: system, problem })
  const tried = { ...phase.tried, [system]: { count: phase.tried[system]?.count ?? 1, at: turn.at } }
  turn.phase({ ...phase, trying: null, commandId: null, tried, problem })
  if (phase.problem?.code !== problem.code) {
    turn.tell({ code: 'switch-failing', to: system, problem }, { code: 'nobody-on-air' })
  }
}
