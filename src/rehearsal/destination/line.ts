import type { Socket } from 'node:net'
import type { MediaFault } from '../../media/fault'
import { RtmpServerSession } from '../../media/rtmp/server-session'
import type { Question, ServerOptions, ServerStep } from '../../media/rtmp/server-session'
import type { FlvTag } from '../../media/flv'

/** What a connection's owner hears of it. */
export interface LineListener {
  /** To be answered with {@link Line.accept} or {@link Line.reject}, now or later. */
  readonly onQuestion: (question: Question) => void
  readonly onTag: (tag: FlvTag) => void
  /** The peer ended its stream; the connection may stay. */
  readonly onGoodbye: () => void
  /** Once, whoever ended it. */
  readonly onClose: (fault: MediaFault | null) => void
}

/** One RTMP connection of the stand-in: socket, session, and a tap between the two that can be turned down or off. */
export interface Line {
  readonly id: number
  readonly address: string
  /** When bytes were last taken from the peer, in the owner's clock, ms. */
  readonly lastReadAt: number
  /** Bytes waiting for a peer that does not read. */
  readonly queuedBytes: number
  /** The tap is off. */
  readonly isFrozen: boolean
  readonly accept: () => void
  readonly reject: (code: string, description?: string) => void
  readonly send: (bytes: Uint8Array) => void
  readonly media: (tag: FlvTag) => Uint8Array
  /** Says why, then closes. */
  readonly dismiss: (code: string) => void
  /** Stops reading: the peer's bytes pile up in the kernels, nothing is answered or acknowledged. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Reads no faster than this many kbit/s; null: as fast as they come. */
  readonly narrow: (kbit: number | null) => void
  readonly destroy: () => void
}

export interface LineOptions extends LineListener {
  readonly id: number
  readonly now: () => number
  readonly ackMode: NonNullable<ServerOptions['ackMode']>
}

/** How often a narrowed connection takes its share, ms. */
const sipMs = 20
/** What a narrowed connection reads ahead at most: the rest waits in the kernels, as it would on a slow way. */
const readAheadBytes = 16_384
/** Time for the last words to leave before the socket is destroyed, ms. */
const lastWordsMs = 200

/** Takes over a fresh socket of the listening server. */
export function createLine(socket: Socket, options: LineOptions): Line {
  const { id, now } = options
  const session = new RtmpServerSession({ ackMode: options.ackMode })
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const held: Buffer[] = []
  let heldBytes = 0
  let frozen = false
  let kbit: number | null = null
  let sipping: NodeJS.Timeout | null = null
  let lastSipAt = 0
  /** Bytes that may be taken now. */
  let credit = 0
  let lastReadAt = now()
  let broken: MediaFault | null = null
  let closed = false

  const send = (bytes: Uint8Array): void => {
    if (bytes.length > 0 && socket.writable) socket.write(bytes)
  }
  const follow = (step: ServerStep): void => {
    send(step.send)
    for (const event of step.events) {
      switch (event.type) {
        case 'question':
          options.onQuestion(event.question)
          break
        case 'tag':
          options.onTag(event.tag)
          break
        case 'goodbye':
          options.onGoodbye()
          break
        case 'fault':
          broken = event.fault
          socket.destroy()
      }
    }
  }
  const take = (bytes: Buffer): void => {
    lastReadAt = now()
    follow(session.receive(bytes))
  }
  /** Takes what is held, as far as `limit` bytes go. */
  const drink = (limit: number): number => {
    let taken = 0
    while (!frozen && !closed && taken < limit) {
      const next = held[0]
      if (next === undefined) break
      const piece = next.subarray(0, limit - taken)
      if (piece.length === next.length) held.shift()
      else held[0] = next.subarray(piece.length)
      heldBytes -= piece.length
      taken += piece.length
      take(piece)
    }
    return taken
  }
  const flow = (): void => {
    if (frozen || heldBytes > readAheadBytes) socket.pause()
    else socket.resume()
  }
  const sip = (): void => {
    if (kbit === null) return
    const at = now()
    credit = Math.min(readAheadBytes, credit + ((at - lastSipAt) * kbit) / 8)
    lastSipAt = at
    credit -= drink(Math.floor(credit))
    flow()
  }
  const stopSipping = (): void => {
    if (sipping !== null) clearInterval(sipping)
    sipping = null
  }

  socket.setNoDelay(true)
  socket.on('data', (bytes: Buffer) => {
    if (!frozen && kbit === null && held.length === 0) {
      take(bytes)
      return
    }
    held.push(bytes)
    heldBytes += bytes.length
    flow()
  })
  socket.on('error', () => undefined)
  socket.on('end', () => socket.end())
  socket.on('close', () => {
    closed = true
    stopSipping()
    options.onClose(broken)
  })

  return {
    id,
    address,
    get lastReadAt() {
      return lastReadAt
    },
    get queuedBytes() {
      return socket.writableLength
    },
    get isFrozen() {
      return frozen
    },
    accept: () => follow(session.accept()),
    reject: (code, description) => follow(session.reject(code, description)),
    send,
    media: (tag) => session.media(tag),
    dismiss: (code) => {
      send(session.notify(code, 'error'))
      socket.end()
      setTimeout(() => socket.destroy(), lastWordsMs).unref()
    },
    freeze: () => {
      frozen = true
      flow()
    },
    thaw: () => {
      if (!frozen) return
      frozen = false
      // It was we who did not listen: the peer's silence begins now.
      lastReadAt = now()
      if (kbit === null) drink(Infinity)
      flow()
    },
    narrow: (to) => {
      kbit = to
      credit = 0
      lastSipAt = now()
      if (to === null) {
        stopSipping()
        drink(Infinity)
        flow()
      } else sipping ??= setInterval(sip, sipMs)
    },
    destroy: () => socket.destroy(),
  }
}
