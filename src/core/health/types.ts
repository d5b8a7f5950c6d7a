import type { Readiness, Verdict } from '../words'

/** Why a verdict is what it is. A code never changes its meaning; sentences stand in `shared/messages/causes`. */
export const causeCodes = [
  // bad: OBS
  'output-disconnected', // STOPPED without STOPPING: the connection broke and OBS does not retry, or gave up
  'output-lost', // outputActive went away and no event said so
  'reconnecting', // OBS has been reconnecting past its allowance
  'output-stalled', // active, but no byte goes out
  'network-drops', // share of frames dropped over the window, still going on
  'bitrate-collapsed', // far below its own level: the only sign with dynamic bitrate
  'encoder-failed', // OBS's log says that the encoder broke
  'encoder-stalled', // active, but no frame reaches the output
  'obs-gone', // the socket died and the process too, or nothing listens any more
  'obs-hung', // the stream's status unanswered on an open socket
  'far-end-silent', // OBS says all is well, the far end sees no media
  // bad: pull ingest
  'source-lost', // the pull leg is down or stalled
  'publish-failed', // the publish leg is down
  'publish-stalled', // publishing, but nothing is acknowledged or nothing goes out
  // bad: a feed of the program
  'feed-frozen', // connected, but no media comes
  'feed-ended', // its connection or its process is gone
  // bad: the program's destination; a cut does not help
  'destination-frozen', // more is open than usual and nothing is taken: the ingest froze, or the link is a black hole
  'uplink-narrow', // less gets through than is sent, and the backlog grows steadily
  'destination-disconnected', // the publisher's own reconnect has not come through
  'destination-refused', // it answers, and refuses
  // unknown
  'program-stale', // the carrier does not answer
  'destination-settling', // too early to tell how it takes the stream
  'not-streaming',
  'stream-starting',
  'stream-ended', // the user stopped it: over, not failed
  'obs-quit', // the user quit OBS: over, not failed
  'obs-unreachable', // never connected, or cannot tell why the socket is closed
  'no-sample', // nothing heard yet
  'monitor-blind', // samples are too old to conclude anything
  'ingest-stale',
  // said beside good or unknown: worth telling, never a reason to switch
  'congested',
  'drops-healed',
  'render-lag',
  'encoder-lag',
  'within-allowance', // reconnecting, and OBS still has its allowance
  'not-warm',
  'other-format', // it can take over, but what viewers have cannot carry it: in a new session
] as const

export type CauseCode = (typeof causeCodes)[number]

export interface Cause {
  readonly code: CauseCode
  /** Numbers for the sentence: percent, ms, kbit/s (unit in the name). */
  readonly params?: Readonly<Record<string, number | string>>
}

/** What the health of one live system amounts to at a moment. */
export interface Assessment {
  /** About its output, as far as it has or should have one. */
  readonly verdict: Verdict
  /** Strongest first. Never empty for bad and unknown. */
  readonly causes: readonly Cause[]
  /** Could it take over now? */
  readonly readiness: Readiness
  readonly readinessCauses: readonly Cause[]
}

/** Where OBS's stream is, from events and status together. */
export type ObsStreamPhase = 'unknown' | 'inactive' | 'starting' | 'active' | 'reconnecting' | 'stopping'

/** How OBS's last stream ended, once it has. Stays until the next start. */
export type ObsStreamEnd =
  /** Stopped in OBS, not by us: over, not failed. `certain` false: OBS's log could not confirm it. */
  | { readonly how: 'user'; readonly at: number; readonly certain: boolean }
  /** OBS was quit. */
  | { readonly how: 'quit'; readonly at: number }
  /** We stopped it. */
  | { readonly how: 'ours'; readonly at: number }
  /** It broke. */
  | { readonly how: 'failed'; readonly at: number; readonly cause: CauseCode }
