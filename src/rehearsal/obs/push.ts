import { Socket } from 'node:net'
import type { FlvTag } from '../../media/flv'
import { AmfText } from '../../media/amf0'
import { RtmpClientSession } from '../../media/rtmp/client-session'
import { wireNames } from '../../shared/addresses/rtmp-names'
import type { Link, Pipe } from './link'

/** OBS's codes for how a connect ended (libobs obs-defs.h). */
export type ConnectFailure = -2 | -3

/** One RTMP publish, from connect to end. */
export interface Push {
  /** There is room for more. */
  readonly isFree: boolean
  readonly isDrained: boolean
  /** ms for which a send has been blocked. */
  blockedForMs(): number
  /** Returns the tag's size on the wire. */
  write(tag: FlvTag): number
  /** `clean` says goodbye; else the socket is dropped. In a black hole the far end hears of neither. */
  close(clean: boolean): void
}

/** OBS's own patience for TCP and the handshake (happy-eyeballs.c). */
const connectDeadlineMs = 25_000
/** Bytes that Node holds for the socket: more means that the peer does not read. */
const socketBacklogBytes = 64 * 1024

/** Connects and publishes. Exactly one of `onAccepted` and `onFailed` is called; after `onAccepted`, `onLost` at most once. */
export function startPush(options: {
  readonly server: string
  readonly key: string
  readonly link: Link
  readonly onAccepted: (push: Push) => void
  readonly onFailed: (code: ConnectFailure) => void
  readonly onLost: () => void
  /** There is room again. */
  readonly onFree: () => void
}): { readonly abandon: () => void } {
  const { link } = options
  let stage: 'connecting' | 'publishing' | 'over' = 'connecting'
  let socket: Socket | null = null
  let pipe: Pipe | null = null
  const deadline = setTimeout(() => fail(-2), connectDeadlineMs)

  const dispose = (): void => {
    stage = 'over'
    clearTimeout(deadline)
    pipe?.close()
    const own = socket
    // In a black hole the far end never learns of the end: the socket stays until the hole closes.
    if (own === null) return
    if (link.isBlack) link.onReopen(() => own.destroy())
    else own.destroy()
  }
  const fail = (code: ConnectFailure): void => {
    if (stage !== 'connecting') return
    dispose()
    options.onFailed(code)
  }
  const lost = (): void => {
    if (stage === 'connecting') fail(-2)
    if (stage !== 'publishing') return
    dispose()
    options.onLost()
  }

  const read = wireNames(options.server, options.key)
  const connect = (): void => {
    if (stage !== 'connecting') return
    if (!read.ok || read.names.protocol !== 'rtmp') {
      fail(-2)
      return
    }
    const { host, port, app, tcUrl, nameBytes } = read.names
    const own = new Socket()
    socket = own
    const session = new RtmpClientSession({ app, tcUrl, key: new AmfText(nameBytes) })
    const out = link.pipe((bytes) => void own.write(bytes), options.onFree)
    pipe = out
    own.setNoDelay(true)
    // Nothing comes in through a black hole either: what arrived meanwhile is heard when it closes.
    const arrived = (step: () => void): void => {
      if (link.isBlack) link.onReopen(step)
      else step()
    }
    const receive = (bytes: Uint8Array): void => {
      if (stage === 'over') return
      const step = session.receive(bytes)
      if (step.send.length > 0) out.send(step.send)
      for (const event of step.events) {
        switch (event.type) {
          case 'accepted':
            accepted(own, session, out)
            break
          case 'refused':
          case 'challenged':
            fail(-3)
            break
          case 'ended':
          case 'fault':
            lost()
            break
          case 'acknowledged':
            break
        }
      }
    }
    own.on('connect', () => out.send(session.start()))
    own.on('data', (bytes) => arrived(() => receive(bytes)))
    own.on('error', () => undefined)
    own.on('close', () => arrived(lost))
    own.on('drain', options.onFree)
    own.connect(port, host)
  }

  const accepted = (own: Socket, session: RtmpClientSession, out: Pipe): void => {
    if (stage !== 'connecting') return
    stage = 'publishing'
    clearTimeout(deadline)
    let fullSince: number | null = null
    const isFree = (): boolean => {
      const full = own.writableLength > socketBacklogBytes
      fullSince = full ? (fullSince ?? performance.now()) : null
      return !full && out.isFree
    }
    options.onAccepted({
      get isFree() {
        return isFree()
      },
      get isDrained() {
        return out.isEmpty && own.writableLength === 0
      },
      blockedForMs: () =>
        isFree() ? 0 : Math.max(out.blockedForMs(), fullSince === null ? 0 : performance.now() - fullSince),
      write: (tag) => {
        const bytes = session.publish(tag)
        out.send(bytes)
        return bytes.length
      },
      close: (clean) => {
        if (stage !== 'publishing') return
        if (clean && !link.isBlack) {
          stage = 'over'
          out.send(session.goodbye())
          out.close()
          own.end()
          // A peer that does not read would keep the socket for ever.
          setTimeout(() => own.destroy(), 1_000).unref()
        } else dispose()
      },
    })
  }

  // What is under way through a black hole hangs; it goes on when the hole closes.
  if (link.isBlack) link.onReopen(connect)
  else queueMicrotask(connect)
  return { abandon: dispose }
}
