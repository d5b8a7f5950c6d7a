import type { DestinationHealth } from '../../health/destination'
import type { ProgramSession, ProgramStatusEvent } from '../../program'
import type { SystemId } from '../../words'
import type { CarrierGuard } from '../commands'

/** What the core remembers of the program of this PC. Only on route `program`. */
export interface ProgramMemory {
  /** The last status that was not stale. */
  readonly status: ProgramStatusEvent | null
  /** When the carrier was last heard; null: never. */
  readonly heardAt: number | null
  /** It did not answer last time. */
  readonly stale: boolean
  /** By id. The first of the status decides. */
  readonly destinations: Readonly<Record<string, DestinationHealth>>
  /** The carrier's cut that was dealt with last. */
  readonly cutSeq: number
  /** When a cut that is not dealt with yet was first seen. */
  readonly cutSeenAt: number | null
  /** Since when another feed is on the program than the system on air. */
  readonly offSince: number | null
  /** What is on air came there by itself, so that the first system may come back by itself. */
  readonly automatic: boolean
  /** The feed of OBS ended and the carrier cut away from it, ms: should OBS say that its user stopped it, the stream is over. */
  readonly obsLeftAt: number | null
  /** Since when the first system has been ready and not bad, without a break. */
  readonly firstReadySince: number | null
  /** What the carrier may do by itself, as far as it was told. */
  readonly guard: GuardGiven
  readonly redirect: Redirect | null
  /** It was said that the governor keeps the carrier from cutting. */
  readonly governorTold: boolean
  /** Destinations beside the first that were said to be bad. */
  readonly badTold: readonly string[]
  /** The session that was seen last while live; null: none was. */
  readonly session: ProgramSession | null
  /** By system: how many tracks were said to be left out. */
  readonly leftOutTold: Readonly<Record<SystemId, number>>
}

export interface GuardGiven {
  /** Undefined: not known, the carrier may have another. */
  readonly guard: CarrierGuard | null | undefined
  /** In flight. */
  readonly commandId: number | null
  /** Not again before, after a failure. */
  readonly notBefore: number
}

export interface Redirect {
  readonly destination: string
  readonly to: 'first' | 'other'
  readonly at: number
  readonly commandId: number
  readonly failed: boolean
}

export const noProgram: ProgramMemory = {
  status: null,
  heardAt: null,
  stale: false,
  destinations: {},
  cutSeq: 0,
  cutSeenAt: null,
  offSince: null,
  automatic: false,
  obsLeftAt: null,
  firstReadySince: null,
  guard: { guard: undefined, commandId: null, notBefore: 0 },
  redirect: null,
  governorTold: false,
  badTold: [],
  session: null,
  leftOutTold: {},
}

/** The carrier answers, and its program is live. */
export const programLive = ({ status, stale }: ProgramMemory): boolean => !stale && status?.live === true

/** The system whose feed is on the live program; null: none, or nothing is known of it. */
export const onProgram = (program: ProgramMemory): SystemId | null =>
  programLive(program) ? (program.status?.onFeed ?? null) : null
