import type { ResultEvent } from '../events'
import type { SystemId } from '../words'
import type { Reason } from './commands'
import { setProgram } from './program/observe'
import { onProgram, programLive } from './program/state'
import { inProgram } from './program/systems'
import type { State, Stop } from './state'
import {
  assessmentOf,
  isPush,
  obsMayPublish,
  obsPublishes,
  obsSurelyGone,
  pullPublishes,
  pushOf,
} from './systems'
import type { Turn } from './turn'

/** Law 1: who may not publish is told to stop, until it is seen not to. */

/** After a stop that failed: not at once again, the port may be failing fast. */
const failedStopMs = 1_000
/** After a stop that was confirmed: statuses sampled before it may still come in. */
const quietMs = 2_000

/** Remember that OBS could not be fenced: it is stopped as soon as it answers. */
export function owe(turn: Turn, system: SystemId, reason: Reason): void {
  // Inside the program it publishes to nobody but us.
  if (turn.state.owedFence || inProgram(turn.state, system)) return
  turn.set({ owedFence: true })
  turn.tell({ code: 'fence-owed', system }, reason)
}

/** A stop that whoever starts next has to wait for; null: none. OBS refuses a start while it stops, so it waits for its own too. */
export function stopInTheWay(turn: Turn, to: SystemId): Stop | null {
  const found = Object.entries(turn.state.stops).find(
    ([system, stop]) =>
      stop.commandId !== null &&
      stop.awaited &&
      turn.at < stop.givenAt + turn.policy.failover.fenceMaxMs &&
      (system !== to || isPush(turn.state, system)),
  )
  return found?.[1] ?? null
}

/** Systems that may publish now. */
function allowed(state: State): readonly (SystemId | null)[] {
  const { phase } = state
  switch (phase.kind) {
    case 'on-air':
      return [phase.system]
    case 'switching':
      return [phase.to, phase.step === 'fence' || phase.overlap ? phase.from : null]
    case 'dark':
      return [phase.trying]
    case 'offline':
    case 'ending':
    case 'adopting':
      return []
  }
}

/** A system that publishes though it should not is stopped; again when the stop came to nothing. */
export function stopStrays(turn: Turn): void {
  if (turn.state.phase.kind === 'adopting') return
  settleFence(turn)
  const may = allowed(turn.state)
  for (const entry of turn.state.lineup) {
    if (may.includes(entry.id) || inProgram(turn.state, entry.id)) continue
    const before = turn.state.stops[entry.id]
    if (before !== undefined && turn.at < before.until) continue
    const stray = entry.kind === 'push' ? obsIsStray(turn, entry.id) : pullPublishes(turn.state, entry.id)
    if (stray) turn.stop(entry.id, 'abrupt', { code: 'owed-fence' })
  }
  stopStrayProgram(turn, may)
}

/** The program is live though nobody of it may be on air: after a late start, or a stop that did not arrive. */
function stopStrayProgram(turn: Turn, may: readonly (SystemId | null)[]): void {
  const { state } = turn
  if (!programLive(state.program) || may.some((system) => inProgram(state, system))) return
  const members = state.lineup.filter((entry) => inProgram(state, entry.id)).map((entry) => entry.id)
  const told = members.some((system) => turn.at < (state.stops[system]?.until ?? 0))
  const system = onProgram(state.program) ?? members[0]
  if (!told && system !== undefined) turn.stop(system, 'abrupt', { code: 'owed-fence' })
}

/**
 * OBS publishes where another system is on air: because it was owed a fence, because its own reconnect brought back the
 * stream that we left, or because a start of ours came late. A stream that somebody else began is never ours to stop.
 */
function obsIsStray(turn: Turn, obs: SystemId): boolean {
  const { state } = turn
  if (!obsPublishes(state) || !obsAnswers(turn, obs)) return false
  if (state.owedFence) return true
  const late = state.obs.startedBy === 'ours'
  if (state.phase.kind === 'offline' || state.phase.kind === 'ending') {
    return late && state.obs.streamSeq > state.obsSeq
  }
  return late || state.obs.streamSeq <= state.obsSeq
}

/** A stop sent to an OBS that cannot hear it is lost. */
function obsAnswers(turn: Turn, obs: SystemId): boolean {
  if (turn.state.obs.link.state !== 'connected') return false
  const { causes } = assessmentOf(turn.state, obs, turn.at, turn.policy)
  return !causes.some((cause) => cause.code === 'obs-hung')
}

/** The debt is paid once OBS itself says that it does not publish, or is surely gone. */
function settleFence(turn: Turn): void {
  if (!turn.state.owedFence) return
  const { obs } = turn.state
  const says =
    obs.phase === 'inactive' &&
    obs.link.state === 'connected' &&
    obs.status !== null &&
    obs.status.at >= obs.link.at &&
    !obs.status.reply.active
  if (says || obsSurelyGone(turn.state) || pushOf(turn.state) === null) turn.set({ owedFence: false })
}

/** A stop has ended, well or not. */
export function stopResult(turn: Turn, event: ResultEvent): void {
  const found = Object.entries(turn.state.stops).find(([, stop]) => stop.commandId === event.commandId)
  if (found === undefined) return
  const [system, stop] = found
  const quiet = event.outcome.ok ? quietMs : failedStopMs
  turn.noteStop(system, { ...stop, commandId: null, until: turn.at + quiet })
  if (event.outcome.ok) {
    stopped(turn, system)
  } else if (system === pushOf(turn.state) && mayHaveEscaped(turn, system)) {
    owe(turn, system, { code: 'owed-fence' })
  }
}

/** OBS was told to stop, did not confirm it, and is not meant to be on air. */
const mayHaveEscaped = (turn: Turn, obs: SystemId): boolean =>
  !inProgram(turn.state, obs) &&
  meant(turn.state) !== obs &&
  obsMayPublish(turn.state) &&
  !obsSurelyGone(turn.state)

/** Who has the stream or is to get it. */
function meant(state: State): SystemId | null {
  const { phase } = state
  if (phase.kind === 'on-air') return phase.system
  if (phase.kind === 'switching') return phase.to
  return phase.kind === 'dark' ? phase.trying : null
}

/** What its last status said is from before. */
function stopped(turn: Turn, system: SystemId): void {
  const { status } = turn.state.program
  if (inProgram(turn.state, system)) {
    if (status !== null) setProgram(turn, { status: { ...status, live: false, onFeed: null } })
    return
  }
  const seen = turn.state.publishing[system]
  if (seen === undefined) return
  const idle = { ...seen, at: turn.at, since: turn.at, leg: 'idle', generation: null } as const
  turn.set({ publishing: { ...turn.state.publishing, [system]: idle } })
}

/** The time for a fence is over: what OBS does from now on is owed. */
export function fenceOverdue(turn: Turn, reason: Reason): void {
  const obs = pushOf(turn.state)
  const stop = obs === null ? undefined : turn.state.stops[obs]
  if (obs === null || stop === undefined || stop.commandId === null) return
  if (mayHaveEscaped(turn, obs)) owe(turn, obs, reason)
}
