import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { FlvTag } from '../media/flv'
import { GopCache } from '../media/gop-cache'
import {
  RtmpServerSession,
  type Question,
  type ServerOptions,
  type ServerStep,
} from '../media/rtmp/server-session'

/** Why a publisher or player is turned away: the code it is told. */
export interface Rejection {
  readonly code: string
  readonly description?: string
  /** Close without a word, as some platforms do. */
  readonly silent?: boolean
}

/** One stream that is published here. */
export interface RtmpStream {
  readonly app: string
  /** Key as the publisher sent it, without its query. */
  readonly key: string
  readonly query: string
  readonly publishing: boolean
  /** Media received under this key, over all its publishers. */
  readonly bytesIn: number
  readonly lastMediaAtMs: number | null
}

export interface RtmpServerOptions {
  readonly port?: number
  readonly host?: string
  readonly ackMode?: ServerOptions['ackMode']
  /** Asked for each publisher whose key is free; null lets it in. */
  readonly onPublish?: (question: Question) => Rejection | null
  readonly onTag?: (stream: RtmpStream, tag: FlvTag) => void
  /** Whether a publisher may take a held key over; otherwise it is told `NetStream.Publish.BadName`. */
  readonly takeover?: (held: RtmpStream, query: string) => boolean
  /** Players that read slower than this many bytes behind lose their connection. */
  readonly maxPlayerBacklogBytes?: number
}

export interface RtmpServer {
  readonly port: number
  /** `rtmp://127.0.0.1:port/live`; the key is appended by the publisher. */
  readonly url: string
  streams(): readonly RtmpStream[]
  stream(key: string): RtmpStream | null
  /** Throws the publisher out, connection and all; false when there is none. */
  dropPublisher(key: string): boolean
  /** Stops reading from every connection (an ingest that froze), or reads on. */
  freeze(frozen: boolean): void
  close(): Promise<void>
}

interface Live {
  readonly app: string
  readonly key: string
  query: string
  publisher: Socket | null
  bytesIn: number
  lastMediaAtMs: number | null
  readonly cache: GopCache
  readonly players: Set<Player>
}

interface Player {
  readonly socket: Socket
  readonly session: RtmpServerSession
}

/** A real RTMP server on loopback: one publisher a key, players are served from the last group of pictures on. */
export async function startRtmpServer(options: RtmpServerOptions = {}): Promise<RtmpServer> {
  const lives = new Map<string, Live>()
  const sockets = new Set<Socket>()
  let frozen = false

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (frozen) socket.pause()
    serve(socket, lives, options)
  })
  await listen(server, options.port ?? 0, options.host ?? '127.0.0.1')
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `rtmp://${options.host ?? '127.0.0.1'}:${port}/live`,
    streams: () => [...lives.values()].map(toStream),
    stream: (key) => {
      const live = lives.get(key)
      return live === undefined ? null : toStream(live)
    },
    dropPublisher: (key) => {
      const publisher = lives.get(key)?.publisher ?? null
      publisher?.destroy()
      return publisher !== null
    },
    freeze: (on) => {
      frozen = on
      for (const socket of sockets)
        if (on) socket.pause()
        else socket.resume()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const toStream = ({ app, key, query, publisher, bytesIn, lastMediaAtMs }: Live): RtmpStream => ({
  app,
  key,
  query,
  publishing: publisher !== null,
  bytesIn,
  lastMediaAtMs,
})

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve()
    })
  })
}

/** One connection, from handshake to close. */
function serve(socket: Socket, lives: Map<string, Live>, options: RtmpServerOptions): void {
  const session = new RtmpServerSession(options.ackMode === undefined ? {} : { ackMode: options.ackMode })
  let publishes: Live | null = null
  let player: { readonly live: Live; readonly player: Player } | null = null

  const send = (bytes: Uint8Array): void => {
    if (bytes.length > 0 && socket.writable) socket.write(bytes)
  }
  const release = (): void => {
    if (publishes?.publisher === socket) {
      publishes.publisher = null
      publishes.cache.clear()
    }
    publishes = null
  }
  const reject = ({ code, description, silent }: Rejection): void => {
    if (silent !== true) handle(session.reject(code, description))
    socket.end()
  }
  const publish = (question: Question): void => {
    const { key, query } = splitName(question.name)
    const live = liveOf(lives, question.app, key)
    if (live.publisher !== null && options.takeover?.(toStream(live), query) !== true)
      return reject({ code: 'NetStream.Publish.BadName', description: 'Already publishing' })
    const rejection = options.onPublish?.(question) ?? null
    if (rejection !== null) return reject(rejection)
    live.publisher?.destroy()
    live.publisher = socket
    live.query = query
    live.cache.clear()
    publishes = live
    handle(session.accept())
  }
  const play = (question: Question): void => {
    const live = liveOf(lives, question.app, splitName(question.name).key)
    handle(session.accept())
    const start = live.cache.start()
    for (const tag of start) send(session.media(tag))
    player = { live, player: { socket, session } }
    live.players.add(player.player)
  }
  const handle = (step: ServerStep): void => {
    send(step.send)
    for (const event of step.events) {
      if (event.type === 'tag' && publishes !== null) take(publishes, event.tag, options)
      else if (event.type === 'goodbye') release()
      else if (event.type === 'fault') socket.destroy()
      else if (event.type === 'question' && event.question.kind === 'connect') handle(session.accept())
      else if (event.type === 'question' && event.question.kind === 'publish') publish(event.question)
      else if (event.type === 'question') play(event.question)
    }
  }
  socket.on('data', (bytes) => handle(session.receive(bytes)))
  socket.on('error', () => undefined)
  socket.on('close', () => {
    release()
    player?.live.players.delete(player.player)
  })
}

function liveOf(lives: Map<string, Live>, app: string, key: string): Live {
  const known = lives.get(key)
  if (known !== undefined) return known
  const live: Live = {
    app,
    key,
    query: '',
    publisher: null,
    bytesIn: 0,
    lastMediaAtMs: null,
    cache: new GopCache({ minBytes: 0 }),
    players: new Set(),
  }
  lives.set(key, live)
  return live
}

function splitName(name: string): { readonly key: string; readonly query: string } {
  const at = name.indexOf('?')
  return at < 0 ? { key: name, query: '' } : { key: name.slice(0, at), query: name.slice(at + 1) }
}

function take(live: Live, tag: FlvTag, options: RtmpServerOptions): void {
  live.bytesIn += tag.payload.length
  live.lastMediaAtMs = performance.now()
  live.cache.push(tag)
  options.onTag?.(toStream(live), tag)
  const limit = options.maxPlayerBacklogBytes ?? 16 * 1024 * 1024
  for (const { socket, session } of live.players)
    if (socket.writableLength > limit) socket.destroy()
    else if (socket.writable) socket.write(session.media(tag))
}
