import type { AddressInfo } from 'node:net'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { Freezer } from './freezer'
import type { Challenge, Reply } from './protocol'
import {
  authenticationOf,
  batchSchema,
  closeCode,
  frameSchema,
  identifySchema,
  newSalt,
  opCode,
  requestSchema,
  requestStatus,
  subprotocol,
  subscription,
} from './protocol'

/** obs-websocket's server: speaks the protocol, knows no requests. */
export interface ControlServer {
  readonly port: number
  event(name: string, intent: number, data: Readonly<Record<string, unknown>>): void
  /** Ends every connection with a close code. */
  closeAll(code: number, reason: string): void
  /** Ends every connection without a word: clients see 1006. */
  cutAll(): void
  /** Stops listening, and cuts what is left. */
  stop(): Promise<void>
}

export async function startControlServer(options: {
  readonly port: number
  readonly password: string | null
  readonly websocketVersion: string
  readonly freezer: Freezer
  readonly answer: (request: string, data: Readonly<Record<string, unknown>>) => Reply
  /** Requests that take their time; null: this one does not. Not in batches. */
  readonly slowly: (request: string) => Promise<Reply> | null
  /** Called on each text before it leaves; what it returns is sent, for faults. */
  readonly spoil: (text: string, op: number) => string
}): Promise<ControlServer> {
  const { freezer, password } = options
  const salt = newSalt()
  const clients = new Map<WebSocket, { identified: boolean; mask: number }>()
  const server = new WebSocketServer({
    port: options.port,
    host: '127.0.0.1',
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  })

  const send = (socket: WebSocket, op: number, d: Readonly<Record<string, unknown>>): void => {
    socket.send(options.spoil(JSON.stringify({ op, d }), op))
  }

  const respond = (
    type: string,
    id: string | undefined,
    reply: Reply,
  ): Readonly<Record<string, unknown>> => ({
    requestType: type,
    ...(id === undefined ? {} : { requestId: id }),
    requestStatus: {
      code: reply.code,
      result: reply.code === requestStatus.success,
      ...('comment' in reply ? { comment: reply.comment } : {}),
    },
    ...('data' in reply ? { responseData: reply.data } : {}),
  })

  const identify = (socket: WebSocket, d: unknown, challenge: Challenge): void => {
    const parsed = identifySchema.safeParse(d)
    if (!parsed.success || (parsed.data.rpcVersion ?? 1) !== 1) {
      socket.close(closeCode.unsupportedRpcVersion, 'Your requested RPC version is not supported.')
      return
    }
    if (password !== null && parsed.data.authentication !== authenticationOf(password, challenge)) {
      socket.close(closeCode.authenticationFailed, 'Authentication failed.')
      return
    }
    clients.set(socket, { identified: true, mask: parsed.data.eventSubscriptions ?? subscription.all })
    send(socket, opCode.identified, { negotiatedRpcVersion: 1 })
  }

  const receive = (socket: WebSocket, text: string, challenge: Challenge): void => {
    const frame = parseFrame(text)
    const client = clients.get(socket)
    if (client === undefined) return
    if (frame === null) {
      socket.close(closeCode.messageDecodeError, 'The message is not JSON of this protocol.')
      return
    }
    const { op, d } = frame
    if (!client.identified && op !== opCode.identify) {
      socket.close(closeCode.notIdentified, 'You attempted to send a message before identifying.')
      return
    }
    switch (op) {
      case opCode.identify:
        if (client.identified) socket.close(closeCode.alreadyIdentified, 'You are already identified.')
        else identify(socket, d, challenge)
        return
      case opCode.reidentify: {
        const mask = identifySchema.safeParse(d).data?.eventSubscriptions
        if (mask !== undefined) client.mask = mask
        send(socket, opCode.identified, { negotiatedRpcVersion: 1 })
        return
      }
      case opCode.request: {
        const request = requestSchema.safeParse(d)
        if (!request.success) {
          socket.close(closeCode.messageDecodeError, 'The request lacks its type or id.')
          return
        }
        const { requestType, requestId, requestData } = request.data
        const tell = (reply: Reply): void =>
          send(socket, opCode.requestResponse, respond(requestType, requestId, reply))
        const slow = options.slowly(requestType)
        if (slow === null) tell(options.answer(requestType, requestData ?? {}))
        else void slow.then((reply) => freezer.run(() => tell(reply)))
        return
      }
      case opCode.requestBatch: {
        const batch = batchSchema.safeParse(d)
        if (!batch.success) {
          socket.close(closeCode.messageDecodeError, 'The batch lacks its requests or id.')
          return
        }
        const results: Readonly<Record<string, unknown>>[] = []
        for (const { requestType, requestId, requestData } of batch.data.requests) {
          const reply = options.answer(requestType, requestData ?? {})
          results.push(respond(requestType, requestId, reply))
          if (batch.data.haltOnFailure === true && reply.code !== requestStatus.success) break
        }
        send(socket, opCode.requestBatchResponse, { requestId: batch.data.requestId, results })
        return
      }
      default:
        socket.close(closeCode.unknownOpCode, `Unknown op code ${op}.`)
    }
  }

  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    const challenge: Challenge = { salt, challenge: newSalt() }
    clients.set(socket, { identified: false, mask: 0 })
    socket.on('close', () => clients.delete(socket))
    socket.on('message', (data) => {
      const text = Buffer.isBuffer(data) ? data.toString('utf8') : ''
      freezer.run(() => receive(socket, text, challenge))
    })
    freezer.run(() =>
      send(socket, opCode.hello, {
        obsWebSocketVersion: options.websocketVersion,
        rpcVersion: 1,
        ...(password === null ? {} : { authentication: challenge }),
      }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
  })

  const cutAll = (): void => {
    for (const socket of server.clients) socket.terminate()
  }
  return {
    port: (server.address() as AddressInfo).port,
    event: (name, intent, data) => {
      for (const [socket, { identified, mask }] of clients)
        if (identified && (mask & intent) !== 0)
          send(socket, opCode.event, { eventType: name, eventIntent: intent, eventData: data })
    },
    closeAll: (code, reason) => {
      for (const socket of server.clients) socket.close(code, reason)
    },
    cutAll,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cutAll()
      }),
  }
}

function parseFrame(text: string): { readonly op: number; readonly d: Record<string, unknown> } | null {
  try {
    return frameSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
