import type { DestinationState } from '../../program'

/** What is known of one destination of the program. A serialisable value; times in ms. */
export interface DestinationHealth {
  readonly last: DestinationState | null
  /** When the last sample came; null: none yet. */
  readonly heardAt: number | null
  /** The carrier did not answer last time. */
  readonly stale: boolean
  /** Of the present connection, oldest first, {@link keepMs} of them. */
  readonly samples: readonly LegSample[]
  /** Since when it has been connected; null: it is not. */
  readonly upSince: number | null
  /** Since when it has had no session that counts: one that is let in and thrown out ends no outage. Null: it has, or needs none. */
  readonly downSince: number | null
  /** Least that was acknowledged from one sample to the next: how much the destination waits for. Null: nothing yet. */
  readonly stepBytes: number | null
  /** The newest wait between two acknowledgements: how long, and how much the second one was about. */
  readonly ackGap: { readonly seenAt: number; readonly ms: number; readonly bytes: number } | null
  /** The uplink was found too narrow; stays until the backlog is gone. */
  readonly narrowSince: number | null
  /** When video was last dropped because it was behind. */
  readonly droppedAt: number | null
}

/** One sample, as far as windows need it. */
export interface LegSample {
  readonly at: number
  /** Piled up: not acknowledged, or, by a silent destination, not taken by the system. */
  readonly openBytes: number
  /** Written, since the connection began. */
  readonly sentBytes: number
  readonly offeredKbps: number
  readonly sentKbps: number
}

/** Longer than any window of a detector needs; they are seconds at most. */
const keepMs = 5_000

export const initialDestinationHealth = (): DestinationHealth => ({
  last: null,
  heardAt: null,
  stale: false,
  samples: [],
  upSince: null,
  downSince: null,
  stepBytes: null,
  ackGap: null,
  narrowSince: null,
  droppedAt: null,
})

/** The carrier did not answer: nothing is known of the time until it does. */
export const unheard = (health: DestinationHealth): DestinationHealth => ({ ...health, stale: true })

/** The PC slept, or the carrier was silent: nothing from before may be compared with what comes. */
export const rebaselined = (health: DestinationHealth, at: number): DestinationHealth => ({
  ...health,
  samples: [],
  ackGap: null,
  narrowSince: null,
  droppedAt: null,
  upSince: health.upSince === null ? null : at,
  downSince: health.downSince === null ? null : at,
})

/** One sample more. A new connection, or another ingest, begins again. */
export function onSample(before: DestinationHealth, sample: DestinationState, at: number): DestinationHealth {
  const health = before.stale ? rebaselined(before, at) : before
  const { last } = health
  const renewed =
    last === null ||
    last.sessions !== sample.sessions ||
    last.on !== sample.on ||
    sample.bytesSent < last.bytesSent
  const base = renewed ? { ...rebaselined(health, at), stepBytes: null } : health
  const up = sample.leg === 'up' || sample.leg === 'stalled'
  const next: DestinationHealth = {
    ...base,
    last: sample,
    heardAt: at,
    stale: false,
    upSince: up ? (renewed ? at : (base.upSince ?? at)) : null,
    downSince: downSince(before, sample, up, at),
  }
  if (!up) return { ...next, samples: [], narrowSince: null }
  const dropped = !renewed && sample.droppedFrames > last.droppedFrames
  const leg: LegSample = {
    at,
    openBytes: sample.acknowledges === 'no' ? sample.queuedBytes : sample.backlogBytes,
    sentBytes: sample.bytesSent,
    offeredKbps: sample.offeredKbps,
    sentKbps: sample.sentKbps,
  }
  return {
    ...next,
    samples: [...base.samples.filter((kept) => at - kept.at <= keepMs), leg],
    stepBytes: renewed ? null : smallestStep(base.stepBytes, last, sample),
    ackGap: renewed ? null : (gapOf(base, sample, at) ?? base.ackGap),
    droppedAt: dropped ? at : base.droppedAt,
  }
}

function downSince(
  before: DestinationHealth,
  sample: DestinationState,
  up: boolean,
  at: number,
): number | null {
  if (sample.leg === 'idle' || (up && sample.confirmed !== false)) return null
  return up ? before.downSince : (before.downSince ?? at)
}

function gapOf(
  { last, heardAt }: DestinationHealth,
  sample: DestinationState,
  at: number,
): DestinationHealth['ackGap'] {
  const bytes = (sample.bytesAcknowledged ?? 0) - (last?.bytesAcknowledged ?? 0)
  const [before, now] = [last?.acknowledgedAgeMs ?? null, sample.acknowledgedAgeMs]
  if (bytes <= 0 || before === null || now === null || heardAt === null) return null
  return { seenAt: at, ms: at - now - (heardAt - before), bytes }
}

function smallestStep(
  before: number | null,
  last: DestinationState,
  sample: DestinationState,
): number | null {
  const stepBytes = (sample.bytesAcknowledged ?? 0) - (last.bytesAcknowledged ?? 0)
  // The first one has the handshake in it.
  if (last.bytesAcknowledged === null || stepBytes <= 0) return before
  return before === null ? stepBytes : Math.min(before, stepBytes)
}

/** Where no step was seen yet: what we ask destinations to acknowledge at. */
const askedStepBytes = 50_000

/** How much the destination lets pile up before it says a word, bytes. */
export function stepOf({ stepBytes, last }: DestinationHealth): number {
  const usual = last !== null && last.usualBacklogBytes > 0 ? last.usualBacklogBytes : askedStepBytes
  return Math.min(stepBytes ?? usual, usual)
}

/** kbit/s in bytes per ms. */
export const bytesPerMs = (kbps: number): number => kbps / 8

/** The newest samples that cover at least `ms`, without a hole; empty: there are not enough yet. */
export function windowOf(health: DestinationHealth, ms: number): readonly LegSample[] {
  const newest = health.samples.at(-1)
  if (newest === undefined) return []
  const from = health.samples.findLastIndex((sample) => newest.at - sample.at >= ms - slackMs)
  if (from < 0) return []
  const window = health.samples.slice(from)
  const holed = window.some((sample, index) => sample.at - (window[index - 1] ?? sample).at > holeMs)
  return holed ? [] : window
}

/** Samples come every 200 ms, a little early or late. */
const slackMs = 50
/** What was not looked at for longer says nothing about steadiness. */
const holeMs = 700
