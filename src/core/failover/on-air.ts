import { startedByOthers, type ObsHealth } from '../health/obs'
import type { CauseCode, Cause } from '../health'
import type { SystemId } from '../words'
import type { NotSwitched } from './commands'
import type { OnAir } from './state'
import { beginSwitch, onAir, recentSwitches } from './switching'
import { assessmentOf, candidates, isPush, pushOf } from './systems'
import type { Turn } from './turn'

/** No stream: OBS going live by itself is the start of one. */
export function watchOffline(turn: Turn, before: ObsHealth): void {
  const obs = pushOf(turn.state)
  if (obs === null || turn.state.obs.phase !== 'active') return
  // Seen active for the first time, or begun by somebody: a stream that we ended is not begun again by its last samples.
  if (before.phase === 'active' || before.phase === 'stopping') return
  streamStarted(turn, obs)
}

function streamStarted(turn: Turn, system: SystemId): void {
  const reason = { code: 'operator', asked: 'start in OBS' } as const
  if (turn.state.autoArm) turn.set({ armed: true })
  turn.set({ owedFence: false })
  turn.phase(onAir(turn, system, null, false))
  turn.tell({ code: 'stream-started', system }, reason)
}

/** The system on air: did the user end the stream, is it bad, is somebody ready to take over? */
export function watchOnAir(turn: Turn, phase: OnAir, before: ObsHealth): void {
  if (isPush(turn.state, phase.system)) {
    if (streamEnded(turn)) return
  } else if (obsStarted(turn, before)) {
    const obs = pushOf(turn.state)
    if (obs !== null) beginSwitch(turn, phase.system, obs, { code: 'started-in-obs' }, 'operator')
    return
  }
  judge(turn, phase)
}

/** A stream that the user stopped in OBS is over, not failed (law 3). */
function streamEnded(turn: Turn): boolean {
  const { end, phase } = turn.state.obs
  if (end === null || (end.how !== 'user' && end.how !== 'quit')) return false
  if (phase === 'active' || phase === 'reconnecting' || phase === 'starting') return false
  const how = end.how
  turn.phase({ kind: 'offline', lastEnd: how })
  turn.tell(
    { code: 'stream-ended', how, certain: end.how === 'quit' || end.certain },
    { code: 'stream-ended', how },
  )
  return true
}

/** Start was pressed in OBS, and it is not an OBS that takes the stream back by its own reconnect. */
export const obsStarted = (turn: Turn, before: ObsHealth): boolean =>
  !turn.state.owedFence && startedByOthers(before, turn.state.obs)

function judge(turn: Turn, phase: OnAir): void {
  const { verdict, causes } = assessmentOf(turn.state, phase.system, turn.at, turn.policy)
  const cause = causes[0]
  if (verdict === 'bad' && cause !== undefined) {
    onAirBad(turn, phase, cause)
    return
  }
  if (verdict === 'good' && phase.badSince !== null) {
    turn.phase({ ...phase, badSince: null, badCause: null, notSwitched: null, blindTold: false })
    turn.tell(
      { code: 'on-air-good', system: phase.system },
      { code: 'verdict-bad', system: phase.system, cause: phase.badCause ?? 'no-sample' },
    )
    return
  }
  watchBlind(turn, phase, verdict === 'unknown', causes)
}

function watchBlind(turn: Turn, phase: OnAir, unknown: boolean, causes: readonly Cause[]): void {
  const blind = unknown && causes.some((cause) => blindCauses.has(cause.code))
  if (blind && !phase.blindTold) {
    turn.phase({ ...phase, blindTold: true })
    turn.tell(
      { code: 'monitor-blind', system: phase.system },
      { code: 'verdict-bad', system: phase.system, cause: causes[0]?.code ?? 'monitor-blind' },
    )
  } else if (!unknown && phase.blindTold) {
    turn.phase({ ...phase, blindTold: false })
  }
}

const blindCauses: ReadonlySet<CauseCode> = new Set(['monitor-blind', 'obs-unreachable', 'ingest-stale'])

function onAirBad(turn: Turn, phase: OnAir, cause: Cause): void {
  const reason = { code: 'verdict-bad', system: phase.system, cause: cause.code } as const
  if (phase.badSince === null) {
    turn.tell({ code: 'on-air-bad', system: phase.system, cause: cause.code }, reason)
    phase = { ...phase, badSince: turn.at, badCause: cause.code }
    turn.phase(phase)
  }
  const next = candidates(turn.state, turn.at, turn.policy, [phase.system])[0]
  const because = whyNot(turn, phase, next)
  if (because === null && next !== undefined) {
    beginSwitch(turn, phase.system, next, reason, 'automatic')
    return
  }
  if (because === null || phase.notSwitched === because) return
  turn.phase({ ...phase, notSwitched: because })
  turn.tell({ code: 'not-switched', system: phase.system, cause: cause.code, because }, reason)
  if (because === 'governor') {
    turn.tell({ code: 'governor-holds', switches: recentSwitches(turn).length }, reason)
  }
}

/** What speaks against an automatic switch now; null: nothing. */
function whyNot(turn: Turn, phase: OnAir, next: SystemId | undefined): NotSwitched | null {
  const { failover } = turn.policy
  if (turn.state.hold !== null) return 'hold'
  if (!turn.state.armed) return 'not-armed'
  if (phase.switched && turn.at - phase.since < failover.settleMs) return 'settling'
  if (recentSwitches(turn).length >= failover.governorMaxSwitches) return 'governor'
  if (next === undefined) return turn.state.lineup.length > 1 ? 'backup-not-ready' : 'no-candidate'
  return null
}
