import type { LineupEntry } from '../events'
import type { Assessment } from '../health'
import { assessIngest } from '../health/ingest'
import { assessObs } from '../health/obs'
import type { Policy } from '../policy'
import type { SystemId } from '../words'
import { needsNewSession } from './program/format'
import { assessInProgram, carries, feedReady, inProgram, obsStartable } from './program/systems'
import { ingestHealth, type State } from './state'

export const entryOf = (state: State, system: SystemId): LineupEntry | undefined =>
  state.lineup.find((entry) => entry.id === system)

/** The push system of the lineup: OBS. */
export const pushOf = (state: State): SystemId | null =>
  state.lineup.find((entry) => entry.kind === 'push')?.id ?? null

export const isPush = (state: State, system: SystemId | null): boolean =>
  system !== null && entryOf(state, system)?.kind === 'push'

export function assessmentOf(state: State, system: SystemId, at: number, policy: Policy): Assessment {
  if (inProgram(state, system)) return assessInProgram(state, system, isPush(state, system), at, policy)
  return isPush(state, system)
    ? assessObs(state.obs, at, policy)
    : assessIngest(ingestHealth(state, system), at, policy)
}

/** Verdict, causes and readiness of every system of the lineup. */
export function assessments(
  state: State,
  at: number,
  policy: Policy,
): Readonly<Record<SystemId, Assessment>> {
  return Object.fromEntries(
    state.lineup.map((entry) => [entry.id, assessmentOf(state, entry.id, at, policy)]),
  )
}

/** OBS's stream goes out, or would by its own reconnect. */
export const obsPublishes = (state: State): boolean =>
  state.obs.phase === 'active' || state.obs.phase === 'reconnecting' || state.obs.phase === 'starting'

/** OBS cannot be said not to publish: it does, it is on its way out, nothing is known of it, or a start of ours has not shown yet. */
export const obsMayPublish = (state: State): boolean =>
  obsPublishes(state) ||
  state.obs.phase === 'stopping' ||
  state.obs.phase === 'unknown' ||
  state.obs.told?.what === 'start'

/**
 * There is no OBS process any more, so that nothing of it needs to be fenced. A websocket that refuses is not enough
 * where its death was not seen: the user may have turned the server off, and the stream goes on.
 */
export const obsSurelyGone = ({ obs }: State): boolean =>
  obs.link.state !== 'connected' &&
  (obs.process?.running === false || (obs.gone && obs.link.state === 'refused'))

/**
 * Somebody pressed Start in OBS, and that is not accounted for yet. An OBS that comes back by its own reconnect is not that;
 * nor is one that only feeds the program: that makes its feed warm, and takes nothing from anybody.
 */
export const startedInObs = (state: State): boolean =>
  !inProgram(state, pushOf(state)) &&
  obsPublishes(state) &&
  state.obs.startedBy === 'others' &&
  state.obs.streamSeq > state.obsSeq &&
  !state.owedFence

/** The pull system publishes (in the program: is on it) or goes on trying to, as far as its last status shows. */
export function pullPublishes(state: State, system: SystemId): boolean {
  if (inProgram(state, system)) return carries(state, system)
  const seen = state.publishing[system]
  if (seen === undefined || seen.stale || seen.leg === 'idle') return false
  return seen.leg !== 'failed' || seen.generation !== null
}

/** Does the system publish, as far as is known? */
export const publishes = (state: State, system: SystemId): boolean =>
  isPush(state, system) && !inProgram(state, system) ? obsPublishes(state) : pullPublishes(state, system)

/**
 * Who could take over now, in order of preference, standby pictures last. Law 4: only who is known good; the slate
 * counts as good when it is ready, and, where the policy says that a slate beats nothing, also when its readiness is
 * not known. Then whoever the program can carry only in a new session, which viewers see. An OBS that would first have to be told
 * to feed the program comes last of all.
 */
export function candidates(
  state: State,
  at: number,
  policy: Policy,
  except: readonly SystemId[],
): readonly SystemId[] {
  const others = state.lineup
    .filter((entry) => !except.includes(entry.id))
    .filter((entry) => !(entry.kind === 'push' && state.owedFence))
  const able = others.filter((entry) => {
    const { readiness } = assessmentOf(state, entry.id, at, policy)
    if (readiness === 'ready') return true
    return entry.kind === 'slate' && policy.failover.slateBeatsNothing && readiness === 'unknown'
  })
  const anew = others.filter((entry) => seenCut(state, entry.id, at, policy))
  return [
    ...able.filter((entry) => entry.kind !== 'slate'),
    ...able.filter((entry) => entry.kind === 'slate'),
    ...anew.filter((entry) => entry.kind !== 'slate'),
    ...anew.filter((entry) => entry.kind === 'slate'),
    ...state.lineup.filter((entry) => !except.includes(entry.id) && isColdObs(state, entry, at, policy)),
  ].map((entry) => entry.id)
}

/** The program can go on with it only in a new session: viewers see the break. */
export const seenCut = (state: State, system: SystemId, at: number, policy: Policy): boolean =>
  needsNewSession(assessmentOf(state, system, at, policy))

const isColdObs = (state: State, { id, kind }: LineupEntry, at: number, policy: Policy): boolean =>
  kind === 'push' &&
  inProgram(state, id) &&
  !feedReady(state, id, at, policy) &&
  obsStartable(state, at, policy)

/** An operator may ask for a system whose health is not known, never for one that is known not to be able. */
export function canStart(state: State, system: SystemId, at: number, policy: Policy): boolean {
  const { readiness } = assessmentOf(state, system, at, policy)
  if (inProgram(state, system)) {
    if (readiness === 'ready' || seenCut(state, system, at, policy)) return true
    if (isPush(state, system)) return obsStartable(state, at, policy)
    return readiness === 'unknown'
  }
  // OBS must at least be there to be told: the broadcast is not taken from another for one that cannot hear.
  if (isPush(state, system) && state.obs.link.state !== 'connected') return false
  return readiness !== 'not-ready'
}
