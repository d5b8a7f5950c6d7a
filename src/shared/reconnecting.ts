import type { PhaseView, Snapshot } from './snapshot'

export type Reconnecting = Extract<PhaseView, { readonly kind: 'reconnecting' }>

/**
 * Is the system that carries the stream without a session at any destination? By the phase, or by what the destinations
 * themselves show, which is newer: nothing may look on air that none of them has.
 */
export function reconnectingOf({ phase, program }: Pick<Snapshot, 'phase' | 'program'>): Reconnecting | null {
  if (phase.kind === 'reconnecting') return phase
  if (phase.kind !== 'on-air' || program === undefined || program.destinations.length === 0) return null
  const up = program.destinations.filter(({ leg }) => leg === 'up' || leg === 'stalled')
  if (up.some(({ confirmed }) => confirmed !== false)) return null
  const { system, sinceWall } = phase
  const problem = program.destinations[0]?.problem ?? null
  return { kind: 'reconnecting', system, sinceWall, settling: up.length > 0, problem }
}
