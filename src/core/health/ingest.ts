import type { HostEvent, IngestStatusEvent, TickEvent } from '../events'
import type { Policy } from '../policy'
import type { Assessment } from './types'

/** What is known of one pull ingest's system. */
export interface IngestHealth {
  readonly last: IngestStatusEvent | null
}

export type IngestInput = IngestStatusEvent | HostEvent | TickEvent

export interface IngestMetrics {
  readonly bitrateKbps: number | null
  /** Dropped frames since start. */
  readonly droppedFrames: number | null
  readonly acknowledgedAgeMs: number | null
}

export function initialIngestHealth(): IngestHealth {
  return { last: null }
}

/** Only events of this system may be handed in. */
export function observeIngest(health: IngestHealth, event: IngestInput, policy: Policy): IngestHealth {
  void policy
  return event.kind === 'ingest-status' ? { ...health, last: event } : health
}

export function assessIngest(health: IngestHealth, at: number, policy: Policy): Assessment {
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

export function ingestMetrics(health: IngestHealth, at: number, policy: Policy): IngestMetrics {
  void health
  void at
  void policy
  return { bitrateKbps: null, droppedFrames: null, acknowledgedAgeMs: null }
}
