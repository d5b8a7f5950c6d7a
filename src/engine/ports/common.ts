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

/** Sends its events with `at` already set from the Clock it was made with. */
export type Emit<E> = (event: E) => void

/** One picture of what a system shows, on its way to a JPEG. */
export type Still =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array }
  /** A small FLV file of one keyframe. */
  | { readonly kind: 'flv'; readonly bytes: Uint8Array }
  /** To be read from there, over RTSP. A secret. */
  | { readonly kind: 'rtsp'; readonly url: string }
