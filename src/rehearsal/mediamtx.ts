import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/**
 * The stand-in of MediaMTX's control API: a real HTTP server on loopback that moves no media. For the states that a
 * real one cannot be brought to: too old, rubbish for an answer, slow, failing. Fields and words are those of v1.20.1.
 */
export interface MediaMtxStandIn {
  /** `http(s)://127.0.0.1:port` */
  readonly url: string
  /** Changes how it behaves from now on. */
  readonly set: (behaviour: Partial<MediaMtxBehaviour>) => void
  /** Every request so far: `METHOD path`. */
  readonly requests: () => readonly string[]
  /** The configuration of a path as it was last given, or undefined. */
  readonly pathConfig: (name: string) => Readonly<Record<string, unknown>> | undefined
  /** Forgets what was made over the API; `restart` also begins a new `started`. */
  readonly forget: (how: 'restart' | 'reload') => void
  readonly stop: () => Promise<void>
}

export interface MediaMtxBehaviour {
  readonly version: string
  /** How it answers everything. `hang`: never; `cut`: closes the connection; `huge`: more than anyone wants. */
  readonly answer: 'normal' | 'garbage' | 'html' | 'wrong-shape' | 'error-500' | 'hang' | 'cut' | 'huge'
  /** Before every answer, ms. */
  readonly delayMs: number
  /** Before a refusal of the credentials, ms: the real one takes up to 4000. */
  readonly refusalDelayMs: number
  /** Does the pulled source give media? */
  readonly source: 'media' | 'nothing' | 'frozen'
  /** What the far end of a forward does. */
  readonly destination: 'accepts' | 'busy' | 'refuses' | 'black-hole'
}

export interface MediaMtxStandInOptions {
  readonly behaviour?: Partial<MediaMtxBehaviour>
  /** Demanded when given. */
  readonly credentials?: { readonly username: string; readonly password: string }
  /** PEM; serves https when given. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

const lastErrors = {
  busy: 'bad result: &{0 0 onStatus map[code:NetStream.Publish.BadName description:Already publishing]}',
  refuses: 'dial tcp 127.0.0.1:1: connect: connection refused',
} as const

type Config = Readonly<Record<string, unknown>>

interface Path {
  readonly config: Config
  readonly since: number
  readonly forwardSince: number
  readonly forwardId: number
}

/** 100 kB a second. */
const bytesPerMs = 100

/** Paths and what they would move; no sockets. */
class Paths {
  readonly #paths = new Map<string, Path>()
  #forwards = 0
  #frozenAt: number | null = null

  get = (name: string): Path | undefined => this.#paths.get(name)
  clear = (): void => this.#paths.clear()
  delete = (name: string): boolean => this.#paths.delete(name)

  freeze(frozen: boolean): void {
    this.#frozenAt = frozen ? (this.#frozenAt ?? performance.now()) : null
  }

  put(name: string, config: Config): void {
    const before = this.#paths.get(name)
    const changed =
      JSON.stringify(before?.config['forward'] ?? []) !== JSON.stringify(config['forward'] ?? [])
    const now = performance.now()
    if (changed) this.#forwards++
    this.#paths.set(name, {
      config,
      since: before?.since ?? now,
      forwardSince: changed ? now : (before?.forwardSince ?? now),
      forwardId: changed ? this.#forwards : (before?.forwardId ?? 0),
    })
  }

  runtime(name: string, path: Path, { source }: MediaMtxBehaviour): unknown {
    const available = source !== 'nothing'
    const tracks2 = [
      { codec: 'H264', codecProps: { width: 1280, height: 720, profile: 'High', level: '3.1' } },
      { codec: 'MPEG-4 Audio', codecProps: { sampleRate: 48_000, channelCount: 2 } },
    ]
    return {
      name,
      available,
      // Stays true for a pulled source, whatever it does.
      online: true,
      tracks2: available ? tracks2 : [],
      inboundBytes: available ? this.#grown(path.since) : 0,
      inboundFramesInError: 0,
    }
  }

  forwardList(path: Path, { destination, source }: MediaMtxBehaviour): unknown {
    const wanted = path.config['forward']
    const failing = destination === 'busy' || destination === 'refuses'
    const items = (Array.isArray(wanted) ? (wanted as readonly unknown[]) : []).map((conf) => ({
      id: `forward-${path.forwardId}`,
      conf,
      state: source === 'nothing' ? 'idle' : failing ? 'error' : 'forwarding',
      lastError: failing ? lastErrors[destination] : '',
      outboundBytes: destination === 'accepts' && source !== 'nothing' ? this.#grown(path.forwardSince) : 0,
    }))
    return { itemCount: items.length, pageCount: 1, items }
  }

  #grown(since: number): number {
    return Math.round(Math.max(0, (this.#frozenAt ?? performance.now()) - since) * bytesPerMs)
  }
}

/** Starts the stand-in on a free loopback port. */
export async function startMediaMtxStandIn(options: MediaMtxStandInOptions = {}): Promise<MediaMtxStandIn> {
  let behaviour: MediaMtxBehaviour = {
    version: 'v1.20.1',
    answer: 'normal',
    delayMs: 0,
    refusalDelayMs: 0,
    source: 'media',
    destination: 'accepts',
    ...options.behaviour,
  }
  const paths = new Paths()
  const seen: string[] = []
  const timers = new Set<NodeJS.Timeout>()
  let started = new Date().toISOString()

  const after = (ms: number, run: () => void): void => {
    if (ms <= 0) {
      run()
      return
    }
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readText(request)
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const method = request.method ?? ''
    seen.push(`${method} ${url.pathname}`)
    const send = (status: number, text: string): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
      response.end(text)
    }
    if (!isAllowed(request, options.credentials)) {
      after(behaviour.refusalDelayMs, () => send(401, '{"status":"error","error":"authentication error"}'))
      return
    }
    after(behaviour.delayMs, () => {
      switch (behaviour.answer) {
        case 'normal': {
          const info = { version: behaviour.version, started }
          const [status, reply] =
            url.pathname === '/v3/info' ? [200, info] : answer(paths, method, url, body, behaviour)
          return send(status, JSON.stringify(reply))
        }
        case 'garbage':
          return send(200, '\u0000}{not json')
        case 'html':
          return send(200, '<html><body>Welcome to your router</body></html>')
        case 'wrong-shape':
          return send(200, '{"version":7,"items":"none","available":"yes"}')
        case 'error-500':
          return send(500, '{"status":"error","error":"internal error"}')
        case 'huge':
          return send(200, `{"version":"${'x'.repeat(3 * 1024 * 1024)}"}`)
        case 'cut':
          request.socket.destroy()
          return
        case 'hang':
          return
      }
    })
  }

  const listener: RequestListener = (request, response) =>
    void handle(request, response).catch(() => request.socket.destroy())
  const server: Server =
    options.tls === undefined ? createHttpServer(listener) : createHttpsServer(options.tls, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    set: (change) => {
      behaviour = { ...behaviour, ...change }
      paths.freeze(behaviour.source === 'frozen')
    },
    requests: () => [...seen],
    pathConfig: (name) => paths.get(name)?.config,
    forget: (how) => {
      paths.clear()
      if (how === 'restart') started = new Date(Date.parse(started) + 1000).toISOString()
    },
    stop: async () => {
      for (const timer of timers) clearTimeout(timer)
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

type Answer = readonly [status: number, body: unknown]

const done: Answer = [200, { status: 'ok' }]
const problem = (status: number, error: string): Answer => [status, { status: 'error', error }]

function answer(paths: Paths, method: string, url: URL, body: string, behaviour: MediaMtxBehaviour): Answer {
  const route = decodeURIComponent(url.pathname)
  if (route === '/v3/paths/forward/list') {
    const path = paths.get(url.searchParams.get('path') ?? '')
    return path === undefined ? problem(404, 'path not found') : [200, paths.forwardList(path, behaviour)]
  }
  const runtime = /^\/v3\/paths\/get\/(.+)$/.exec(route)?.[1]
  if (runtime !== undefined) {
    const path = paths.get(runtime)
    return path === undefined
      ? problem(404, 'path not found')
      : [200, paths.runtime(runtime, path, behaviour)]
  }
  const [, verb, name = ''] = /^\/v3\/config\/paths\/(get|replace|patch|delete)\/(.+)$/.exec(route) ?? []
  const expected = { get: 'GET', replace: 'POST', patch: 'PATCH', delete: 'DELETE' }[verb ?? '']
  if (expected !== method) return problem(404, 'not found')
  const input = method === 'POST' || method === 'PATCH' ? parse(body) : {}
  if (input === undefined) return problem(400, 'json: invalid')
  if (verb === 'replace') {
    paths.delete(name)
    paths.put(name, input)
    return done
  }
  const path = paths.get(name)
  if (path === undefined) return problem(404, 'path configuration not found')
  if (verb === 'get') return [200, { name, ...path.config }]
  if (verb === 'patch') paths.put(name, { ...path.config, ...input })
  else paths.delete(name)
  return done
}

function isAllowed(request: IncomingMessage, credentials: MediaMtxStandInOptions['credentials']): boolean {
  if (credentials === undefined) return true
  const expected = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
  return request.headers.authorization === `Basic ${expected}`
}

function parse(body: string): Config | undefined {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Config) : undefined
  } catch {
    return undefined
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}
