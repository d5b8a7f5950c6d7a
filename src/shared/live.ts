import type { Snapshot } from './snapshot'

/** Is a broadcast under way, as the engine says (`core/failover/live`)? One that is too old to say so is judged by its phase. */
export const isLive = ({ live, phase }: Pick<Snapshot, 'live' | 'phase'>): boolean =>
  live ?? phase.kind !== 'offline'
