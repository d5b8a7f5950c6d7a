import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { clientMessageSchema, type Channel, type ServerMessage } from '../../../shared/contract'
import { SnapshotStream } from './snapshot-stream'
import { badRequest, notFound, refusal } from '../routes/problem-reply'
import type { Surface } from './surface'

export interface SocketsOptions {
  /** Null: that channel is not there now. */
  readonly surface: (channel: Channel) => Surface | null
  readonly monotonicMs: () => number
  /** Time between two pings; a client that misses one whole interval is gone. */
  readonly pingMs: number
  readonly maxBytes: number
  readonly maxClients: number
}

/** What a socket was opened for, and by whom: 'api' came in by Bearer. */
export interface Visitor {
  readonly channel: Channel
  readonly by: 'page' | 'api'
}

interface Client extends Visitor {
  readonly socket: WebSocket
  readonly feed: SnapshotStream
  alive: boolean
  timer: NodeJS.Timeout | null
}

/** The pages that are connected. Whoever reaches `accept` has been let in already. */
export class Sockets {
  private readonly server: WebSocketServer
  private readonly clients = new Set<Client>()
  private readonly pinger: NodeJS.Timeout

  constructor(private readonly options: SocketsOptions) {
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: options.maxBytes,
      perMessageDeflate: false,
    })
    this.pinger = setInterval(() => this.ping(), options.pingMs)
    this.pinger.unref()
  }

  accept(request: IncomingMessage, stream: Duplex, head: Buffer, visitor: Visitor): void {
    if (this.clients.size >= this.options.maxClients) {
      stream.destroy()
      return
    }
    this.server.handleUpgrade(request, stream, head, (socket) => this.add(socket, visitor))
  }

  /** A new snapshot of a channel can be had, or the channel is over. */
  changed(channel: Channel): void {
    const there = this.options.surface(channel) !== null
    for (const client of this.clients) {
      if (client.channel !== channel) continue
      if (there) this.run(client, (feed) => feed.changed())
      else this.end(client, 1000, 'channel ended')
    }
  }

  secretsChanged(): void {
    for (const client of this.clients) {
      if (client.by === 'api') tell(client.socket, { type: 'secrets-changed' })
    }
  }

  /** Some page of a channel is visible. What wants no moving numbers (the tray) looks at no picture either. */
  isWatched(channel: Channel): boolean {
    return [...this.clients].some((client) => client.channel === channel && client.feed.isWatched)
  }

  hasPrograms(): boolean {
    return [...this.clients].some((client) => client.by === 'api')
  }

  close(): void {
    clearInterval(this.pinger)
    for (const client of this.clients) this.end(client, 1001, 'engine ends')
    this.server.close()
  }

  private end(client: Client, code: number, reason: string): void {
    const { socket } = client
    socket.close(code, reason)
    // One that does not answer the goodbye must not keep the engine from ending.
    setTimeout(() => socket.terminate(), 500).unref()
    this.drop(client)
  }

  private add(socket: WebSocket, visitor: Visitor): void {
    const send = (message: ServerMessage): void => tell(socket, message)
    const surface = this.options.surface(visitor.channel)
    // Ended between the handshake's begin and end.
    if (surface === null) {
      socket.close(1000, 'channel ended')
      return
    }
    const feed = new SnapshotStream(
      { send, waiting: () => socket.bufferedAmount },
      () => (this.options.surface(visitor.channel) ?? surface).snapshot(),
      this.options.monotonicMs,
    )
    const client: Client = { ...visitor, socket, feed, alive: true, timer: null }
    this.clients.add(client)
    socket.on('pong', () => {
      client.alive = true
    })
    socket.on('message', (data) => {
      client.alive = true
      void this.received(client, data, send)
    })
    socket.on('close', () => this.drop(client))
    // What follows an error is always a close.
    socket.on('error', () => undefined)
    this.run(client, (it) => it.pump())
  }

  private async received(
    client: Client,
    data: RawData,
    send: (message: ServerMessage) => void,
  ): Promise<void> {
    const message = clientMessageSchema.safeParse(parseJson(data))
    if (!message.success) {
      send({
        type: 'reply',
        id: idOf(data),
        reply: refusal(badRequest('not a message of the contract').problem),
      })
      return
    }
    if (message.data.type === 'visible') {
      const { visible } = message.data
      this.run(client, (feed) => feed.setVisible(visible))
      return
    }
    if (message.data.type === 'detail') {
      const { detail } = message.data
      this.run(client, (feed) => feed.setDetail(detail))
      return
    }
    const surface = this.options.surface(client.channel)
    const reply =
      surface === null ? refusal(notFound.problem) : await surface.command(message.data.command, 'page')
    send({ type: 'reply', id: message.data.id, reply })
  }

  /** Lets the feed act, then sets the alarm for what it could not send yet. */
  private run(client: Client, act: (feed: SnapshotStream) => void): void {
    act(client.feed)
    if (client.timer !== null) return
    const due = client.feed.nextDueMs()
    if (due === null) return
    client.timer = setTimeout(() => {
      client.timer = null
      if (this.clients.has(client)) this.run(client, (feed) => feed.pump())
    }, due)
    client.timer.unref()
  }

  private ping(): void {
    for (const client of this.clients) {
      if (!client.alive) {
        client.socket.terminate()
        this.drop(client)
        continue
      }
      client.alive = false
      client.socket.ping()
    }
  }

  private drop(client: Client): void {
    this.clients.delete(client)
    if (client.timer !== null) clearTimeout(client.timer)
    client.timer = null
  }
}

function tell(socket: WebSocket, message: ServerMessage): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
}

function parseJson(data: RawData): unknown {
  try {
    return JSON.parse(textOf(data)) as unknown
  } catch {
    return undefined
  }
}

const textOf = (data: RawData): string =>
  Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as ArrayBuffer).toString()

/** The id of a message that is otherwise not understood, so that the asker gets its answer; -1: it had none. */
function idOf(data: RawData): number {
  const value = parseJson(data)
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null
  return typeof id === 'number' ? id : -1
}
