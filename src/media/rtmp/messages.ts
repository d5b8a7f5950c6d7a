import { decodeAmf, encodeAmf, type AmfValue } from '../amf0'
import { putU16, putU32, u16, u32, u8 } from '../bytes'
import type { RtmpMessage } from './chunks'

/** Message types (RTMP 1.0, 5.4 and 7.1). */
export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAckSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const

/** User control events (RTMP 1.0, 7.1.7). */
export const controlEvent = { streamBegin: 0, streamEof: 1, ping: 6, pong: 7 } as const

/** Chunk streams as the usual encoders use them. */
export const chunkStream = {
  control: 2,
  command: 3,
  media: 4,
  status: 5,
  audio: 6,
  video: 7,
  data: 8,
} as const

export type Incoming =
  | { readonly kind: 'acknowledgement'; readonly value: number }
  | { readonly kind: 'window-ack-size'; readonly bytes: number }
  | { readonly kind: 'user-control'; readonly event: number; readonly value: number }
  | {
      readonly kind: 'command'
      readonly name: string
      readonly transaction: number
      readonly args: readonly AmfValue[]
      readonly streamId: number
    }
  | {
      readonly kind: 'media'
      readonly type: 8 | 9 | 18
      readonly timestampMs: number
      readonly payload: Uint8Array
      readonly streamId: number
    }
  /** Nothing that concerns us, or unreadable: a relay goes on. */
  | { readonly kind: 'ignored' }

export function readMessage(message: RtmpMessage): Incoming {
  const { type, payload, timestampMs, streamId } = message
  switch (type) {
    case messageType.acknowledgement:
      return payload.length < 4 ? { kind: 'ignored' } : { kind: 'acknowledgement', value: u32(payload, 0) }
    case messageType.windowAckSize:
      return payload.length < 4 ? { kind: 'ignored' } : { kind: 'window-ack-size', bytes: u32(payload, 0) }
    case messageType.userControl:
      return payload.length < 6
        ? { kind: 'ignored' }
        : { kind: 'user-control', event: u16(payload, 0), value: u32(payload, 2) }
    case messageType.audio:
    case messageType.video:
      return { kind: 'media', type, timestampMs, payload, streamId }
    case messageType.data:
      return { kind: 'media', type: 18, timestampMs, payload, streamId }
    case messageType.dataAmf3:
      // AMF3 messages open with a 0 and hold AMF0 in practice.
      return { kind: 'media', type: 18, timestampMs, payload: payload.subarray(1), streamId }
    case messageType.command:
      return readCommand(payload, streamId)
    case messageType.commandAmf3:
      return readCommand(u8(payload, 0) === 0 ? payload.subarray(1) : payload, streamId)
    default:
      return { kind: 'ignored' }
  }
}

/** What came whole counts: some servers append rubbish to their answers. */
function readCommand(payload: Uint8Array, streamId: number): Incoming {
  const { values } = decodeAmf(payload)
  const [name, transaction, ...args] = values
  if (typeof name !== 'string') return { kind: 'ignored' }
  return {
    kind: 'command',
    name,
    transaction: typeof transaction === 'number' ? transaction : 0,
    args,
    streamId,
  }
}

export function command(streamId: number, ...values: readonly AmfValue[]): RtmpMessage {
  return { type: messageType.command, streamId, timestampMs: 0, payload: encodeAmf(values) }
}

export function acknowledgement(bytes: number): RtmpMessage {
  return control(messageType.acknowledgement, bytes % 0x100000000)
}

export function windowAckSize(bytes: number): RtmpMessage {
  return control(messageType.windowAckSize, bytes)
}

/** Limit type 2 (dynamic), as other servers send it. */
export function peerBandwidth(bytes: number): RtmpMessage {
  const payload = new Uint8Array(5)
  putU32(payload, 0, bytes)
  payload[4] = 2
  return { type: messageType.peerBandwidth, streamId: 0, timestampMs: 0, payload }
}

export function userControl(event: number, value: number): RtmpMessage {
  const payload = new Uint8Array(6)
  putU16(payload, 0, event)
  putU32(payload, 2, value)
  return { type: messageType.userControl, streamId: 0, timestampMs: 0, payload }
}

function control(type: number, value: number): RtmpMessage {
  const payload = new Uint8Array(4)
  putU32(payload, 0, value)
  return { type, streamId: 0, timestampMs: 0, payload }
}

const setDataFrame = encodeAmf(['@setDataFrame'])

/** Metadata as FLV files have it: encoders put this word in front of it. */
export const withoutSetDataFrame = (payload: Uint8Array): Uint8Array =>
  setDataFrame.every((byte, i) => payload[i] === byte) ? payload.subarray(setDataFrame.length) : payload
