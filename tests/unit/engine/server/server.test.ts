import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer as createNetServer, type AddressInfo } from 'node:net'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ApiCommand, CommandReply, ServerMessage } from '../../../../src/shared/contract'
import type { Snapshot } from '../../../../src/shared/snapshot'
import { createServer, type CommandBy, type RunningServer, type Surface } from '../../../../src/engine/server'
import { settingsRoutes, type SettingsPort } from '../../../../src/engine/server/routes/settings'
import { makeSnapshot } from '../../../support/story/snapshots'
import { useTempDir } from '../../../support/temp-dir'
import { until } from '../../../support/wait'
import { healthProof } from '../../../../src/engine/server/access/auth'
import type { Health } from '../../../../src/shared/contract'

const token = 'the-right-token'
const tempDir = useTempDir()
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let server: RunningServer
let snapshot: Snapshot
let commands: { readonly command: ApiCommand; readonly by: CommandBy }[]
let reply: CommandReply
let listeners: Set<() => void>
const open: WebSocket[] = []

let beside: Surface | null
let tellBeside: () => void
let taken: unknown[]
const settings: SettingsPort = {
  view: () => {
    throw new Error('not asked for here')
  },
  change: (body) => {
    taken.push(body)
    return Promise.resolve({
      ok: false,
      faults: [{ path: 'host', text: 'is missing' }],
      text: 'No.',
      next: '',
    })
  },
  rehearsal: () => Promise.resolve({ ok: true }),
  secrets: () => ({ keptIn: 'file', secrets: { 'obs.password': 'sesame' } }),
  takeSecrets: (handed) => {
    taken.push(handed)
    return Promise.resolve()
  },
}

beforeEach(async () => {
  beside = null
  tellBeside = () => undefined
  taken = []
  const staticDir = tempDir()
  mkdirSync(join(staticDir, 'assets'))
  writeFileSync(join(staticDir, 'index.html'), '<h1>page</h1>')
  writeFileSync(join(staticDir, 'assets', 'a-1.js'), '1')
  writeFileSync(join(staticDir, '..', 'outside.js'), 'secret')
  snapshot = makeSnapshot()
  commands = []
  reply = { ok: true }
  listeners = new Set()
  const made = await createServer({
    host: '127.0.0.1',
    port: 0,
    token,
    staticDir,
    onCommand: (command, by) => {
      commands.push({ command, by })
      return Promise.resolve(reply)
    },
    snapshot: () => snapshot,
    onSnapshot: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    rehearsal: { current: () => beside, onChange: (listener) => ((tellBeside = listener), () => undefined) },
    routes: [settingsRoutes(settings)],
    clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
    logger: quiet,
    pingMs: 100,
  })
  if (!made.ok) throw new Error('server did not start')
  server = made.value
})

afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate()
  await server.close()
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Plain node request, because fetch would not let us choose Host, Origin and Cookie. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(options.body)
  })
}

const bearer = { authorization: `Bearer ${token}` }
const json = { 'content-type': 'application/json' }
const origin = (): string => `http://127.0.0.1:${server.port}`
const post = (body: string, headers: Record<string, string>): Promise<Answer> =>
  ask('/api/command', { method: 'POST', body, headers: { ...json, ...headers } })
const codeOf = (answer: Answer): unknown =>
  (JSON.parse(answer.body) as { problem: { code: string } }).problem.code
const login = async (): Promise<string> => {
  const answer = await ask(`/?token=${token}`)
  return (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
}

describe('HTTP', () => {
  it('proves that it knows the token, without showing it, to who asks with a nonce', async () => {
    const proofTo = async (nonce: string): Promise<unknown> =>
      (JSON.parse((await ask(`/healthz?nonce=${nonce}`)).body) as Health).proof
    const first = await proofTo('a-nonce-of-enough-length')
    expect(first).toBe(healthProof(token, 'a-nonce-of-enough-length'))
    expect(await proofTo('b-nonce-of-enough-length')).not.toBe(first)
    expect(await proofTo('short')).toBeUndefined()
    expect(await proofTo('x'.repeat(65))).toBeUndefined()
  })

  it('says live while a broadcast is under way, though nobody may be on air at the moment', async () => {
    const healthOf = async (from: Partial<Snapshot>): Promise<boolean> => {
      snapshot = makeSnapshot({ onAir: null, ...from })
      return (JSON.parse((await ask('/healthz')).body) as Health).live
    }
    const reason = { code: 'nobody-on-air' } as const
    const switching = { from: 'obs', to: 'backup', step: 'start', sinceWall: 1, attempt: 1, reason } as const
    const lost = { system: 'obs', sinceWall: 1, settling: false, problem: null } as const
    for (const phase of [
      { kind: 'switching', problem: null, ...switching },
      { kind: 'dark', sinceWall: 1, problem: null },
      { kind: 'reconnecting', ...lost },
      { kind: 'ending' },
      { kind: 'adopting' },
    ] as const)
      expect([phase.kind, await healthOf({ phase })]).toEqual([phase.kind, true])
    expect(await healthOf({ phase: { kind: 'adopting' }, live: false })).toBe(false)
    expect(await healthOf({ phase: { kind: 'offline', lastEnd: 'user' } })).toBe(false)
  })

  it('tells anyone that it lives, and nothing else', async () => {
    const answer = await ask('/healthz')
    expect(JSON.parse(answer.body)).toEqual({
      ok: true,
      name: 'understudy',
      version: '0.1.0',
      live: false,
      armed: true,
    })
    for (const path of ['/', '/api/snapshot', '/assets/a-1.js', '/nowhere']) {
      const refused = await ask(path)
      expect([path, refused.status, codeOf(refused)]).toEqual([path, 401, 'unauthorized'])
    }
  })

  it('turns the token in the address into a cookie and takes it out of the address', async () => {
    const answer = await ask(`/?token=${token}`)
    expect(answer.status).toBe(303)
    expect(answer.headers['location']).toBe('/')
    const page = await ask('/', { headers: { cookie: await login() } })
    expect([page.status, page.body]).toEqual([200, '<h1>page</h1>'])
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toBe('no-cache')
  })

  it('shows a browser without access a page in words', async () => {
    const answer = await ask('/', { headers: { accept: 'text/html' } })
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('Open the link that Understudy printed')
    expect(answer.headers['x-frame-options']).toBe('DENY')
  })

  it('serves files of the page and nothing beside them', async () => {
    const file = await ask('/assets/a-1.js', { headers: bearer })
    expect([file.status, file.headers['content-type'], file.headers['cache-control']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'private, max-age=31536000, immutable',
    ])
    for (const path of [
      '/../outside.js',
      '/%2e%2e/outside.js',
      '/..%2foutside.js',
      '/%00.js',
      '/%',
      '/none.js',
    ]) {
      expect([path, (await ask(path, { headers: bearer })).status]).toEqual([path, 404])
    }
  })

  it('answers the snapshot', async () => {
    expect(JSON.parse((await ask('/api/snapshot', { headers: bearer })).body)).toEqual(snapshot)
  })

  it('refuses names that are not ours, even for health', async () => {
    for (const path of ['/healthz', '/api/snapshot']) {
      const answer = await ask(path, { headers: { ...bearer, host: `evil.example:${server.port}` } })
      expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden'])
    }
  })
})

describe('POST /api/command', () => {
  it('hands a command on, with who asked', async () => {
    expect((await post('{"kind":"backup-now"}', bearer)).status).toBe(200)
    expect((await post('{"kind":"hold"}', { cookie: await login(), origin: origin() })).status).toBe(200)
    expect(commands).toEqual([
      { command: { kind: 'backup-now' }, by: 'api' },
      { command: { kind: 'hold', forMs: null }, by: 'page' },
    ])
  })

  it('passes a refusal on with its sentence', async () => {
    reply = { ok: false, problem: { code: 'refused-hold' }, text: 'A hold is on.', next: 'Release it.' }
    const answer = await post('{"kind":"slate"}', bearer)
    expect([answer.status, JSON.parse(answer.body)]).toEqual([409, reply])
  })

  it('refuses what another page or nobody sent', async () => {
    const cookie = await login()
    const refused = [
      await post('{"kind":"arm"}', {}),
      await post('{"kind":"arm"}', { cookie }),
      await post('{"kind":"arm"}', { cookie, origin: 'http://evil.example' }),
      await post('{"kind":"arm"}', { ...bearer, origin: 'null' }),
    ]
    expect(refused.map((answer) => answer.status)).toEqual([401, 403, 403, 403])
    expect(commands).toEqual([])
  })

  it('refuses what it does not understand', async () => {
    const answers = [
      await post('{"kind":"explode"}', bearer),
      await post('{', bearer),
      await post('{"kind":"arm","force":true}', bearer),
      await ask('/api/command', {
        method: 'POST',
        body: '{"kind":"arm"}',
        headers: { ...bearer, 'content-type': 'text/plain' },
      }),
      await post(`{"kind":"switch","to":"${'x'.repeat(20_000)}"}`, bearer),
      await ask('/api/command', { headers: bearer }),
    ]
    expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [400, 'bad-request'],
      [400, 'bad-request'],
      [400, 'bad-request'],
      [415, 'bad-request'],
      [413, 'body-too-large'],
      [404, 'not-found'],
    ])
    expect(commands).toEqual([])
  })
})

interface Page {
  readonly socket: WebSocket
  readonly got: ServerMessage[]
}

async function connect(headers: Record<string, string> = bearer, query = ''): Promise<Page> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket${query}`, { headers })
  open.push(socket)
  const got: ServerMessage[] = []
  socket.on('message', (data: Buffer) => got.push(JSON.parse(data.toString()) as ServerMessage))
  await once(socket, 'open')
  return { socket, got }
}

const change = (more: Partial<Snapshot>): void => {
  snapshot = { ...snapshot, ...more }
  for (const listener of listeners) listener()
}
const received = (page: Page, count: number): Promise<unknown> =>
  until(() => page.got.length >= count, { timeoutMs: 5_000, what: `${count} messages`, everyMs: 5 })

describe('WebSocket', () => {
  it('sends a snapshot, then what changed', async () => {
    const page = await connect({ cookie: await login(), origin: origin() })
    await received(page, 1)
    change({ onAir: 'backup' })
    await received(page, 2)
    expect(page.got).toMatchObject([
      { type: 'snapshot', revision: 1, snapshot: { onAir: null } },
      { type: 'patch', revision: 2, patch: { onAir: 'backup' } },
    ])
  })

  it('delivers the last of many calm changes by itself', async () => {
    const page = await connect()
    await received(page, 1)
    for (let n = 1; n <= 50; n += 1) change({ problems: [{ code: 'port-in-use', params: { port: n } }] })
    await until(() => JSON.stringify(page.got.at(-1)).includes('"port":50'), {
      timeoutMs: 5_000,
      what: 'port 50',
    })
    expect(page.got.length).toBeLessThanOrEqual(3)
  })

  it('answers commands by their id and what is no message too', async () => {
    const page = await connect()
    page.socket.send(JSON.stringify({ type: 'command', id: 7, command: { kind: 'release' } }))
    page.socket.send(JSON.stringify({ type: 'command', id: 8, command: { kind: 'explode' } }))
    page.socket.send('rubbish')
    await received(page, 4)
    const replies = page.got.filter((message) => message.type === 'reply')
    expect(replies.map((message) => [message.id, message.reply.ok])).toEqual(
      expect.arrayContaining([
        [7, true],
        [8, false],
        [-1, false],
      ]),
    )
    expect(commands).toEqual([{ command: { kind: 'release' }, by: 'page' }])
  })

  it('is silent while the page is hidden', async () => {
    const page = await connect()
    await received(page, 1)
    page.socket.send(JSON.stringify({ type: 'visible', visible: false }))
    page.socket.send(JSON.stringify({ type: 'command', id: 1, command: { kind: 'arm' } }))
    await received(page, 2)
    change({ onAir: 'backup' })
    page.socket.send(JSON.stringify({ type: 'visible', visible: true }))
    await received(page, 3)
    expect(page.got.map((message) => message.type)).toEqual(['snapshot', 'reply', 'snapshot'])
  })

  it.each<readonly [string, () => Promise<Record<string, string>> | Record<string, string>, number]>([
    ['nobody', () => ({}), 401],
    ['another page', async () => ({ cookie: await login(), origin: 'http://evil.example' }), 403],
    ['another name', () => ({ ...bearer, host: 'evil.example' }), 403],
  ])('refuses %s', async (_name, headers, status) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers: await headers() })
    const [error] = (await once(socket, 'error').catch((caught: unknown) => [caught])) as [Error]
    expect(error.message).toContain(String(status))
  })

  it('drops a client that says too much at once', async () => {
    const page = await connect()
    page.socket.send('x'.repeat(20_000))
    const [code] = (await once(page.socket, 'close')) as [number]
    expect(code).toBe(1009)
  })

  it('drops a client that no longer answers pings', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, {
      headers: bearer,
      autoPong: false,
    })
    open.push(socket)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1006)
  })

  it('says goodbye when the engine ends', async () => {
    const page = await connect()
    const closed = once(page.socket, 'close')
    await server.close()
    expect((await closed)[0]).toBe(1001)
    expect(listeners.size).toBe(0)
  })
})

describe('set-up and secrets', () => {
  const page = async (): Promise<Record<string, string>> => ({ cookie: await login(), origin: origin() })

  it('lets a page change the set-up from its own address only, in JSON, within a size', async () => {
    const change = (headers: Record<string, string>, body = '{"section":"app"}'): Promise<Answer> =>
      ask('/api/settings', { method: 'POST', body, headers })
    const wrong = await change({ ...json, ...(await page()) })
    expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([409, { faults: [{ path: 'host' }] }])
    expect(taken).toEqual([{ section: 'app' }])
    expect((await change(json)).status).toBe(401)
    expect((await change({ ...json, ...(await page()), origin: 'http://evil.example' })).status).toBe(403)
    expect((await change({ ...json, cookie: await login() })).status).toBe(403)
    expect((await change({ ...bearer, 'content-type': 'text/plain' })).status).toBe(415)
    expect((await change({ ...json, ...bearer }, 'x'.repeat(66_000))).status).toBe(413)
    expect((await change({ ...json, ...bearer }, '{')).status).toBe(400)
    expect(taken).toHaveLength(1)
  })

  it('gives secrets to programs, never to a page', async () => {
    const asked = await ask('/api/secrets', { headers: bearer })
    expect(JSON.parse(asked.body)).toEqual({ keptIn: 'file', secrets: { 'obs.password': 'sesame' } })
    const refused = await ask('/api/secrets', { headers: await page() })
    expect([refused.status, refused.body.includes('sesame')]).toEqual([403, false])
    const body = '{"keptIn":"key-store","secrets":{}}'
    expect(
      (await ask('/api/secrets', { method: 'PUT', body, headers: { ...json, ...(await page()) } })).status,
    ).toBe(403)
    expect(taken).toEqual([])
    expect((await ask('/api/secrets', { method: 'PUT', body, headers: { ...json, ...bearer } })).status).toBe(
      200,
    )
    expect(taken).toEqual([{ keptIn: 'key-store', secrets: {} }])
  })

  it('tells programs alone that secrets changed', async () => {
    const program = await connect(bearer)
    const reader = await connect(await page())
    server.secretsChanged()
    await until(() => program.got.some(({ type }) => type === 'secrets-changed'), {
      timeoutMs: 2_000,
      what: 'the news',
    })
    reader.socket.send(JSON.stringify({ type: 'visible', visible: true }))
    await until(() => reader.got.length > 1, { timeoutMs: 2_000, what: 'a later message' })
    expect(reader.got.map(({ type }) => type)).toEqual(['snapshot', 'snapshot'])
  })
})

describe('the rehearsal beside', () => {
  const channel = '/api/snapshot?channel=rehearsal'

  it('is not there until it runs, and its sockets end with it', async () => {
    expect((await ask(channel, { headers: bearer })).status).toBe(404)
    expect((await ask('/api/snapshot?channel=nonsense', { headers: bearer })).status).toBe(404)
    const own: ApiCommand[] = []
    beside = {
      snapshot: () => ({ ...snapshot, mode: 'rehearsal' }),
      command: (command) => {
        own.push(command)
        return Promise.resolve({ ok: true })
      },
    }
    expect(JSON.parse((await ask(channel, { headers: bearer })).body)).toMatchObject({ mode: 'rehearsal' })
    const sent = { method: 'POST', body: '{"kind":"arm"}', headers: { ...json, ...bearer } }
    expect((await ask('/api/command?channel=rehearsal', sent)).status).toBe(200)
    const page = await connect(bearer, '?channel=rehearsal')
    await received(page, 1)
    expect(page.got[0]).toMatchObject({ type: 'snapshot', snapshot: { mode: 'rehearsal' } })
    page.socket.send(JSON.stringify({ type: 'command', id: 1, command: { kind: 'disarm' } }))
    await until(() => own.length === 2, { timeoutMs: 2_000, what: 'both commands' })
    expect(own.map(({ kind }) => kind)).toEqual(['arm', 'disarm'])
    expect(commands).toEqual([])
    const main = await connect()
    const closed = once(page.socket, 'close')
    beside = null
    tellBeside()
    expect((await closed)[0]).toBe(1000)
    expect(main.socket.readyState).toBe(main.socket.OPEN)
  })
})

describe('port', () => {
  it('in use is a problem with its number', async () => {
    const other = createNetServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const made = await createServer({
      host: '127.0.0.1',
      port,
      token,
      staticDir: '/none',
      onCommand: () => Promise.resolve({ ok: true }),
      snapshot: () => snapshot,
      onSnapshot: () => () => undefined,
      clock: { monotonicMs: () => 0, wallMs: () => 0 },
      logger: quiet,
    })
    other.close()
    expect(made).toEqual({ ok: false, problem: { code: 'port-in-use', params: { port } } })
  })
})
