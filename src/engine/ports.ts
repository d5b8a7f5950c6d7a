import type { Command } from '../core/failover/commands'
import type { TrackDifference } from '../core/compare-tracks'
import type { CoreEvent, IngestStatusEvent, ObsEvent, WitnessEvent } from '../core/events'
import type { ProgramCut, ProgramStatusEvent } from '../core/program'
import type { Problem, Result } from '../core/problem'
import type { DestinationRules, Proof, ProofKind, SystemId, Track } from '../core/words'

export type { TrackDifference }

/**
 * What the engine needs from outside. Adapters import this file and the pure rooms, never each other; `index.ts`
 * alone names concrete ones. No call throws for an expected failure: it answers a Problem.
 */

/** Monotonic ms for decisions; wall ms since epoch only for people and for holds that survive a restart. */
export interface Clock {
  monotonicMs(): number
  wallMs(): number
}

export interface Logger {
  debug(message: string, data?: Readonly<Record<string, unknown>>): void
  info(message: string, data?: Readonly<Record<string, unknown>>): void
  warn(message: string, data?: Readonly<Record<string, unknown>>): void
  error(message: string, data?: Readonly<Record<string, unknown>>): void
}

/** A process of ours ended by a mistake of its own; `wall`: when, ms since epoch. */
export interface CrashNote {
  readonly process: 'engine' | 'carrier'
  readonly wall: number
}

/** Where the stream goes, secrets included. Never leaves engine and carrier; never in a log, journal or snapshot. */
export interface Destination extends DestinationRules {
  /** `rtmp(s)://host[:port]/app` or `srt://host:port?...`, without the key. */
  readonly url: string
  /** Stream key (RTMP) or stream id (SRT); may be empty. */
  readonly key: string
  /** Adobe-style user and password, where OBS's settings have them. */
  readonly auth: { readonly username: string; readonly password: string } | null
  /** Used when `takeover.kind` is 'backup-url'. */
  readonly backupUrl?: string
}

/** Server and key as they were last read from OBS. A secret. */
export interface RememberedDestination {
  readonly url: string
  readonly key: string
  readonly auth: Destination['auth']
}

/** Keeps what was read from OBS for the time when OBS is dead: a private file until there is a key store. */
export interface Remembers {
  load(): RememberedDestination | null
  save(destination: RememberedDestination): void
  /** OBS streams to something else now that cannot be used here: the old place is not to be published to. */
  forget(): void
}

/** Sends its events with `at` already set from the Clock it was made with. */
export type Emit<E> = (event: E) => void

/** One picture of what a system shows, on its way to a JPEG. */
export type Still =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array }
  /** A small FLV file of one keyframe. */
  | { readonly kind: 'flv'; readonly bytes: Uint8Array }
  /** To be read from there, over RTSP. A secret. */
  | { readonly kind: 'rtsp'; readonly url: string }

/** OBS's own stream settings, whole. Secrets included. */
export interface ObsService {
  /** 'rtmp_custom', 'rtmp_common', 'whip_custom', ... */
  readonly type: string
  readonly settings: Readonly<Record<string, unknown>>
}

/** As they are now. */
export interface ObsServiceNow extends ObsService {
  /** OBS has them for each profile. '' where OBS does not say. */
  readonly profile: string
  readonly streaming: boolean
}

/** What OBS says of itself when it is asked everything, for the set-up. Null: not known. */
export interface ObsExamination {
  /** Its files are on this PC. */
  readonly installed: boolean
  readonly webSocket: 'on' | 'off' | null
  readonly running: boolean | null
  readonly streaming: boolean
  readonly recording: boolean | null
  /** Stopping the stream would stop a recording. */
  readonly stopCutsRecording: boolean | null
  /** What it will send, by its settings; empty: not known. */
  readonly tracks: readonly Track[]
  /** Whether its settings ask for second tracks ("Twitch VOD Track", multitrack video); absent: not known. */
  readonly moreTracks?: { readonly vodTrack: boolean; readonly multitrackVideo: boolean }
}

/** OBS: watched and driven over obs-websocket 5. */
export interface ObsPort {
  /** Begin connecting; reconnects by itself with backoff until `close`. */
  open(emit: Emit<ObsEvent>): void
  close(): Promise<void>
  /** StartStream: one in flight. Resolves when OBS says STARTED and outputActive, or with a Problem. */
  start(deadlineMs: number): Promise<Result<void>>
  /**
   * The stop ladder: StopStream, confirm inactive, a second StopStream that forces it after 5 s (`abrupt`: 1.5 s, without
   * draining). Resolves when outputActive is false.
   */
  stop(deadlineMs: number, mode: 'clean' | 'abrupt'): Promise<Result<void>>
  /** Server and key from OBS's stream settings; a Problem when missing, unsupported or to be asked for. */
  readDestination(): Promise<
    Result<{ readonly url: string; readonly key: string; readonly auth: Destination['auth'] }>
  >
  readService(): Promise<Result<ObsServiceNow>>
  /** These fields and no others. `obs-route-live` while OBS streams. Never touches recording or replay buffer. */
  writeService(service: ObsService): Promise<Result<void>>
  /** For the page: connection state in one word and the latched problem. */
  status(): ObsPortStatus
  /** Everything the set-up wants to know. Changes nothing. */
  examine(deadlineMs: number): Promise<ObsExamination>
  /** Its current scene, small; null: none to be had. Costs OBS a little: not more often than every few seconds. */
  still(deadlineMs: number): Promise<Still | null>
}

export interface ObsPortStatus {
  readonly connected: boolean
  readonly address: string
  readonly version: string | null
  readonly problem: Problem | null
}

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

/** Looks at the far end from outside, at nobody's word. */
export interface WatchPort {
  /** Kinds this watch can give, strongest first. Empty: there is no witness. */
  readonly kinds: readonly ProofKind[]
  /** Begin looking regularly (every `everyMs`). */
  open(emit: Emit<WitnessEvent>): void
  close(): Promise<void>
  /** Resolves once media is seen arriving after the call, or with `proof-missing`. */
  prove(deadlineMs: number): Promise<Result<Proof>>
}

/** One line of the journal. Holds events, verdicts, commands and results; never a secret. */
export type JournalEntry =
  | {
      readonly type: 'session'
      readonly wall: number
      readonly at: number
      readonly version: string
      readonly policy: unknown
    }
  | { readonly type: 'event'; readonly wall: number; readonly event: CoreEvent }
  | { readonly type: 'command'; readonly wall: number; readonly at: number; readonly command: Command }
  | {
      readonly type: 'verdict'
      readonly wall: number
      readonly at: number
      readonly system: SystemId
      readonly verdict: string
      readonly causes: readonly { readonly code: string }[]
    }

export interface JournalPort {
  append(entry: JournalEntry): void
  /** Force what was appended to the disk: called while an incident is open. */
  sync(): void
  close(): Promise<void>
  /** Latched write problem (disk full): the stream goes on, the page says so. */
  problem(): Problem | null
}
