import { connect, type Socket } from 'node:net'
import type { AmfValue } from '../../../src/media/amf0'
import { concatBytes } from '../../../src/media/bytes'
import { ChunkWriter } from '../../../src/media/rtmp/chunks'
import { RtmpClientSession } from '../../../src/media/rtmp/client-session'
import { command } from '../../../src/media/rtmp/messages'

/** How far a stranger goes before it stops and keeps its socket. */
export type StrangerKind =
  | 'silent'
  | 'trickle'
  | 'greets'
  | 'shakes'
  | 'half-closed'
  | 'wrong-app'
  | 'connects'
  | 'creates'
  | 'wrong-key'

const hello = (() => {
  const bytes = new Uint8Array(1 + 1536)
  bytes[0] = 3
  return bytes
})()

function saying(
  ...commands: readonly (readonly [streamId: number, ...values: readonly AmfValue[]])[]
): Uint8Array {
  const writer = new ChunkWriter()
  return concatBytes([hello, hello.subarray(1), ...commands.map((each) => writer.write(3, command(...each)))])
}

const connected = [0, 'connect', 1, { app: 'live' }] as const
const created = [0, 'createStream', 2, null] as const
const said: Readonly<Record<StrangerKind, Uint8Array>> = {
  silent: new Uint8Array(0),
  trickle: hello.subarray(0, 1),
  greets: hello,
  'half-closed': hello,
  shakes: saying(),
  'wrong-app': saying([0, 'connect', 1, { app: 'other' }]),
  connects: saying(connected),
  creates: saying(connected, created),
  'wrong-key': saying(connected, created, [0, 'publish', 3, null, 'not-the-key', 'live']),
}

export interface Strangers {
  /** How many have come. */
  readonly count: () => number
  readonly stop: () => void
}

/** New sockets at a port of this machine, so many a second, until they are stopped. None ever closes by itself. */
export function startStrangers(port: number, kind: StrangerKind, perSecond: number): Strangers {
  const sockets = new Set<Socket>()
  const begun = performance.now()
  let count = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * perSecond
    // What this machine could not start in time is not made up for in one burst.
    for (let i = 0; i < 8 && count < due; i += 1) {
      count += 1
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
      socket.on('connect', () => (kind === 'half-closed' ? socket.end(said[kind]) : socket.write(said[kind])))
      socket.resume()
    }
  }, 4)
  return {
    count: () => count,
    stop: () => {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
    },
  }
}

/**
 * A publisher that thinks `pauseMs` before each of its four words, as a slow OBS does: its hello, its echo with `connect`,
 * `createStream`, `publish`. Whether it was let in; then it goes.
 */
export function publishSlowly(port: number, key: string, pauseMs: number): Promise<boolean> {
  const session = new RtmpClientSession({ app: 'live', tcUrl: `rtmp://127.0.0.1:${port}/live`, key })
  const socket = connect({ port, host: '127.0.0.1' })
  return new Promise((resolve) => {
    const settle = (isIn: boolean): void => {
      socket.destroy()
      resolve(isIn)
    }
    const say = (bytes: Uint8Array): void => {
      if (bytes.length > 0) setTimeout(() => socket.writable && socket.write(bytes), pauseMs)
    }
    socket.setTimeout(10_000, () => settle(false))
    socket.on('connect', () => say(session.start()))
    socket.on('data', (bytes) => {
      const { send, events } = session.receive(bytes)
      say(send)
      for (const { type } of events)
        if (type === 'accepted') settle(true)
        else if (type !== 'acknowledged') settle(false)
    })
    socket.on('error', () => settle(false)).on('close', () => settle(false))
  })
}
