import { OBSWebSocket } from 'obs-websocket-js/json'
import type { OBSEventTypes, OBSRequestTypes } from 'obs-websocket-js/json'
import { WebSocket as NodeSocket } from 'ws'
import type { z } from 'zod'
import { within } from '../../host/within'
import type { Logger } from '../ports'

/** A request's outcome. `refused` carries obs-websocket's own status code (500 running, 501 not running, ...). */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CallError }

export type CallError =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'closed' }
  /** Code 207: OBS is loading, changing its scene collection or shutting down. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'refused'; readonly code: number }

/** Requests whose data is typed by the library. */
export type RequestName = keyof OBSRequestTypes
type RequestData<R extends RequestName> = OBSRequestTypes[R] extends never ? undefined : OBSRequestTypes[R]

export type ObsEventName = keyof OBSEventTypes

/** One identified connection. Ends once, and then every call that waits is answered `closed`. */
export interface Session {
  call<R extends RequestName, T>(
    request: R,
    reply: z.ZodType<T>,
    options?: { readonly data?: RequestData<R>; readonly deadlineMs?: number },
  ): Promise<Answer<T>>
  /** Requests of this name that OBS has not answered, those whose deadline passed included. */
  unanswered(request: RequestName): number
  /** A guarded handler: what it throws is logged, because the library swallows it. */
  onEvent(event: ObsEventName, handler: (data: unknown) => void): void
  /** An answer came after its deadline: OBS is back. */
  onLate(handler: () => void): void
  /** Close code, once: 1006 without a word (an OBS that quits fast has said only ExitStarted), 1001 OBS quits, 4011 kicked. */
  onClosed(handler: (code: number) => void): void
  /** Drops the socket at once. `onClosed` is not called. */
  drop(): void
}

export type OpenResult =
  { readonly ok: true; readonly session: Session } | { readonly ok: false; readonly failure: OpenFailure }

export type OpenFailure =
  /** Nothing listens at the port. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'timeout' }
  /** Closed while connecting; 4009: authentication, 4010: version. */
  | { readonly kind: 'closed'; readonly code: number }
  /** What answers is no obs-websocket 5, or talks rubbish. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'unreachable' }

/** General, Config, Scenes, Outputs: the least this app needs (docs/facts/obs.md 7.3). */
const eventSubscriptions = 1 | 2 | 4 | 64
const defaultCallDeadlineMs = 2_000

/** The library's socket with what it lacks: an end at once, the cause of a refusal, and word of rubbish. */
class Socket extends OBSWebSocket {
  errorCode: string | null = null
  onRubbish: () => void = () => undefined

  terminate(): void {
    const socket: unknown = this.socket
    this.removeAllListeners()
    this.cleanup()
    endSocket(socket)
  }

  protected override async decodeMessage(data: string): ReturnType<OBSWebSocket['decodeMessage']> {
    try {
      const message = await super.decodeMessage(data)
      if (typeof message !== 'object' || typeof message.op !== 'number' || typeof message.d !== 'object')
        throw new Error('not a message of obs-websocket')
      return message
    } catch (error) {
      this.onRubbish()
      throw error
    }
  }

  protected override onError(event: ErrorEvent): void {
    this.errorCode = codeOf(event.error)
    super.onError(event)
  }
}

/** One attempt with a fresh socket: the library's own `connect` waits for ever on a frozen OBS. Resolves in all cases. */
export async function openSession(options: {
  readonly url: string
  readonly password: string | null
  readonly deadlineMs: number
  readonly logger: Logger
}): Promise<OpenResult> {
  const socket = new Socket()
  const failed = (failure: OpenFailure): OpenResult => {
    socket.terminate()
    return { ok: false, failure }
  }
  const rubbish = new Promise<OpenFailure>((resolve) => {
    socket.onRubbish = () => resolve({ kind: 'garbage' })
  })
  const connected = socket
    .connect(options.url, options.password ?? undefined, { eventSubscriptions })
    .then(() => null)
    .catch((error: unknown): OpenFailure => toFailure(error, socket.errorCode))
  const late: OpenFailure = { kind: 'timeout' }
  const failure = await within(Promise.race([connected, rubbish]), options.deadlineMs, late)
  if (failure !== null) return failed(failure)
  return { ok: true, session: createSession(socket, options.logger) }
}

function createSession(socket: Socket, logger: Logger): Session {
  let open = true
  const pending = new Set<(error: CallError) => void>()
  const unanswered = new Map<RequestName, number>()
  const closedHandlers: ((code: number) => void)[] = []
  const lateHandlers: (() => void)[] = []

  const guarded = (what: string, handler: () => void): void => {
    try {
      handler()
    } catch (error) {
      logger.error('a handler of an OBS event failed', { event: what, error: String(error) })
    }
  }
  const rejectAll = (error: CallError): void => {
    for (const reject of [...pending]) reject(error)
  }
  const end = (code: number, tell: boolean): void => {
    if (!open) return
    open = false
    rejectAll({ kind: 'closed' })
    if (tell) for (const handler of closedHandlers) guarded('ConnectionClosed', () => handler(code))
    socket.terminate()
  }
  socket.on('ConnectionClosed', (error) => end(error.code, true))
  socket.onRubbish = () => rejectAll({ kind: 'garbage' })

  return {
    call: (request, reply, { data, deadlineMs = defaultCallDeadlineMs } = {}) => {
      if (!open) return Promise.resolve({ ok: false, error: { kind: 'closed' } })
      const track = (change: number): void => {
        unanswered.set(request, (unanswered.get(request) ?? 0) + change)
      }
      return new Promise((resolve) => {
        let settled = false
        const finish = (answer: Parameters<typeof resolve>[0]): void => {
          settled = true
          clearTimeout(timer)
          pending.delete(reject)
          resolve(answer)
        }
        const reject = (error: CallError): void => finish({ ok: false, error })
        const timer = setTimeout(() => reject({ kind: 'timeout' }), deadlineMs)
        pending.add(reject)
        const answered = (): boolean => {
          track(-1)
          if (settled && open) for (const handler of lateHandlers) guarded(request, handler)
          return !settled
        }
        track(1)
        socket.call(request, data).then(
          (value: unknown) => {
            if (!answered()) return
            const parsed = reply.safeParse(value)
            finish(
              parsed.success ? { ok: true, value: parsed.data } : { ok: false, error: { kind: 'garbage' } },
            )
          },
          (error: unknown) => {
            if (answered()) reject(toCallError(error))
          },
        )
      })
    },
    unanswered: (request) => unanswered.get(request) ?? 0,
    onEvent: (event, handler) => {
      socket.on(event, (...args: readonly unknown[]) => guarded(event, () => handler(args[0])))
    },
    onLate: (handler) => void lateHandlers.push(handler),
    onClosed: (handler) => void closedHandlers.push(handler),
    drop: () => end(1000, false),
  }
}

const notReady = 207

function toCallError(error: unknown): CallError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === notReady) return { kind: 'busy' }
  if (typeof code === 'number') return { kind: 'refused', code }
  return { kind: 'garbage' }
}

function toFailure(error: unknown, errorCode: string | null): OpenFailure {
  if (errorCode === 'ECONNREFUSED') return { kind: 'refused' }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'number' && code > 0) return { kind: 'closed', code }
  const message = error instanceof Error ? error.message : ''
  if (/subprotocol|Unexpected server response|Invalid |Parse Error/i.test(message)) return { kind: 'garbage' }
  return { kind: 'unreachable' }
}

/** `code` of a socket's error; of a name with several addresses, the code that all attempts share. */
function codeOf(error: unknown): string | null {
  if (error instanceof AggregateError) {
    const codes = new Set(error.errors.map(codeOf))
    return codes.size === 1 ? ([...codes][0] ?? null) : null
  }
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function endSocket(socket: unknown): void {
  if (!(socket instanceof NodeSocket)) return
  // Without a listener, ws throws the error that ending a half-open socket makes.
  socket.on('error', () => undefined)
  socket.terminate()
}
