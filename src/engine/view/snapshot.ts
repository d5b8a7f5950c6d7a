import { announce } from '../../core/announce'
import { isLivePhase } from '../../core/failover/live'
import { outageOf, type Outage } from '../../core/failover/outage'
import { entryOf } from '../../core/failover/systems'
import type { Incident } from '../../core/incident'
import { offAirNow } from '../../core/off-air/now'
import { ingestMetrics } from '../../core/health/ingest'
import { obsMetrics } from '../../core/health/obs'
import { ingestHealth, type Phase, type State } from '../../core/failover/state'
import type { Policy } from '../../core/policy'
import type { Problem } from '../../core/problem'
import type { SystemId } from '../../core/words'
import { noticeText } from '../../shared/messages'
import type {
  DestinationView,
  IncidentView,
  PhaseView,
  ProgramView,
  Snapshot,
  SystemMetrics,
  SystemView,
  TimelineEntry,
} from '../../shared/snapshot'
import type { ProgramPath } from '../app-ports'
import { programView } from './program'
import type { Engine, TimelineNotice } from '../engine'
import type { IngestPort, ObsPort } from '../ports'

/** What the snapshot needs beside the engine's state. */
export interface ViewSources {
  readonly engine: Engine
  readonly policy: Policy
  readonly obs: ObsPort | null
  readonly ingests: ReadonlyMap<SystemId, IngestPort>
  /** Why a pull system's source was not taken by its ingest. */
  readonly unprepared: ReadonlyMap<SystemId, Problem>
  /** Words for where each pull system's picture comes from, without credentials. */
  readonly labels: ReadonlyMap<SystemId, string>
  destination(): DestinationView
  problems(): readonly Problem[]
  readonly version: string
  readonly mode: Snapshot['mode']
  readonly program: ProgramPath | null
  /** Main channel: a rehearsal runs beside it. */
  rehearsing(): boolean
  settingsRevision(): number
  /** Wall clock of the newest picture of a system; null: none. */
  pictureWall(id: SystemId): number | null
  readonly clock: { monotonicMs(): number; wallMs(): number }
}

/** The one picture every surface is a function of. */
export function snapshotOf(from: ViewSources): Snapshot {
  const { engine, clock } = from
  const at = clock.monotonicMs()
  const wall = clock.wallMs()
  const offset = wall - at
  const { state } = engine
  const outage = state.phase.kind === 'on-air' ? outageOf(state, state.phase) : null
  const incident = engine.incident.open ?? engine.incident.closed.at(-1) ?? null
  return {
    version: from.version,
    wall,
    mode: from.mode,
    rehearsing: from.rehearsing(),
    settingsRevision: from.settingsRevision(),
    armed: state.armed,
    hold:
      state.hold === null
        ? null
        : {
            sinceWall: state.hold.since + offset,
            untilWall: state.hold.until === null ? null : state.hold.until + offset,
          },
    live: isLivePhase(state.phase),
    onAir: state.phase.kind === 'on-air' && outage === null ? state.phase.system : null,
    phase: phaseView(state, outage, offset),
    systems: state.lineup.map((entry) => systemView(from, entry.id, at)),
    destination: { ...from.destination(), graceLeftMs: graceLeft(state, outage, at) },
    incident: incident === null ? null : incidentView(incident, offset),
    offAir: offAirView(state, at, offset),
    timeline: engine.timeline.map(timelineEntry),
    problems: from.problems(),
    ...(from.program === null ? {} : { program: programOf(from, from.program, at, wall) }),
  }
}

function programOf(from: ViewSources, path: ProgramPath, at: number, wall: number): ProgramView {
  const status = path.port.status()
  const { state } = from.engine
  const mediaOf = (id: SystemId) => status.media.find(({ system }) => system === id)
  return programView({
    state,
    policy: from.policy,
    status,
    at,
    wall,
    systems: state.lineup.filter(({ id }) => path.systems.has(id)).map(({ id }) => id),
    labels: path.labels,
    tracks: (id) => mediaOf(id)?.tracks ?? [],
    converted: (id) => {
      const cpuShare = mediaOf(id)?.cpuShare ?? null
      return cpuShare === null ? null : { cpuShare }
    },
  })
}

function phaseView(state: State, outage: Outage | null, offset: number): PhaseView {
  const { phase } = state
  switch (phase.kind) {
    case 'offline':
      return phase
    case 'adopting':
      return { kind: 'adopting' }
    case 'ending':
      return { kind: 'ending' }
    case 'on-air':
      if (outage !== null) {
        const { since, settling, problem } = outage
        return {
          kind: 'reconnecting',
          ...{ system: phase.system, sinceWall: since + offset, settling, problem },
        }
      }
      return {
        kind: 'on-air',
        system: phase.system,
        sinceWall: phase.since + offset,
        proof: phase.proof?.kind ?? null,
      }
    case 'switching':
      return {
        kind: 'switching',
        from: phase.from,
        to: phase.to,
        step: phase.step,
        sinceWall: phase.since + offset,
        attempt: phase.attempt,
        reason: phase.reason,
        problem: phase.problem,
      }
    case 'dark':
      return { kind: 'dark', sinceWall: phase.since + offset, problem: phase.problem }
  }
}

function offAirView(state: State, at: number, offset: number): NonNullable<Snapshot['offAir']> | null {
  const now = offAirNow(state, at)
  if (now === null) return null
  return { sinceWall: now.since === null ? null : now.since + offset }
}

/** The platform counts from the last media that it got. Where nobody saw that: from the outage, or from when we noticed. */
function graceLeft(state: State, outage: Outage | null, at: number): number | null {
  const graceMs = state.destination?.graceMs ?? null
  const now = offAirNow(state, at)
  const since = now?.since ?? outage?.since ?? (now === null ? null : noticedSince(state.phase))
  return graceMs === null || since === null ? null : Math.max(0, graceMs - (at - since))
}

function noticedSince(phase: Phase): number | null {
  switch (phase.kind) {
    case 'switching':
      return phase.from === null ? null : phase.since
    case 'dark':
      return phase.since
    case 'on-air':
      return phase.badSince
    case 'offline':
    case 'adopting':
    case 'ending':
      return null
  }
}

function systemView(from: ViewSources, id: SystemId, at: number): SystemView {
  const { state } = from.engine
  const entry = entryOf(state, id)
  const kind = entry?.kind ?? 'pull'
  const assessment = from.engine.assessments[id]
  const ingest = from.ingests.get(id)
  const status = ingest?.status()
  const problem =
    (kind === 'push' ? from.obs?.status().problem : (status?.problem ?? from.unprepared.get(id))) ?? null
  return {
    id,
    kind,
    via: ingest?.kind ?? 'obs',
    label: kind === 'push' ? obsLabel(from.obs) : (from.labels.get(id) ?? ''),
    verdict: assessment?.verdict ?? 'unknown',
    causes: assessment?.causes ?? [],
    readiness: assessment?.readiness ?? 'unknown',
    readinessCauses: assessment?.readinessCauses ?? [],
    metrics: kind === 'push' ? pushMetrics(from, at) : pullMetrics(from, id, at),
    tracks:
      status?.tracks ?? from.program?.port.status().media.find(({ system }) => system === id)?.tracks ?? [],
    problem,
    pictureWall: from.pictureWall(id),
  }
}

function obsLabel(obs: ObsPort | null): string {
  const status = obs?.status()
  if (status === undefined) return ''
  return status.version === null ? status.address : `OBS ${status.version} · ${status.address}`
}

function pushMetrics(from: ViewSources, at: number): SystemMetrics {
  const metrics = obsMetrics(from.engine.state.obs, at, from.policy)
  return {
    ...metrics,
    pull: null,
    publish: null,
    bytesOut: null,
    bytesAcknowledged: null,
    acknowledgedAgeMs: null,
  }
}

function pullMetrics(from: ViewSources, id: SystemId, at: number): SystemMetrics {
  const metrics = ingestMetrics(ingestHealth(from.engine.state, id), at, from.policy)
  const status = from.ingests.get(id)?.status()
  return {
    bitrateKbps: metrics.bitrateKbps,
    dropShare: null,
    congestion: null,
    fps: status?.fps ?? null,
    pull: status?.pull ?? null,
    publish: status?.publish ?? null,
    bytesOut: status?.bytesOut ?? null,
    bytesAcknowledged: status?.bytesAcknowledged ?? null,
    acknowledgedAgeMs: metrics.acknowledgedAgeMs,
  }
}

function incidentView(incident: Incident, offset: number): IncidentView {
  return {
    id: incident.id,
    startedWall: incident.startedAt + offset,
    endedWall: incident.end === null ? null : incident.end.at + offset,
    system: incident.system,
    cause: incident.cause,
    tookMs: incident.end === null ? null : incident.end.at - incident.startedAt,
    offAir: incident.offAir,
  }
}

const timelineEntry = ({ id, wall, notice }: TimelineNotice): TimelineEntry => ({
  id,
  wall,
  notice,
  text: noticeText(notice),
  ...announce(notice),
})
