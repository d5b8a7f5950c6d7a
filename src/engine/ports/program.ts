import type { Problem, Result } from '../../core/problem'
import type { ProgramCut, ProgramStatusEvent } from '../../core/program'
import type { Proof, SystemId, Track } from '../../core/words'
import type { Still } from './common'
import type { Destination } from './destination'

/** What the carrier may do by itself while it is on air; see `shared/carrier-program`. */
export interface ProgramGuard {
  readonly order: readonly SystemId[]
  readonly freezeMs: number
}

/** A destination that the program publishes to. `other`: its second ingest. */
export interface ProgramTarget {
  readonly id: string
  readonly destination: Destination
  readonly other: Destination | null
}

/** What the core is told, and what only the page shows. */
export interface ProgramStatus extends Omit<ProgramStatusEvent, 'kind' | 'at' | 'lastCut'> {
  /** rtmp address that OBS has to publish to; null: the ingest is not open. Its key is apart. */
  readonly ingestUrl: string | null
  readonly obsPublishing: boolean
  /** `at`: monotonic ms. */
  readonly lastCut: (ProgramCut & { readonly at: number }) | null
  /** Tracks of each feed, and its converter's share of one core. */
  readonly media: readonly {
    readonly system: SystemId
    readonly tracks: readonly Track[]
    readonly cpuShare: number | null
  }[]
  readonly visits: readonly {
    readonly seq: number
    readonly what: 'published' | 'took-over' | 'left' | 'refused'
    readonly problem: Problem | null
    /** Monotonic ms. */
    readonly at: number
  }[]
  readonly problem: Problem | null
}

/** The program path of this PC: local ingest, splicer and publishers in the carrier. */
export interface ProgramPort {
  /** Opens the local ingest. Idempotent. */
  prepare(options: { readonly deadlineMs: number }): Promise<Result<void>>
  /**
   * Puts the system's feed on the program and goes live where it is not. Resolves with the first destination's proof of media
   * after the cut; `source-no-media` where the feed brings none in time: then what was on stays on.
   */
  start(options: {
    readonly system: SystemId
    readonly generation: number
    readonly targets: readonly ProgramTarget[]
    readonly deadlineMs: number
  }): Promise<Result<Proof>>
  stop(options: {
    readonly generation: number
    readonly mode: 'clean' | 'abrupt'
    readonly deadlineMs: number
  }): Promise<Result<void>>
  guard(guard: ProgramGuard | null): Promise<Result<void>>
  redirect(destination: string, to: 'first' | 'other'): Promise<Result<void>>
  /** Resolves once the system's feed is warm, or with what is wrong at the deadline. */
  untilWarm(system: SystemId, deadlineMs: number): Promise<Result<void>>
  status(): ProgramStatus
  /** What OBS sends now; null: nothing. */
  still(system: SystemId, deadlineMs: number): Promise<Still | null>
  onStatus(listener: (status: ProgramStatus) => void): () => void
  close(): Promise<void>
}
