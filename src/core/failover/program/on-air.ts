import type { Cause } from '../../health'
import { endedInObs, notSwitched, tellBad, tellGood, watchBlind, whyNot } from '../phases/on-air'
import { dark, onAir } from '../phases/phase'
import { digestCut, noteOwner, openCut } from './cut'
import { cannotCure, destinationCause, destinationGood } from './destinations'
import { cutOrder } from './guard'
import { setProgram } from './observe'
import { feedReady, inProgram } from './systems'
import type { OnAir, State } from '../state'
import { accountForObs, beginSwitch, recentSwitches } from '../phases/switching'
import { assessmentOf, candidates, obsPublishes, pushOf, seenCut } from '../systems'
import type { Turn } from '../turn'

/** A status from before a start of ours may still come in. */
const statusLagMs = 500
/** Another feed on the program than ours, and nobody said so: then it is taken as found. */
const otherFeedMs = 1_500
/** The stop of a user and the end of its feed are one thing when they are no further apart. */
const sameStopMs = 5_000

/** Start was pressed in OBS while there is no stream, and its feed has come in: that goes live. */
export function watchProgramOffline(turn: Turn, obs: string): void {
  const { state } = turn
  const { streamSeq, startedBy } = state.obs
  if (!obsPublishes(state) || startedBy !== 'others' || streamSeq <= state.obsSeq) return
  if (!feedReady(state, obs, turn.at, turn.policy)) return
  if (state.autoArm) turn.set({ armed: true })
  accountForObs(turn)
  beginSwitch(turn, {
    from: null,
    to: obs,
    reason: { code: 'started-in-obs' },
    origin: 'operator',
    stream: 'begins',
  })
}

/** A system of the program is on air: did the user end the stream, did the carrier cut, is it bad, may the first come back? */
export function watchProgramOnAir(turn: Turn, phase: OnAir): void {
  accountForObs(turn)
  if (endedByUser(turn, phase)) return
  const cut = openCut(turn)
  if (cut !== null && digestCut(turn, phase, cut)) return
  if (programLost(turn, phase) || otherFeedFound(turn)) return
  judge(turn, phase)
  const after = turn.state.phase
  if (after.kind === 'on-air') watchReturn(turn, after)
}

/**
 * A stream that the user stopped in OBS is over (law 3), also when the carrier was faster and cut to a backup. OBS that is
 * *quit* while a backup takes its place is not the end: the program is there so that OBS can be restarted.
 */
function endedByUser(turn: Turn, phase: OnAir): boolean {
  const { obs, program } = turn.state
  const { end } = obs
  if (obs.phase !== 'inactive' || end === null) return false
  const carried = phase.system === pushOf(turn.state)
  const justLeft = program.obsLeftAt !== null && Math.abs(end.at - program.obsLeftAt) <= sameStopMs
  if (end.how === 'user' && (carried || justLeft)) {
    endProgram(turn, phase, 'user', end.certain)
    return true
  }
  if (end.how !== 'quit' || !carried || openCut(turn) !== null) return false
  if (whyNot(turn, { ...phase, switched: false }) === null && cutOrder(turn, phase.system).length > 0)
    return false
  endProgram(turn, phase, 'quit', true)
  return true
}

function endProgram(turn: Turn, phase: OnAir, how: 'user' | 'quit', certain: boolean): void {
  endedInObs(turn, how, certain)
  turn.stop(phase.system, 'clean', { code: 'stream-ended', how })
}

/** The carrier was started again, or its program was ended behind our back: nobody is on air. */
function programLost(turn: Turn, phase: OnAir): boolean {
  const { status, stale } = turn.state.program
  if (stale || status === null || status.live || status.at - phase.since < statusLagMs) return false
  tellBad(turn, phase, { code: 'program-stale' })
  turn.phase(dark(turn.at, phase.system))
  return true
}

/** Found on the program, and no cut of the carrier explains it: after a restart of the carrier, whoever was warm first. */
function otherFeedFound(turn: Turn): boolean {
  const { offSince, status } = turn.state.program
  const found = status?.onFeed ?? null
  if (offSince === null || found === null) return false
  if (turn.at - offSince < otherFeedMs || !inProgram(turn.state, found)) return true
  turn.phase(onAir(turn.at, found, null, true))
  noteOwner(turn, found, true)
  turn.tell({ code: 'adopted', system: found }, { code: 'adopt' })
  return true
}

function judge(turn: Turn, phase: OnAir): void {
  const { verdict, causes } = assessmentOf(turn.state, phase.system, turn.at, turn.policy)
  const cause = causes[0]
  const patient = destinationCause(turn)
  const quit = quitCause(turn.state, phase)
  if (quit !== null) feedBad(turn, phase, quit)
  else if (verdict === 'bad' && cause !== undefined) feedBad(turn, phase, cause)
  else if (patient !== null) cannotCure(turn, phase, patient)
  else if (verdict === 'good' && destinationGood(turn) && phase.badSince !== null) tellGood(turn, phase)
  else watchBlind(turn, phase, verdict === 'unknown', causes)
}

const quitCause = (state: State, phase: OnAir): Cause | null =>
  phase.system === pushOf(state) && state.obs.phase === 'inactive' && state.obs.end?.how === 'quit'
    ? { code: 'obs-quit' }
    : null

/** The system is bad: a cut cures that. Who is in the program first; a backup on a server by the direct rules. */
function feedBad(turn: Turn, before: OnAir, cause: Cause): void {
  const phase = tellBad(turn, before, cause)
  const others = candidates(turn.state, turn.at, turn.policy, [phase.system])
  const next =
    cutOrder(turn, phase.system).find((id) => !seenCut(turn.state, id, turn.at, turn.policy)) ?? others[0]
  const because = whyNot(turn, settled(phase), next)
  if (because === null && next !== undefined) {
    const reason = { code: 'verdict-bad', system: phase.system, cause: cause.code } as const
    beginSwitch(turn, { from: phase.system, to: next, reason, origin: 'automatic' })
    return
  }
  if (because === null || because === 'settling') return
  if (because === 'governor') setProgram(turn, { governorTold: true })
  notSwitched(turn, phase, cause, because)
}

/** A cut costs nothing, so that one that was proven need not settle; one that failed is not tried again at once. */
const settled = (phase: OnAir): OnAir => (phase.proof === null ? phase : { ...phase, switched: false })

/** Back to the first system, where nobody chose the other and it has been well for long enough. */
function watchReturn(turn: Turn, phase: OnAir): void {
  const { state, policy } = turn
  const { automatic, firstReadySince } = state.program
  const first = state.lineup[0]?.id
  if (!automatic || first === undefined || phase.system === first || !inProgram(state, first)) return
  if (!state.armed || state.hold !== null || firstReadySince === null) return
  if (turn.at - firstReadySince < policy.program.returnAfterMs) return
  if (recentSwitches(turn).length >= policy.failover.governorMaxSwitches) return
  beginSwitch(turn, {
    from: phase.system,
    to: first,
    reason: { code: 'returned', to: first },
    origin: 'automatic',
  })
}
