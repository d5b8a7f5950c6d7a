import type { ObsLogEvent, ObsProfileEvent, ObsStreamStatus } from '../../events'
import type { ProofKind } from '../../words'
import type { ObsStreamEnd, ObsStreamPhase } from '../types'
import type { StreamSample } from './window'

/** What is known of OBS and its stream. A serialisable value; `observeObs` makes the next one. All times in ms. */
export interface ObsHealth {
  readonly phase: ObsStreamPhase
  /** How the last stream ended; null while one runs or before the first. */
  readonly end: ObsStreamEnd | null
  /** The end is that of a first connect that failed: it never was on air, so nothing was lost. */
  readonly neverStarted: boolean
  /** Counts the streams seen; grows when one begins, not at a reconnect. */
  readonly streamSeq: number
  readonly startedBy: 'ours' | 'others' | null

  readonly link: Link
  readonly process: { readonly running: boolean | null; readonly at: number } | null
  /** OBS was quit: whatever it still answers is about a stream that is over. */
  readonly quitting: boolean
  /** Concluded: no OBS is there any more. */
  readonly gone: boolean
  readonly answers: Answers
  readonly profile: ObsProfileEvent | null

  /** Last thing the core told OBS that has not shown its effect yet. */
  readonly told: { readonly what: 'start' | 'stop'; readonly at: number } | null
  /** A failed end that the core has dealt with (it told OBS something since): no longer a bad verdict. */
  readonly settled: boolean
  /** STOPPING was seen. */
  readonly stopping: { readonly at: number; readonly ours: boolean } | null
  /** A stop that waits: for OBS's log (`reason`), or for a STOPPING that may come late (`swap`). */
  readonly pending: { readonly kind: 'reason' | 'swap'; readonly at: number; readonly until: number } | null
  readonly log: { readonly cause: ObsLogEvent['cause']; readonly at: number } | null

  readonly startingSince: number | null
  /** Flat counters say nothing until some time after this. */
  readonly graceFrom: number | null
  readonly reconnect: Reconnect | null
  /** Reconnects of this stream that are over, as long as they matter. */
  readonly outages: readonly Outage[]
  /** OBS 31.0 can leave outputReconnecting set on a stream that runs (fixed in 31.1). */
  readonly stuckReconnecting: boolean
  /** A stream ended by an event: `active` in a late answer is its teardown, not a new stream. */
  readonly teardown: { readonly at: number } | null
  /** Consecutive answers that say inactive though no event did. */
  readonly inactive: { readonly count: number; readonly since: number } | null
  /** The socket was renewed while a stream ran: events may have been missed. */
  readonly eventsMissed: boolean

  readonly status: { readonly at: number; readonly reply: ObsStreamStatus } | null
  /** Samples count as fresh from here on at least (a host that slept, a new connection). */
  readonly freshFrom: number
  readonly samples: readonly StreamSample[]
  readonly renders: readonly RenderSample[]
  /** The session's own bitrate while the link was clear. */
  readonly level: { readonly kbps: number; readonly learnedMs: number } | null
  readonly witnesses: readonly Witness[]
}

/** The websocket. `never`: nothing was heard yet. */
export interface Link {
  readonly state: 'never' | 'connected' | 'closed' | 'refused'
  readonly at: number
  /** Of the last close; stays while a reconnect is refused. */
  readonly code: number | null
  readonly closedAt: number | null
}

/** Who answered when. `busy` (207) is an answer: OBS is loading or shutting down. */
export interface Answers {
  readonly statusAt: number | null
  readonly statsAt: number | null
  /** Since the last answer to GetStreamStatus. */
  readonly statusTimeouts: number
  readonly firstTimeoutAt: number | null
  readonly lastTimeoutAt: number | null
  /** Since the last answer to GetStats. */
  readonly statsTimeouts: number
}

export interface Reconnect {
  /** The first sign of this outage, not of the last attempt. */
  readonly since: number
  /** When an event last spoke of it; null where only the status does (OBS 28 has no such events). */
  readonly eventAt: number | null
}

export interface Outage {
  readonly from: number
  readonly to: number
}

export interface RenderSample {
  readonly at: number
  readonly rendered: number
  readonly renderSkipped: number
  readonly encoded: number
  readonly encodeSkipped: number
  readonly fps: number | null
}

/** One kind of look at the far end, about the present stream. */
export interface Witness {
  readonly proof: ProofKind
  /** Null: never saw this stream flow, so its *absent* may be a wrong set-up and counts for nothing. */
  readonly flowingAt: number | null
  readonly absentSince: number | null
  readonly at: number
}

export function initialObsHealth(): ObsHealth {
  return {
    phase: 'unknown',
    end: null,
    neverStarted: false,
    streamSeq: 0,
    startedBy: null,
    link: { state: 'never', at: 0, code: null, closedAt: null },
    process: null,
    quitting: false,
    gone: false,
    answers: {
      statusAt: null,
      statsAt: null,
      statusTimeouts: 0,
      firstTimeoutAt: null,
      lastTimeoutAt: null,
      statsTimeouts: 0,
    },
    profile: null,
    told: null,
    settled: false,
    stopping: null,
    pending: null,
    log: null,
    startingSince: null,
    graceFrom: null,
    reconnect: null,
    outages: [],
    stuckReconnecting: false,
    teardown: null,
    inactive: null,
    eventsMissed: false,
    status: null,
    freshFrom: 0,
    samples: [],
    renders: [],
    level: null,
    witnesses: [],
  }
}
