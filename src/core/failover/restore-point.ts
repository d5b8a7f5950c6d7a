import type { RestorePoint } from '../events'
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
    ...owner(state),
    generation: state.generation,
    owedFence: state.owedFence,
  }
}

/** Who is on air or meant to be. Going live is no stream yet. */
function owner(state: State): Pick<RestorePoint, 'onAir' | 'handover'> {
  const { phase } = state
  switch (phase.kind) {
    case 'on-air':
      return { onAir: phase.system }
    case 'switching':
      return phase.stream === 'begins' ? { onAir: null } : { onAir: phase.to, handover: true }
    case 'dark':
      return { onAir: phase.trying ?? phase.wanted, handover: true }
    case 'adopting':
      return { onAir: phase.onAir, ...(phase.handover ? { handover: true } : {}) }
    case 'offline':
    case 'ending':
      return { onAir: null }
  }
}
