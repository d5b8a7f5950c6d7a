import type { HostEvent, ObsEvent, TickEvent, WitnessEvent } from '../events'
import type { Policy } from '../policy'
import type { Assessment, ObsStreamEnd, ObsStreamPhase } from './types'

/** What is known of OBS and its stream. A serialisable value; `observeObs` makes the next one. */
export interface ObsHealth {
  readonly phase: ObsStreamPhase
  /** How the last stream ended; null while one runs or before the first. */
  readonly end: ObsStreamEnd | null
  /** The end is that of a first connect that failed: it never was on air. */
  readonly neverStarted: boolean
  /** Counts the streams seen; grows when one begins, not at a reconnect. */
  readonly streamSeq: number
  readonly startedBy: 'ours' | 'others' | null
}

/** What the core itself told OBS, so that a stop of ours is not the user's and a start of ours is not an "OBS now". */
export interface Told {
  readonly kind: 'told'
  readonly at: number
  readonly what: 'start' | 'stop'
}

export type ObsInput = ObsEvent | WitnessEvent | HostEvent | TickEvent | Told

/** Numbers for the page; null: not known. */
export interface ObsMetrics {
  readonly bitrateKbps: number | null
  /** 0..1 over the drop window. */
  readonly dropShare: number | null
  /** 0..1 */
  readonly congestion: number | null
  readonly fps: number | null
}

export function initialObsHealth(): ObsHealth {
  return { phase: 'unknown', end: null, neverStarted: false, streamSeq: 0, startedBy: null }
}

export function observeObs(health: ObsHealth, event: ObsInput, policy: Policy): ObsHealth {
  void event
  void policy
  return health
}

export function assessObs(health: ObsHealth, at: number, policy: Policy): Assessment {
  void health
  void at
  void policy
  return {
    verdict: 'unknown',
    causes: [{ code: 'no-sample' }],
    readiness: 'unknown',
    readinessCauses: [{ code: 'no-sample' }],
  }
}

export function obsMetrics(health: ObsHealth, at: number, policy: Policy): ObsMetrics {
  void health
  void at
  void policy
  return { bitrateKbps: null, dropShare: null, congestion: null, fps: null }
}

/** True when a stream began in `after` that we did not start and that is not a reconnect. */
export function startedByOthers(before: ObsHealth, after: ObsHealth): boolean {
  return after.streamSeq > before.streamSeq && after.startedBy === 'others'
}

/** Positive evidence that no OBS is there: its process is gone, or nothing listens. */
export function obsAbsent(health: ObsHealth): boolean {
  void health
  return false
}
