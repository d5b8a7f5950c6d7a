import type { OffAirPoint, RestorePoint } from '../events'
import { offAirNow } from '../off-air/now'
import type { State } from './state'

/**
 * What must survive a crash, from the state. `wallOffsetMs` is wall clock minus the core's clock: a hold's end must
 * survive a reboot, and so must since when viewers have nothing. `at`: the core's clock now.
 */
export function restorePoint(state: State, wallOffsetMs: number, at: number): RestorePoint {
  const missing = offAirPoint(state, wallOffsetMs, at)
  return {
    armed: state.armed,
    hold:
      state.hold === null
        ? null
        : { untilWall: state.hold.until === null ? null : state.hold.until + wallOffsetMs },
    ...owner(state),
    generation: state.generation,
    owedFence: state.owedFence,
    ...(missing === null ? {} : { offAir: missing }),
  }
}

/** Down to the second before: clocks drift against each other, and the point is written whenever it changes. */
const toSecond = (wall: number): number => Math.floor(wall / 1_000) * 1_000

/** Null: media reaches viewers, or there is no stream. */
function offAirPoint(state: State, wallOffsetMs: number, at: number): OffAirPoint | null {
  const { phase, offAir } = state
  // Nobody of the engines until now knows more than the one before.
  const adopting = phase.kind === 'adopting' && offAir.restored ? { since: offAir.sentAt } : null
  const now = adopting ?? offAirNow(state, at)
  if (now === null) return null
  const wallOf = (moment: number | null): number | null =>
    moment === null ? null : toSecond(moment + wallOffsetMs)
  return { sinceWall: wallOf(now.since), noticedWall: wallOf(offAir.noticedAt), of: offAir.of }
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
