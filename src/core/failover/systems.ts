import type { LineupEntry } from '../events'
import type { Assessment } from '../health'
import { assessIngest } from '../health/ingest'
import { assessObs } from '../health/obs'
import type { Policy } from '../policy'
import type { SystemId } from '../words'
import { ingestHealth, type State } from './state'

export const entryOf = (state: State, system: SystemId): LineupEntry | undefined =>
  state.lineup.find((entry) => entry.id === system)

/** The push system of the lineup: OBS. */
export const pushOf = (state: State): SystemId | null =>
  state.lineup.find((entry) => entry.kind === 'push')?.id ?? null

export const isPush = (state: State, system: SystemId | null): boolean =>
  system !== null && entryOf(state, system)?.kind === 'push'

export function assessmentOf(state: State, system: SystemId, at: number, policy: Policy): Assessment {
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

/**
 * Who could take over now, in order of preference. Law 4: only who is known good; the slate counts as good when it is
 * ready, and, where the policy says that a slate beats nothing, also when its readiness is not known.
 */
export function candidates(
  state: State,
  at: number,
  policy: Policy,
  except: readonly SystemId[],
): readonly SystemId[] {
  return state.lineup
    .filter((entry) => !except.includes(entry.id))
    .filter((entry) => !(entry.kind === 'push' && state.owedFence))
    .filter((entry) => {
      const { readiness } = assessmentOf(state, entry.id, at, policy)
      if (readiness === 'ready') return true
      return entry.kind === 'slate' && policy.failover.slateBeatsNothing && readiness === 'unknown'
    })
    .map((entry) => entry.id)
}
