import type { RestorePoint } from '../events'
import type { SystemId } from '../words'
import type { State } from './state'

/**
 * What must survive a crash, from the state. `wallOffsetMs` is wall clock minus the core's clock: a hold's end must
 * survive a reboot.
 */
export function restorePoint(state: State, wallOffsetMs: number): RestorePoint {
  return {
    armed: state.armed,
    hold:
      state.hold === null
        ? null
        : { untilWall: state.hold.until === null ? null : state.hold.until + wallOffsetMs },
    onAir: owner(state),
    generation: state.generation,
    owedFence: state.owedFence,
  }
}

/** Who is on air or meant to be. */
function owner(state: State): SystemId | null {
  switch (state.phase.kind) {
    case 'on-air':
      return state.phase.system
    case 'switching':
      return state.phase.to
    case 'dark':
      return state.phase.wanted
    case 'adopting':
      return state.phase.onAir
    case 'offline':
    case 'ending':
      return null
  }
}
