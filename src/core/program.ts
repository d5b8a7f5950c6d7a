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
  readonly destinations: readonly ProgramDestination[]
}

export interface ProgramCut {
  readonly seq: number
  readonly from: SystemId | null
  readonly to: SystemId
  readonly why: 'asked' | 'feed-frozen' | 'feed-ended'
  readonly gapMs: number | null
}

export interface ProgramFeed {
  readonly system: SystemId
  readonly leg: Leg
  readonly warm: boolean
  /** Since the last media of it arrived; null: none yet. */
  readonly mediaAgeMs: number | null
}

/** One sample of a destination's leg; see `shared/carrier-program` for each field. The first one decides. */
export interface ProgramDestination {
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
