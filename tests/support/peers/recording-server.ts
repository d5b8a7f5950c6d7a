import { createServer, type Socket } from 'node:net'
import { RtmpServerSession } from '../../../src/media/rtmp/server-session'

/** What one publisher said, byte for byte. */
export interface SaidNames {
  readonly app: Buffer
  readonly tcUrl: Buffer
  readonly name: Buffer
}

export interface RecordingServer {
  readonly port: number
  /** Of the publishers so far, in their order. */
  readonly said: readonly SaidNames[]
  stop(): void
}

/**
 * An RTMP server that takes every publisher and keeps what it names, read from its bytes: nothing of the project's own
 * reading of names lies between. Publishers have to send large chunks (OBS and ours do), so that each command lies in one.
 */
export async function startRecordingServer(): Promise<RecordingServer> {
  const said: SaidNames[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const session = new RtmpServerSession()
    let heard = Buffer.alloc(0)
    const follow = ({ send, events }: ReturnType<RtmpServerSession['receive']>): void => {
      if (send.length > 0) socket.write(send)
      for (const event of events) {
        if (event.type !== 'question') continue
        if (event.question.kind === 'publish') {
          const names = namesIn(heard)
          if (names !== null) said.push(names)
        }
        follow(session.accept())
      }
    }
    socket.on('data', (bytes) => {
      if (heard.length < 64_000) heard = Buffer.concat([heard, bytes])
      follow(session.receive(bytes))
    })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  // Both families, for addresses of either.
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    said,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** AMF0: a name in an object has its length and its letters, a text a 2 before them. */
function namesIn(heard: Buffer): SaidNames | null {
  const after = (mark: Buffer, skip: number): Buffer | null => {
    const at = heard.indexOf(mark)
    if (at < 0) return null
    const start = at + mark.length + skip
    return heard[start] === 2 ? heard.subarray(start + 3, start + 3 + heard.readUInt16BE(start + 1)) : null
  }
  const field = (name: string): Buffer => Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name)])
  const app = after(field('app'), 0)
  const tcUrl = after(field('tcUrl'), 0)
  // publish, a number (marker and eight bytes), null, the name
  const name = after(Buffer.concat([Buffer.from([2, 0, 7]), Buffer.from('publish')]), 10)
  return app === null || tcUrl === null || name === null ? null : { app, tcUrl, name }
}
