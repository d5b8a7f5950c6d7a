import type { SessionFormat } from './compare-tracks'
import type { Problem } from './problem'
import type { Leg, SystemId } from './words'

/** What the core is told of the program path: which feed is on it, and how each destination takes it. */
export interface ProgramStatusEvent {
  readonly kind: 'program-status'
  readonly at: number
  /** The carrier did not answer: says nothing about the stream. */
  readonly stale: boolean
  readonly live: boolean
  readonly generation: number | null
  readonly onFeed: SystemId | null
  readonly lastCut: ProgramCut | null
  readonly feeds: readonly ProgramFeed[]
  readonly destinations: readonly DestinationState[]
  /** Absent or null: not live, or a carrier that does not say. */
  readonly session?: ProgramSession | null
}

/** What the program's publish sessions carry. All destinations have the same. */
export interface ProgramSession {
  /** How often it was begun again since the program went live, because what followed did not fit into it. */
  readonly seq: number
  readonly format: SessionFormat
}

export interface ProgramCut {
  readonly seq: number
  readonly from: SystemId | null
  readonly to: SystemId
  readonly why: 'asked' | 'feed-frozen' | 'feed-ended'
  readonly gapMs: number | null
  /** It began a new session at every destination. */
  readonly renewed?: boolean
}

export interface ProgramFeed {
  readonly system: SystemId
  readonly leg: Leg
  readonly warm: boolean
  /** Since the last media of it arrived; null: none yet. */
  readonly mediaAgeMs: number | null
  /** Absent: not known. */
  readonly format?: SessionFormat
  /** Tracks beside the first of their kind, which are not carried; absent: none. */
  readonly leftOut?: { readonly video: number; readonly audio: number }
}

/** One sample of a destination's leg; see `shared/carrier-program` for each field. The first one decides. */
export interface DestinationState {
  readonly id: string
  readonly leg: Leg
  readonly on: 'first' | 'other'
  /** It has a second ingest to go to. */
  readonly hasOther: boolean
  /** Its session has taken media for 2 s. Absent: the carrier does not say, and a session that is up has to do. */
  readonly confirmed?: boolean | undefined
  readonly problem: Problem | null
  readonly acknowledges: 'yes' | 'no' | 'unknown'
  readonly bytesSent: number
  readonly bytesAcknowledged: number | null
  readonly acknowledgedAgeMs: number | null
  readonly backlogBytes: number
  readonly usualBacklogBytes: number
  readonly queuedBytes: number
  readonly sentKbps: number
  readonly offeredKbps: number
  readonly droppedFrames: number
  readonly uptimeMs: number | null
  readonly sessions: number
  readonly retryInMs: number | null
}
