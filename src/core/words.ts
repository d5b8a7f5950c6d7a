/** The domain's words, shared by every room. See ARCHITECTURE.md, "Words". */

/** Name of a live system in the lineup; OBS is `obs`, the first backup is `backup`, the standby picture is `slate`. */
export type SystemId = string

/** `push`: OBS publishes by itself. `pull`: an ingest pulls a source and publishes it. `slate`: a pull of a local file or picture. */
export type SystemKind = 'push' | 'pull' | 'slate'

/** *Unknown is not bad*: a blind monitor never switches by itself. */
export type Verdict = 'good' | 'bad' | 'unknown'

/** Could this system take over now? */
export type Readiness = 'ready' | 'not-ready' | 'unknown'

/**
 * What was seen that proves media at the far end, strongest first: the ingest acknowledged media bytes; its API shows
 * them; frames came out of a playback URL; the socket took them (weakest: says nothing about arrival).
 */
export type ProofKind = 'acknowledged' | 'server' | 'playback' | 'accepted'

export interface Proof {
  readonly kind: ProofKind
  /** Monotonic ms when the media was seen. */
  readonly at: number
}

/** State of one leg (pull or publish) of a pull ingest. */
export type Leg = 'idle' | 'connecting' | 'up' | 'stalled' | 'failed'

/** One elementary stream of a feed, as far as it is known. */
export interface Track {
  readonly type: 'video' | 'audio'
  /** 'h264', 'hevc', 'av1', 'aac', 'opus', 'mp3', ... lower case */
  readonly codec: string
  readonly width?: number
  readonly height?: number
  readonly fps?: number
  readonly profile?: string
  readonly bFrames?: boolean
  readonly gopSec?: number
  readonly sampleRateHz?: number
  readonly channels?: number
}

/** How a destination treats a second publisher on the same key (practice differs: docs/facts/platforms.md 1). */
export type Takeover =
  /** The second one is refused while the first, or its ghost, holds the key: fence first, then retry until it lets go. */
  | { readonly kind: 'none' }
  /** A higher number in a query parameter takes over and throws the old one out (`?priority=N`). */
  | { readonly kind: 'query'; readonly param: string }
  /** The platform takes both at once on two URLs. */
  | { readonly kind: 'backup-url' }

/** What the core knows of a destination. URL and key are the engine's business. */
export interface DestinationRules {
  readonly id: string
  readonly takeover: Takeover
  /** How long the platform keeps the broadcast open without media, ms; null: not known. */
  readonly graceMs: number | null
}
