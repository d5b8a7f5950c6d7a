import type { HostEvent, IngestStatusEvent, TickEvent } from '../events'
import type { Policy } from '../policy'
import type { Assessment, Cause, CauseCode } from './types'

/** What is known of one pull ingest's system. A serialisable value; times in ms. */
export interface IngestHealth {
  /** The last status that was not stale. */
  readonly last: IngestStatusEvent | null
  /** Last word of the ingest itself, stale or not. */
  readonly heardAt: number | null
  readonly stale: boolean
  /** Publishing under this lease, or meant to be (a publish leg that went down keeps it). */
  readonly publishing: {
    readonly generation: number | null
    readonly downSince: number | null
    /** The publish leg was up at some time under this lease. */
    readonly wasUp: boolean
  } | null
  readonly pullDownSince: number | null
  readonly sent: { readonly bytes: number; readonly since: number } | null
  readonly acknowledged: {
    readonly bytes: number
    readonly since: number
    /** Most that was acknowledged from one status to the next: some ingests acknowledge only every 2.5 MB. */
    readonly stepBytes: number
    readonly count: number
  } | null
}

export type IngestInput = IngestStatusEvent | HostEvent | TickEvent

export interface IngestMetrics {
  readonly bitrateKbps: number | null
  /** Dropped frames since start. */
  readonly droppedFrames: number | null
  readonly acknowledgedAgeMs: number | null
}

export function initialIngestHealth(): IngestHealth {
  return {
    last: null,
    heardAt: null,
    stale: false,
    publishing: null,
    pullDownSince: null,
    sent: null,
    acknowledged: null,
  }
}

/** The next health. Only events of this system may be handed in. */
export const observeIngest: (health: IngestHealth, event: IngestInput, policy: Policy) => IngestHealth = (
  health,
  event,
) => {
  switch (event.kind) {
    case 'tick':
      return health
    case 'host':
      return rebaselined(health, event.at)
    case 'ingest-status':
      return event.stale ? { ...health, heardAt: event.at, stale: true } : onStatus(health, event)
  }
}

function rebaselined(health: IngestHealth, at: number): IngestHealth {
  const { publishing, sent } = health
  return {
    ...health,
    heardAt: health.heardAt === null ? null : at,
    pullDownSince: health.pullDownSince === null ? null : at,
    publishing:
      publishing === null ? null : { ...publishing, downSince: publishing.downSince === null ? null : at },
    sent: sent === null ? null : { ...sent, since: at },
    // What was acknowledged meanwhile came in one step: nothing to measure by.
    acknowledged: null,
  }
}

function onStatus(before: IngestHealth, event: IngestStatusEvent): IngestHealth {
  // After silence nothing is known of the time in between.
  const health = before.stale ? rebaselined(before, event.at) : before
  const publishing = publishingOf(health, event)
  const renewed = publishing === null || publishing.generation !== health.publishing?.generation
  return {
    last: event,
    heardAt: event.at,
    stale: false,
    publishing,
    pullDownSince: event.pull === 'up' ? null : (health.pullDownSince ?? event.at),
    sent: sentOf(renewed ? null : health.sent, event),
    acknowledged: acknowledgedOf(renewed ? null : health.acknowledged, event),
  }
}

function publishingOf(health: IngestHealth, event: IngestStatusEvent): IngestHealth['publishing'] {
  // Idle is what a stopped publisher is; a broken one is connecting, stalled or failed.
  if (event.publish === 'idle') return null
  const before = health.publishing
  const same = before !== null && (event.generation === null || event.generation === before.generation)
  const up = event.publish === 'up'
  return {
    generation: event.generation ?? before?.generation ?? null,
    downSince: up ? null : same ? (before.downSince ?? event.at) : event.at,
    wasUp: up || (same && before.wasUp),
  }
}

function sentOf(before: IngestHealth['sent'], event: IngestStatusEvent): IngestHealth['sent'] {
  if (event.bytesOut === null) return null
  return before !== null && before.bytes === event.bytesOut
    ? before
    : { bytes: event.bytesOut, since: event.at }
}

function acknowledgedOf(
  before: IngestHealth['acknowledged'],
  event: IngestStatusEvent,
): IngestHealth['acknowledged'] {
  if (event.bytesAcknowledged === null) return null
  const bytes = event.bytesAcknowledged
  if (before === null || bytes < before.bytes) {
    return { bytes, since: event.at, stepBytes: 0, count: 0 }
  }
  if (bytes === before.bytes) return before
  return {
    bytes,
    since: event.at,
    stepBytes: Math.max(before.stepBytes, bytes - before.bytes),
    count: before.count + 1,
  }
}

const cause = (code: CauseCode, params?: Cause['params']): Cause =>
  params === undefined ? { code } : { code, params }

/** What the health of a pull ingest amounts to at `at` (ms). The verdict means something once it publishes. */
export function assessIngest(health: IngestHealth, at: number, policy: Policy): Assessment {
  return { ...judge(health, at, policy), ...readiness(health, at, policy) }
}

type Judgement = Pick<Assessment, 'verdict' | 'causes'>

function judge(health: IngestHealth, at: number, policy: Policy): Judgement {
  const unknown = (code: CauseCode): Judgement => ({ verdict: 'unknown', causes: [cause(code)] })
  const { last, publishing } = health
  if (health.stale) return unknown('ingest-stale')
  if (last === null || health.heardAt === null) return unknown('no-sample')
  if (at - health.heardAt > policy.ingest.blindAfterMs) return unknown('monitor-blind')
  if (publishing === null) return unknown('not-streaming')
  // A publisher without a source stalls too: the source is the reason.
  const source = sourceCauses(health, policy)
  const publish = publishCauses(health, policy)
  const causes = [...source, ...publish.filter(({ code }) => source.every((other) => other.code !== code))]
  if (causes.length > 0) return { verdict: 'bad', causes }
  if (publishing.wasUp && publishing.downSince === null) return { verdict: 'good', causes: [] }
  return unknown('stream-starting')
}

/** Durations run between statuses: what was not looked at says nothing. */
function sinceOf(health: IngestHealth, since: number | null): number {
  return since === null || health.heardAt === null ? 0 : health.heardAt - since
}

function sourceCauses(health: IngestHealth, policy: Policy): readonly Cause[] {
  const sinceMs = sinceOf(health, health.pullDownSince)
  return health.pullDownSince !== null && sinceMs >= policy.ingest.sourceLostMs
    ? [cause('source-lost', { sinceMs })]
    : []
}

/** What a destination may leave unacknowledged while nothing is late: two of its steps, however slowly they fill. */
const healthySteps = 2
/** By then a pull leg that stands still says so itself (the carrier looks four times a second). */
const sourceWordMs = 1_000

function publishCauses(health: IngestHealth, policy: Policy): readonly Cause[] {
  const { publishing, acknowledged, last } = health
  if (publishing === null) return []
  if (publishing.downSince !== null) {
    const sinceMs = sinceOf(health, publishing.downSince)
    if (!publishing.wasUp || sinceMs < policy.ingest.publishFailedMs) return []
    return [cause(last?.publish === 'stalled' ? 'publish-stalled' : 'publish-failed', { sinceMs })]
  }
  const flat = flatCause(health, policy)
  if (flat !== null) return [flat]
  if (acknowledged === null || acknowledged.count < 2 || !isLate(health)) return []
  const silentMs = Math.max(sinceOf(health, acknowledged.since), last?.acknowledgedAgeMs ?? 0)
  return silentMs >= policy.ingest.publishStalledMs ? [cause('publish-stalled', { sinceMs: silentMs })] : []
}

/** More is open than its destination usually leaves open. */
function isLate({ acknowledged, sent }: IngestHealth): boolean {
  if (acknowledged === null || sent === null) return false
  return sent.bytes - acknowledged.bytes > healthySteps * acknowledged.stepBytes
}

/** Nothing goes out: because nothing comes in, or because the destination takes nothing. */
function flatCause(health: IngestHealth, policy: Policy): Cause | null {
  const sinceMs = sinceOf(health, health.sent?.since ?? null)
  if (health.sent === null || sinceMs < policy.ingest.publishStalledMs) return null
  const arrived = health.acknowledged !== null && health.acknowledged.count > 0 && !isLate(health)
  if (health.last?.pull !== 'up' || arrived) return cause('source-lost', { sinceMs })
  return sinceMs >= policy.ingest.publishStalledMs + sourceWordMs
    ? cause('publish-stalled', { sinceMs })
    : null
}

function readiness(
  health: IngestHealth,
  at: number,
  policy: Policy,
): Pick<Assessment, 'readiness' | 'readinessCauses'> {
  const { last } = health
  if (health.stale) return { readiness: 'unknown', readinessCauses: [cause('ingest-stale')] }
  if (last === null || health.heardAt === null) {
    return { readiness: 'unknown', readinessCauses: [cause('no-sample')] }
  }
  if (at - health.heardAt > policy.ingest.blindAfterMs) {
    return { readiness: 'unknown', readinessCauses: [cause('monitor-blind')] }
  }
  if (last.pull !== 'up') {
    return {
      readiness: 'not-ready',
      readinessCauses: [cause('source-lost', { sinceMs: sinceOf(health, health.pullDownSince) })],
    }
  }
  return last.warm
    ? { readiness: 'ready', readinessCauses: [] }
    : { readiness: 'not-ready', readinessCauses: [cause('not-warm')] }
}

export function ingestMetrics(health: IngestHealth, at: number, policy: Policy): IngestMetrics {
  const { last } = health
  const fresh = last !== null && !health.stale && at - last.at <= policy.ingest.blindAfterMs
  return fresh
    ? {
        bitrateKbps: last.bitrateKbps,
        droppedFrames: last.droppedFrames,
        acknowledgedAgeMs: last.acknowledgedAgeMs,
      }
    : { bitrateKbps: null, droppedFrames: null, acknowledgedAgeMs: null }
}
