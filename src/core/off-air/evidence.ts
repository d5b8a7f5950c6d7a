import type { CoreEvent, IngestStatusEvent, ObsStatusEvent } from '../events'
import { destinationAssessment } from '../failover/program/destinations'
import { inProgram } from '../failover/program/systems'
import type { State } from '../failover/state'
import { isPush } from '../failover/systems'
import { assessIngest } from '../health/ingest'
import type { CauseCode } from '../health'
import type { Policy } from '../policy'
import type { ProgramStatusEvent } from '../program'
import type { SystemId } from '../words'

/** What one event says of the media that viewers get from the system that has the stream. Times in ms. */
export type Sign =
  /** Media went out. */
  | {
      readonly kind: 'media'
      readonly at: number
      /** When the far end is known to have had media; null: it says nothing. */
      readonly seenAt: number | null
      /** How many ms of media the growth since the sample before amounts to; null: cannot be told. */
      readonly carriedMs: number | null
      /** The connection was another one before: it broke in between. */
      readonly renewed: boolean
    }
  /** A look at the far end shows media of the time since `sinceAt`. */
  | { readonly kind: 'seen'; readonly sinceAt: number | null }
  /**
   * Nothing went out since the last sample, and nobody says why. `by`: who is the patient. `sure`: what went out before did
   * arrive; a counter of what was sent goes on for seconds into a dead line.
   */
  | {
      readonly kind: 'silent'
      readonly by: 'sender' | 'far-end'
      readonly sure: boolean
      /** It is missed from this long on, ms. */
      readonly enoughMs: number
    }
  /** It is said, or plain, that nothing goes out. */
  | { readonly kind: 'broken'; readonly by: 'sender' | 'far-end' }
  /** What was sent does not arrive. */
  | { readonly kind: 'denied'; readonly seenAt: number | null }

/**
 * Counters are looked at once or twice a second, and sound keeps them moving: standing still for this long is unambiguous
 * (the same as for a stalled OBS, docs/facts/obs.md 3.3), ms.
 */
export const silentEnoughMs = 2_000

/** Whose media viewers get; null: nobody's, until it is proven. */
export function senderOf(state: State): SystemId | null {
  const { phase } = state
  if (phase.kind === 'on-air') return phase.system
  if (phase.kind !== 'switching') return null
  return phase.overlap || phase.step === 'fence' ? phase.from : cutFrom(state)
}

/** A cut inside the program: what was on stays on until the other is there. */
const cutFrom = (state: State): SystemId | null => {
  const { phase } = state
  if (phase.kind !== 'switching') return null
  return inProgram(state, phase.from) && inProgram(state, phase.to) ? phase.from : null
}

/** Null: the event says nothing of it. `before`: the state before it, `after`: with it. */
export function signOf(before: State, event: CoreEvent, after: State, policy: Policy): Sign | null {
  const sender = senderOf(before)
  if (sender === null) return null
  if (inProgram(after, sender)) {
    return event.kind === 'program-status' ? programSign(before, event, after, policy) : null
  }
  if (isPush(after, sender)) return obsSign(before, event, after, policy)
  return event.kind === 'ingest-status' && event.system === sender
    ? pullSign(before, event, after, policy)
    : null
}

/** OBS publishes by itself: what its own counters say, and a look at the far end where there is one. */
function obsSign(before: State, event: CoreEvent, { obs }: State, policy: Policy): Sign | null {
  if (event.kind === 'witness') {
    const last = before.obs.witnesses.find(({ proof }) => proof === event.proof)
    if (event.media === 'flowing') return { kind: 'seen', sinceAt: last?.at ?? null }
  }
  const ended = obs.phase === 'reconnecting' || obs.phase === 'inactive' || obs.phase === 'starting'
  if (ended || obs.gone) return { kind: 'broken', by: 'sender' }
  if (deniedForMs(obs.witnesses) >= policy.obs.farEndSilentMs) return { kind: 'denied', seenAt: null }
  return event.kind === 'obs-status' && event.reply !== null ? counterSign(before, event, obs) : null
}

type Witnesses = State['obs']['witnesses']

/** For how long those who saw this stream before have denied it, all of them that look; -1: nobody denies it. */
function deniedForMs(witnesses: Witnesses): number {
  const denying = witnesses.filter(({ flowingAt, absentSince }) => flowingAt !== null && absentSince !== null)
  const others = witnesses.filter(({ absentSince }) => absentSince === null)
  const since = Math.max(...denying.map(({ absentSince }) => absentSince ?? 0))
  if (denying.length === 0 || others.some(({ flowingAt }) => (flowingAt ?? -Infinity) >= since)) return -1
  return Math.max(...denying.map(({ at, absentSince }) => at - (absentSince ?? at)))
}

/** Somebody who saw this stream at the far end sees it no more. */
export const farEndDenies = ({ obs }: State): boolean => deniedForMs(obs.witnesses) >= 0

function counterSign(
  before: State,
  { at, reply }: ObsStatusEvent,
  { level, witnesses }: State['obs'],
): Sign | null {
  const last = before.obs.status
  if (reply === null || last === null) return null
  const bytes = reply.bytes - last.reply.bytes
  const frames = reply.totalFrames - last.reply.totalFrames
  const renewed = bytes < 0 || frames < 0
  const watched = witnesses.some(({ flowingAt }) => flowingAt !== null)
  // Sound alone keeps the bytes moving while the picture stands still.
  const moved = renewed ? reply.bytes > 0 && reply.totalFrames > 0 : bytes > 0 && frames > 0
  if (!moved) return { kind: 'silent', by: 'sender', sure: watched, enoughMs: silentEnoughMs }
  const carriedMs = renewed || level === null || level.kbps <= 0 ? null : (bytes * 8) / level.kbps
  return { kind: 'media', at, seenAt: null, carriedMs, renewed }
}

/** A backup that publishes by itself. */
function pullSign(before: State, event: IngestStatusEvent, after: State, policy: Policy): Sign | null {
  const { at, bytesOut, bytesAcknowledged } = event
  if (event.stale) return null
  const sure = bytesAcknowledged !== null
  if (event.publish === 'stalled') return { kind: 'silent', by: 'far-end', sure, enoughMs: silentEnoughMs }
  if (event.publish !== 'up') return { kind: 'broken', by: 'far-end' }
  const last = before.ingests[event.system]?.last ?? null
  const same = last?.generation === event.generation && last.publish === 'up'
  const acknowledged = (bytesAcknowledged ?? 0) > (same ? (last.bytesAcknowledged ?? 0) : 0)
  const seenAt = acknowledged ? at - (event.acknowledgedAgeMs ?? 0) : null
  const health = after.ingests[event.system]
  const stalled =
    health !== undefined &&
    assessIngest(health, at, policy).causes.some(({ code }) => code === 'publish-stalled')
  if (stalled && !acknowledged) return { kind: 'denied', seenAt: null }
  const moved = bytesOut === null || bytesOut > (same ? (last.bytesOut ?? 0) : 0)
  if (!moved) return { kind: 'silent', by: 'sender', sure, enoughMs: silentEnoughMs }
  return { kind: 'media', at, seenAt, carriedMs: null, renewed: false }
}

/** The destination, or the way to it, takes nothing. A narrow line still lets something through. */
const nothingArrives: ReadonlySet<CauseCode> = new Set<CauseCode>([
  'destination-frozen',
  'destination-disconnected',
  'destination-refused',
])

/** The program: a feed that flows, and a first destination that takes it. Which feed it is does not matter to viewers. */
function programSign(before: State, event: ProgramStatusEvent, after: State, policy: Policy): Sign | null {
  if (event.stale) return null
  const [destination] = event.destinations
  // A cut that is not dealt with yet says itself what it cost.
  if ((event.lastCut?.seq ?? 0) > before.program.cutSeq && event.live) return null
  if (!event.live || event.onFeed === null || destination === undefined)
    return { kind: 'broken', by: 'far-end' }
  const { acknowledges, acknowledgedAgeMs, leg } = destination
  const seenAt = acknowledges === 'yes' && acknowledgedAgeMs !== null ? event.at - acknowledgedAgeMs : null
  if (leg !== 'up' && leg !== 'stalled') return { kind: 'broken', by: 'far-end' }
  const { causes, verdict } = destinationAssessment(after, destination.id, event.at, policy)
  if (verdict === 'bad' && causes.some(({ code }) => nothingArrives.has(code)))
    return { kind: 'denied', seenAt }
  const last = before.program.status?.destinations[0]
  const renewed = last !== undefined && (last.sessions !== destination.sessions || last.on !== destination.on)
  // A connection that was made again has to show that it takes something.
  if (acknowledges === 'unknown') return renewed ? { kind: 'broken', by: 'far-end' } : null
  const feed = event.feeds.find(({ system }) => system === event.onFeed)
  if (feed?.leg !== 'up') return { kind: 'broken', by: 'sender' }
  if (feed.mediaAgeMs === null || feed.mediaAgeMs > policy.program.freezeMs)
    return { kind: 'silent', by: 'sender', sure: true, enoughMs: 0 }
  return { kind: 'media', at: event.at - feed.mediaAgeMs, seenAt, carriedMs: null, renewed }
}
