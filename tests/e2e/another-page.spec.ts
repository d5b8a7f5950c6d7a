import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { chromium, expect, test, type Browser } from '@playwright/test'
import { WebSocket } from 'ws'
import { peers } from '../support/peers/peers'
import { startProcess } from '../support/process'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { until } from '../support/wait'
import { buildPage } from './scripted-engine'

/**
 * Any page that the streamer has open may ask this PC for pictures, scripts and frames. One that does so with wrong
 * tokens, as fast as a real browser can, shuts nobody out.
 */
const presence = peers('chromium')
test.skip(!presence.present, presence.present ? '' : presence.reason)

const entry = resolve(import.meta.dirname, '../../out/engine/index.mjs')

/** Asks without end in every way that a page knows; `asked` counts those that came to an end. */
const hammer = `
  window.asked = {}
  const done = (how, next) => { window.asked[how] = (window.asked[how] || 0) + 1; setTimeout(next, 0) }
  let n = 0
  const element = (name, attribute) => {
    const next = () => {
      const made = document.createElement(name)
      made.onload = made.onerror = () => { made.remove(); done(name, next) }
      made[attribute] = TARGET + '/?token=wrong-' + (n += 1)
      document.body.append(made)
    }
    next()
  }
  const call = (how, path, init) => {
    const next = () => fetch(TARGET + path + '?token=wrong-' + (n += 1), init())
      .catch(() => null).then(() => done(how, next))
    next()
  }
  const socket = () => {
    const made = new WebSocket(TARGET.replace('http', 'ws') + '/api/socket?token=wrong')
    made.onclose = () => done('socket', socket)
  }
  const form = () => {
    const frame = document.createElement('iframe')
    frame.name = 'frame-' + (n += 1)
    document.body.append(frame)
    const made = document.createElement('form')
    Object.assign(made, { method: 'post', action: TARGET + '/api/command', enctype: 'text/plain', target: frame.name })
    document.body.append(made)
    frame.onload = () => { frame.remove(); made.remove(); done('form', form) }
    made.submit()
  }
  for (let each = 0; each < 4; each += 1) element('img', 'src')
  element('script', 'src')
  element('iframe', 'src')
  call('get', '/', () => ({ mode: 'no-cors' }))
  call('post', '/api/command', () => ({ mode: 'no-cors', method: 'POST', body: '{"kind":"shutdown"}' }))
  call('bearer', '/api/snapshot', () => ({ headers: { authorization: 'Bearer wrong-' + n } }))
  socket()
  form()
`

let engine: Understudy
let browser: Browser
let elsewhere: Server
let port = 0

test.beforeAll(() => buildPage())

test.beforeEach(async () => {
  engine = await startUnderstudy({})
  elsewhere = createServer((request, response) => {
    const policy = request.url === '/silent' ? 'no-referrer' : 'unsafe-url'
    response.writeHead(200, { 'content-type': 'text/html', 'referrer-policy': policy })
    const target = JSON.stringify(new URL(engine.url()).origin)
    response.end(`<!doctype html><body><script>const TARGET = ${target};${hammer}</script></body>`)
  })
  elsewhere.listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  port = (elsewhere.address() as AddressInfo).port
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
  })
})

test.afterEach(async () => {
  await browser.close()
  elsewhere.closeAllConnections()
  elsewhere.close()
  await engine.stop()
})

/** A page that hammers now: every way has come to an end at least thrice. */
async function hammering(from: string): Promise<() => Promise<Readonly<Record<string, number>>>> {
  const page = await browser.newPage()
  // Its frames load without end, so that it never counts as loaded.
  await page.goto(from, { waitUntil: 'commit' })
  const asked = (): Promise<Readonly<Record<string, number>>> => page.evaluate('window.asked')
  const ways = ['img', 'script', 'iframe', 'get', 'post', 'bearer', 'socket', 'form']
  const each = async (): Promise<boolean> => {
    const counts = await asked()
    return ways.every((way) => (counts[way] ?? 0) >= 3)
  }
  await until(each, { timeoutMs: 30_000, what: 'the page to have tried every way' })
  return asked
}

const right = (): Readonly<Record<string, string>> => ({ authorization: `Bearer ${engine.token()}` })

async function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  const reply = await fetch(new URL(path, engine.url()), {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
    ...init,
  })
  await reply.arrayBuffer()
  return reply.status
}

/** The first message of the feed. */
async function feed(): Promise<string> {
  const socket = new WebSocket(`${engine.url().replace('http', 'ws')}api/socket`, { headers: right() })
  const [message] = (await once(socket, 'message')) as [Buffer]
  socket.terminate()
  return (JSON.parse(message.toString()) as { type: string }).type
}

const wrongTokens = (): number => engine.log().split('wrong access token').length - 1

for (const [name, from] of [
  ['another site', () => `http://localhost:${port}/`],
  ['another port of this PC', () => `http://127.0.0.1:${port}/`],
  ['a site that hides where it is', () => `http://localhost:${port}/silent`],
] as const) {
  test(`${name} cannot shut the right token out, nor is it counted`, async () => {
    const asked = await hammering(from())
    const before = await asked()
    for (let round = 0; round < 15; round += 1) {
      expect(await statusOf('api/snapshot', { headers: right() })).toBe(200)
      expect(await statusOf(`?token=${engine.token()}`)).toBe(303)
      // Nothing is on air: that is the engine's answer, not the gate's.
      expect(await engine.command({ kind: 'backup-now' })).toMatchObject({
        problem: { code: expect.stringMatching(/^refused-/) as unknown },
      })
      expect(await feed()).toBe('snapshot')
    }
    const after = await asked()
    expect(Object.values(after).reduce((a, b) => a + b)).toBeGreaterThan(
      Object.values(before).reduce((a, b) => a + b),
    )
    expect(wrongTokens()).toBe(0)
    // A wrong token from elsewhere is told so, not to wait.
    expect(await statusOf('api/snapshot', { headers: { authorization: 'Bearer mistyped' } })).toBe(401)

    const stop = await startProcess({
      name: 'stop',
      command: process.execPath,
      args: [entry, '--stop', '--data-dir', engine.dataDir],
    })
    expect(await stop.exited).toMatchObject({ code: 0 })
    expect(stop.log()).toContain('Understudy is ending')
  })
}

test('a name of another site that points here is refused, its tokens uncounted', async () => {
  const page = await browser.newPage()
  const rebound = `http://evil.example:${new URL(engine.url()).port}`
  for (let n = 0; n < 15; n += 1) {
    const reply = await page.goto(`${rebound}/?token=wrong-${n}`)
    expect(reply?.status()).toBe(403)
  }
  const called = await page.evaluate(
    async () => (await fetch('/api/snapshot', { headers: { authorization: 'Bearer wrong' } })).status,
  )
  expect(called).toBe(403)
  expect(wrongTokens()).toBe(0)
  expect(await statusOf('api/snapshot', { headers: right() })).toBe(200)
})

test('the streamer opens the page by its link while another page hammers', async () => {
  await hammering(`http://localhost:${port}/`)
  const page = await browser.newPage()
  await page.goto(`${engine.url()}?token=${engine.token()}`)
  await expect(page).toHaveURL(engine.url())
  await expect(page.getByRole('main')).toBeVisible()
  // Its own calls, pictures and feed come from the very same origin.
  expect(await page.evaluate(async () => (await fetch('/api/snapshot')).status)).toBe(200)
})
