import { emptyBytes, u24, u32, u32le, u8 } from '../bytes'

/** A time field of this value has an extended one behind it (RTMP 1.0, 5.3.1.3). */
export const extended = 0xffffff
/** Message header by chunk format (RTMP 1.0, 5.3.1.2). */
export const headerBytes = [11, 7, 3, 0] as const

/** One chunk stream of a peer: the header that later ones lean on, and its unfinished message. */
export interface Incoming {
  timestampMs: number
  /** What a chunk without a header of its own adds: the last delta, or after a full header its time (5.3.1.2.4). */
  deltaMs: number
  /** Value of the extended field of the current message; null when it has none. */
  extendedMs: number | null
  length: number
  type: number
  streamId: number
  /** What came of an unfinished message; grows with it, for its announced length is only a word. */
  body: Uint8Array
  received: number
}

/** Least room made for a message that comes in parts. */
const leastBodyBytes = 1_024

/** Room for `count` more bytes: twice what there was, so that each byte moves once or twice however many parts there are. */
export function reserve(state: Incoming, count: number): void {
  const needed = state.received + count
  if (needed <= state.body.length) return
  const room = new Uint8Array(Math.min(state.length, Math.max(needed, state.body.length * 2, leastBodyBytes)))
  room.set(state.body.subarray(0, state.received))
  state.body = room
}

export const newIncoming = (): Incoming => ({
  timestampMs: 0,
  deltaMs: 0,
  extendedMs: null,
  length: 0,
  type: 0,
  streamId: 0,
  body: emptyBytes,
  received: 0,
})

/** First chunk of a message: its header into the chunk stream's state. */
export function begin(
  state: Incoming,
  format: number,
  bytes: Uint8Array,
  at: number,
  hasExtended: boolean,
): void {
  if (format < 3) {
    const field = hasExtended ? u32(bytes, at + (headerBytes[format] ?? 0)) : u24(bytes, at)
    state.extendedMs = hasExtended ? field : null
    state.deltaMs = field
  }
  state.timestampMs = format === 0 ? state.deltaMs : (state.timestampMs + state.deltaMs) >>> 0
  if (format <= 1) {
    state.length = u24(bytes, at + 3)
    state.type = u8(bytes, at + 6)
  }
  if (format === 0) state.streamId = u32le(bytes, at + 7)
}
