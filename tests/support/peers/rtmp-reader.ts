import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

/** One audio or video message as the server sent it. */
export interface RtmpMedia {
  readonly kind: 'audio' | 'video'
  /** The message's timestamp, ms on the stream's own clock. */
  readonly timestampMs: number
  readonly payload: Buffer
}

/** A connection that plays one stream. */
export interface RtmpReader {
  /** Settles with the reason when the connection has ended; never rejects. */
  readonly closed: Promise<string>
  readonly close: () => void
}

/** Where the stream is and who wants its media. */
export interface RtmpReaderOptions {
  readonly host: string
  readonly port: number
  readonly app: string
  readonly name: string
  readonly onMedia: (media: RtmpMedia) => void
}

const HANDSHAKE_BYTES = 1536
/** The server has so long to accept `connect` and `play`; afterwards it may be silent for ever. */
const SETUP_MS = 10_000

/**
 * Plays an RTMP stream without decoding, probing or buffering anything, so that an arrival is the arrival of the
 * bytes. Deliberately shares no code with the product: it judges it. RTMP as in Adobe's specification 1.0, sections 5
 * (handshake, chunks) and 7 (commands).
 */
export function readRtmp(options: RtmpReaderOptions): RtmpReader {
  const { host, port, app, name, onMedia } = options
  const socket = connect({ host, port, noDelay: true })
  let reason = 'closed by the server'
  let input: Buffer = Buffer.alloc(0)
  let handshaken = false
  let received = 0
  let acknowledged = 0
  let ackWindow = 0
  const end = (why: string): void => {
    reason = why
    socket.destroy()
  }
  const setup = setTimeout(() => end('the server did not answer'), SETUP_MS)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(reason)))
  void closed.then(() => clearTimeout(setup))
  socket.once('error', (error) => (reason = error.message))

  const send = (type: number, streamId: number, payload: Buffer): void =>
    void socket.write(chunk(type, streamId, payload))
  const chunks = new ChunkReader((type, timestampMs, payload) => {
    switch (type) {
      case 4: {
        // User control: a ping (6) is answered with what it carries (7).
        if (payload.readUInt16BE(0) === 6) {
          send(4, 0, Buffer.concat([Buffer.from([0, 7]), payload.subarray(2)]))
        }
        return
      }
      case 5:
        ackWindow = payload.readUInt32BE(0)
        return
      case 8:
      case 9:
        onMedia({ kind: type === 8 ? 'audio' : 'video', timestampMs, payload })
        return
      case 20:
        onCommand(payload)
        return
      default:
    }
  })
  const onCommand = (payload: Buffer): void => {
    // `_result` with transaction 1 answers connect, with 2 createStream, whose last number is the stream's id.
    const command = payload.toString('latin1', 3, 3 + payload.readUInt16BE(1))
    const transaction = command === '_result' ? payload.readDoubleBE(3 + command.length + 1) : 0
    if (transaction === 1) send(20, 0, amf('createStream', 2, null))
    if (transaction === 2) {
      clearTimeout(setup)
      send(20, payload.readDoubleBE(payload.length - 8), amf('play', 0, null, name, -2000))
    }
    if (command === '_error') end('the server refused')
  }

  socket.once('connect', () => {
    socket.write(Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0]), randomBytes(HANDSHAKE_BYTES - 8)]))
  })
  socket.on('data', (data) => {
    received += data.length
    if (handshaken) {
      chunks.push(data)
    } else {
      input = Buffer.concat([input, data])
      // S0, S1 and S2; C2 is S1 sent back.
      if (input.length < 1 + 2 * HANDSHAKE_BYTES) return
      handshaken = true
      socket.write(input.subarray(1, 1 + HANDSHAKE_BYTES))
      send(
        20,
        0,
        amf('connect', 1, { app, flashVer: 'LNX 9,0,124,2', tcUrl: `rtmp://${host}:${port}/${app}` }),
      )
      chunks.push(input.subarray(1 + 2 * HANDSHAKE_BYTES))
    }
    if (ackWindow > 0 && received - acknowledged >= ackWindow) {
      acknowledged = received
      const total = Buffer.alloc(4)
      total.writeUInt32BE(received % 2 ** 32)
      send(3, 0, total)
    }
  })
  return { closed, close: () => end('closed by the viewer') }
}

interface Partial {
  timestampMs: number
  delta: number
  length: number
  type: number
  extended: boolean
  parts: Buffer[]
  got: number
}

/** Puts chunks together into messages (specification 5.3.1). */
class ChunkReader {
  private input: Buffer = Buffer.alloc(0)
  private chunkSize = 128
  private readonly streams = new Map<number, Partial>()

  constructor(private readonly onMessage: (type: number, timestampMs: number, payload: Buffer) => void) {}

  push(data: Buffer): void {
    this.input = this.input.length === 0 ? data : Buffer.concat([this.input, data])
    let used = this.next()
    while (used > 0) {
      this.input = this.input.subarray(used)
      used = this.next()
    }
  }

  /** Reads one chunk from the input's beginning; 0 when it is not whole yet. */
  private next(): number {
    const { input } = this
    if (input.length < 1) return 0
    const format = input[0]! >> 6
    let id = input[0]! & 63
    let at = 1
    if (id < 2) {
      const idBytes = id + 1
      if (input.length < 1 + idBytes) return 0
      id = 64 + input[1]! + (idBytes === 2 ? input[2]! * 256 : 0)
      at += idBytes
    }
    const headerBytes = [11, 7, 3, 0][format]!
    if (input.length < at + headerBytes) return 0
    const known = this.streams.get(id)
    const before = known ?? {
      timestampMs: 0,
      delta: 0,
      length: 0,
      type: 0,
      extended: false,
      parts: [],
      got: 0,
    }
    let time = format < 3 ? input.readUIntBE(at, 3) : 0
    const length = format < 2 ? input.readUIntBE(at + 3, 3) : before.length
    const type = format < 2 ? input[at + 6]! : before.type
    const extended = format < 3 ? time === 0xffffff : before.extended
    at += headerBytes
    if (extended) {
      if (input.length < at + 4) return 0
      time = input.readUInt32BE(at)
      at += 4
    }
    const begins = before.got === 0
    const size = Math.min(this.chunkSize, length - before.got)
    if (input.length < at + size) return 0
    const stream: Partial = { ...before, length, type, extended }
    if (begins) {
      stream.parts = []
      if (format === 0) stream.delta = 0
      else if (format < 3) stream.delta = time
      stream.timestampMs = format === 0 ? time : before.timestampMs + stream.delta
    }
    stream.parts.push(input.subarray(at, at + size))
    stream.got += size
    this.streams.set(id, stream)
    if (stream.got >= length) {
      const payload = Buffer.concat(stream.parts)
      stream.parts = []
      stream.got = 0
      if (type === 1) this.chunkSize = payload.readUInt32BE(0)
      else this.onMessage(type, stream.timestampMs, payload)
    }
    return at + size
  }
}

/** One message in chunks of 128 bytes, the size that holds until another is announced. */
function chunk(type: number, streamId: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head[0] = 3
  head.writeUIntBE(payload.length, 4, 3)
  head[7] = type
  head.writeUInt32LE(streamId, 8)
  const parts: Buffer[] = [head]
  for (let at = 0; at < payload.length; at += 128) {
    if (at > 0) parts.push(Buffer.from([0xc3]))
    parts.push(payload.subarray(at, at + 128))
  }
  return Buffer.concat(parts)
}

type Amf = string | number | null | Readonly<Record<string, string>>

/** AMF0, as far as a player speaks it. */
function amf(...values: readonly Amf[]): Buffer {
  return Buffer.concat(values.map(amfValue))
}

function amfValue(value: Amf): Buffer {
  if (value === null) return Buffer.from([5])
  if (typeof value === 'number') {
    const out = Buffer.alloc(9)
    out.writeDoubleBE(value, 1)
    return out
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), amfText(value)])
  const fields = Object.entries(value).map(([key, text]) => Buffer.concat([amfText(key), amfValue(text)]))
  return Buffer.concat([Buffer.from([3]), ...fields, Buffer.from([0, 0, 9])])
}

function amfText(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}
