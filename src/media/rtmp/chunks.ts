import { ByteQueue, concatBytes, emptyBytes, putU24, putU32, u24, u32, u8 } from '../bytes'
import { fault, type MediaFault } from '../fault'
import { begin, extended, headerBytes, newIncoming, reserve, type Incoming } from './chunk-stream'
import { defaultChunkLimits, type ChunkLimits } from './limits'

/** A whole RTMP message (RTMP 1.0, 5.3 and 6.1). */
export interface RtmpMessage {
  readonly type: number
  readonly streamId: number
  readonly timestampMs: number
  readonly payload: Uint8Array
}

/** RTMP 1.0, 5.4.1; a message is never longer than 24 bits say. */
const initialChunkBytes = 128
const maxChunkBytes = 0xffffff

/**
 * Bytes in any pieces -> messages. SetChunkSize and Abort are obeyed here and not handed on. Its work and its memory grow with
 * what came, never faster: what comes in many small parts moves once, and is not looked at again.
 */
export class ChunkReader {
  private readonly streams = new Map<number, Incoming>()
  private readonly queue: ByteQueue
  private limits: ChunkLimits
  private chunkBytes = initialChunkBytes
  private partialBytes = 0
  private messages = 0
  private bytes = 0
  /** The chunk whose header was read, and what its body still lacks. */
  private open: { readonly state: Incoming; left: number } | null = null
  private broken: MediaFault | null = null

  /** `queue` may hold bytes left by the handshake. */
  constructor(queue: ByteQueue = new ByteQueue(), limits: Partial<ChunkLimits> = {}) {
    this.queue = queue
    this.limits = { ...defaultChunkLimits, ...limits }
  }

  /** Other limits from here on: the peer has said who it is. */
  allow(limits: ChunkLimits): void {
    this.limits = limits
  }

  get fault(): MediaFault | null {
    return this.broken
  }

  /** Takes bytes without reading them. */
  feed(bytes: Uint8Array): void {
    if (this.broken === null) this.queue.push(bytes)
  }

  push(bytes: Uint8Array): {
    readonly messages: readonly RtmpMessage[]
    readonly fault: MediaFault | null
  } {
    const messages: RtmpMessage[] = []
    this.feed(bytes)
    for (let next = this.next(); next !== null; next = this.next()) messages.push(next)
    return { messages, fault: this.broken }
  }

  /** The next whole message; null: more bytes are needed, or `fault` tells. What follows it is not read yet. */
  next(): RtmpMessage | null {
    while (this.open !== null || this.header()) {
      const message = this.body()
      if (message === null && this.open !== null) return null
      if (message !== null && !this.obeyed(message)) return this.broken === null ? message : null
    }
    return null
  }

  /** Reads a chunk's header. False: not all of it is there, or it is against the rules. */
  private header(): boolean {
    const first = this.broken === null ? this.queue.peek(1) : null
    if (first === null) return false
    const format = (u8(first, 0) >> 6) as 0 | 1 | 2 | 3
    const small = u8(first, 0) & 0x3f
    const basicBytes = small === 0 ? 2 : small === 1 ? 3 : 1
    const head = this.queue.peek(basicBytes + headerBytes[format])
    if (head === null) return false
    const csid = small === 0 ? u8(head, 1) + 64 : small === 1 ? u8(head, 2) * 256 + u8(head, 1) + 64 : small
    const known = this.streams.get(csid)
    if (known === undefined && format !== 0) return this.fail('bad-structure', 'rtmp chunk without a header')
    if (known === undefined && this.streams.size >= this.limits.maxChunkStreams)
      return this.fail('too-many', 'rtmp chunk streams')
    const goesOn = known !== undefined && known.received > 0
    // A new header inside an unfinished message is not allowed (5.3.1); the peer is out of step.
    if (goesOn && format !== 3) return this.fail('bad-structure', 'rtmp header inside a message')

    const field = format === 3 ? (known?.extendedMs ?? null) : u24(head, basicBytes)
    const length = format <= 1 ? u24(head, basicBytes + 3) : (known?.length ?? 0)
    if (length > this.limits.maxMessageBytes) return this.fail('too-big', 'rtmp message')
    const hasExtended = format === 3 ? field !== null : field === extended
    const extendedBytes = hasExtended ? this.extendedBytes(head.length, format, known) : 0
    if (extendedBytes === null) return false
    const bodyBytes = Math.min(this.chunkBytes, length - (goesOn ? known.received : 0))
    if (this.partialBytes + bodyBytes > this.limits.maxPartialBytes)
      return this.fail('too-big', 'rtmp unfinished messages')
    const headBytes = head.length + extendedBytes
    this.bytes += headBytes + bodyBytes
    if (this.bytes > this.limits.maxBytes) return this.fail('too-big', 'rtmp messages together')
    if (!goesOn) this.messages += 1
    if (this.messages > this.limits.maxMessages) return this.fail('too-many', 'rtmp messages')
    const whole = this.queue.take(headBytes)
    if (whole === null) return false

    const state = known ?? newIncoming()
    if (known === undefined) this.streams.set(csid, state)
    if (!goesOn) begin(state, format, whole, basicBytes, hasExtended)
    this.open = { state, left: bodyBytes }
    return true
  }

  /** Reads on in the open chunk: the message that it ends, or null. The chunk stays open while its bytes are not all there. */
  private body(): RtmpMessage | null {
    if (this.open === null) return null
    const { state, left } = this.open
    if (state.received === 0 && left === state.length) {
      // One chunk that is all there needs no room of its own.
      const payload = this.queue.take(left)
      if (payload !== null) return this.finish(state, payload)
    }
    const count = Math.min(left, this.queue.length)
    reserve(state, count)
    this.queue.moveTo(state.body, state.received, count)
    state.received += count
    this.partialBytes += count
    this.open.left -= count
    if (this.open.left > 0) return null
    if (state.received < state.length) {
      this.open = null
      return null
    }
    return this.finish(state, state.body.subarray(0, state.length))
  }

  private finish(state: Incoming, payload: Uint8Array): RtmpMessage {
    const { type, streamId, timestampMs } = state
    this.open = null
    this.forget(state)
    return { type, streamId, timestampMs, payload }
  }

  /**
   * Length of the extended field: 4, or 0 in a headless chunk of a peer that leaves it out there (5.3.1.3 asks for it;
   * old Flash and some servers do not write it). Told by its value. null: not enough bytes to tell.
   */
  private extendedBytes(at: number, format: number, known: Incoming | undefined): 4 | 0 | null {
    const bytes = this.queue.peek(at + 4)
    if (bytes === null) return null
    if (format !== 3 || known === undefined) return 4
    const value = u32(bytes, at)
    return value === known.extendedMs || value === known.timestampMs ? 4 : 0
  }

  /** Whether it was for the reader itself. */
  private obeyed(message: RtmpMessage): boolean {
    if (message.type === 1) {
      const size = u32(message.payload, 0) & 0x7fffffff
      if (message.payload.length < 4 || size < 1) this.fail('bad-structure', 'rtmp chunk size')
      this.chunkBytes = Math.min(size, maxChunkBytes)
      return true
    }
    if (message.type !== 2) return false
    const stream = this.streams.get(u32(message.payload, 0))
    if (stream !== undefined) this.forget(stream)
    return true
  }

  private forget(state: Incoming): void {
    this.partialBytes -= state.received
    state.body = emptyBytes
    state.received = 0
  }

  private fail(code: MediaFault['code'], where: string): false {
    this.broken = fault(code, where)
    this.queue.clear()
    this.streams.clear()
    this.open = null
    return false
  }
}

interface Outgoing {
  readonly format: number
  readonly timestampMs: number
  readonly deltaMs: number
  readonly length: number
  readonly type: number
  readonly streamId: number
}

/** Messages -> bytes, with the shortest header that says the same. */
export class ChunkWriter {
  private readonly streams = new Map<number, Outgoing>()
  private chunkBytes = initialChunkBytes

  /** The SetChunkSize message; what is written after it uses the new size. */
  setChunkSize(bytes: number): Uint8Array {
    const payload = new Uint8Array(4)
    putU32(payload, 0, bytes)
    const message = this.write(2, { type: 1, streamId: 0, timestampMs: 0, payload })
    this.chunkBytes = bytes
    return message
  }

  /** `csid` 2..65599. */
  write(csid: number, message: RtmpMessage): Uint8Array {
    const timestampMs = message.timestampMs >>> 0
    const last = this.streams.get(csid)
    const deltaMs = last === undefined ? 0 : timestampMs - last.timestampMs
    const length = message.payload.length
    const format = chooseFormat(last, message, deltaMs, length)
    const field = format === 0 ? timestampMs : deltaMs
    this.streams.set(csid, {
      format,
      timestampMs,
      deltaMs,
      length,
      type: message.type,
      streamId: message.streamId,
    })
    const extra = field >= extended ? fieldBytes(field) : emptyBytes
    const parts = [basicHeader(format, csid), messageHeader(format, field, message), extra]
    const goOn = concatBytes([basicHeader(3, csid), extra])
    parts.push(message.payload.subarray(0, this.chunkBytes))
    for (let at = this.chunkBytes; at < length; at += this.chunkBytes)
      parts.push(goOn, message.payload.subarray(at, at + this.chunkBytes))
    return concatBytes(parts)
  }
}

/** Format 3 opens a message only after a delta: after a full header peers disagree on what it adds. */
function chooseFormat(
  last: Outgoing | undefined,
  message: RtmpMessage,
  deltaMs: number,
  length: number,
): number {
  if (last?.streamId !== message.streamId || deltaMs < 0) return 0
  if (last.length !== length || last.type !== message.type) return 1
  return last.format === 0 || last.deltaMs !== deltaMs || deltaMs >= extended ? 2 : 3
}

function basicHeader(format: number, csid: number): Uint8Array {
  const top = format << 6
  if (csid < 64) return Uint8Array.of(top | csid)
  if (csid < 320) return Uint8Array.of(top, csid - 64)
  return Uint8Array.of(top | 1, (csid - 64) & 0xff, (csid - 64) >> 8)
}

function messageHeader(format: number, fieldMs: number, message: RtmpMessage): Uint8Array {
  const out = new Uint8Array(headerBytes[format as 0 | 1 | 2 | 3])
  if (format <= 2) putU24(out, 0, Math.min(fieldMs, extended))
  if (format <= 1) {
    putU24(out, 3, message.payload.length)
    out[6] = message.type
  }
  if (format === 0) {
    out[7] = message.streamId
    out[8] = message.streamId >>> 8
    out[9] = message.streamId >>> 16
    out[10] = message.streamId >>> 24
  }
  return out
}

function fieldBytes(value: number): Uint8Array {
  const out = new Uint8Array(4)
  putU32(out, 0, value)
  return out
}
