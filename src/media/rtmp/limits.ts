/** What a peer may send, bytes and counts. */
export interface ChunkLimits {
  readonly maxMessageBytes: number
  readonly maxChunkStreams: number
  /** Unfinished messages together. */
  readonly maxPartialBytes: number
  /** Messages in all, those counted that are obeyed here. */
  readonly maxMessages: number
  /** Bytes in all, headers among them. */
  readonly maxBytes: number
}

/** 4K keyframes stay under 4 MB; real peers use four to eight chunk streams. */
export const defaultChunkLimits: ChunkLimits = {
  maxMessageBytes: 8 * 1024 * 1024,
  maxChunkStreams: 64,
  maxPartialBytes: 16 * 1024 * 1024,
  maxMessages: Infinity,
  maxBytes: Infinity,
}

/**
 * Before its publish or play was accepted. Measured from the end of the handshake to publish: OBS 29.0.2 sends 436 bytes in 5
 * messages on 3 chunk streams, 1,864 bytes with a key of 500 bytes (the longest message has 530); ffmpeg 5.1 338 bytes, 1,814
 * with that key. A login in the address or in OBS's fields adds nothing as long as no server asks for it. A key stands in three
 * messages.
 */
export const introductionLimits: ChunkLimits = {
  maxMessageBytes: 8 * 1024,
  maxChunkStreams: 16,
  maxPartialBytes: 16 * 1024,
  maxMessages: 64,
  maxBytes: 32 * 1024,
}

/** What else one connection gets of a server. */
export const serverLimits = {
  /** Messages a peer may send ahead of an answer: a handful. */
  waitingMessages: 256,
  /** Encoders ask two, one that logs in a few more. */
  questions: 16,
  /** With more than this unread, a peer gets no pongs and no acknowledgements: a later one counts for those before it. */
  quietUnreadBytes: 16 * 1024,
  /** With more than this unread it is over: before it was admitted, and after, where only a flood of commands comes here. */
  unreadBytes: { before: 32 * 1024, after: 256 * 1024 },
  /** Pongs for what came at once: peers ping every few seconds. */
  pongsAtOnce: 4,
  /** No acknowledgement for less, whatever window the peer asks for: else its every byte would cost sixteen. */
  leastWindowBytes: 1_000,
} as const
