import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createServer, type RunningServer } from '../../../../../src/engine/server'
import { readCaller } from '../../../../../src/engine/server/access/caller'
import { Gate } from '../../../../../src/engine/server/access/gate'
import { makeSnapshot } from '../../../../support/story/snapshots'
import { useTempDir } from '../../../../support/temp-dir'

const token = 'the-right-token'
const tempDir = useTempDir()

let nowMs: number
let warned: string[]
let server: RunningServer
const agents: Agent[] = []

const quiet = { debug: () => undefined, info: () => undefined, error: () => undefined }
const logger = { ...quiet, warn: (text: string) => void warned.push(text) }

beforeEach(async () => {
  nowMs = 0
  warned = []
  const made = await createServer({
    host: '127.0.0.1',
    port: 0,
    token,
    staticDir: tempDir(),
    onCommand: () => Promise.resolve({ ok: true }),
    snapshot: makeSnapshot,
    onSnapshot: () => () => undefined,
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    logger,
  })
  if (!made.ok) throw new Error('server did not start')
  server = made.value
})

afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy()
  await server.close()
})

interface Asked {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** One that keeps its connection; a connection of its own unless told. */
  readonly agent?: Agent
}

interface Answer {
  readonly status: number
  readonly code: string | null
  readonly headers: IncomingMessage['headers']
}

function ask(asked: Asked): Promise<Answer> {
  const { path = '/api/snapshot', method = 'GET', headers = {}, agent = false } = asked
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => {
        resolve({
          status: reply.statusCode ?? 0,
          code: /"code":"([^"]+)"/.exec(Buffer.concat(chunks).toString())?.[1] ?? null,
          headers: reply.headers,
        })
      })
    })
    sent.on('error', reject)
    sent.end(asked.body)
  })
}

/** A connection that is kept, as a browser and most programs do. */
function kept(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  agents.push(agent)
  return agent
}

const bearer = (shown: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${shown}` })
const order = { path: '/api/command', method: 'POST', body: '{"kind":"backup-now"}' }
const json = { 'content-type': 'application/json' }

async function times<T>(count: number, act: (n: number) => Promise<T>): Promise<readonly T[]> {
  const all: T[] = []
  for (let n = 0; n < count; n += 1) all.push(await act(n))
  return all
}

/** What a program that opens the feed gets: the first message, or the refusal. */
async function feed(headers: Readonly<Record<string, string>>): Promise<Answer | 'feed'> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/socket`, { headers })
  const refused = once(socket, 'unexpected-response').then(async ([, reply]) => {
    const answer = reply as IncomingMessage
    const body = (await answer.toArray()).join('')
    const code = /"code":"([^"]+)"/.exec(body)?.[1] ?? null
    return { status: answer.statusCode ?? 0, code, headers: answer.headers }
  })
  const got = await Promise.race([once(socket, 'message').then(() => 'feed' as const), refused])
  socket.on('error', () => undefined)
  socket.terminate()
  return got
}

describe('after hundreds of wrong tokens', () => {
  it('the right one comes in at once: header, address, cookie and socket, on any connection', async () => {
    const agent = kept()
    const same = await times(100, () => ask({ headers: bearer('stale'), agent }))
    expect(same.at(-1)?.status).toBe(429)
    await times(100, (n) => ask({ path: `/?token=guess-${n}` }))
    await times(20, (n) => feed(bearer(`guess-${n}`)))

    expect((await ask({ headers: bearer(token), agent })).status).toBe(200)
    expect((await ask({ headers: bearer(token) })).status).toBe(200)
    expect((await ask({ ...order, headers: { ...bearer(token), ...json }, agent })).status).toBe(200)
    const entered = await ask({ path: `/?token=${token}`, agent })
    expect(entered.status).toBe(303)
    const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
    expect((await ask({ headers: { cookie }, agent })).status).toBe(200)
    const origin = `http://127.0.0.1:${server.port}`
    expect(await feed(bearer(token))).toBe('feed')
    expect(await feed({ cookie, origin })).toBe('feed')
    // Who is in already is not counted for an old bookmark.
    expect((await ask({ path: '/?token=old', headers: { cookie }, agent })).status).toBe(303)
  })

  it('the right one is let in after 10,000, which hold no more than a bounded memory and ten lines of log', () => {
    const gate = new Gate({ token, port: () => 80, hosts: [], monotonicMs: () => nowMs, logger })
    const caller = (n: number, shown: string) =>
      readCaller({
        header: (name) =>
          ({ host: '127.0.0.1', authorization: `Bearer ${shown}`, 'user-agent': `a${n}` })[name],
        method: 'POST',
        upgrade: false,
        peer: { remoteAddress: '127.0.0.1', remotePort: n, localAddress: '127.0.0.1' },
      })
    for (let n = 0; n < 10_000; n += 1) gate.admit(caller(n, `guess-${n}`), true)
    expect(gate.admit(caller(1, token), true)).toEqual({ ok: true, by: 'api' })
    expect(warned).toHaveLength(10)
    nowMs = 60_001
    gate.admit(caller(1, 'guess'), true)
    expect(warned).toHaveLength(11)
  })
})

describe('who shows wrong tokens', () => {
  const wrong = { status: 401, code: 'unauthorized' }
  const wait = { status: 429, code: 'too-many-attempts' }

  it.each<readonly [string, (n: number, agent: Agent) => Asked, number]>([
    ['one token on one connection', (_, agent) => ({ headers: bearer('stale'), agent }), 10],
    ['one token, each time anew', () => ({ headers: bearer('stale') }), 10],
    [
      'one token, in address and header',
      (n) => (n % 2 ? { path: '/?token=a' } : { headers: bearer('a') }),
      10,
    ],
    ['many tokens on one connection', (n, agent) => ({ path: `/?token=guess-${n}`, agent }), 10],
    ['many tokens, each time anew', (n) => ({ headers: bearer(`guess-${n}`) }), 30],
    ['another scheme', (n, agent) => ({ headers: { authorization: `Basic ${n}` }, agent }), 10],
  ])('waits in the end: %s', async (_name, asked, allowed) => {
    const agent = kept()
    const answers = await times(allowed + 1, (n) => ask(asked(n, agent)))
    for (const answer of answers.slice(0, -1)) expect(answer).toMatchObject(wrong)
    const last = answers.at(-1)
    expect(last).toMatchObject(wait)
    expect(Number(last?.headers['retry-after'])).toBe(60)
    nowMs += 60_000
    expect(await ask(asked(allowed + 1, agent))).toMatchObject(wrong)
  })

  it('waits at the feed too, and is told for how long', async () => {
    const answers = await times(11, () => feed(bearer('stale')))
    expect(answers.at(0)).toMatchObject({ ...wrong, headers: { 'www-authenticate': /Bearer/ } })
    expect(answers.at(-1)).toMatchObject({ ...wait, headers: { 'retry-after': '60' } })
  })

  it('makes nobody else wait', async () => {
    const agent = kept()
    await times(200, () => ask({ headers: { ...bearer('stale'), 'user-agent': 'a broken script' }, agent }))
    expect(await ask({ headers: bearer('mistyped') })).toMatchObject(wrong)
    expect(await ask({ path: '/?token=mistyped', headers: { accept: 'text/html' } })).toMatchObject({
      status: 401,
    })
  })
})

describe('another page', () => {
  const at = (): string => `http://127.0.0.1:${server.port}`
  const evil = 'http://evil.example'
  const fetched = (site: string, mode: string, dest: string): Readonly<Record<string, string>> => ({
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    'sec-fetch-dest': dest,
  })

  it.each<readonly [string, () => Asked]>([
    ['picture', () => ({ path: '/?token=x', headers: fetched('cross-site', 'no-cors', 'image') })],
    [
      'picture on another port',
      () => ({ path: '/?token=x', headers: fetched('same-site', 'no-cors', 'image') }),
    ],
    ['script', () => ({ path: '/?token=x', headers: fetched('cross-site', 'no-cors', 'script') })],
    ['frame', () => ({ path: '/?token=x', headers: fetched('cross-site', 'navigate', 'iframe') })],
    [
      'picture of the API',
      () => ({ path: '/api/x?token=x', headers: fetched('cross-site', 'no-cors', 'image') }),
    ],
    ['look at our health', () => ({ path: '/healthz', headers: fetched('cross-site', 'no-cors', 'empty') })],
    [
      'picture, older browser',
      () => ({ path: '/?token=x', headers: { accept: 'image/*', referer: `${evil}/` } }),
    ],
    ['call with a token', () => ({ headers: { ...bearer('x'), origin: evil } })],
    ['preflight', () => ({ method: 'OPTIONS', headers: { origin: evil } })],
    ['form', () => ({ ...order, headers: { origin: evil, 'content-type': 'text/plain' } })],
    ['form of a sandbox', () => ({ ...order, headers: { origin: 'null', ...bearer('x') } })],
    [
      'form that hides its page',
      () => ({ ...order, headers: fetched('cross-site', 'navigate', 'document') }),
    ],
    [
      'name that points here',
      () => ({ path: '/?token=x', headers: { host: `evil.example:${server.port}` } }),
    ],
    [
      'name that points here, with its own Origin',
      () => ({
        ...order,
        headers: {
          ...bearer('x'),
          host: `evil.example:${server.port}`,
          origin: `http://evil.example:${server.port}`,
          ...fetched('same-origin', 'cors', 'empty'),
        },
      }),
    ],
  ])('is refused before anything is counted: %s', async (_name, asked) => {
    const agent = kept()
    for (const answer of await times(40, () => ask({ ...asked(), agent })))
      expect(answer).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await ask({ headers: bearer('x'), agent })).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(warned).toEqual(['wrong access token'])
  })

  it('opens no feed, and is not counted for trying', async () => {
    for (const answer of await times(40, () => feed({ ...bearer('x'), origin: evil })))
      expect(answer).toMatchObject({ status: 403, code: 'forbidden' })
    expect(warned).toEqual([])
  })

  it('sees nothing with the cookie of the page either', async () => {
    const entered = await ask({ path: `/?token=${token}` })
    const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? ''
    const mine = { cookie, ...fetched('same-origin', 'cors', 'empty') }
    expect((await ask({ headers: mine })).status).toBe(200)
    const theirs = { cookie, ...fetched('same-site', 'no-cors', 'image') }
    expect(await ask({ headers: theirs })).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await ask({ ...order, headers: { ...mine, ...json, origin: at() } })).status).toBe(200)
  })

  it('may lead here by a link, whose wrong tokens are its own', async () => {
    const link = fetched('cross-site', 'navigate', 'document')
    const agent = kept()
    expect((await ask({ path: `/?token=${token}`, headers: link, agent })).status).toBe(303)
    const followed = await times(11, (n) => ask({ path: `/?token=${n}`, headers: link, agent }))
    expect(followed.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429])
    expect((await ask({ path: '/?token=1', agent })).status).toBe(401)
    expect((await ask({ path: `/?token=${token}`, headers: link, agent })).status).toBe(303)
  })
})
