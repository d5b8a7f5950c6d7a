import type { Problem } from '../../../core/problem'
import type { IngestStatus } from '../../ports'
import type { Memory } from './status'

/** A source that gives nothing for so long has a problem; MediaMTX tries it every 5 s and keeps the reason in its log. */
const sourceSilentMs = 10_000

/** What the port knows beside what the server showed. */
export interface PortFacts {
  readonly now: number
  readonly stale: boolean
  /** We asked for the path, or found one of ours: what it shows is about us. */
  readonly ours: boolean
  readonly prepared: boolean
  /** Lease of what is forwarded. */
  readonly generation: number
  /** Times the path was lost and made again. */
  readonly reasserted: number
  /** Of the API itself: unreachable, refused, too old. */
  readonly apiProblem: Problem | null
  /** Of the last start, until media flows. */
  readonly startProblem: Problem | null
  /** The path was lost, until it pulls again. */
  readonly lostProblem: Problem | null
}

/** The port's status. Pure. */
export function viewStatus(memory: Memory, facts: PortFacts): IngestStatus {
  const path = facts.ours ? (memory.last?.path ?? null) : null
  const pull = facts.ours ? memory.pull : null
  const publish = facts.ours ? memory.publish : null
  const forward = publish === null ? null : (memory.last?.forward ?? null)
  const upSince = publish?.upSince ?? null
  const pullLeg = pull?.leg ?? (facts.prepared ? 'connecting' : 'idle')
  return {
    stale: facts.stale,
    pull: pullLeg,
    publish: publish?.leg ?? 'idle',
    generation: publish === null ? null : facts.generation,
    warm: path?.available === true && pullLeg === 'up',
    tracks: path?.tracks ?? [],
    bytesOut: forward?.outboundBytes ?? null,
    bytesAcknowledged: null,
    acknowledgedAgeMs: null,
    bitrateKbps: publish?.leg === 'up' ? memory.outboundKbps : pullLeg === 'up' ? memory.inboundKbps : null,
    fps: null,
    droppedFrames: path?.framesInError ?? null,
    uptimeMs: upSince === null ? null : Math.max(0, Math.round(facts.now - upSince)),
    restarts: memory.restarts + facts.reasserted,
    problem:
      facts.apiProblem ??
      facts.startProblem ??
      (facts.ours ? memory.problem : null) ??
      facts.lostProblem ??
      sourceProblem(memory, pullLeg, facts),
  }
}

function sourceProblem(memory: Memory, leg: string, { now, ours }: PortFacts): Problem | null {
  if (!ours || memory.pull === null) return null
  if (leg === 'stalled') return { code: 'source-stalled' }
  return leg === 'connecting' && now - memory.pull.since >= sourceSilentMs
    ? { code: 'source-no-media' }
    : null
}
