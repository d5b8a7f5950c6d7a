import { objectOf, textOf, type AmfValue } from '../amf0'
import { ByteQueue, concatBytes, emptyBytes } from '../bytes'
import { fault, type MediaFault } from '../fault'
import type { FlvTag } from '../flv'
import { ChunkReader, type RtmpMessage } from './chunks'
import { Handshake } from './handshake'
import { defaultChunkLimits, introductionLimits, serverLimits, type ChunkLimits } from './limits'
import { controlEvent, readMessage, withoutSetDataFrame, type Incoming } from './messages'
import { mediaStreamId, ServerVoice } from './server-voice'

export interface ServerOptions {
  /**
   * `window`: acknowledge at the window the peer asked for, and only then: acknowledgements to a peer that never asked and
   * is closing reset the connection and lose what it still had to say (measured with OBS). `increments`: the same, but
   * each tells the bytes since the last one. `silent`: never.
   */
  readonly ackMode?: 'window' | 'increments' | 'silent'
  /** Once a publish or play was accepted; before, {@link introductionLimits} hold. */
  readonly limits?: Partial<ChunkLimits>
  readonly seed?: number
}

export type Question = {
  readonly kind: 'connect' | 'publish' | 'play'
  readonly app: string
  readonly tcUrl: string
  readonly name: string
}

/**
 * How far a peer has come, in this order. `silent`: its first packet (C0, C1) is not all there. `greeted`: it is. `shaken`: hands
 * are shaken (C2). `connected`: its `connect` was accepted. `created`: it has asked for a stream. `admitted`: it publishes or plays.
 */
export type ServerStage = 'silent' | 'greeted' | 'shaken' | 'connected' | 'created' | 'admitted'

export type ServerEvent =
  /** Nothing more is read until the owner calls `accept` or `reject`. `name` is the stream key with its query: a secret. */
  | { readonly type: 'question'; readonly question: Question }
  /** A tag of the publisher; onMetaData without `@setDataFrame`, as FLV files have it. */
  | { readonly type: 'tag'; readonly tag: FlvTag }
  /** The peer said goodbye: no more media of its stream. */
  | { readonly type: 'goodbye' }
  | { readonly type: 'fault'; readonly fault: MediaFault }

export interface ServerStep {
  readonly send: Uint8Array
  readonly events: readonly ServerEvent[]
}

/**
 * A server's side of one RTMP connection, without a socket: takes a publisher (OBS, ffmpeg, our own) or serves a
 * player. Bytes in, bytes and events out.
 */
export class RtmpServerSession {
  private readonly queue = new ByteQueue()
  private readonly handshake: Handshake
  private readonly reader: ChunkReader
  private readonly voice = new ServerVoice()
  private readonly ackMode: 'window' | 'increments' | 'silent'
  private shaken = false
  private over = false
  private app = ''
  private tcUrl = ''
  private asked: { readonly question: Question; readonly transaction: number } | null = null
  private waiting: RtmpMessage[] = []
  private send: Uint8Array[] = []
  private events: ServerEvent[] = []
  private receivedBytes = 0
  private acknowledgedBytes = 0
  private windowBytes = 0
  private saidGoodbye = false
  private connectAccepted = false
  private streamAsked = false
  private admitted = false
  private questions = 0
  private pongs = 0
  private unreadBytes = 0

  constructor(private readonly options: ServerOptions = {}) {
    this.ackMode = options.ackMode ?? 'window'
    this.handshake = new Handshake('server', options.seed)
    this.reader = new ChunkReader(this.queue, introductionLimits)
  }

  get stage(): ServerStage {
    if (this.admitted) return 'admitted'
    if (this.connectAccepted) return this.streamAsked ? 'created' : 'connected'
    return this.shaken ? 'shaken' : this.handshake.greeted ? 'greeted' : 'silent'
  }

  /** `unreadBytes`: how much of what was sent before still waits for the peer to read. */
  receive(bytes: Uint8Array, unreadBytes = 0): ServerStep {
    return this.step(() => {
      this.unreadBytes = unreadBytes
      this.pongs = 0
      if (unreadBytes > serverLimits.unreadBytes[this.admitted ? 'after' : 'before'])
        this.fail(fault('too-big', 'rtmp answers that nobody reads'))
      else this.take(bytes)
    })
  }

  /** Yes to the open question. Returned events may hold the next one. */
  accept(): ServerStep {
    return this.step(() => {
      const asked = this.asked
      if (asked === null) return
      this.asked = null
      if (asked.question.kind === 'connect') {
        this.connectAccepted = true
        this.reply(this.voice.connected(asked.transaction))
      } else this.admit(asked.question.kind)
      this.catchUp()
    })
  }

  /** No, with the code the peer is told (`NetStream.Publish.BadName`). The owner closes the connection, or lets it stand. */
  reject(code: string, description = ''): ServerStep {
    return this.step(() => {
      const asked = this.asked
      if (asked === null) return
      this.asked = null
      if (asked.question.kind === 'connect')
        this.reply(this.voice.connectRejected(asked.transaction, code, description))
      else this.reply(this.voice.status('error', code, description))
      this.catchUp()
    })
  }

  /** Bytes that carry one tag to a player. */
  media(tag: FlvTag): Uint8Array {
    return this.voice.media(tag)
  }

  /** Tells a player that the stream ended, or a publisher why it is thrown out. */
  notify(code: string, level: 'status' | 'error' = 'status'): Uint8Array {
    return this.voice.status(level, code, '')
  }

  ping(value: number): Uint8Array {
    return this.voice.userControl(controlEvent.ping, value)
  }

  private step(work: () => void): ServerStep {
    this.send = []
    this.events = []
    if (!this.over) work()
    return { send: concatBytes(this.send), events: this.events }
  }

  private take(bytes: Uint8Array): void {
    let rest = bytes
    if (!this.shaken) {
      this.queue.push(bytes)
      const step = this.handshake.read(this.queue)
      this.reply(step.send)
      if (step.fault !== null) {
        this.fail(step.fault)
        return
      }
      if (!step.done) return
      this.shaken = true
      // At once, not with the answer to connect: it lets OBS's next small write go (measured: 41 ms saved).
      this.reply(this.voice.ownWindow())
      this.receivedBytes += this.queue.length
      rest = emptyBytes
    }
    this.receivedBytes += rest.length
    this.reader.feed(rest)
    if (this.asked === null) this.catchUp()
    else this.readAhead()
    if (!this.over) this.acknowledge()
  }

  /** Message by message: what stands behind a question is not read before its answer, for that decides what may be sent. */
  private catchUp(): void {
    while (this.asked === null && !this.over) {
      const message = this.waiting.shift() ?? this.reader.next()
      if (message !== null) this.message(readMessage(message))
      else {
        const { fault: broken } = this.reader
        if (broken !== null)
          this.fail(this.admitted ? broken : { ...broken, where: `${broken.where} before publish` })
        return
      }
    }
  }

  /** More came while the owner still thinks about its answer. */
  private readAhead(): void {
    for (let next = this.reader.next(); next !== null; next = this.reader.next()) {
      this.waiting.push(next)
      if (this.waiting.length > serverLimits.waitingMessages) break
    }
    const { fault: broken } = this.reader
    if (this.waiting.length > serverLimits.waitingMessages || broken?.code === 'too-many')
      this.fail(fault('too-many', 'rtmp messages before an answer'))
    else if (broken !== null) this.fail(broken)
  }

  private message(incoming: Incoming): void {
    switch (incoming.kind) {
      case 'window-ack-size':
        this.windowBytes = incoming.bytes
        break
      case 'user-control':
        if (incoming.event === controlEvent.ping) this.pong(incoming.value)
        break
      case 'media':
        this.tag(incoming)
        break
      case 'command':
        this.ask(incoming.name, incoming.transaction, incoming.args)
        break
      case 'acknowledgement':
      case 'ignored':
        break
    }
  }

  private pong(value: number): void {
    this.pongs += 1
    if (this.pongs <= serverLimits.pongsAtOnce && this.unreadBytes <= serverLimits.quietUnreadBytes)
      this.reply(this.voice.userControl(controlEvent.pong, value))
  }

  private tag(media: Incoming & { readonly kind: 'media' }): void {
    const { type, timestampMs } = media
    const payload = type === 18 ? withoutSetDataFrame(media.payload) : media.payload
    if (payload.length > 0) this.events.push({ type: 'tag', tag: { type, timestampMs, payload } })
  }

  private ask(name: string, transaction: number, args: readonly AmfValue[]): void {
    const text = typeof args[1] === 'string' ? args[1] : ''
    switch (name) {
      case 'connect': {
        const info = objectOf(args[0])
        this.app = textOf(info['app']).replace(/\/+$/, '')
        this.tcUrl = textOf(info['tcUrl'])
        this.question('connect', transaction, '')
        return
      }
      case 'releaseStream':
      case '_checkbw': {
        this.reply(this.voice.result(transaction, undefined))
        return
      }
      case 'FCPublish': {
        this.reply(this.voice.fcPublish(transaction))
        return
      }
      case 'createStream': {
        this.streamAsked = this.connectAccepted
        this.reply(this.voice.result(transaction, mediaStreamId))
        return
      }
      case 'getStreamLength': {
        this.reply(this.voice.result(transaction, 0))
        return
      }
      case 'publish': {
        this.question('publish', transaction, text)
        return
      }
      case 'play': {
        this.question('play', transaction, text)
        return
      }
      case 'FCUnpublish':
      case 'deleteStream':
      case 'closeStream':
        if (!this.saidGoodbye) this.events.push({ type: 'goodbye' })
        this.saidGoodbye = true
    }
  }

  private question(kind: Question['kind'], transaction: number, name: string): void {
    this.questions += 1
    if (this.questions > serverLimits.questions) {
      this.fail(fault('too-many', 'rtmp questions'))
      return
    }
    const question: Question = { kind, app: this.app, tcUrl: this.tcUrl, name }
    this.asked = { question, transaction }
    if (kind !== 'connect') this.saidGoodbye = false
    this.events.push({ type: 'question', question })
  }

  private admit(kind: 'publish' | 'play'): void {
    this.admitted = true
    this.reader.allow({ ...defaultChunkLimits, ...this.options.limits })
    this.reply(
      kind === 'publish'
        ? this.voice.status('status', 'NetStream.Publish.Start', 'Publishing')
        : this.voice.playing(),
    )
  }

  private acknowledge(): void {
    const owed = this.receivedBytes - this.acknowledgedBytes
    if (this.ackMode === 'silent' || this.saidGoodbye || this.windowBytes === 0) return
    if (
      owed < Math.max(this.windowBytes, serverLimits.leastWindowBytes) ||
      this.unreadBytes > serverLimits.quietUnreadBytes
    )
      return
    this.acknowledgedBytes = this.receivedBytes
    const value = this.ackMode === 'increments' ? owed : this.receivedBytes
    this.reply(this.voice.acknowledgement(value))
  }

  private fail(broken: MediaFault): void {
    this.over = true
    this.waiting = []
    this.events.push({ type: 'fault', fault: broken })
  }

  private reply(...parts: readonly Uint8Array[]): void {
    this.send.push(...parts)
  }
}
