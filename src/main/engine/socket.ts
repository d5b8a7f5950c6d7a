import { WebSocket, type RawData } from 'ws'
import type { ClientMessage, ServerMessage } from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'
import type { EngineAddress } from './find'

export interface SocketEvents {
  /** The whole picture, again with each change. */
  snapshot(snapshot: Snapshot): void
  secretsChanged(): void
  /** Once, at the end. `goodbye`: the engine was asked to end and said so. */
  closed(how: 'goodbye' | 'lost'): void
}

export interface EngineSocket {
  close(): void
}

/** A frozen engine keeps its socket open, so it is asked for a sign of life. */
const pingEveryMs = 5_000
const connectMs = 3_000
/** A snapshot with a full timeline is about 60 kB. */
const maxBytes = 4 * 1024 * 1024
/** RFC 6455 "going away": what the engine closes with when it ends in good order. */
const goingAway = 1001

/** One authenticated socket to the engine that hears only what a tray and a notification show. */
export function openEngineSocket(engine: EngineAddress, events: SocketEvents): EngineSocket {
  const socket = new WebSocket(`${engine.url.replace(/^http/, 'ws')}api/socket`, {
    headers: { authorization: `Bearer ${engine.token}` },
    handshakeTimeout: connectMs,
    maxPayload: maxBytes,
    perMessageDeflate: false,
  })
  const store = new SnapshotStore()
  let answered = true
  let ours = false
  const post = (message: ClientMessage): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }
  const life = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    socket.ping()
  }, pingEveryMs)
  socket.on('open', () => {
    post({ type: 'detail', detail: 'urgent' })
  })
  socket.on('pong', () => {
    answered = true
  })
  socket.on('message', (data) => {
    answered = true
    const message = parse(data)
    if (message === null) return
    if (message.type === 'secrets-changed') events.secretsChanged()
    if (message.type !== 'snapshot' && message.type !== 'patch') return
    const now = store.take(message)
    // A patch was missed: asking to be shown again brings a whole snapshot.
    if (now === null) post({ type: 'visible', visible: true })
    else events.snapshot(now)
  })
  // What follows an error is always a close.
  socket.on('error', () => undefined)
  socket.on('close', (code) => {
    clearInterval(life)
    if (!ours) events.closed(code === goingAway ? 'goodbye' : 'lost')
  })
  return {
    close: () => {
      ours = true
      clearInterval(life)
      socket.terminate()
    },
  }
}

/** Puts snapshot and patches together again. */
export class SnapshotStore {
  private snapshot: Snapshot | null = null
  private revision = 0

  /** The picture after this message; null: a patch was missed, ask for a whole one. */
  take(message: Extract<ServerMessage, { type: 'snapshot' | 'patch' }>): Snapshot | null {
    const follows = message.revision === this.revision + 1
    this.revision = message.revision
    if (message.type === 'snapshot') this.snapshot = message.snapshot
    else this.snapshot = follows && this.snapshot !== null ? { ...this.snapshot, ...message.patch } : null
    return this.snapshot
  }
}

/** The engine is the same program in the same version: its messages are taken as the contract types them. */
function parse(data: RawData): ServerMessage | null {
  try {
    const text = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
    const value: unknown = JSON.parse(text.toString('utf8'))
    return typeof value === 'object' && value !== null && 'type' in value ? (value as ServerMessage) : null
  } catch {
    return null
  }
}
