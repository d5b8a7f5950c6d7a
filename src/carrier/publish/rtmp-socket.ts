import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { problem, type Problem } from '../../core/problem'
import type { RtmpAddress } from './rtmp-url'

/** A byte stream to a destination. Every callback stops with `drop`; nothing throws, no error goes unheard. */
export interface RtmpSocket {
  write(bytes: Uint8Array): void
  /** Bytes taken by `write` and not yet by the system. */
  readonly queuedBytes: number
  /** Sends the last bytes and closes; the callback comes when the other side has closed too. */
  finish(bytes: Uint8Array, done: () => void): void
  /** Gone at once. `reset`: what the system has not sent yet is thrown away, and the server learns it at once. */
  drop(how: 'reset' | 'close'): void
}

export interface RtmpSocketEvents {
  readonly open: () => void
  readonly data: (bytes: Uint8Array) => void
  /** Broken or closed by the other side; `null`: it closed without an error. */
  readonly closed: (problem: Problem | null) => void
}

/** The system's word for what went wrong (`ECONNREFUSED`); error texts may hold addresses and more. */
const reasonOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name

/**
 * Connects, over TLS with the server's name where the address asks for it. Failing to connect is
 * `destination-unreachable` or `destination-tls`, a later break `destination-closed`.
 */
export function openRtmpSocket(
  address: RtmpAddress,
  events: RtmpSocketEvents,
  tls: Pick<ConnectionOptions, 'ca'> = {},
): RtmpSocket {
  const { host, port } = address
  let phase: 'tcp' | 'tls' | 'open' | 'over' = 'tcp'
  let corked = false
  // Node tries each address of a name for 250 ms only, too short for a bad line.
  const raw = connectTcp({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: 1000 })
  let stream: Socket = raw

  const over = (error: Error | null): void => {
    const failed = phase
    if (failed === 'over') return
    phase = 'over'
    raw.destroy()
    const params = { host, reason: error === null ? 'closed' : reasonOf(error) }
    if (failed === 'tcp') events.closed(problem('destination-unreachable', params))
    else if (failed === 'tls') events.closed(problem('destination-tls', params))
    else events.closed(error === null ? null : problem('destination-closed', params))
  }
  const opened = (): void => {
    if (phase === 'over') return
    phase = 'open'
    events.open()
  }
  const listen = (socket: Socket): void => {
    socket.on('error', over)
    socket.on('close', () => over(null))
  }
  listen(raw)
  const listenForData = (socket: Socket): void => {
    socket.on('data', (bytes) => {
      if (phase === 'open') events.data(bytes)
    })
    socket.on('end', () => over(null))
  }
  raw.once('connect', () => {
    if (phase === 'over') return
    if (!address.secure) {
      listenForData(raw)
      return opened()
    }
    phase = 'tls'
    const secured = connectTls({
      ...tls,
      socket: raw,
      ...(isIP(host) === 0 ? { servername: host } : { host }),
    })
    stream = secured
    listen(secured)
    listenForData(secured)
    secured.once('secureConnect', opened)
  })

  const uncork = (): void => {
    corked = false
    stream.uncork()
  }
  return {
    write: (bytes) => {
      if (phase !== 'open' || bytes.length === 0) return
      if (!corked) {
        // A warm start is hundreds of tags in one go: one system call, full packets.
        corked = true
        stream.cork()
        process.nextTick(uncork)
      }
      stream.write(bytes)
    },
    get queuedBytes() {
      return stream.writableLength
    },
    finish: (bytes, done) => {
      if (phase !== 'open') return done()
      phase = 'over'
      raw.once('close', done)
      stream.end(bytes)
    },
    drop: (how) => {
      phase = 'over'
      if (how === 'reset' && !raw.connecting && !raw.destroyed) raw.resetAndDestroy()
      else raw.destroy()
      if (stream !== raw) stream.destroy()
    },
  }
}
