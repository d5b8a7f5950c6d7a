import type { ResultEvent } from '../events'
import type { ObsHealth } from '../health/obs'
import { problem as coded, type Problem } from '../problem'
import type { SystemId } from '../words'
import type { Dark } from './state'
import { obsStarted } from './on-air'
import { beginSwitch, onAir } from './switching'
import { candidates, isPush, pushOf } from './systems'
import type { Turn } from './turn'

/**
 * Nobody is on air and somebody should be: whoever is ready is tried in turn, the one that was wanted first. Under a
 * hold, or disarmed, only the one that was wanted.
 */
export function watchDark(turn: Turn, phase: Dark, before: ObsHealth): void {
  const obs = pushOf(turn.state)
  if (obs !== null && obsStarted(turn, before)) {
    beginSwitch(turn, phase.trying, obs, { code: 'started-in-obs' }, 'operator')
    return
  }
  if (phase.commandId !== null) {
    if (turn.at >= phase.deadline)
      tryFailed(turn, phase, coded('timeout', { what: phase.trying ?? phase.wanted }))
    return
  }
  if (turn.at < phase.retryAt) return
  const system = nextToTry(turn, phase)
  if (system === null) return
  const push = isPush(turn.state, system)
  const deadlineMs = push ? turn.policy.failover.obsStartTimeoutMs : turn.policy.failover.startTimeoutMs
  const generation = turn.lease()
  const attempt = phase.attempt + 1
  const commandId = turn.give(
    { kind: 'start', system, generation, overlap: false, deadlineMs },
    { code: 'start', from: null, to: system, attempt },
  )
  turn.phase({ ...phase, trying: system, commandId, attempt, deadline: turn.at + deadlineMs + 2_000 })
}

function nextToTry(turn: Turn, phase: Dark): SystemId | null {
  const free = turn.state.hold === null && turn.state.armed
  const ready = candidates(turn.state, turn.at, turn.policy, [])
  const order = [
    ...ready.filter((system) => system === phase.wanted),
    ...(free ? ready.filter((system) => system !== phase.wanted) : []),
  ]
  if (order.length === 0) return null
  return order[phase.attempt % order.length] ?? null
}

export function darkResult(turn: Turn, phase: Dark, event: ResultEvent): void {
  if (event.commandId !== phase.commandId || phase.trying === null) return
  if (!event.outcome.ok) {
    tryFailed(turn, phase, event.outcome.problem)
    return
  }
  const proof = event.outcome.proof ?? { kind: 'accepted', at: turn.at }
  const system = phase.trying
  turn.phase(onAir(turn, system, proof, true))
  turn.tell(
    { code: 'switched', from: null, to: system, proof: proof.kind, tookMs: turn.at - phase.since },
    { code: 'nobody-on-air' },
  )
}

function tryFailed(turn: Turn, phase: Dark, problem: Problem): void {
  const system = phase.trying ?? phase.wanted
  // One owner: what failed late must not come on air beside the next that is tried.
  turn.stop(system, 'abrupt', { code: 'switch-failed', to: system, problem })
  const waits = turn.policy.failover.busyRetryMs
  const wait = waits[Math.min(phase.attempt, waits.length - 1)] ?? 5_000
  turn.phase({ ...phase, trying: null, commandId: null, problem, retryAt: turn.at + wait })
  if (phase.problem?.code !== problem.code) {
    turn.tell({ code: 'switch-failing', to: system, problem }, { code: 'nobody-on-air' })
  }
}

/** Used by the restart of an engine that died in the middle of a switch: nobody was found on air. */
export function resume(turn: Turn, wanted: SystemId): void {
  turn.phase({
    kind: 'dark',
    since: turn.at,
    wanted,
    trying: null,
    commandId: null,
    deadline: turn.at,
    attempt: 0,
    retryAt: turn.at,
    problem: null,
  })
}
