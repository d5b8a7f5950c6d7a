import type { ObsEvent } from '../../core/events'
import type { Problem, Result } from '../../core/problem'
import type { Track } from '../../core/words'
import type { Emit, Still } from './common'
import type { Destination } from './destination'

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
