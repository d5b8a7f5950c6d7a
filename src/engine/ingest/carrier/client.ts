import { connect, type Socket } from 'node:net'
import { LineReader } from '../../../host/line-reader'
import { fail, ok, problem, type Problem, type Result } from '../../../core/problem'
import {
  carrierMessageSchema,
  carrierProtocol,
  carrierReplySchemas,
  maxReplyBytes,
  type CarrierLock,
  type CarrierMessage,
  type CarrierReplies,
  type CarrierRequestOf,
  type CarrierState,
} from '../../../shared/carrier/control'

type Kind = keyof CarrierReplies
type Body<K extends Kind> = Omit<CarrierRequestOf<K>, 'id' | 'kind'>

/** Why a running carrier would not have us. */
export interface Refusal {
  readonly problem: Problem
  /** Set when it speaks another version of the table. */
  readonly onAir?: boolean
}

/** The carrier's own deadline answers with a better code; ours is for one that answers nothing. */
const graceMs = 500

interface Pending {
  readonly settle: (result: Result<unknown>) => void
  readonly timer: NodeJS.Timeout
}

/** One authenticated connection to a carrier. Every call has a deadline; a close settles all that wait. */
export class CarrierClient {
  private readonly pending = new Map<number, Pending>()
  private readonly stateListeners = new Set<() => void>()
  private readonly closeListeners = new Set<() => void>()
  private nextId = 1
  private isClosed = false
  private wasReplaced = false
  private stateNow: CarrierState
  private heardAt = performance.now()

  private constructor(
    private readonly socket: Socket,
    state: CarrierState,
    reader: LineReader,
  ) {
    this.stateNow = state
    socket.on('data', (bytes: Buffer) => this.read(reader.push(bytes)))
    socket.once('close', () => this.closed())
  }

  /** Connects and says hello. A refusal tells why; `null` means that nobody answers there. */
  static connect(
    lock: CarrierLock,
    role: 'engine' | 'tool',
    deadlineMs: number,
  ): Promise<CarrierClient | Refusal | null> {
    return new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: lock.port })
      socket.setNoDelay(true)
      const reader = new LineReader(maxReplyBytes)
      const finish = (outcome: CarrierClient | Refusal | null) => {
        clearTimeout(timer)
        socket.removeListener('data', read)
        socket.removeListener('close', gone)
        if (!(outcome instanceof CarrierClient)) socket.destroy()
        resolve(outcome)
      }
      const read = (bytes: Buffer) => {
        const lines = reader.push(bytes)
        if (lines === null) {
          finish(null)
          return
        }
        const [first, ...more] = lines
        if (first === undefined) return
        const message = parse(first)
        if (message?.kind === 'welcome') {
          const client = new CarrierClient(socket, message.state, reader)
          finish(client)
          client.read(more)
        } else if (message?.kind === 'refused')
          finish({
            problem: message.problem,
            ...(message.onAir === undefined ? {} : { onAir: message.onAir }),
          })
        else finish(null)
      }
      const gone = () => finish(null)
      const timer = setTimeout(() => finish({ problem: problem('timeout') }), deadlineMs)
      socket.on('error', () => undefined)
      socket.on('data', read)
      socket.once('close', gone)
      socket.once('connect', () => {
        const hello = { kind: 'hello', token: lock.token, protocol: carrierProtocol, role }
        socket.write(`${JSON.stringify(hello)}\n`)
      })
    })
  }

  /** Null: a line that is too long. */
  private read(lines: readonly string[] | null): void {
    if (lines === null) this.socket.destroy()
    for (const line of lines ?? []) {
      const message = parse(line)
      // What is no message of the table comes from no carrier of ours.
      if (message === null) this.socket.destroy()
      else this.handle(message)
    }
  }

  private handle(message: CarrierMessage): void {
    this.heardAt = performance.now()
    switch (message.kind) {
      case 'state':
        this.stateNow = message.state
        for (const listener of [...this.stateListeners]) listener()
        return
      case 'reply':
        this.settle(message.id, message.ok ? ok(message.value) : { ok: false, problem: message.problem })
        return
      case 'replaced':
        this.wasReplaced = true
        this.socket.destroy()
        return
      case 'welcome':
      case 'refused':
        return
    }
  }

  private settle(id: number, result: Result<unknown>): void {
    const waiting = this.pending.get(id)
    if (waiting === undefined) return
    this.pending.delete(id)
    clearTimeout(waiting.timer)
    waiting.settle(result)
  }

  private closed(): void {
    if (this.isClosed) return
    this.isClosed = true
    for (const id of [...this.pending.keys()]) this.settle(id, fail('carrier-lost'))
    for (const listener of [...this.closeListeners]) listener()
  }

  /** Asks; answers within `deadlineMs` and a little. */
  async call<K extends Kind>(kind: K, body: Body<K>, deadlineMs: number): Promise<Result<CarrierReplies[K]>> {
    if (this.isClosed) return fail('carrier-lost')
    const id = this.nextId
    this.nextId += 1
    const result = await new Promise<Result<unknown>>((resolve) => {
      const timer = setTimeout(() => this.settle(id, fail('ingest-unreachable')), deadlineMs + graceMs)
      this.pending.set(id, { settle: resolve, timer })
      this.socket.write(`${JSON.stringify({ ...body, kind, id })}\n`)
    })
    if (!result.ok) return result
    const value = carrierReplySchemas[kind].safeParse(result.value)
    return value.success ? ok(value.data as CarrierReplies[K]) : fail('internal')
  }

  get state(): CarrierState {
    return this.stateNow
  }

  /** ms since it last said anything; it does so twice a second. */
  silentMs(): number {
    return performance.now() - this.heardAt
  }

  get open(): boolean {
    return !this.isClosed
  }

  /** A newer engine owns the carrier now. */
  get replaced(): boolean {
    return this.wasReplaced
  }

  onState(listener: () => void): void {
    this.stateListeners.add(listener)
  }

  onClose(listener: () => void): void {
    this.closeListeners.add(listener)
  }

  close(): void {
    this.socket.destroy()
    this.closed()
  }
}

function parse(line: string): CarrierMessage | null {
  try {
    const parsed = carrierMessageSchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
