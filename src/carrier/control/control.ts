import { createServer, type Server, type Socket } from 'node:net'
import { LineReader } from '../../host/line-reader'
import { sameSecret } from '../../host/same-secret'
import { fail, problem, type Result } from '../../core/problem'
import {
  carrierProtocol,
  carrierRequestSchema,
  helloSchema,
  maxLineBytes,
  type CarrierMessage,
  type CarrierReplies,
  type CarrierRequest,
  type CarrierState,
} from '../../shared/carrier/control'

export interface ControlDeps {
  readonly token: string
  readonly version: string
  readonly state: () => CarrierState
  readonly handle: (request: CarrierRequest) => Promise<Result<CarrierReplies[CarrierRequest['kind']]>>
  /** A fault of our own while a client was answered. */
  readonly mishap: (error: unknown, where: string) => void
  /** An engine came or went. */
  readonly attended: (attended: boolean) => void
}

/** A client has this long to say who it is. */
const helloMs = 3_000
/** A hello has some 120 bytes; who holds back more than this before a line's end is not ours. */
const maxHelloBytes = 4 * 1024
/**
 * Clients that may stand there without having said who they are: as many as the system holds for a listener (Node's
 * backlog of 511) and one, so that an engine, which speaks in the moment it is let in, is not pushed out by a crowd.
 */
const maxStrangers = 512
/** A client that does not read is let go. */
const maxUnreadBytes = 1024 * 1024

/** The loopback socket: newline-delimited JSON, token first, one table of messages. */
export class ControlServer {
  private readonly server: Server
  private engine: Socket | null = null
  private readonly clients = new Set<Socket>()
  /** Those of `clients` that have not said who they are, the one that waits longest first. */
  private readonly strangers = new Set<Socket>()

  constructor(private readonly deps: ControlDeps) {
    this.server = createServer((socket) => this.accept(socket))
  }

  /** Listens on a free port of 127.0.0.1 and answers it. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ host: '127.0.0.1', port: 0 }, () => {
        const address = this.server.address()
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('no address'))
      })
    })
  }

  /** An engine is connected. */
  get attended(): boolean {
    return this.engine !== null
  }

  private accept(socket: Socket): void {
    this.clients.add(socket)
    this.strangers.add(socket)
    const [longest] = this.strangers
    if (this.strangers.size > maxStrangers) longest?.destroy()
    socket.setNoDelay(true)
    const reader = new LineReader(maxLineBytes)
    let known = false
    const deadline = setTimeout(() => socket.destroy(), helloMs)
    const take = (bytes: Buffer): void => {
      const lines = reader.push(bytes)
      const unsaid = !known && lines?.length === 0 && reader.heldBytes > maxHelloBytes
      if (lines === null || unsaid) {
        socket.destroy()
        return
      }
      for (const line of lines) {
        if (known) this.request(socket, line)
        else {
          known = this.hello(socket, line)
          this.strangers.delete(socket)
          clearTimeout(deadline)
          if (!known) return
        }
      }
    }
    socket.on('data', (bytes) => {
      try {
        take(bytes)
      } catch (error) {
        // Its answer is lost: a connection that is cut off asks again, one that waits does not.
        socket.destroy()
        this.deps.mishap(error, 'control')
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(deadline)
      this.clients.delete(socket)
      this.strangers.delete(socket)
      if (this.engine !== socket) return
      this.engine = null
      this.deps.attended(false)
    })
  }

  /** Whether this client may go on. */
  private hello(socket: Socket, line: string): boolean {
    const hello = helloSchema.safeParse(parse(line))
    if (!hello.success || !sameSecret(hello.data.token, this.deps.token)) {
      this.refuse(socket, { kind: 'refused', problem: problem('unauthorized') })
      return false
    }
    if (hello.data.protocol !== carrierProtocol) {
      const { version } = this.deps
      const refusal = problem('ingest-version', { version })
      const { onAir } = this.deps.state()
      this.refuse(socket, { kind: 'refused', problem: refusal, protocol: carrierProtocol, version, onAir })
      return false
    }
    if (hello.data.role === 'engine') this.adopt(socket)
    this.send(socket, { kind: 'welcome', protocol: carrierProtocol, state: this.deps.state() })
    return true
  }

  /** Tells why, hears no more and lets go: one that keeps its end open would hold a socket of ours for ever. */
  private refuse(socket: Socket, refusal: Extract<CarrierMessage, { kind: 'refused' }>): void {
    socket.removeAllListeners('data')
    this.send(socket, refusal)
    socket.resume()
    socket.destroySoon()
  }

  private adopt(socket: Socket): void {
    const old = this.engine
    this.engine = socket
    this.deps.attended(true)
    if (old === null) return
    this.send(old, { kind: 'replaced' })
    old.end()
    // One that is frozen never reads its dismissal; its orders must not come through later.
    old.removeAllListeners('data')
    old.resume()
  }

  private request(socket: Socket, line: string): void {
    const message = parse(line)
    const request = carrierRequestSchema.safeParse(message)
    if (!request.success) {
      this.send(socket, { kind: 'reply', id: idOf(message), ok: false, problem: problem('bad-request') })
      return
    }
    const { id } = request.data
    void this.answer(request.data).then((result) => {
      try {
        // Whoever reads the answer must not look at a state from before it.
        this.push()
        this.send(
          socket,
          result.ok
            ? { kind: 'reply', id, ok: true, value: result.value }
            : { kind: 'reply', id, ok: false, problem: result.problem },
        )
      } catch (error) {
        this.send(socket, { kind: 'reply', id, ok: false, problem: problem('internal') })
        this.deps.mishap(error, 'control state')
      }
    })
  }

  /** Whatever happens on the way, the asker gets an answer. */
  private async answer(request: CarrierRequest): ReturnType<ControlDeps['handle']> {
    try {
      return await this.deps.handle(request)
    } catch (error) {
      this.deps.mishap(error, `control ${request.kind}`)
      return fail('internal', { what: request.kind })
    }
  }

  /** Tells the engine the state. */
  push(): void {
    if (this.engine !== null) this.send(this.engine, { kind: 'state', state: this.deps.state() })
  }

  private send(socket: Socket, message: CarrierMessage): void {
    if (socket.destroyed || !socket.writable) return
    if (socket.writableLength > maxUnreadBytes) socket.destroy()
    else socket.write(`${JSON.stringify(message)}\n`)
  }

  /** Lets everyone go. */
  close(): void {
    this.server.close()
    for (const socket of this.clients) socket.destroySoon()
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function idOf(message: unknown): number {
  const id = typeof message === 'object' && message !== null && 'id' in message ? message.id : 0
  return typeof id === 'number' && Number.isInteger(id) ? id : 0
}
