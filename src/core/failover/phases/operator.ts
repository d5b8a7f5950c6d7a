import type { OperatorEvent } from '../../events'
import { problem, type ProblemCode } from '../../problem'
import type { SystemId } from '../../words'
import type { Reason } from '../commands'
import { fenceOverdue } from '../fences'
import { onAir } from './phase'
import type { Dark, OnAir, Phase, Switching } from '../state'
import { isCut } from '../program/cut'
import { accountForObs, beginSwitch } from './switching'
import { canStart, entryOf, isPush, obsPublishes, publishes, startedInObs } from '../systems'
import type { Turn } from '../turn'

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
  if (!canStart(turn.state, primary.id, turn.at, turn.policy))
    return refuse(turn, 'go-live', 'refused-not-ready', { system: primary.id })
  if (turn.state.autoArm) turn.set({ armed: true })
  const reason: Reason = { code: 'operator', asked: 'go-live' }
  beginSwitch(turn, { from: null, to: primary.id, reason, origin: 'operator', stream: 'begins' })
}

function switchTo(turn: Turn, to: SystemId): void {
  const { phase } = turn.state
  const entry = entryOf(turn.state, to)
  if (entry === undefined) return refuse(turn, 'switch', 'refused-unknown-system', { system: to })
  const asked = names[entry.kind]
  if (phase.kind === 'offline' || phase.kind === 'ending') return refuse(turn, asked, 'refused-no-stream')
  if (phase.kind === 'adopting') return refuse(turn, asked, 'refused-busy')
  if (aim(phase) === to) return
  const reason: Reason = { code: 'operator', asked }
  if (
    !(phase.kind === 'switching' && callsOff(turn, phase, to)) &&
    !canStart(turn.state, to, turn.at, turn.policy)
  ) {
    return refuse(turn, asked, 'refused-not-ready', { system: to })
  }
  switch (phase.kind) {
    case 'on-air':
      beginSwitch(turn, { from: phase.system, to, reason, origin: 'operator', fallback: phase.system })
      return
    case 'switching':
      supersede(turn, phase, to, reason)
      return
    case 'dark':
      beginSwitch(turn, { from: phase.trying, to, reason, origin: 'operator', fallback: phase.wanted })
      return
  }
}

/** What the buttons are called. */
const names = { push: 'obs-now', pull: 'backup-now', slate: 'slate' } as const

/** Who is on air or about to be. */
function aim(phase: OnAir | Switching | Dark): SystemId | null {
  switch (phase.kind) {
    case 'on-air':
      return phase.system
    case 'switching':
      return phase.to
    case 'dark':
      return phase.trying
  }
}

/** Back to the one that is just being left: it is not ready, and comes back all the same. */
const callsOff = (turn: Turn, phase: Switching, to: SystemId): boolean =>
  phase.from === to && (phase.step === 'fence' || stillOnAir(turn, phase))

/** The destination took a second publisher and the first goes on. */
const stillOnAir = (turn: Turn, { overlap, from }: Switching): boolean =>
  overlap && from !== null && publishes(turn.state, from) && !startedInObs(turn.state)

/** A switch is under way and another is asked for: whoever may publish by now is the one to fence. */
export function supersede(turn: Turn, phase: Switching, to: SystemId, reason: Reason): void {
  const { from, stream } = phase
  const origin = 'operator'
  if (isCut(turn, phase) && isCut(turn, { from, to })) {
    // What was on the program is on it still, or the other by now: another cut does either way.
    beginSwitch(turn, { from, to, reason, origin, stream, fallback: from })
    return
  }
  if (from !== null && stillOnAir(turn, phase)) {
    turn.stop(phase.to, 'abrupt', reason)
    if (from === to) turn.phase(onAir(turn.at, to, null, true))
    else beginSwitch(turn, { from, to, reason, origin, fallback: from })
    return
  }
  // It was not fenced yet, because the destination takes two.
  if (phase.overlap && from !== null && from !== to) turn.stop(from, 'abrupt', reason)
  // It was told to start once: a later wait for another's stop does not undo that.
  if (phase.step !== 'fence' || phase.attempt > 0) {
    beginSwitch(turn, { from: phase.to, to, reason, origin, stream, fallback: phase.fallback })
  } else if (from !== to) {
    beginSwitch(turn, { from, to, reason, origin, stream, fallback: from })
  } else {
    // Its stop is under way: it starts again once that has ended. A Start in OBS may have begun the other meanwhile.
    const other = publishes(turn.state, phase.to) ? phase.to : null
    beginSwitch(turn, { from: other, to, reason, origin, stream })
  }
}

function endStream(turn: Turn): void {
  const { phase } = turn.state
  if (phase.kind === 'offline' || phase.kind === 'ending')
    return refuse(turn, 'end-stream', 'refused-no-stream')
  const reason: Reason = { code: 'stream-ended', how: 'operator' }
  const waiting = turn.state.lineup
    .filter(
      ({ id }) =>
        owns(phase, id) ||
        publishes(turn.state, id) ||
        // It feeds the program while another is on it.
        (isPush(turn.state, id) && obsPublishes(turn.state)),
    )
    .map((entry) => turn.stop(entry.id, 'clean', reason))
  accountForObs(turn)
  turn.phase({ kind: 'ending', until: turn.at + endTimeoutMs, waiting })
}

/** Was the system told to publish? After a restart nobody knows, so everybody is stopped. */
function owns(phase: Phase, system: SystemId): boolean {
  switch (phase.kind) {
    case 'on-air':
      return phase.system === system
    case 'switching':
      return phase.to === system || phase.from === system
    case 'dark':
      return (phase.trying ?? phase.wanted) === system
    case 'adopting':
      return true
    case 'offline':
    case 'ending':
      return false
  }
}

/** A normal stop drains for up to 30 s (rtmp-stream.c); black-holed 12-15 s. After that the stream counts as ended. */
const endTimeoutMs = 35_000

/** Over once everybody has said goodbye, or nobody waits any longer; an OBS that did not is owed a fence. */
export function watchEnding(turn: Turn, phase: Extract<Phase, { readonly kind: 'ending' }>): void {
  if (phase.waiting.length > 0 && turn.at < phase.until) return
  const reason: Reason = { code: 'stream-ended', how: 'operator' }
  fenceOverdue(turn, reason)
  turn.phase({ kind: 'offline', lastEnd: 'operator' })
  turn.tell({ code: 'stream-ended', how: 'operator', certain: true }, reason)
}
