import { createHash, randomBytes } from 'node:crypto'
import { assertNever } from '../../core/assert-never'
import { problem, type Problem } from '../../core/problem'
import { AckTracker } from '../../media/acks'
import { AmfText } from '../../media/amf0'
import { emptyBytes } from '../../media/bytes'
import { BacklogClock, type DropLimits } from '../../media/drop-policy'
import type { FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { authQuery, type AuthChallenge } from '../../media/rtmp/adobe-auth'
import { RtmpClientSession, type ClientEvent } from '../../media/rtmp/client-session'
import { handshakeBytes } from '../../media/rtmp/handshake'
import { refusal } from './final-refusal'
import { Outgoing } from './outgoing'
import type { Publisher, PublisherStatus, PublishTarget } from './publisher'
import { openRtmpSocket, type RtmpSocket } from './rtmp-socket'
import { parseRtmpTarget, type RtmpAddress } from './rtmp-url'

export interface RtmpPublisherOptions {
  /** TCP and TLS together. */
  readonly connectTimeoutMs?: number
  /** From the connection to the server's yes. */
  readonly acceptTimeoutMs?: number
  /** How long a clean goodbye may take. */
  readonly goodbyeTimeoutMs?: number
  readonly dropLimits?: DropLimits
  /**
   * After how many bytes the server shall acknowledge. 50 kB unless told: some 150 ms at 2.5 Mbit/s; a slower stream needs
   * less, or a fault would show late.
   */
  readonly ackWindowBytes?: number
  /** Further authorities for RTMPS, PEM. */
  readonly ca?: string
  /** Monotonic ms. */
  readonly now?: () => number
  /** A fault of our own in what the server's bytes bring: this publisher fails, nothing else does. */
  readonly mishap?: (error: unknown, where: string) => void
}

/** Adobe's authentication rejects twice before it takes a client. */
const maxAttempts = 3
const defaultAckWindowBytes = 50_000
/** What a server may leave unacknowledged while nothing is late: two of its steps. */
const healthySteps = 2

/** Publishes to an RTMP or RTMPS server and sees what it acknowledges. */
export class RtmpPublisher implements Publisher {
  readonly accepted: Promise<Problem | null>
  private settleAccepted: (problem: Problem | null) => void = () => undefined
  private readonly listeners: (() => void)[] = []
  private readonly ackWindowBytes: number
  private readonly now: () => number
  private readonly outgoing: Outgoing
  private readonly early = new GopCache()
  private readonly acks = new AckTracker()
  private readonly backlog = new BacklogClock()
  private state: PublisherStatus['state'] = 'connecting'
  private problem: Problem | null = null
  private socket: RtmpSocket | null = null
  private session: RtmpClientSession | null = null
  private timer: NodeJS.Timeout | null = null
  private attempts = 0
  /** What is published under: the key as OBS says it. */
  private readonly name: AmfText
  private wireBytes = 0
  private mediaStart = 0
  private mediaBytes = 0

  constructor(
    private readonly target: PublishTarget,
    private readonly options: RtmpPublisherOptions = {},
  ) {
    this.now = options.now ?? (() => performance.now())
    this.outgoing = new Outgoing(options.dropLimits)
    this.ackWindowBytes = options.ackWindowBytes ?? defaultAckWindowBytes
    this.accepted = new Promise((resolve) => (this.settleAccepted = resolve))
    const read = parseRtmpTarget(target)
    this.name = read.ok ? read.value.name : new AmfText(emptyBytes)
    if (read.ok) this.attempt(read.value.address, '')
    else this.fail(read.problem)
  }

  /** One connection. `query` carries the answer to an authentication challenge. */
  private attempt(address: RtmpAddress, query: string): void {
    const { host, app, tcUrl } = address
    this.attempts += 1
    const session = new RtmpClientSession({
      app: app + query,
      tcUrl: tcUrl + query,
      key: this.name,
      ackWindowBytes: this.ackWindowBytes,
      seed: randomBytes(4).readUInt32LE(),
    })
    this.session = session
    this.wireBytes = -handshakeBytes
    this.deadline(this.options.connectTimeoutMs ?? 5000, () =>
      problem('destination-unreachable', { host, reason: 'ETIMEDOUT' }),
    )
    this.socket = openRtmpSocket(
      address,
      {
        open: () => {
          this.deadline(this.options.acceptTimeoutMs ?? 5000, () =>
            problem('timeout', { host, what: `rtmp-${session.stage}` }),
          )
          this.send(session.start())
        },
        data: (bytes) => {
          try {
            const { send, events } = session.receive(bytes)
            this.send(send)
            for (const event of events) if (this.session === session) this.handle(event, address)
          } catch (error) {
            this.options.mishap?.(error, 'publisher')
            this.fail(problem('internal', { what: 'publisher' }))
          }
        },
        closed: (why) => {
          if (this.session === session) this.fail(this.meaningOfClose(session, why, host))
        },
      },
      this.options.ca === undefined ? {} : { ca: this.options.ca },
    )
  }

  private handle(event: ClientEvent, address: RtmpAddress): void {
    const { host } = address
    switch (event.type) {
      case 'accepted':
        return this.begin()
      case 'acknowledged':
        this.acks.acknowledge(event.value, this.wireBytes, this.now())
        return this.tell()
      case 'refused': {
        const code = (
          { busy: 'destination-busy', auth: 'destination-auth', refused: 'destination-refused' } as const
        )[event.reason]
        const namesKey = this.session?.refusalNamesKey ?? false
        return this.fail(refusal(code, { host, reason: event.status }, namesKey))
      }
      case 'challenged':
        return this.authenticate(event.challenge, address)
      case 'ended':
        return this.fail(problem('destination-closed', { host, reason: event.status }))
      case 'fault':
        return this.fail(problem('destination-protocol', { host, reason: event.fault.where }))
      default:
        return assertNever(event, 'client event')
    }
  }

  /** What a close means depends on how far we came: many platforms answer a wrong key by hanging up. */
  private meaningOfClose(session: RtmpClientSession, why: Problem | null, host: string): Problem {
    if (why !== null && why.code !== 'destination-closed') return why
    const stage = session.stage
    if (stage === 'publishing') return why ?? problem('destination-closed', { host, reason: 'closed' })
    if (stage === 'handshake')
      return problem('destination-protocol', { host, reason: 'closed at the handshake' })
    return problem('destination-refused', { host, reason: `closed at ${stage}` })
  }

  private authenticate(challenge: AuthChallenge, address: RtmpAddress): void {
    const { auth } = this.target
    const keys = auth && {
      ...auth,
      nonce: randomBytes(4).toString('hex'),
      md5Base64: (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64'),
    }
    const query = keys === null || this.attempts >= maxAttempts ? null : authQuery(challenge, keys)
    if (query === null)
      return this.fail(problem('destination-auth', { host: address.host, reason: challenge.step }))
    this.session = null
    this.socket?.drop('close')
    this.attempt(address, query)
  }

  private begin(): void {
    this.clearDeadline()
    this.state = 'publishing'
    this.mediaStart = this.wireBytes
    for (const tag of this.early.start()) this.write(tag)
    this.early.clear()
    this.settleAccepted(null)
    this.tell()
  }

  /** What comes before the server's yes is kept from the last keyframe on and sent first. */
  write(tag: FlvTag): void {
    if (this.state === 'connecting') return this.early.push(tag)
    if (this.state !== 'publishing' || this.session === null || this.socket === null) return
    const nowMs = this.now()
    const admitted = this.outgoing.admit(tag, this.lateMs(nowMs), this.socket.queuedBytes)
    if (admitted === null) return
    const bytes = this.session.publish(admitted)
    this.send(bytes)
    this.mediaBytes += bytes.length
    this.backlog.wrote(this.wireBytes, nowMs)
  }

  /** Age of the oldest media that should have arrived: out of our memory and, from a witness, acknowledged. */
  private lateMs(nowMs: number): number {
    const drained = this.wireBytes - (this.socket?.queuedBytes ?? 0)
    const acked = this.acks.acknowledgedBytes
    this.backlog.settled(acked === null ? drained : Math.min(drained, acked + this.usualBacklogBytes()))
    return this.backlog.ageMs(nowMs)
  }

  private usualBacklogBytes(): number {
    return healthySteps * Math.max(this.ackWindowBytes, this.acks.largestStepBytes)
  }

  private send(bytes: Uint8Array): void {
    this.socket?.write(bytes)
    this.wireBytes += bytes.length
  }

  close(mode: 'clean' | 'abrupt'): Promise<void> {
    const { socket, session, state } = this
    if (state === 'failed' || state === 'closed') return Promise.resolve()
    this.clearDeadline()
    this.session = null
    this.state = 'closed'
    this.settleAccepted(problem('destination-closed', { reason: 'closed by us' }))
    const done = new Promise<void>((resolve) => {
      if (socket === null) return resolve()
      if (mode === 'abrupt' || state !== 'publishing' || session === null) {
        socket.drop('reset')
        return resolve()
      }
      const late = setTimeout(() => {
        socket.drop('reset')
        resolve()
      }, this.options.goodbyeTimeoutMs ?? 1000)
      socket.finish(session.goodbye(), () => {
        clearTimeout(late)
        resolve()
      })
    })
    this.tell()
    return done
  }

  status(): PublisherStatus {
    const acked = this.acks.acknowledgedBytes
    const bytesAcknowledged = acked === null || acked <= this.mediaStart ? null : acked - this.mediaStart
    return {
      state: this.state,
      problem: this.problem,
      bytesSent: this.mediaBytes,
      bytesAcknowledged: bytesAcknowledged === null ? null : Math.min(bytesAcknowledged, this.mediaBytes),
      acknowledgedAgeMs: bytesAcknowledged === null ? null : this.acks.ageMs(this.now()),
      backlogBytes: this.acks.backlogBytes(this.wireBytes) ?? this.socket?.queuedBytes ?? 0,
      usualBacklogBytes: this.usualBacklogBytes(),
      queuedBytes: this.socket?.queuedBytes ?? 0,
      droppedFrames: this.outgoing.droppedFrames,
    }
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }

  private fail(why: Problem): void {
    if (this.state === 'failed' || this.state === 'closed') return
    this.clearDeadline()
    this.state = 'failed'
    this.problem = why
    this.session = null
    this.socket?.drop('close')
    this.settleAccepted(why)
    this.tell()
  }

  private deadline(ms: number, why: () => Problem): void {
    this.clearDeadline()
    this.timer = setTimeout(() => this.fail(why()), ms)
  }

  private clearDeadline(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }
}
