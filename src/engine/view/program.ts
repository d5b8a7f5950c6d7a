import { compareFormats, compareTracks } from '../../core/compare-tracks'
import { destinationAssessment } from '../../core/failover/program/destinations'
import type { State } from '../../core/failover'
import type { Policy } from '../../core/policy'
import type { SystemId, Track } from '../../core/words'
import type { ProgramDestinationView, ProgramView } from '../../shared/snapshot'
import type { ProgramStatus } from '../ports'

export interface ProgramViewSources {
  readonly state: State
  readonly policy: Policy
  readonly status: ProgramStatus
  readonly at: number
  readonly wall: number
  /** Systems that feed it, in the lineup's order. */
  readonly systems: readonly SystemId[]
  /** What a screen calls each destination; never a key. */
  readonly labels: ReadonlyMap<string, string>
  tracks(system: SystemId): readonly Track[]
  /** Null: not converted. */
  converted(system: SystemId): { readonly cpuShare: number | null } | null
}

/** The program path as a screen may see it. */
export function programView(from: ProgramViewSources): ProgramView {
  const { status, systems } = from
  const wallOf = (at: number): number => from.wall - from.at + at
  const primary = systems[0] === undefined ? [] : from.tracks(systems[0])
  const formatOf = (id: SystemId | undefined) => status.feeds.find((feed) => feed.system === id)?.format
  const session = status.live ? status.session?.format : formatOf(systems[0])
  return {
    onFeed: status.onFeed,
    feeds: systems.map((system, index) => {
      const feed = status.feeds.find((each) => each.system === system)
      const tracks = from.tracks(system)
      const comparable = index > 0 && primary.length > 0 && tracks.length > 0
      return {
        system,
        leg: feed?.leg ?? 'idle',
        warm: feed?.warm ?? false,
        mediaAgeMs: feed?.mediaAgeMs ?? null,
        differences: comparable ? compareTracks(primary, tracks) : [],
        ...(session === undefined || feed?.format === undefined || feed.system === status.onFeed
          ? {}
          : { breaks: compareFormats(session, feed.format) }),
        ...(feed?.leftOut === undefined ? {} : { leftOut: feed.leftOut }),
        converted: from.converted(system),
      }
    }),
    destinations: status.destinations.map((sample) => destinationOf(from, sample)),
    ingest: {
      url: status.ingestUrl,
      obsPublishing: status.obsPublishing,
      problem: status.problem,
      visits: status.visits.map(({ what, problem, at }) => ({ wall: wallOf(at), what, problem })).reverse(),
    },
    cuts: status.lastCut?.seq ?? 0,
    lastCut: status.lastCut && {
      wall: wallOf(status.lastCut.at),
      from: status.lastCut.from,
      to: status.lastCut.to,
      why: status.lastCut.why,
      gapMs: status.lastCut.gapMs,
      ...(status.lastCut.renewed === true ? { renewed: true } : {}),
    },
  }
}

function destinationOf(
  { state, policy, at, labels }: ProgramViewSources,
  sample: ProgramStatus['destinations'][number],
): ProgramDestinationView {
  const { verdict, causes } = destinationAssessment(state, sample.id, at, policy)
  const confirmed = sample.confirmed !== false
  const flows = sample.leg === 'up' && sample.bytesSent > 0
  return {
    id: sample.id,
    label: labels.get(sample.id) ?? sample.id,
    leg: sample.leg,
    on: sample.on,
    hasOther: sample.hasOther,
    verdict,
    causes,
    ...(sample.confirmed === undefined ? {} : { confirmed }),
    proof: !confirmed
      ? null
      : (sample.bytesAcknowledged ?? 0) > 0
        ? 'acknowledged'
        : flows
          ? 'accepted'
          : null,
    acknowledges: sample.acknowledges,
    acknowledgedAgeMs: sample.acknowledgedAgeMs,
    backlogBytes: sample.backlogBytes,
    sentKbps: sample.sentKbps,
    droppedFrames: sample.droppedFrames,
    sessions: sample.sessions,
    uptimeMs: sample.uptimeMs,
    problem: sample.problem,
  }
}
