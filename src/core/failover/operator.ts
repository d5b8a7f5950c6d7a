import type { OperatorEvent } from '../events'
import { problem, type ProblemCode } from '../problem'
import type { SystemId } from '../words'
import type { Reason } from './commands'
import { beginSwitch, onAir } from './switching'
import type { Switching } from './state'
import { assessmentOf, isPush, obsPublishes } from './systems'
import type { Turn } from './turn'

/** The operator wins (law 3): commands are carried out under a hold and while disarmed; what cannot be done is refused in words. */
export function operate(turn: Turn, event: OperatorEvent): void {
  const { command } = event
  switch (command.kind) {
    case 'arm':
      turn.set({ armed: true })
      return
    case 'disarm':
      turn.set({ armed: false })
      return
    case 'hold':
      turn.set({
        hold: { since: turn.at, until: command.forMs === null ? null : turn.at + command.forMs },
      })
      return
    case 'release':
      turn.set({ hold: null, automaticSwitches: [] })
      return
    case 'go-live':
      goLive(turn)
      return
    case 'switch':
      switchTo(turn, command.to)
      return
    case 'end-stream':
      endStream(turn)
      return
  }
}

function refuse(
  turn: Turn,
  command: string,
  code: ProblemCode,
  params?: Readonly<Record<string, string | number>>,
): void {
  turn.tell(
    { code: 'refused', command, problem: problem(code, params) },
    { code: 'operator', asked: command },
  )
}

function goLive(turn: Turn): void {
  const { phase, lineup } = turn.state
  const primary = lineup[0]
  if (primary === undefined) return refuse(turn, 'go-live', 'refused-unknown-system', { system: '' })
  if (phase.kind !== 'offline') return refuse(turn, 'go-live', 'refused-busy')
  if (!canStart(turn, primary.id)) return refuse(turn, 'go-live', 'refused-not-ready', { system: primary.id })
  if (turn.state.autoArm) turn.set({ armed: true })
  beginSwitch(turn, null, primary.id, { code: 'operator', asked: 'go-live' }, 'operator')
}

function switchTo(turn: Turn, to: SystemId): void {
  const { phase, lineup } = turn.state
  const asked = `switch ${to}`
  const reason: Reason = { code: 'operator', asked }
  if (!lineup.some((entry) => entry.id === to)) {
    return refuse(turn, asked, 'refused-unknown-system', { system: to })
  }
  switch (phase.kind) {
    case 'offline':
    case 'ending':
      return refuse(turn, asked, 'refused-no-stream')
    case 'adopting':
      return refuse(turn, asked, 'refused-busy')
    case 'on-air':
      if (phase.system === to) return
      if (!canStart(turn, to)) return refuse(turn, asked, 'refused-not-ready', { system: to })
      beginSwitch(turn, phase.system, to, reason, 'operator')
      return
    case 'switching':
      if (phase.to === to) return
      if (!canStart(turn, to)) return refuse(turn, asked, 'refused-not-ready', { system: to })
      supersede(turn, phase, to, reason)
      return
    case 'dark':
      if (!canStart(turn, to)) return refuse(turn, asked, 'refused-not-ready', { system: to })
      beginSwitch(turn, phase.trying, to, reason, 'operator')
      return
  }
}

/** A switch is under way and another is asked for: whoever may publish by now is the one to fence. */
function supersede(turn: Turn, phase: Switching, to: SystemId, reason: Reason): void {
  if (!phase.overlap || phase.from === null) {
    beginSwitch(turn, phase.step === 'fence' ? phase.from : phase.to, to, reason, 'operator')
    return
  }
  turn.stop(phase.to, 'abrupt', reason)
  if (phase.from === to) turn.phase(onAir(turn, to, null, false))
  else beginSwitch(turn, phase.from, to, reason, 'operator')
}

/** An operator may ask for a system whose health is not known, never for one that is known not to be able. */
function canStart(turn: Turn, system: SystemId): boolean {
  const { readiness } = assessmentOf(turn.state, system, turn.at, turn.policy)
  return isPush(turn.state, system) ? readiness === 'ready' : readiness !== 'not-ready'
}

function endStream(turn: Turn): void {
  const { phase } = turn.state
  if (phase.kind === 'offline' || phase.kind === 'ending')
    return refuse(turn, 'end-stream', 'refused-no-stream')
  const reason: Reason = { code: 'stream-ended', how: 'operator' }
  const owners = new Set<SystemId>()
  if (phase.kind === 'on-air') owners.add(phase.system)
  if (phase.kind === 'switching') {
    owners.add(phase.to)
    if (phase.from !== null) owners.add(phase.from)
  }
  if (phase.kind === 'dark') owners.add(phase.trying ?? phase.wanted)
  if (phase.kind === 'adopting') for (const entry of turn.state.lineup) owners.add(entry.id)
  const push = turn.state.lineup.find((entry) => entry.kind === 'push')
  if (push !== undefined && obsPublishes(turn.state)) owners.add(push.id)
  const waiting = [...owners].map((system) => turn.stop(system, 'clean', reason))
  turn.phase({ kind: 'ending', until: turn.at + endTimeoutMs, waiting })
}

/** A normal stop drains for up to 30 s (rtmp-stream.c); black-holed 12-15 s. After that the stream counts as ended. */
const endTimeoutMs = 35_000
