import type { Category, Urgency } from '../core/announce'
import type { TrackDifference } from '../core/compare-tracks'
import type { Notice, Reason } from '../core/failover/commands'
import type { Cause } from '../core/health/types'
import type { OffAir } from '../core/off-air/account'
import type { Problem } from '../core/problem'
import type { Leg, ProofKind, Readiness, SystemId, SystemKind, Track, Verdict } from '../core/words'

/**
 * The one picture of the engine that every surface (page, tray, notifications, API) is a function of. Holds no secret.
 * Numbers are plain; sentences are made from codes by `shared/messages`.
 */
export interface Snapshot {
  readonly version: string
  /** Wall clock, ms since epoch, when it was made. */
  readonly wall: number
  readonly mode: 'normal' | 'rehearsal'
  /** Main channel: a rehearsal runs beside it. */
  readonly rehearsing: boolean
  /** Raised by each change of the settings. */
  readonly settingsRevision: number
  readonly armed: boolean
  readonly hold: { readonly sinceWall: number; readonly untilWall: number | null } | null
  /** Whose media reaches a destination; null: nobody's, as far as is known. */
  /** A broadcast is under way, whether or not media arrives. Absent: from an engine that does not say so yet. */
  readonly live?: boolean
  readonly onAir: SystemId | null
  readonly phase: PhaseView
  readonly systems: readonly SystemView[]
  readonly destination: DestinationView
  readonly incident: IncidentView | null
  /**
   * Viewers have nothing now, as far as is known, since then (`sinceWall` null: nobody saw since when); null: media reaches
   * them, or there is no stream; absent: an older engine, which does not tell.
   */
  readonly offAir?: { readonly sinceWall: number | null } | null
  /** Newest first, at most 100. */
  readonly timeline: readonly TimelineEntry[]
  /** Standing problems of the set-up (OBS not found, ffmpeg missing, disk full, ...). */
  readonly problems: readonly Problem[]
  /** Route `program`: the path that carries every system; absent on route `direct`. */
  readonly program?: ProgramView
  /** The newest comparison of the two routes, running or over; absent: there was none yet. */
  readonly comparison?: RouteComparison
  /** Only in rehearsal mode: what the faults so far cost the viewers. */
  readonly rehearsal?: RehearsalView
}

/** The program path of this PC. */
export interface ProgramView {
  /** Which system's feed is on it; null: not live. */
  readonly onFeed: SystemId | null
  /** Which systems the program can cut to, in the lineup's order. A backup on a server publishes by itself. */
  readonly feeds: readonly ProgramFeedView[]
  readonly destinations: readonly ProgramDestinationView[]
  readonly ingest: {
    /** Where OBS has to publish to; the key is never shown. */
    readonly url: string | null
    readonly obsPublishing: boolean
    readonly problem: Problem | null
    /** Newest first, at most 8: who came to the door. */
    readonly visits: readonly {
      readonly wall: number
      readonly what: 'published' | 'took-over' | 'left' | 'refused'
      readonly problem: Problem | null
    }[]
  }
  readonly cuts: number
  readonly lastCut: {
    readonly wall: number
    readonly from: SystemId | null
    readonly to: SystemId
    readonly why: 'asked' | 'feed-frozen' | 'feed-ended'
    readonly gapMs: number | null
    /** Every destination was reconnected for it. */
    readonly renewed?: boolean
  } | null
}

export interface ProgramFeedView {
  readonly system: SystemId
  readonly leg: Leg
  readonly warm: boolean
  readonly mediaAgeMs: number | null
  /** What a viewer would notice after a cut from the primary to it (core/compare-tracks); empty: nothing. */
  readonly differences: readonly TrackDifference[]
  /** Those of them that one connection to the destination cannot carry: a cut to it begins a new one. Empty: a cut is not seen. */
  readonly breaks?: readonly TrackDifference[]
  /** Tracks beside the first of their kind, which are not carried; absent: none. */
  readonly leftOut?: { readonly video: number; readonly audio: number }
  /** It is converted on its way in, and what that costs, in share of one core; null: not converted. */
  readonly converted: { readonly cpuShare: number | null } | null
}

export interface ProgramDestinationView {
  readonly id: string
  /** Host and app, or the name it was given; never the key. */
  readonly label: string
  readonly leg: Leg
  readonly on: 'first' | 'other'
  readonly hasOther: boolean
  readonly verdict: Verdict
  readonly causes: readonly Cause[]
  /** Its session has taken media for 2 s; before that it may be thrown out at once. Absent: not known, what is up has to do. */
  readonly confirmed?: boolean
  /** Null until it is confirmed. */
  readonly proof: ProofKind | null
  /** `no`: it never acknowledges; then only what the system takes is known. */
  readonly acknowledges: 'yes' | 'no' | 'unknown'
  readonly acknowledgedAgeMs: number | null
  readonly backlogBytes: number
  readonly sentKbps: number
  readonly droppedFrames: number
  readonly sessions: number
  readonly uptimeMs: number | null
  readonly problem: Problem | null
}

export interface RehearsalView {
  /** `installed`: the OBS of this PC is borrowed, so the real set-up is not watched meanwhile. */
  readonly obs: 'stand-in' | 'installed'
  /** How a switch happens in it. */
  readonly route: 'direct' | 'program'
  /** Viewer gap of the newest try that has ended, ms. */
  readonly lastGapMs: number | null
  /** Newest first, at most 20. */
  readonly tries: readonly RehearsalTry[]
  /** Wall clock of the newest picture of what a viewer sees, at `/api/picture/viewer`; null: none. */
  readonly viewerPictureWall: number | null
}

/** The same fault of a stand-in OBS on one route, then on the other, each in a rehearsal of its own. */
export interface RouteComparison {
  readonly fault: 'kill' | 'freeze'
  /** The route that is being tried now; null: it is over. */
  readonly trying: 'direct' | 'program' | null
  readonly direct: RouteResult | null
  readonly program: RouteResult | null
  /** Why it ended early. */
  readonly problem: Problem | null
}

/** What the fault cost the viewers, ms, and how it ended. */
export interface RouteResult {
  readonly gapMs: number
  readonly outcome: RehearsalOutcome
}

/** Something that was tried while OBS or the backup was on air, as the destination saw it. */
export interface RehearsalTry {
  /** Rises by one with each. */
  readonly id: number
  readonly what: RehearsalTried
  /** The longest pause of video at a viewer, ms; null: still being measured. */
  readonly gapMs: number | null
  readonly outcome: RehearsalOutcome | null
}

/** A fault that costs viewers something, or a hand-over without one: by a button, or OBS's return by itself. */
export type RehearsalTried = 'drop' | 'freeze' | 'narrow' | 'kill' | 'to-backup' | 'to-obs'

export type RehearsalOutcome =
  /** Media of the other system arrived at the destination. */
  | 'switched'
  /** Media flows again and nobody took over. */
  | 'stayed'
  /** Healed before anybody took over. */
  | 'healed'
  /** A hold was on: nothing was to switch by itself. */
  | 'held'
  /** The next fault, or the end of the stream, came first. */
  | 'cut-short'

export type RehearsalFault = 'drop' | 'freeze' | 'narrow' | 'kill' | 'quit' | 'heal'

export type PhaseView =
  | { readonly kind: 'offline'; readonly lastEnd: 'user' | 'quit' | 'operator' | null }
  | {
      readonly kind: 'on-air'
      readonly system: SystemId
      readonly sinceWall: number
      readonly proof: ProofKind | null
    }
  | {
      /** `system` carries the stream, and the session of every destination is down, or too young to count on. */
      readonly kind: 'reconnecting'
      readonly system: SystemId
      readonly sinceWall: number
      /** Connected again, and not for long enough to count. */
      readonly settling: boolean
      readonly problem: Problem | null
    }
  | {
      readonly kind: 'switching'
      readonly from: SystemId | null
      readonly to: SystemId
      readonly step: 'fence' | 'start' | 'prove'
      readonly sinceWall: number
      readonly attempt: number
      readonly reason: Reason
      readonly problem: Problem | null
    }
  | { readonly kind: 'dark'; readonly sinceWall: number; readonly problem: Problem | null }
  | { readonly kind: 'adopting' }
  | { readonly kind: 'ending' }

export interface SystemView {
  readonly id: SystemId
  readonly kind: SystemKind
  /** 'obs', 'carrier' or 'mediamtx' */
  readonly via: string
  /** Where its picture comes from, without credentials. */
  readonly label: string
  readonly verdict: Verdict
  readonly causes: readonly Cause[]
  readonly readiness: Readiness
  readonly readinessCauses: readonly Cause[]
  readonly metrics: SystemMetrics
  readonly tracks: readonly Track[]
  /** Latched, redacted. */
  readonly problem: Problem | null
  /** Wall clock of the newest picture at `/api/picture/<id>`; null: none. */
  readonly pictureWall: number | null
}

export interface SystemMetrics {
  readonly bitrateKbps: number | null
  /** Share of frames dropped by the network over the policy's window, 0..1. */
  readonly dropShare: number | null
  readonly congestion: number | null
  readonly fps: number | null
  readonly pull: Leg | null
  readonly publish: Leg | null
  readonly bytesOut: number | null
  readonly bytesAcknowledged: number | null
  readonly acknowledgedAgeMs: number | null
}

export interface DestinationView {
  /** Host and app, never the key. */
  readonly label: string | null
  readonly source: 'obs' | 'config' | null
  /** e.g. 'ends in 1234', or 'is set' where an end would give too much away; null: no key. */
  readonly keyHint: string | null
  readonly takeover: 'none' | 'query' | 'backup-url'
  readonly graceMs: number | null
  /** Grace left, ms; null: not running or not known. */
  readonly graceLeftMs: number | null
  readonly witnesses: readonly { readonly kind: string; readonly media: 'flowing' | 'absent' | 'unknown' }[]
  readonly problem: Problem | null
}

export interface IncidentView {
  readonly id: number
  readonly startedWall: number
  readonly endedWall: number | null
  readonly system: SystemId
  readonly cause: string
  /** ms from the first bad verdict to proven media; null while it lasts. */
  readonly tookMs: number | null
  /** What viewers had to do without; null: it lasts, or it is not known. Absent: an older engine, which does not tell. */
  readonly offAir?: OffAir | null
}

export interface TimelineEntry {
  /** Rises by one with each; a surface knows by it what it has told already. */
  readonly id: number
  readonly wall: number
  readonly notice: Notice
  /** The sentence, in plain words. */
  readonly text: string
  readonly urgency: Urgency
  readonly category: Category
  /** Entries with the same key within the throttle are announced once (core/announce). */
  readonly key: string
}
