import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMediaMtxPort } from '../../../src/engine/ingest/mediamtx/port'
import type { Destination, IngestPort } from '../../../src/engine/ports'
import { startMediaMtx } from '../../support/peers/mediamtx'
import type { MediaMtx, MediaMtxConfig } from '../../support/peers/mediamtx'
import { startNginx } from '../../support/peers/nginx'
import type { Nginx } from '../../support/peers/nginx'
import { memoryLogger, testClock } from '../../support/app/port-deps'
import { startSource } from '../../support/peers/source'
import type { Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const KEY = 'k3y-of-the-platform'
const NAME = 'understudy-backup'

suite('the traps of a real MediaMTX', ['mediamtx', 'nginx', 'ffmpeg'], () => {
  const ports: IngestPort[] = []
  let server: MediaMtx
  let source: Source
  let nginx: Nginx
  let destination: Destination
  let logger = memoryLogger()

  beforeEach(async () => {
    nginx = await startNginx()
    source = await startSource({ keyintSec: 1 })
    logger = memoryLogger()
    destination = {
      id: 'platform',
      url: nginx.rtmpUrl,
      key: KEY,
      auth: null,
      takeover: { kind: 'none' },
      graceMs: null,
    }
  })

  afterEach(async () => {
    for (const port of ports.splice(0)) await port.close()
    await server.stop()
    await source.stop()
    await nginx.stop()
    expect(logger.text()).not.toContain(KEY)
  })

  const begin = async (config: MediaMtxConfig = {}): Promise<IngestPort> => {
    server = await startMediaMtx({ config })
    return makePort()
  }
  const makePort = (more: { username?: string; password?: string; path?: string } = {}): IngestPort => {
    const port = createMediaMtxPort({
      systemId: 'backup',
      config: {
        kind: 'mediamtx',
        url: server.apiUrl,
        username: '',
        password: '',
        fingerprint: null,
        path: NAME,
        ...more,
      },
      logger,
      clock: testClock,
    })
    ports.push(port)
    return port
  }
  const prepare = async (port: IngestPort): Promise<void> => {
    expect(await port.prepare({ url: source.url }, { deadlineMs: 15_000 })).toEqual({
      ok: true,
      value: undefined,
    })
  }
  const start = (port: IngestPort, generation: number) =>
    port.start({ generation, destination, overlap: false, deadlineMs: 15_000 })
  const api = async (path: string): Promise<{ status: number; json: Record<string, unknown> }> => {
    const reply = await fetch(`${server.apiUrl}/v3/${path}`)
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown> }
  }

  for (const how of ['restart', 'touchConfig'] as const) {
    it(`makes path and forward again after the server lost them: ${how}`, async () => {
      const port = await begin()
      await prepare(port)
      expect((await start(port, 4)).ok).toBe(true)
      await server[how]()
      await until(() => port.status().restarts > 0, { timeoutMs: 15_000, what: 'the loss to be noticed' })
      await nginx.untilMedia(KEY, { timeoutMs: 30_000 })
      const isBack = (): boolean => port.status().publish === 'up' && port.status().problem === null
      await until(isBack, { timeoutMs: 15_000, what: 'the status to be well' })
      expect(port.status().generation).toBe(4)
    })
  }

  it('makes only the warm path again when nothing was published', async () => {
    const port = await begin()
    await prepare(port)
    expect((await start(port, 1)).ok).toBe(true)
    expect((await port.stop({ generation: 1, mode: 'abrupt', deadlineMs: 5000 })).ok).toBe(true)
    await server.restart()
    const isWarm = (): boolean => port.status().restarts > 0 && port.status().warm
    await until(isWarm, { timeoutMs: 20_000, what: 'the path to be warm again' })
    expect((await nginx.stream(KEY))?.publishing ?? false).toBe(false)
  })

  it('is retried at once when the ghost is gone, not after five seconds', async () => {
    const port = await begin()
    await prepare(port)
    const holder = await startSource({ publishTo: `${nginx.rtmpUrl}/${KEY}` })
    const refused = await start(port, 1)
    expect(refused).toEqual({ ok: false, problem: { code: 'destination-busy' } })
    // Refused and not left trying: it would take the stream later, unasked.
    const left = await api(`paths/forward/list?path=${NAME}`)
    expect(left.json['items']).toEqual([])
    await holder.stop()
    await until(async () => (await nginx.stream(KEY))?.publishing !== true, {
      timeoutMs: 5000,
      what: 'a free key',
    })
    expect((await start(port, 2)).ok).toBe(true)
    await port.stop({ generation: 2, mode: 'abrupt', deadlineMs: 5000 })
  })

  it('changes the lease of a running forward without touching its session', async () => {
    const port = await begin()
    await prepare(port)
    expect((await start(port, 1)).ok).toBe(true)
    const session = (await nginx.stream(KEY))?.publisher?.id
    expect((await start(port, 9)).ok).toBe(true)
    await nginx.untilMedia(KEY)
    expect((await nginx.stream(KEY))?.publisher?.id).toBe(session)
    expect(port.status().generation).toBe(9)
  })

  it('a new engine adopts what is on air: same session, its lease known, stale ones refused', async () => {
    const port = await begin()
    await prepare(port)
    expect((await start(port, 6)).ok).toBe(true)
    const session = (await nginx.stream(KEY))?.publisher?.id
    await port.close()

    const next = makePort()
    const sees = (): boolean => next.status().publish === 'up'
    await until(sees, { timeoutMs: 10_000, what: 'the new engine to see it, unprepared' })
    expect(next.status().generation).toBe(6)
    await prepare(next)
    expect(next.status()).toMatchObject({ publish: 'up', generation: 6, pull: 'up' })
    expect((await start(next, 5)).ok).toBe(false)
    expect((await start(next, 7)).ok).toBe(true)
    expect((await nginx.stream(KEY))?.publisher?.id).toBe(session)
    expect((await next.stop({ generation: 7, mode: 'abrupt', deadlineMs: 5000 })).ok).toBe(true)
    expect((await nginx.stream(KEY))?.publishing ?? false).toBe(false)
    expect((await next.release({ deadlineMs: 5000 })).ok).toBe(true)
    expect((await api(`config/paths/get/${NAME}`)).status).toBe(404)
  })

  it('does not replace the source of what is on air', async () => {
    const port = await begin()
    await prepare(port)
    expect((await start(port, 1)).ok).toBe(true)
    const other = await port.prepare({ url: `${source.url}-other` }, { deadlineMs: 5000 })
    expect(other.ok ? 'ok' : other.problem.code).toBe('refused-busy')
    await nginx.untilMedia(KEY)
  })

  it('makes good a stop that the server could not hear', async () => {
    const port = await begin()
    await prepare(port)
    expect((await start(port, 1)).ok).toBe(true)
    server.freeze()
    const stopped = await port.stop({ generation: 2, mode: 'abrupt', deadlineMs: 1000 })
    expect(stopped.ok).toBe(false)
    server.thaw()
    const isGone = async (): Promise<boolean> => (await nginx.stream(KEY))?.publishing !== true
    await until(isGone, { timeoutMs: 15_000, what: 'the owed stop' })
    await until(() => port.status().publish === 'idle', { timeoutMs: 5000, what: 'the status to say so' })
  })

  it('release leaves a path that was there as it was found', async () => {
    const port = await begin({ paths: { all_others: {}, [NAME]: { source: 'publisher', maxReaders: 7 } } })
    const before = (await api(`config/paths/get/${NAME}`)).json
    await prepare(port)
    expect((await api(`config/paths/get/${NAME}`)).json['maxReaders']).toBe(0)
    expect((await port.release({ deadlineMs: 5000 })).ok).toBe(true)
    expect((await api(`config/paths/get/${NAME}`)).json).toEqual(before)
  })

  it('a probe leaves no path behind', async () => {
    const port = await begin()
    expect((await port.probe({ url: source.url }, { primary: null, deadlineMs: 15_000 })).ok).toBe(true)
    expect((await api('config/paths/list')).json['itemCount']).toBe(1)
  })

  it('says that the password is wrong, however late the server says so', async () => {
    const user = { user: 'ctl', pass: 'right-pass', ips: [], permissions: [{ action: 'api' }] }
    const port = await begin({
      authInternalUsers: [
        user,
        { user: 'any', ips: [], permissions: [{ action: 'publish' }, { action: 'read' }] },
      ],
    })
    const anonymous = await port.capabilities()
    expect(anonymous).toEqual({ ok: false, problem: { code: 'ingest-auth' } })
    const wrong = makePort({ username: 'ctl', password: 'wr0ng-pass' })
    expect(await wrong.prepare({ url: source.url }, { deadlineMs: 10_000 })).toEqual({
      ok: false,
      problem: { code: 'ingest-auth' },
    })
    expect(JSON.stringify(wrong.status())).not.toContain('wr0ng-pass')
    const right = makePort({ username: 'ctl', password: 'right-pass' })
    await prepare(right)
  })

  it('sends the name that OBS would say for a key, and its query', async () => {
    const port = await begin()
    await prepare(port)
    const odd = 'a%41b&c'
    const proof = await port.start({
      generation: 3,
      destination: { ...destination, key: odd, takeover: { kind: 'query', param: 'priority' } },
      overlap: true,
      deadlineMs: 15_000,
    })
    expect(proof.ok).toBe(true)
    expect((await nginx.stat()).map((stream) => stream.name.replaceAll('&amp;', '&'))).toContain('aAb&c')
  })

  it('pulls over RTSP', async () => {
    const port = await begin()
    const camera = await startSource({ publishTo: `${server.rtmpUrl}/live/camera`, keyintSec: 1 })
    const ready = await port.prepare({ url: `${server.rtspUrl}/live/camera` }, { deadlineMs: 15_000 })
    expect(ready.ok).toBe(true)
    await camera.stop()
  })
})
