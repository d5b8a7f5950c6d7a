import { getRequestListener } from '@hono/node-server'
import { createServer as createHttpServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { within } from '../../host/within'
import { fail, ok, problem, type Result } from '../../core/problem'
import type { ApiCommand, Channel, CommandReply } from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'
import type { Clock, Logger } from '../ports'
import { createApi, surfaceOf } from './routes/api'
import { readCaller } from './access/caller'
import { Gate } from './access/gate'
import { notFound, problemHeaders, refusal, type HttpProblem } from './routes/problem-reply'
import type { AddRoutes, Peer } from './routes/route'
import { Sockets } from './sockets/sockets'
import { noRehearsal, type CommandBy, type RehearsalSurface, type Surface } from './sockets/surface'

export type { CommandBy, RehearsalSurface, Surface } from './sockets/surface'

export interface ServerOptions {
  /** Address to listen on; '127.0.0.1' keeps it on this PC. */
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Names, beside loopback and the address itself, by which the page may be opened. */
  readonly allowedHosts?: readonly string[]
  readonly token: string
  /** The built page. */
  readonly staticDir: string
  /** Must settle; what takes longer than 30 s is answered as `timeout`. */
  readonly onCommand: (command: ApiCommand, by: CommandBy) => Promise<CommandReply>
  readonly snapshot: () => Snapshot
  /** Calls back whenever `snapshot` would answer something new; returns how to end that. */
  readonly onSnapshot: (listener: () => void) => () => void
  /** The rehearsal beside it. Left out: there is never one. */
  readonly rehearsal?: RehearsalSurface
  /** More of the API: settings, history, pictures. */
  readonly routes?: readonly AddRoutes[]
  readonly clock: Clock
  readonly logger: Logger
  readonly pingMs?: number
}

export interface RunningServer {
  /** Without the token. */
  readonly url: string
  readonly port: number
  /** Tells whoever came in by Bearer that the secrets changed. */
  secretsChanged(): void
  /** Is some page of this channel visible? */
  isWatched(channel: Channel): boolean
  /** Is anybody here who came in by Bearer? */
  hasPrograms(): boolean
  close(): Promise<void>
}

/** Largest command, bytes. */
const maxBodyBytes = 16 * 1024
const commandDeadlineMs = 30_000

/** Page and API of the engine: HTTP and WebSocket on one port. Resolves when it listens. */
export async function createServer(options: ServerOptions): Promise<Result<RunningServer>> {
  let port = options.port
  const gate = new Gate({
    token: options.token,
    port: () => port,
    hosts: [options.host, ...(options.allowedHosts ?? [])],
    monotonicMs: () => options.clock.monotonicMs(),
    logger: options.logger,
  })
  const rehearsal = options.rehearsal ?? noRehearsal
  const main: Surface = {
    snapshot: options.snapshot,
    command: (asked, by) => answered(options, () => options.onCommand(asked, by), asked),
  }
  const surfaces = {
    main,
    rehearsal: (): Surface | null => {
      const surface = rehearsal.current()
      if (surface === null) return null
      return {
        snapshot: () => surface.snapshot(),
        command: (asked, by) => answered(options, () => surface.command(asked, by), asked),
      }
    },
  }
  const api = createApi({
    gate,
    token: options.token,
    port: () => port,
    staticDir: options.staticDir,
    ...surfaces,
    routes: options.routes ?? [],
    maxBytes: maxBodyBytes,
  })
  const sockets = new Sockets({
    surface: (channel) => surfaceOf(surfaces, channel),
    monotonicMs: () => options.clock.monotonicMs(),
    pingMs: options.pingMs ?? 15_000,
    maxBytes: maxBodyBytes,
    maxClients: 32,
  })
  const listener = getRequestListener(
    (request, env) => api.fetch(request, peerOf('incoming' in env ? env.incoming : null)),
    { overrideGlobalObjects: false },
  )
  const server = createHttpServer(
    { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16 * 1024 },
    (request, response) => void listener(request, response),
  )
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const asked = judgeUpgrade(gate, request, (channel) => surfaceOf(surfaces, channel) !== null)
    if (asked.ok) sockets.accept(request, stream, head, asked)
    else endUpgrade(stream, asked.refused)
  })
  const listening = await listen(server, options)
  if (!listening.ok) {
    sockets.close()
    return listening
  }
  port = listening.value
  const forget = [
    options.onSnapshot(() => sockets.changed('main')),
    rehearsal.onChange(() => sockets.changed('rehearsal')),
  ]
  return ok({
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/`,
    port,
    secretsChanged: () => sockets.secretsChanged(),
    isWatched: (channel) => sockets.isWatched(channel),
    hasPrograms: () => sockets.hasPrograms(),
    close: async () => {
      for (const end of forget) end()
      sockets.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  })
}

/** Runs a command to an answer, whatever the engine does. */
async function answered(
  options: ServerOptions,
  run: () => Promise<CommandReply>,
  asked: ApiCommand,
): Promise<CommandReply> {
  try {
    const reply = await within(run(), commandDeadlineMs, null)
    return reply ?? refusal(problem('timeout', { what: asked.kind }))
  } catch (error) {
    options.logger.error('command failed', { command: asked.kind, error })
    return refusal(problem('internal', { what: asked.kind }))
  }
}

const peerOf = (request: Pick<IncomingMessage, 'socket'> | null): Peer => ({
  remoteAddress: request?.socket.remoteAddress ?? '',
  remotePort: request?.socket.remotePort,
  localAddress: request?.socket.localAddress,
})

/** What a socket was opened for, and by whom. */
type Upgrade =
  | { readonly ok: true; readonly channel: Channel; readonly by: 'page' | 'api' }
  | { readonly ok: false; readonly refused: HttpProblem }

function judgeUpgrade(gate: Gate, request: IncomingMessage, open: (channel: string) => boolean): Upgrade {
  const header = (name: string): string | undefined => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : undefined
  }
  const caller = readCaller({
    header,
    method: request.method ?? '',
    upgrade: true,
    peer: peerOf(request),
  })
  const wrong = gate.wrongHost(caller) ?? gate.wrongPage(caller)
  if (wrong !== null) return { ok: false, refused: wrong }
  const admission = gate.admit(caller, true)
  if (!admission.ok) return admission
  const [path, query] = (request.url ?? '').split('?')
  const channel = new URLSearchParams(query).get('channel') ?? 'main'
  if (path !== '/api/socket' || !open(channel)) return { ok: false, refused: notFound }
  return { ok: true, channel: channel === 'rehearsal' ? 'rehearsal' : 'main', by: admission.by }
}

function endUpgrade(stream: Duplex, refused: HttpProblem): void {
  const body = JSON.stringify(refusal(refused.problem))
  stream.on('error', () => undefined)
  stream.end(
    [
      `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...Object.entries(problemHeaders(refused)).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  )
}

/** Listens and answers the port. Errors after that (a socket that cannot be accepted) are only logged. */
function listen(server: Server, options: ServerOptions): Promise<Result<number>> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? undefined : (error.code ?? 'unknown')
      resolve(fail('port-in-use', { port: options.port, ...(reason === undefined ? {} : { reason }) }))
    })
    server.listen({ host: options.host, port: options.port, exclusive: true }, () => {
      server.removeAllListeners('error')
      server.on('error', (error) => options.logger.warn('server', { error }))
      const address = server.address()
      resolve(ok(typeof address === 'object' && address !== null ? address.port : options.port))
    })
  })
}
