import type { State } from '../../core/failover'
import type { Phase } from '../../core/failover/state'
import { pullPublishes } from '../../core/failover/systems'
import type { SystemId } from '../../core/words'

/** What the engine is at, as far as a change of the set-up has to respect it. */
export interface ChangeLimits {
  /** Between two systems: nothing may be changed under it. */
  readonly switching: boolean
  /** A stream is on air, or should be, or it is not known yet whether one is. */
  readonly mayBeLive: boolean
  /** Pull systems that are on air, that are meant to be, or that were found publishing. */
  readonly pulls: readonly SystemId[]
}

export function changeLimitsOf(state: State): ChangeLimits {
  const owner = ownerOf(state.phase)
  return {
    switching: isSwitching(state.phase),
    mayBeLive: state.phase.kind !== 'offline',
    pulls: state.lineup
      .filter(({ id, kind }) => kind !== 'push' && (id === owner || pullPublishes(state, id)))
      .map(({ id }) => id),
  }
}

/** Who is on air or was found there; null while nobody is. */
export function ownerOf(phase: Phase): SystemId | null {
  switch (phase.kind) {
    case 'on-air':
      return phase.system
    case 'adopting':
      return phase.onAir
    case 'switching':
    case 'dark':
    case 'offline':
    case 'ending':
      return null
  }
}

/** Orders are out whose results are still awaited. */
function isSwitching(phase: Phase): boolean {
  switch (phase.kind) {
    case 'switching':
    case 'ending':
      return true
    case 'dark':
      return phase.trying !== null
    case 'on-air':
    case 'adopting':
    case 'offline':
      return false
  }
}
