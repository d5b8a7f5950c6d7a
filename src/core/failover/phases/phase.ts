import type { Problem } from '../../problem'
import type { Proof, SystemId } from '../../words'
import type { Dark, OnAir } from '../state'

/** `system` carries the stream from `at` on. `switched`: we put it there, so that it gets time to settle. */
export const onAir = (at: number, system: SystemId, proof: Proof | null, switched: boolean): OnAir => ({
  kind: 'on-air',
  system,
  since: at,
  proof,
  switched,
  badSince: null,
  badCause: null,
  notSwitched: null,
  blindTold: false,
})

/** Nobody is on air. Everybody may be tried at once, except who has just failed. */
export const dark = (
  at: number,
  wanted: SystemId,
  more: {
    readonly fallback?: SystemId | null
    readonly failed?: readonly SystemId[]
    readonly problem?: Problem | null
  } = {},
): Dark => ({
  kind: 'dark',
  since: at,
  wanted,
  fallback: more.fallback ?? null,
  trying: null,
  step: 'start',
  commandId: null,
  deadline: at,
  tried: Object.fromEntries((more.failed ?? []).map((system) => [system, { count: 1, at }])),
  problem: more.problem ?? null,
})
