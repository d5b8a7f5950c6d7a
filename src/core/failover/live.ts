import { assertNever } from '../assert-never'
import type { Phase } from './state'

/**
 * Is a broadcast under way? The one meaning of "live" for every surface: somebody is on air, is meant to be, or was when the
 * engine before this one ended and nobody has found out yet that it is over. Whether media arrives is another question
 * (`outage.ts`): who reconnects, switches or is dark is live.
 */
export function isLivePhase(phase: Phase): boolean {
  switch (phase.kind) {
    case 'offline':
      return false
    case 'adopting':
      return phase.onAir !== null || phase.handover
    case 'on-air':
    case 'switching':
    case 'dark':
    case 'ending':
      return true
    default:
      return assertNever(phase, 'phase')
  }
}
