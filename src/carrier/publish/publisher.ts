import type { Problem } from '../../core/problem'
import type { FlvTag } from '../../media/flv'

/** What a publisher sees of its destination. The carrier samples it; health judges it. */
export interface PublisherStatus {
  readonly state: 'connecting' | 'publishing' | 'failed' | 'closed'
  /** Why it failed; null unless `failed`. */
  readonly problem: Problem | null
  /** Media bytes handed to the socket since publish began. */
  readonly bytesSent: number
  /** Media bytes the destination acknowledged; null while it has not acknowledged any (a silent one is no witness). */
  readonly bytesAcknowledged: number | null
  /** ms since the last acknowledgement; null when there was none. */
  readonly acknowledgedAgeMs: number | null
  /** Bytes written and not acknowledged (or, with a silent destination, queued in the socket). */
  readonly backlogBytes: number
  /** As much of it as is open while nothing is late: some destinations acknowledge every 2.5 MB only. */
  readonly usualBacklogBytes: number
  /** Bytes in our own memory, that the system (or, over SRT, ffmpeg) has not taken yet. */
  readonly queuedBytes: number
  /** Video frames dropped by age because the destination was behind. */
  readonly droppedFrames: number
}

/** One connection to one destination. Created connecting; ends `failed` or `closed` and is then thrown away. */
export interface Publisher {
  /** Resolves once the destination accepted the publish, or with a coded problem (busy, refused, unreachable, tls, ...). */
  readonly accepted: Promise<Problem | null>
  /**
   * Headers first, then media from a keyframe. Never blocks: drops to the next keyframe when the destination is behind.
   * May be called from the start (and over SRT has to be: ffmpeg connects once it has media): what comes before the
   * destination's yes is sent after it, from its last keyframe on. Timestamps are rebased to begin at 0.
   */
  write(tag: FlvTag): void
  /** `clean` says goodbye (FCUnpublish, deleteStream: ends the broadcast on some platforms); `abrupt` just drops the socket. */
  close(mode: 'clean' | 'abrupt'): Promise<void>
  status(): PublisherStatus
  /** Adds a listener, called on each change of state and on each acknowledgement. */
  onChange(listener: () => void): void
}

export interface PublishTarget {
  /** `rtmp(s)://host[:port]/app` or `srt://...`; the key is apart and is a secret. */
  readonly url: string
  readonly key: string
  readonly auth: { readonly username: string; readonly password: string } | null
}
