import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import {
  clientMessageSchema,
  type ApiCommand,
  type CommandReply,
  type ServerMessage,
} from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'
import { SnapshotFeed } from './feed'
import { badRequest, refusal } from './problem-reply'

export interface SocketsOptions {
  readonly snapshot: () => Snapshot
  readonly command: (command: ApiCommand) => Promise<CommandReply>
  readonly monotonicMs: () => number
  /** Time between two pings; a client that misses one whole interval is gone. */
  readonly pingMs: number
  readonly maxBytes: number
  readonly maxClients: number
}

interface Client {
  readonly socket: WebSocket
  readonly feed: SnapshotFeed
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

  accept(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    if (this.clients.size >= this.options.maxClients) {
      stream.destroy()
      return
    }
    this.server.handleUpgrade(request, stream, head, (socket) => this.add(socket))
  }

  /** A new snapshot can be had. */
  changed(): void {
    for (const client of this.clients) this.run(client, (feed) => feed.changed())
  }

  close(): void {
    clearInterval(this.pinger)
    for (const client of this.clients) {
      const { socket } = client
      socket.close(1001, 'engine ends')
      // One that does not answer the goodbye must not keep the engine from ending.
      setTimeout(() => socket.terminate(), 500).unref()
      this.drop(client)
    }
    this.server.close()
  }

  private add(socket: WebSocket): void {
    const send = (message: ServerMessage): void => {
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
    }
    const feed = new SnapshotFeed(
      { send, waiting: () => socket.bufferedAmount },
      this.options.snapshot,
      this.options.monotonicMs,
    )
    const client: Client = { socket, feed, alive: true, timer: null }
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
    send({ type: 'reply', id: message.data.id, reply: await this.options.command(message.data.command) })
  }

  /** Lets the feed act, then sets the alarm for what it could not send yet. */
  private run(client: Client, act: (feed: SnapshotFeed) => void): void {
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
