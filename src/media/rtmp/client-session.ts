import { encodeAmf, type AmfText, type AmfValue } from '../amf0'
import { ByteQueue, concatBytes, emptyBytes } from '../bytes'
import type { MediaFault } from '../fault'
import type { FlvTag } from '../flv'
import { authChallenge, type AuthChallenge } from './adobe-auth'
import { ChunkReader, ChunkWriter, type RtmpMessage } from './chunks'
import { Handshake } from './handshake'
import {
  acknowledgement,
  chunkStream,
  command,
  controlEvent,
  readMessage,
  userControl,
  windowAckSize,
} from './messages'
import {
  isRefusal,
  namesKeyOrAccount,
  refusalOfConnect,
  refusalOfPublish,
  statusOf,
  type Refusal,
  type StatusInfo,
} from './refusal'

export interface ClientOptions {
  /** What `connect` names, e.g. `live` (shared/rtmp-names.ts); with `?authmod=...` appended in an authenticated attempt. */
  readonly app: string
  /** `rtmp://host[:port]/app`: no credentials in it. */
  readonly tcUrl: string
  /** Stream key with its query, if any, as it travels (shared/rtmp-names.ts). A secret. */
  readonly key: string | AmfText
  /** Bytes after which we ask the peer to acknowledge. 50 kB: an answer every 130-170 ms at 2.5 Mbit/s (measured). */
  readonly ackWindowBytes?: number
  readonly seed?: number
}

export type ClientEvent =
  /** The server takes our media from now on. */
  | { readonly type: 'accepted' }
  /** `status` is the server's code (`NetStream.Publish.BadName`); its description may hold the key and is not told. */
  | { readonly type: 'refused'; readonly reason: Refusal; readonly status: string }
  /** Adobe authentication: connect again with what `authQuery` makes of the challenge. */
  | { readonly type: 'challenged'; readonly challenge: AuthChallenge }
  /** Raw number of an Acknowledgement: total or increment, see AckTracker. */
  | { readonly type: 'acknowledged'; readonly value: number }
  /** The server ended the publish. */
  | { readonly type: 'ended'; readonly status: string }
  | { readonly type: 'fault'; readonly fault: MediaFault }

export interface ClientStep {
  readonly send: Uint8Array
  readonly events: readonly ClientEvent[]
}

/** Large chunks: fewer headers, and nginx-rtmp wakes once a chunk. */
const chunkBytes = 65_536
const defaultAckWindow = 50_000
const connectTransaction = 1
const createTransaction = 4
const publishTransaction = 5

/**
 * A publisher's side of an RTMP session, without a socket: bytes in, bytes and events out. `start`, then `receive`
 * whatever arrives; after `accepted`, `publish` each tag; `goodbye` for a clean end.
 */
export class RtmpClientSession {
  private readonly queue = new ByteQueue()
  private readonly handshake: Handshake
  private readonly reader = new ChunkReader(this.queue)
  private readonly writer = new ChunkWriter()
  private phase: 'handshake' | 'connect' | 'create' | 'publish' | 'publishing' | 'over' = 'handshake'
  private named = false
  private streamId = 1
  private send: Uint8Array[] = []
  private events: ClientEvent[] = []
  private receivedBytes = 0
  private acknowledgedBytes = 0
  private peerWindowBytes = 0

  constructor(private readonly options: ClientOptions) {
    this.handshake = new Handshake('client', options.seed)
  }

  /** How far the conversation came: tells what a close by the peer means. */
  get stage(): 'handshake' | 'connect' | 'create' | 'publish' | 'publishing' | 'over' {
    return this.phase
  }

  /** The refusal spoke of the key or the account, so that another attempt with the same ones meets the same answer. */
  get refusalNamesKey(): boolean {
    return this.named
  }

  start(): Uint8Array {
    return this.handshake.hello()
  }

  receive(bytes: Uint8Array): ClientStep {
    this.send = []
    this.events = []
    if (this.phase !== 'over') this.take(bytes)
    return { send: concatBytes(this.send), events: this.events }
  }

  private take(bytes: Uint8Array): void {
    let rest = bytes
    if (this.phase === 'handshake') {
      this.queue.push(bytes)
      const step = this.handshake.read(this.queue)
      if (step.fault !== null) {
        this.fault(step.fault)
        return
      }
      if (!step.done) {
        this.reply(step.send)
        return
      }
      // C2, our window and connect in one write: small ones each wait for the server's delayed answer (measured: 40 ms).
      this.reply(step.send, this.opening())
      this.phase = 'connect'
      this.receivedBytes += this.queue.length
      rest = emptyBytes
    }
    this.receivedBytes += rest.length
    const { messages, fault } = this.reader.push(rest)
    for (const message of messages) if (!this.isOver()) this.message(message)
    if (fault !== null && !this.isOver()) this.fault(fault)
    this.acknowledge()
  }

  /** What comes after the end of the conversation says nothing any more. */
  private isOver(): boolean {
    return this.phase === 'over'
  }

  private opening(): Uint8Array {
    const { app, tcUrl, ackWindowBytes } = this.options
    return concatBytes([
      this.writer.setChunkSize(chunkBytes),
      this.writer.write(chunkStream.control, windowAckSize(ackWindowBytes ?? defaultAckWindow)),
      this.command(0, 'connect', connectTransaction, {
        app,
        type: 'nonprivate',
        flashVer: 'FMLE/3.0 (compatible; Understudy)',
        swfUrl: tcUrl,
        tcUrl,
      }),
    ])
  }

  private message(message: RtmpMessage): void {
    const incoming = readMessage(message)
    switch (incoming.kind) {
      case 'acknowledgement':
        this.events.push({ type: 'acknowledged', value: incoming.value })
        break
      case 'window-ack-size':
        this.peerWindowBytes = incoming.bytes
        // A server with Nagle's algorithm holds its next words until we have sent something (nginx: 40 ms).
        if (this.phase === 'connect') this.acknowledge(true)
        break
      case 'user-control':
        if (incoming.event === controlEvent.ping)
          this.reply(this.writer.write(chunkStream.control, userControl(controlEvent.pong, incoming.value)))
        break
      case 'command':
        this.answer(incoming.name, incoming.transaction, incoming.args)
        break
      case 'media':
      case 'ignored':
        break
    }
  }

  private answer(name: string, transaction: number, args: readonly AmfValue[]): void {
    if (name === '_result' && transaction === connectTransaction && this.phase === 'connect') this.create()
    else if (name === '_result' && transaction === createTransaction && this.phase === 'create')
      this.publishCommand(args[1])
    else if (name === '_error') this.rejected(transaction, args)
    else if (name === 'onStatus') this.status(args[1])
    else if (name === 'close' && this.phase !== 'over') this.end('close')
  }

  private create(): void {
    const { key } = this.options
    this.phase = 'create'
    this.reply(
      this.command(0, 'releaseStream', 2, null, key),
      this.command(0, 'FCPublish', 3, null, key),
      this.command(0, 'createStream', createTransaction, null),
    )
  }

  private publishCommand(id: AmfValue): void {
    this.streamId = typeof id === 'number' && id >= 0 && id <= 0xffffffff ? id : 1
    this.phase = 'publish'
    this.reply(this.command(this.streamId, 'publish', publishTransaction, null, this.options.key, 'live'))
  }

  private rejected(transaction: number, args: readonly AmfValue[]): void {
    const info = statusOf(args[1]) ?? statusOf(args[0])
    if (transaction === connectTransaction && this.phase === 'connect') {
      const challenge = authChallenge(info?.description ?? '')
      if (challenge === null) this.refuse(refusalOfConnect(info), info)
      else {
        this.phase = 'over'
        this.events.push({ type: 'challenged', challenge })
      }
    } else if (transaction >= createTransaction && this.phase !== 'publishing')
      this.refuse(refusalOfPublish(info), info)
    // An error for releaseStream or FCPublish says nothing: half of the servers do not know them.
  }

  private status(value: AmfValue): void {
    const info = statusOf(value)
    if (info === null) return
    if (info.code === 'NetStream.Publish.Start') {
      if (this.phase !== 'publish') return
      this.phase = 'publishing'
      this.events.push({ type: 'accepted' })
    } else if (this.phase === 'publishing') {
      if (info.level === 'error' || info.code === 'NetStream.Unpublish.Success') this.end(info.code)
    } else if (info.level === 'error' || isRefusal(info))
      this.refuse(this.phase === 'connect' ? refusalOfConnect(info) : refusalOfPublish(info), info)
  }

  private refuse(reason: Refusal, info: StatusInfo | null): void {
    if (this.phase === 'over') return
    this.phase = 'over'
    this.named = reason !== 'busy' && info !== null && namesKeyOrAccount(info)
    this.events.push({ type: 'refused', reason, status: info?.code ?? 'unknown' })
  }

  private end(status: string): void {
    this.phase = 'over'
    this.events.push({ type: 'ended', status })
  }

  private fault(fault: MediaFault): void {
    this.phase = 'over'
    this.events.push({ type: 'fault', fault })
  }

  /** Acknowledges at the server's window (RTMP 1.0, 5.4.3 and 5.4.4). */
  private acknowledge(now = false): void {
    const owed = this.receivedBytes - this.acknowledgedBytes
    if (this.phase === 'over' || (!now && (this.peerWindowBytes === 0 || owed < this.peerWindowBytes))) return
    this.acknowledgedBytes = this.receivedBytes
    this.reply(this.writer.write(chunkStream.control, acknowledgement(this.receivedBytes)))
  }

  /** Bytes that carry one tag. onMetaData gets the `@setDataFrame` that servers want to keep it. */
  publish(tag: FlvTag): Uint8Array {
    const { type, timestampMs, payload } = tag
    const body =
      type === 18 && !startsWith(payload, setDataFrame) ? concatBytes([setDataFrame, payload]) : payload
    const csid = type === 8 ? chunkStream.audio : type === 9 ? chunkStream.video : chunkStream.data
    return this.writer.write(csid, { type, streamId: this.streamId, timestampMs, payload: body })
  }

  /** The clean end: on some platforms it ends the broadcast. */
  goodbye(): Uint8Array {
    return concatBytes([
      this.command(this.streamId, 'FCUnpublish', 6, null, this.options.key),
      this.command(this.streamId, 'deleteStream', 7, null, this.streamId),
    ])
  }

  private command(streamId: number, ...values: readonly AmfValue[]): Uint8Array {
    return this.writer.write(chunkStream.command, command(streamId, ...values))
  }

  private reply(...parts: readonly Uint8Array[]): void {
    this.send.push(...parts)
  }
}

const setDataFrame = encodeAmf(['@setDataFrame'])

const startsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.every((byte, i) => bytes[i] === byte)
