import type { CauseCode } from '../../health'
import type { Problem } from '../../problem'
import type { ProgramCut } from '../../program'
import type { ProofKind, SystemId } from '../../words'
import { settling } from '../outage'
import { onAir } from '../phases/phase'
import { setProgram } from './observe'
import { carries, inProgram, obsLeaves } from './systems'
import { tellBad } from '../phases/on-air'
import type { OnAir, Switching } from '../state'
import { beginSwitch, recentSwitches } from '../phases/switching'
import { assessmentOf, candidates, entryOf, isPush } from '../systems'
import type { Turn } from '../turn'

/** After the feed of OBS ended: how long its word is waited for, because a user's stop looks the same. */
const wordMs = 500
/** A cut begins on a kept picture, at once; or on the feed's next keyframe, which is not waited for any longer. */
const pictureMs = 1_000
/** OBS is stopping, or its log is being read. */
const stopMs = 3_000
/** A destination that is reconnected: one attempt of the carrier's. */
const anewMs = 10_000

/** A cut of the carrier that the core has not dealt with; null: there is none. */
export function openCut(turn: Turn): ProgramCut | null {
  const { status, cutSeq, stale } = turn.state.program
  const cut = status?.lastCut ?? null
  return cut === null || stale || cut.seq <= cutSeq ? null : cut
}

/** Deals with the carrier's cut. True: it is not clear yet what it means, or it has been made the core's own. */
export function digestCut(turn: Turn, phase: OnAir, cut: ProgramCut): boolean {
  const asked = cut.why === 'asked' || cut.to === phase.system || entryOf(turn.state, cut.to) === undefined
  if (asked) {
    settleCut(turn, cut)
    return false
  }
  if (mayBeUsersStop(turn, phase, cut)) return true
  if (cut.renewed === true && connectsAnew(turn)) {
    tellBad(turn, phase, { code: causeOf(turn, phase.system, cut) })
    return true
  }
  if (pictureAwaited(turn, cut)) return true
  adoptCut(turn, phase, cut)
  return true
}

export const settleCut = (turn: Turn, cut: ProgramCut): void => {
  setProgram(turn, { cutSeq: cut.seq, cutSeenAt: null })
}

/** The connection of OBS ended in good order, as when its user presses Stop: its own word is on its way. */
function mayBeUsersStop(turn: Turn, phase: OnAir, cut: ProgramCut): boolean {
  const { state } = turn
  if (!isPush(state, phase.system) || cut.why !== 'feed-ended') return false
  const waitedMs = turn.at - (state.program.cutSeenAt ?? turn.at)
  if (obsLeaves(state)) return waitedMs < stopMs
  return state.obs.link.state === 'connected' && state.obs.phase === 'active' && waitedMs < wordMs
}

/** What the cut cost is known with its first picture, which may come a moment after it. A new session has no such gap. */
function pictureAwaited(turn: Turn, { from, gapMs, renewed }: ProgramCut): boolean {
  const waitedMs = turn.at - (turn.state.program.cutSeenAt ?? turn.at)
  return gapMs === null && from !== null && renewed !== true && waitedMs < pictureMs
}

/** Viewers have the new system once the destination takes it in its new session; then, or when that takes too long, it is told. */
function connectsAnew(turn: Turn): boolean {
  const { status, cutSeenAt } = turn.state.program
  const arrives = status?.destinations[0]?.leg === 'up'
  return !arrives && turn.at - (cutSeenAt ?? turn.at) < anewMs
}

/** The switch has happened: it is told and counted like one of ours. */
function adoptCut(turn: Turn, before: OnAir, cut: ProgramCut): void {
  const { state } = turn
  const from = before.system
  const cause = causeOf(turn, from, cut)
  const reason = { code: 'verdict-bad', system: from, cause } as const
  tellBad(turn, before, { code: cause })
  turn.set({ automaticSwitches: [...recentSwitches(turn), turn.at] })
  const { to } = cut
  turn.tell({ code: 'switching', from, to, reason }, reason)
  const proof: ProofKind =
    state.program.status?.destinations[0]?.acknowledges === 'yes' ? 'acknowledged' : 'accepted'
  turn.phase(onAir(turn.at, to, { kind: proof, at: turn.at }, true))
  const tookMs = cut.gapMs ?? turn.at - (state.program.cutSeenAt ?? turn.at)
  turn.tell({ code: 'switched', from, to, proof, tookMs, ...settling(state, to) }, reason)
  settleCut(turn, cut)
  noteOwner(turn, to, true)
  const left = cut.why === 'feed-ended' && isPush(state, from)
  setProgram(turn, { obsLeftAt: left ? turn.at : null })
}

/** What its own monitor says of it is more telling than that media stopped. */
function causeOf(turn: Turn, from: SystemId, { why }: ProgramCut): CauseCode {
  const { verdict, causes } = assessmentOf(turn.state, from, turn.at, turn.policy)
  if (isPush(turn.state, from) && turn.state.obs.end?.how === 'quit') return 'obs-quit'
  const known = verdict === 'bad' ? causes[0]?.code : undefined
  return known ?? (why === 'feed-frozen' ? 'feed-frozen' : 'feed-ended')
}

/** Who is on air from now on, and did it come there by itself? What the operator chose is not undone by itself. */
export function noteOwner(turn: Turn, system: SystemId, automatic: boolean): void {
  if (turn.state.route !== 'program') return
  const first = turn.state.lineup[0]?.id
  setProgram(turn, {
    automatic: automatic && system !== first,
    obsLeftAt: null,
    offSince: null,
    // A short freeze need not have broken it: being well counts from here.
    firstReadySince: null,
  })
}

/** A switch inside the program: no fence, and what was on stays on until the other is there. */
export const isCut = (turn: Turn, { from, to }: Pick<Switching, 'from' | 'to'>): boolean =>
  inProgram(turn.state, from) && inProgram(turn.state, to)

/** The cut came to nothing: the next one that is ready, where it was by itself; else what was on stays on. */
export function giveUpCut(turn: Turn, phase: Switching, from: SystemId, problem: Problem): void {
  const reason = { code: 'switch-failed', to: phase.to, problem } as const
  turn.tell({ code: 'switch-failed', to: phase.to, problem }, reason)
  setProgram(turn, { firstReadySince: null })
  const free = turn.state.hold === null && turn.state.armed
  if (phase.origin === 'automatic') turn.set({ automaticSwitches: turn.state.automaticSwitches.slice(0, -1) })
  const failed = [...phase.failed, phase.to]
  const next = candidates(turn.state, turn.at, turn.policy, [...failed, from]).find((system) =>
    inProgram(turn.state, system),
  )
  const mustGo = phase.reason.code === 'verdict-bad' || phase.reason.code === 'switch-failed'
  if (free && mustGo && phase.origin === 'automatic' && next !== undefined) {
    beginSwitch(turn, { from, to: next, reason, origin: 'automatic', failed })
    return
  }
  turn.phase(onAir(turn.at, from, null, true))
}

/** The program goes on with what it has, as far as is known. */
export const stillCarried = (turn: Turn, system: SystemId): boolean =>
  carries(turn.state, system) || turn.state.program.stale
