import type { CoreEvent } from '../events'
import type { Result } from '../problem'

/** A recording of an OBS, or a journal, as the core's own events. Times in ms on the recording's clock. */
export interface Recording {
  readonly source: 'recording' | 'journal'
  readonly items: readonly RecordingItem[]
  /** What is known of the faults that were made; a detector never sees it. */
  readonly truth: readonly Truth[]
  /** The policy that a journal was written under, unchecked; undefined: none. */
  readonly policy: unknown
  readonly lines: number
  /** The last line was torn (the writer was killed) and left out. */
  readonly truncated: boolean
  readonly obsVersion: string | null
}

export type RecordingItem =
  | { readonly kind: 'event'; readonly event: CoreEvent }
  /** The engine that wrote the journal was started again: a new core. */
  | { readonly kind: 'restart'; readonly at: number }

export interface Truth {
  readonly at: number
  readonly fault: string
  readonly phase: string
}

/** What one line adds. */
export interface LineContent {
  readonly source: 'recording' | 'journal'
  readonly items?: readonly RecordingItem[]
  readonly truth?: Truth
  readonly policy?: unknown
  readonly obsVersion?: string
  /** The socket is open after this line; undefined: as before. */
  readonly open?: boolean
}

/** What earlier lines mean for the next one. */
export interface LineContext {
  /** The recording's clock, which never goes back. */
  readonly at: number
  readonly open: boolean
}

/** `recording-invalid` with `line` (1-based) and `reason` in words. */
export type ParseResult = Result<Recording>
