import type { TrackDifference } from '../../core/compare-tracks'
import type { IngestStatusEvent } from '../../core/events'
import type { Problem, Result } from '../../core/problem'
import type { Proof, ProofKind, Track } from '../../core/words'
import type { Still } from './common'
import type { Destination } from './destination'

/** What a pull ingest can do. May depend on the version of a remote one. */
export interface IngestCapabilities {
  readonly sources: readonly string[]
  readonly destinations: readonly string[]
  readonly warm: 'none' | 'probe' | 'pulling'
  readonly stopModes: readonly ('clean' | 'abrupt')[]
  /** Media goes on when the engine dies. */
  readonly survivesEngine: boolean
  readonly proof: readonly ProofKind[]
}

export interface SourceSpec {
  /** rtmp(s), rtsp(s), srt, http(s) (HLS, FLV, TS) or a local file's path. May hold credentials: a secret. */
  readonly url: string
  /** For rtsp. Default tcp. */
  readonly transport?: 'tcp' | 'udp'
  /** Loop a local file (slate). */
  readonly loop?: boolean
  /** Encode it to this (route `program`). */
  readonly convert?: {
    readonly width: number
    readonly height: number
    readonly fps: number
    readonly videoKbps: number
    readonly sampleRateHz: number
    readonly channels: number
  }
}

export interface ProbeReport {
  readonly tracks: readonly Track[]
  /** Things a viewer would notice or a destination may refuse, as coded problems. */
  readonly warnings: readonly Problem[]
  /** Against the primary's tracks, when they are known; words come from `shared/messages`. */
  readonly differences: readonly TrackDifference[]
}

/** What the core is told of a pull ingest's system, and what only the page shows. `problem` is redacted. */
export interface IngestStatus extends Omit<IngestStatusEvent, 'kind' | 'at' | 'system'> {
  readonly fps: number | null
  readonly uptimeMs: number | null
  readonly restarts: number
}

export interface StartOptions {
  /** Lease on the destination. A start or stop with a lower one than seen before is `stale-generation`. */
  readonly generation: number
  readonly destination: Destination
  readonly overlap: boolean
  readonly deadlineMs: number
}

/** One live system behind a pull ingest: all ingests pass the same contract suite (tests/integration/ingest). */
export interface IngestPort {
  readonly kind: string
  capabilities(): Promise<Result<IngestCapabilities>>
  /** Looks at the source without publishing. `primary`: the primary's tracks, to compare with. */
  probe(
    source: SourceSpec,
    options: { readonly primary: readonly Track[] | null; readonly deadlineMs: number },
  ): Promise<Result<ProbeReport>>
  /** Idempotent; ends warm; never publishes. A changed source replaces the old one (never while it publishes). */
  prepare(source: SourceSpec, options: { readonly deadlineMs: number }): Promise<Result<void>>
  /** Resolves when media bytes flow to the destination, with the proof seen. One attempt: `destination-busy` comes back at once. */
  start(options: StartOptions): Promise<Result<Proof>>
  /** Resolves when nothing is published any more. */
  stop(options: {
    readonly generation: number
    readonly mode: 'clean' | 'abrupt'
    readonly deadlineMs: number
  }): Promise<Result<void>>
  /** Undo `prepare`: leaves a remote server as it was found. */
  release(options: { readonly deadlineMs: number }): Promise<Result<void>>
  status(): IngestStatus
  /** What its source shows now; null: none to be had. */
  still(deadlineMs: number): Promise<Still | null>
  /** Called whenever the status changed and at least once a second. */
  onStatus(listener: (status: IngestStatus) => void): () => void
  close(): Promise<void>
}
