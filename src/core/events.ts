import type { CauseCode } from './health/types'
import type { Problem } from './problem'
import type { ProgramStatusEvent } from './program'
import type { DestinationRules, Leg, Proof, ProofKind, SystemId, SystemKind, Track } from './words'

/**
 * Everything the core is ever told. `at` is monotonic milliseconds (in a replay: the recording's clock). The engine
 * feeds them one at a time; the journal holds them, so that the same code over the journal decides the same.
 */
export type CoreEvent =
  | TickEvent
  | ConfiguredEvent
  | RestoredEvent
  | ObsEvent
  | IngestStatusEvent
  | ProgramStatusEvent
  | WitnessEvent
  | OperatorEvent
  | ResultEvent
  | HostEvent
  | CrashedEvent

interface At {
  readonly at: number
}

/** Time passes: deadlines are met on ticks. The engine ticks at least four times a second. */
export interface TickEvent extends At {
  readonly kind: 'tick'
}

export interface LineupEntry {
  readonly id: SystemId
  readonly kind: SystemKind
  /** Its feed is in the program of this PC: switching to it is a cut. Only on route `program`; absent: false. */
  readonly inProgram?: boolean
}

/** The lineup and the destination's rules, at start and after each change of the config. */
export interface ConfiguredEvent extends At {
  readonly kind: 'configured'
  /** How a switch happens. `program`: systems marked `inProgram` feed one long-lived publisher. Absent: direct. */
  readonly route?: 'direct' | 'program'
  /** In order of preference; the first is the primary. */
  readonly lineup: readonly LineupEntry[]
  readonly destination: DestinationRules
  /** Arm by itself when the primary goes live. Default false. */
  readonly autoArm?: boolean
}

/** What the restore point said, at start. The core adopts what it then finds on air. */
export interface RestoredEvent extends At {
  readonly kind: 'restored'
  readonly point: RestorePoint
  /** Wall clock at `at`, ms since epoch: turns the hold's end into the core's time. */
  readonly wall: number
}

/** The few facts that must survive a crash of the engine. Written whenever it changes. */
export interface RestorePoint {
  readonly armed: boolean
  /** Hold, in wall-clock ms since epoch so that it survives a reboot; null: none. `untilWall` null: until released. */
  readonly hold: { readonly untilWall: number | null } | null
  /** Who was on air, or meant to be; null: no stream. */
  readonly onAir: SystemId | null
  /** Lease number of the destination: never goes back. */
  readonly generation: number
  /** An OBS that could not be fenced is stopped as soon as it answers. */
  readonly owedFence: boolean
  /** `onAir` was being put on air, so that nobody may be: then the attempts go on. Absent: false. */
  readonly handover?: boolean | undefined
  /** Viewers had nothing; absent: they had, or it is of before this was kept. */
  readonly offAir?: OffAirPoint | undefined
}

/** Since when, and why, in wall-clock ms since epoch. */
export interface OffAirPoint {
  /** The last media that reached viewers; null: nobody saw it. */
  readonly sinceWall: number | null
  /** When it was noticed; null: it is part of a planned switch. */
  readonly noticedWall: number | null
  readonly of: { readonly system: SystemId; readonly cause: CauseCode } | null
}

/** What OBS or its socket, process and log said. */
export type ObsEvent =
  | ObsConnectionEvent
  | ObsStatusEvent
  | ObsStatsEvent
  | ObsStreamEvent
  | ObsExitEvent
  | ObsProcessEvent
  | ObsLogEvent
  | ObsProfileEvent

/** The websocket came up (identified) or went away. `refused`: a reconnect was refused (ECONNREFUSED), so nothing listens. */
export interface ObsConnectionEvent extends At {
  readonly kind: 'obs-connection'
  readonly state: 'connected' | 'closed' | 'refused'
  /** Close code: 1001 OBS quits, 1006 gone without a word, 4009 password, 4011 kicked; absent when connected. */
  readonly code?: number
}

/** A GetStreamStatus reply, or why there is none. */
export interface ObsStatusEvent extends At {
  readonly kind: 'obs-status'
  readonly reply: ObsStreamStatus | null
  /** When `reply` is null. `timeout`: no answer on an open socket; `busy`: code 207, OBS is loading or shutting down. */
  readonly error?: 'timeout' | 'closed' | 'busy' | 'garbage'
}

export interface ObsStreamStatus {
  /** True while reconnecting too (libobs obs_output_active). */
  readonly active: boolean
  readonly reconnecting: boolean
  /** Restarts at every connect attempt. */
  readonly bytes: number
  /** Network-dropped frames; restarts at every connect attempt. Always 0 for SRT, RIST, WHIP and with dynamic bitrate. */
  readonly skippedFrames: number
  /** Frames handed to the output, dropped ones included; restarts at every (re)connect. */
  readonly totalFrames: number
  /** 0..1 */
  readonly congestion: number
  readonly durationMs: number
}

/** A GetStats reply, or why there is none. Missing numbers are null. */
export interface ObsStatsEvent extends At {
  readonly kind: 'obs-stats'
  readonly reply: ObsStats | null
  readonly error?: 'timeout' | 'closed' | 'busy' | 'garbage'
}

export interface ObsStats {
  readonly cpuPercent: number | null
  readonly memoryMiB: number | null
  readonly activeFps: number | null
  readonly renderSkippedFrames: number
  readonly renderTotalFrames: number
  /** Encoder lag, not network. */
  readonly encoderSkippedFrames: number
  readonly encoderTotalFrames: number
}

export type ObsOutputState =
  'starting' | 'started' | 'stopping' | 'stopped' | 'reconnecting' | 'reconnected' | 'unknown'

/** StreamStateChanged. Carries no cause; a wake-up, not a proof. */
export interface ObsStreamEvent extends At {
  readonly kind: 'obs-stream'
  readonly state: ObsOutputState
}

/** ExitStarted: the user quits OBS. */
export interface ObsExitEvent extends At {
  readonly kind: 'obs-exit'
}

/** Is an OBS process there? `null`: cannot be told on this system. */
export interface ObsProcessEvent extends At {
  readonly kind: 'obs-process'
  readonly running: boolean | null
}

/** What OBS's own log says about the end of a stream (docs/facts/obs.md 2.3: events carry no code). */
export interface ObsLogEvent extends At {
  readonly kind: 'obs-log'
  readonly cause: 'user-stop' | 'encoder-error' | 'disconnected' | 'connect-failed' | 'key-refused'
}

/** Facts read once per connection or profile change. */
export interface ObsProfileEvent extends At {
  readonly kind: 'obs-profile'
  readonly version: string
  readonly fps: number | null
  readonly protocol: 'rtmp' | 'srt' | 'whip' | 'other' | null
  readonly reconnect: {
    readonly enabled: boolean
    readonly delaySec: number
    readonly maxRetries: number
  } | null
  readonly dynamicBitrate: boolean | null
  readonly recordingStopsWithStream: boolean | null
  /** OBS's log can be read, so a stop that is not ours is worth a short wait for its reason. */
  readonly logReadable: boolean
}

/** Sampled status of a pull ingest's system. */
export interface IngestStatusEvent extends At {
  readonly kind: 'ingest-status'
  readonly system: SystemId
  /** No answer from the ingest itself: says nothing about the stream (unknown is not bad). */
  readonly stale: boolean
  readonly pull: Leg
  readonly publish: Leg
  /** Lease under which it publishes; null when it does not. */
  readonly generation: number | null
  /** Warm: headers and a keyframe are held, start needs no wait. */
  readonly warm: boolean
  readonly tracks: readonly Track[]
  /** Media bytes published since start; null when not publishing. */
  readonly bytesOut: number | null
  /** Bytes the destination acknowledged; null when it does not acknowledge. */
  readonly bytesAcknowledged: number | null
  /** ms since the last acknowledgement; null when there is none. */
  readonly acknowledgedAgeMs: number | null
  readonly bitrateKbps: number | null
  readonly droppedFrames: number | null
  /** Latched until the next success. */
  readonly problem: Problem | null
}

/** What the outside-in watch saw at the far end. */
export interface WitnessEvent extends At {
  readonly kind: 'witness'
  readonly proof: ProofKind
  /** `flowing`: media grew since the last look; `absent`: a definite no; `unknown`: could not look. */
  readonly media: 'flowing' | 'absent' | 'unknown'
}

export type OperatorCommand =
  | { readonly kind: 'go-live' }
  | { readonly kind: 'end-stream' }
  | { readonly kind: 'switch'; readonly to: SystemId }
  | { readonly kind: 'hold'; readonly forMs: number | null }
  | { readonly kind: 'release' }
  | { readonly kind: 'arm' }
  | { readonly kind: 'disarm' }

export interface OperatorEvent extends At {
  readonly kind: 'operator'
  readonly command: OperatorCommand
  /** Who asked: shown in the journal. */
  readonly by: 'page' | 'api' | 'hotkey' | 'tray' | 'cli' | 'obs'
  /** Wall clock ms since epoch, for a hold that must survive a restart. */
  readonly wall?: number
}

/** A command the core gave has ended. */
export interface ResultEvent extends At {
  readonly kind: 'result'
  readonly commandId: number
  readonly outcome:
    { readonly ok: true; readonly proof?: Proof } | { readonly ok: false; readonly problem: Problem }
}

/** A process of ours ended by a mistake of its own and was started again. `wall`: when it ended, ms since epoch. */
export interface CrashedEvent extends At {
  readonly kind: 'crashed'
  readonly process: 'engine' | 'carrier'
  readonly wall: number
}

/** The PC slept or its clock jumped: samples from before say nothing any more. */
export interface HostEvent extends At {
  readonly kind: 'host'
  readonly what: 'resumed' | 'clock-jump'
}
