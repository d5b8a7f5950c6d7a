import { afterEach, expect, it } from 'vitest'
import { decodeHistory } from '../../src/shared/history/history-codec'
import type { Preflight, TestReport } from '../../src/shared/settings/settings'
import type { Snapshot } from '../../src/shared/snapshot'
import { WebSocket } from 'ws'
import { startSource } from '../support/peers/source'
import { suite } from '../support/suite'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { until } from '../support/wait'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function engine(config: Readonly<Record<string, unknown>>, flags: readonly string[] = []) {
  const understudy = await startUnderstudy(config, flags)
  opened.push(() => understudy.stop())
  return understudy
}

const ask = (understudy: Understudy, path: string, body?: unknown): Promise<Response> =>
  fetch(`${understudy.url()}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${understudy.token()}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(40_000),
  })
const test = async (understudy: Understudy, body: unknown): Promise<TestReport> =>
  (await ask(understudy, 'api/test', body)).json() as Promise<TestReport>
const preflight = async (understudy: Understudy): Promise<Preflight> =>
  (await ask(understudy, 'api/preflight')).json() as Promise<Preflight>

suite('a rehearsal, looked at', ['ffmpeg'], () => {
  it('shows pictures of OBS, the backup and the viewer, and keeps what the charts need', async () => {
    const understudy = await engine({}, ['--rehearsal'])
    await understudy.until('OBS on air', (now) => now.onAir === 'obs')
    for (const id of ['obs', 'backup', 'viewer']) {
      const picture = await until(
        async () => {
          const response = await ask(understudy, `api/picture/${id}`)
          return response.status === 200 ? response : false
        },
        { timeoutMs: 30_000, what: `a picture of ${id}`, everyMs: 300 },
      )
      expect(picture.headers.get('content-type')).toBe('image/jpeg')
      expect(picture.headers.get('cache-control')).toBe('no-store')
      const bytes = new Uint8Array(await picture.arrayBuffer())
      expect([bytes[0], bytes[1]]).toEqual([0xff, 0xd8])
      expect(bytes.length).toBeLessThan(200_000)
    }
    const now = await understudy.snapshot()
    expect(now.systems.map(({ pictureWall }) => pictureWall !== null)).toEqual([true, true])
    expect(now.rehearsal?.viewerPictureWall).not.toBeNull()
    const none = await ask(understudy, 'api/picture/nobody')
    expect([none.status, ((await none.json()) as { problem: { code: string } }).problem.code]).toEqual([
      404,
      'not-found',
    ])
    expect((await ask(understudy, 'api/history?channel=rehearsal')).status).toBe(404)

    const whole = decodeHistory(new Uint8Array(await (await ask(understudy, 'api/history')).arrayBuffer()))
    expect(whole?.systems.map(({ id }) => id)).toEqual(['obs', 'backup'])
    expect(whole?.systems[0]?.values.bitrateKbps.some((kbps) => kbps > 100)).toBe(true)
    expect(whole?.onAir.at(-1)?.id).toBe('obs')
    const newest = whole?.systems[0]?.wall.at(-1) ?? 0
    const later = decodeHistory(
      new Uint8Array(await (await ask(understudy, `api/history?since=${newest}`)).arrayBuffer()),
    )
    expect(later?.systems[0]?.wall.every((wall) => wall > newest)).toBe(true)

    const { obs, checks } = await preflight(understudy)
    expect(obs).toMatchObject({ connected: true, streaming: true })
    const states = Object.fromEntries(checks.map(({ code, state }) => [code, state]))
    expect(states).toMatchObject({
      obs: 'ok',
      destination: 'ok',
      backup: 'ok',
      'backup-ready': 'ok',
      ffmpeg: 'ok',
    })
    expect(await test(understudy, { what: 'obs', value: null })).toMatchObject({ ok: true })
    expect(await test(understudy, { what: 'destination' })).toMatchObject({ ok: true })
    // The tests have touched nothing.
    expect((await understudy.snapshot()).onAir).toBe('obs')
  })
})

suite('a page that is looked at', ['ffmpeg', 'nginx'], () => {
  it('has pictures of both channels while it is visible, and none are taken while it is hidden', async () => {
    const source = await startSource({ keyintSec: 1 })
    opened.push(() => source.stop())
    const understudy = await engine({ obs: { port: 1 }, backups: [{ source: { url: source.url } }] })
    const wallOf = async (channel: string): Promise<number | null> => {
      const response = await ask(understudy, `api/snapshot?channel=${channel}`)
      const { systems } = (await response.json()) as Snapshot
      return systems.find(({ id }) => id === 'backup')?.pictureWall ?? null
    }
    const look = async (channel: string): Promise<WebSocket> => {
      const url = `${understudy.url().replace('http', 'ws')}api/socket?channel=${channel}`
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${understudy.token()}` } })
      opened.push(() => socket.terminate())
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      return socket
    }
    await understudy.until('the backup ready', (now) =>
      now.systems.some(({ readiness }) => readiness === 'ready'),
    )
    expect(await wallOf('main')).toBeNull()
    const page = await look('main')
    const what = 'a picture of the backup'
    await until(() => wallOf('main'), { timeoutMs: 20_000, what, everyMs: 200 })
    page.send(JSON.stringify({ type: 'visible', visible: false }))

    expect(
      await (await ask(understudy, 'api/rehearsal', { action: 'start', obs: 'stand-in' })).json(),
    ).toEqual({
      ok: true,
    })
    await look('rehearsal')
    await until(() => wallOf('rehearsal'), { timeoutMs: 30_000, what, everyMs: 200 })
    const viewer = async (): Promise<boolean> =>
      (await ask(understudy, 'api/picture/viewer?channel=rehearsal')).status === 200
    await until(viewer, { timeoutMs: 20_000, what: 'a picture of the viewer', everyMs: 200 })
    // The main page is hidden since before the rehearsal began: a round later its picture is still the old one.
    const before = await wallOf('main')
    const first = (await wallOf('rehearsal')) ?? 0
    const renewed = async (): Promise<boolean> => ((await wallOf('rehearsal')) ?? 0) > first
    await until(renewed, { timeoutMs: 20_000, what: 'the next round', everyMs: 200 })
    expect(await wallOf('main')).toBe(before)
    await ask(understudy, 'api/rehearsal', { action: 'stop' })
    expect((await ask(understudy, 'api/picture/viewer?channel=rehearsal')).status).toBe(404)
  })
})

suite('tests of the legs before anything is set up', ['ffmpeg', 'nginx'], () => {
  it('look at a source that is not saved', async () => {
    const understudy = await engine({ obs: { port: 1 } })
    const source = await startSource({ keyintSec: 1 })
    opened.push(() => source.stop())
    const value = { id: 'backup', source: { url: source.url, transport: 'tcp' }, ingest: { kind: 'carrier' } }
    const good = await test(understudy, { what: 'backup', value })
    expect(good.steps.map(({ state }) => state)).toEqual(['ok', 'warning'])
    expect(good.steps[0]?.text).toMatch(/H\.264, 320 × 180, 30 fps/)

    const wrong = { ...value, source: { url: 'rtmp://127.0.0.1:1/live/x', transport: 'tcp' } }
    expect(await test(understudy, { what: 'backup', value: wrong })).toMatchObject({ ok: false })
    expect(await test(understudy, { what: 'destination' })).toMatchObject({ ok: false })
    expect(await test(understudy, { what: 'obs', value: null })).toMatchObject({ ok: false })
    expect((await ask(understudy, 'api/test', { what: 'nothing' })).status).toBe(400)

    const { ready, checks } = await preflight(understudy)
    expect(ready).toBe(false)
    expect(checks.find(({ code }) => code === 'backup')?.state).toBe('missing')
  })
})
