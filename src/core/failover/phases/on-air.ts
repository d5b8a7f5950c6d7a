import { obsAbsent, type Cause, type CauseCode } from '../../health'
import type { SystemId, Verdict } from '../../words'
import type { NotSwitched } from '../not-switched'
import { dark, onAir } from './phase'
import type { OnAir, State } from '../state'
import { accountForObs, beginSwitch, recentSwitches } from './switching'
import { assessmentOf, candidates, isPush, pullPublishes, pushOf, startedInObs } from '../systems'
import type { Turn } from '../turn'

/** No stream: OBS going live by itself is the start of one. */
export function watchOffline(turn: Turn): void {
  const obs = pushOf(turn.state)
  if (obs === null || !startedInObs(turn.state) || turn.state.obs.phase === 'starting') return
  if (turn.state.autoArm) turn.set({ armed: true })
  accountForObs(turn)
  turn.phase(onAir(turn.at, obs, null, false))
  turn.tell({ code: 'stream-started', system: obs }, { code: 'operator', asked: 'start in OBS' })
}

/** The system on air: did the user end the stream, is it bad, is somebody ready to take over? */
export function watchOnAir(turn: Turn, phase: OnAir): void {
  const obs = pushOf(turn.state)
  if (phase.system === obs) {
    if (streamEnded(turn)) return
    accountForObs(turn)
  } else if (obs !== null && startedInObs(turn.state)) {
    beginSwitch(turn, {
      from: phase.system,
      to: obs,
      reason: { code: 'started-in-obs' },
      origin: 'operator',
      fallback: phase.system,
    })
    return
  }
  judge(turn, phase)
}

/**
 * A stream that the user stopped in OBS is over, not failed (law 3). So is one that nobody saw end: OBS was found
 * without a stream, or without an OBS, after a restart. That is said loudly.
 */
function streamEnded(turn: Turn): boolean {
  const { end, phase } = turn.state.obs
  const absent = phase === 'unknown' && obsAbsent(turn.state.obs)
  const unseen = end === null && (phase === 'inactive' || absent)
  if (unseen) {
    endedInObs(turn, 'user', false)
    return true
  }
  if (phase !== 'inactive' || end === null || (end.how !== 'user' && end.how !== 'quit')) return false
  endedInObs(turn, end.how, end.how === 'quit' || end.certain)
  return true
}

export function endedInObs(turn: Turn, how: 'user' | 'quit', certain: boolean): void {
  accountForObs(turn)
  turn.phase({ kind: 'offline', lastEnd: how })
  turn.tell({ code: 'stream-ended', how, certain }, { code: 'stream-ended', how })
}

interface Judgement {
  readonly verdict: Verdict
  readonly causes: readonly Cause[]
  /** It positively does not publish, and neither broke nor was ended by the user: starting it again is no switch. */
  readonly silent: boolean
}

/**
 * A pull whose publisher is not there any more for this long was stopped behind our back (its ingest was restarted), or
 * its connection ended and nobody but us begins another.
 */
const silentMs = 1_000

/** Its health; and on air, not publishing at all is bad, whatever the reason. */
function judgement(turn: Turn, phase: OnAir): Judgement {
  const { verdict, causes } = assessmentOf(turn.state, phase.system, turn.at, turn.policy)
  if (isPush(turn.state, phase.system)) {
    const { obs } = turn.state
    const running = obs.phase !== 'inactive' && obs.phase !== 'unknown'
    if (running || obs.end === null) return { verdict, causes, silent: false }
    if (obs.end.how === 'failed') return { verdict: 'bad', causes: [{ code: obs.end.cause }], silent: false }
    // A late stop of ours took it off.
    return { verdict: 'bad', causes: [{ code: 'output-lost' }], silent: true }
  }
  return pullIsSilent(turn.state, phase)
    ? { verdict: 'bad', causes: [{ code: 'publish-failed' }], silent: true }
    : { verdict, causes, silent: false }
}

function pullIsSilent(state: State, phase: OnAir): boolean {
  const seen = state.publishing[phase.system]
  if (seen === undefined || seen.stale || pullPublishes(state, phase.system)) return false
  return seen.at - Math.max(seen.since, phase.since) >= silentMs
}

function judge(turn: Turn, phase: OnAir): void {
  const { verdict, causes, silent } = judgement(turn, phase)
  const cause = causes[0]
  if (verdict === 'bad' && cause !== undefined) {
    onAirBad(turn, phase, cause, silent)
    return
  }
  if (verdict === 'good' && phase.badSince !== null) {
    tellGood(turn, phase)
    return
  }
  watchBlind(turn, phase, verdict === 'unknown', causes)
}

/** Well again. */
export function tellGood(turn: Turn, phase: OnAir): void {
  turn.phase({ ...phase, badSince: null, badCause: null, notSwitched: null, blindTold: false })
  turn.tell(
    { code: 'on-air-good', system: phase.system },
    { code: 'verdict-bad', system: phase.system, cause: phase.badCause ?? 'no-sample' },
  )
}

export function watchBlind(turn: Turn, phase: OnAir, unknown: boolean, causes: readonly Cause[]): void {
  const blind = causes.find((cause) => blindCauses.has(cause.code))
  if (unknown && blind !== undefined && !phase.blindTold) {
    turn.phase({ ...phase, blindTold: true })
    turn.tell(
      { code: 'monitor-blind', system: phase.system },
      { code: 'verdict-bad', system: phase.system, cause: blind.code },
    )
  } else if (!unknown && phase.blindTold) {
    turn.phase({ ...phase, blindTold: false })
  }
}

const blindCauses: ReadonlySet<CauseCode> = new Set([
  'monitor-blind',
  'obs-unreachable',
  'ingest-stale',
  'program-stale',
])

function onAirBad(turn: Turn, before: OnAir, cause: Cause, silent: boolean): void {
  const { system } = before
  const reason = { code: 'verdict-bad', system, cause: cause.code } as const
  const phase = tellBad(turn, before, cause)
  const next = candidates(turn.state, turn.at, turn.policy, [system])[0]
  const because = whyNot(turn, phase, next)
  if (because === null && next !== undefined) {
    beginSwitch(turn, { from: system, to: next, reason, origin: 'automatic' })
    return
  }
  if (silent) {
    // It says that it does not publish; told, it cannot come back unasked either.
    turn.stop(system, 'abrupt', reason)
    turn.phase(dark(turn.at, system))
    return
  }
  // Settling is over in seconds by itself.
  if (because === null || because === 'settling') return
  notSwitched(turn, phase, cause, because)
}

/** A bad verdict is told once; gives the phase that remembers it. */
export function tellBad(turn: Turn, phase: OnAir, cause: Cause): OnAir {
  if (phase.badSince !== null) return phase
  const { system } = phase
  turn.tell(
    { code: 'on-air-bad', system, cause: cause.code },
    { code: 'verdict-bad', system, cause: cause.code },
  )
  const bad = { ...phase, badSince: turn.at, badCause: cause.code }
  turn.phase(bad)
  return bad
}

/** Why nothing is switched is told once, until it is another reason. */
export function notSwitched(turn: Turn, phase: OnAir, cause: Cause, because: NotSwitched): void {
  if (phase.notSwitched === because) return
  const { system } = phase
  const reason = { code: 'verdict-bad', system, cause: cause.code } as const
  turn.phase({ ...phase, notSwitched: because })
  turn.tell({ code: 'not-switched', system, cause: cause.code, because }, reason)
  if (because === 'governor') {
    turn.tell({ code: 'governor-holds', switches: recentSwitches(turn).length }, reason)
  }
}

/** What speaks against an automatic switch now; null: nothing. Without `next`: against any. */
export function whyNot(turn: Turn, phase: OnAir, ...to: readonly [next?: SystemId]): NotSwitched | null {
  const { failover } = turn.policy
  if (turn.state.hold !== null) return 'hold'
  if (!turn.state.armed) return 'not-armed'
  if (phase.switched && turn.at - phase.since < failover.settleMs) return 'settling'
  if (recentSwitches(turn).length >= failover.governorMaxSwitches) return 'governor'
  if (to.length > 0 && to[0] === undefined)
    return turn.state.lineup.length > 1 ? 'backup-not-ready' : 'no-candidate'
  return null
}
