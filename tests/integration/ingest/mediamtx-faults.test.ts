import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createMediaMtxPort } from '../../../src/engine/ingest/mediamtx/port'
import type { Result } from '../../../src/core/problem'
import type { Destination, IngestPort } from '../../../src/engine/ports'
import { startMediaMtxStandIn } from '../../../src/rehearsal/mediamtx'
import type {
  MediaMtxBehaviour,
  MediaMtxStandIn,
  MediaMtxStandInOptions,
} from '../../../src/rehearsal/mediamtx'
import { memoryLogger, testClock } from '../../support/app/port-deps'
import { freePort, until } from '../../support/wait'

const TLS_DIR = join(import.meta.dirname, '../../fixtures/tls')
const tls = {
  key: readFileSync(join(TLS_DIR, 'self-signed.key.pem'), 'utf8'),
  cert: readFileSync(join(TLS_DIR, 'self-signed.cert.pem'), 'utf8'),
}
const fingerprint = new X509Certificate(tls.cert).fingerprint256
const PASSWORD = 's3cret-of-the-api'
const KEY = 'k3y-of-the-platform'
const destination: Destination = {
  id: 'platform',
  url: 'rtmp://platform.example/live',
  key: KEY,
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
}
const source = { url: 'rtsp://viewer:c4mera-pass@camera.example/1' }

describe('a MediaMTX that is not as it should be', () => {
  const ports: IngestPort[] = []
  const servers: MediaMtxStandIn[] = []
  let logger = memoryLogger()

  afterEach(async () => {
    for (const port of ports.splice(0)) {
      for (const secret of [PASSWORD, KEY, 'c4mera-pass'])
        expect(JSON.stringify(port.status())).not.toContain(secret)
      await port.close()
    }
    for (const server of servers.splice(0)) await server.stop()
    for (const secret of [PASSWORD, KEY, 'c4mera-pass']) expect(logger.text()).not.toContain(secret)
    logger = memoryLogger()
  })

  const standIn = async (options: MediaMtxStandInOptions = {}): Promise<MediaMtxStandIn> => {
    const server = await startMediaMtxStandIn(options)
    servers.push(server)
    return server
  }
  const makePort = (
    url: string,
    more: { password?: string; fingerprint?: string; path?: string } = {},
  ): IngestPort => {
    const port = createMediaMtxPort({
      systemId: 'backup',
      config: {
        kind: 'mediamtx',
        url,
        username: 'ctl',
        password: PASSWORD,
        fingerprint: null,
        path: 'understudy-backup',
        ...more,
      },
      logger,
      clock: testClock,
    })
    ports.push(port)
    return port
  }
  const prepare = (port: IngestPort, deadlineMs = 8000) => port.prepare(source, { deadlineMs })
  const start = (port: IngestPort, generation = 1, deadlineMs = 5000) =>
    port.start({ generation, destination, overlap: false, deadlineMs })

  it('works when it is', async () => {
    const server = await standIn({ credentials: { username: 'ctl', password: PASSWORD } })
    const port = makePort(server.url)
    expect(code(await prepare(port))).toBe('ok')
    expect(code(await start(port))).toBe('ok')
    expect(server.pathConfig('understudy-backup')?.['forward']).toEqual([
      { dest: `rtmp://platform.example/live#${KEY}` },
    ])
    expect(port.status()).toMatchObject({ publish: 'up', generation: 1, problem: null, stale: false })
  })

  it.each<[string, Partial<MediaMtxBehaviour>, string]>([
    ['too old', { version: 'v1.19.2' }, 'ingest-version'],
    ['of no version', { version: 'nightly' }, 'ingest-version'],
    ['answering rubbish', { answer: 'garbage' }, 'ingest-bad-request'],
    ['a web page', { answer: 'html' }, 'ingest-bad-request'],
    ['answering in other shapes', { answer: 'wrong-shape' }, 'ingest-bad-request'],
    ['failing within', { answer: 'error-500' }, 'ingest-unreachable'],
    ['closing the connection', { answer: 'cut' }, 'ingest-unreachable'],
    ['answering without end', { answer: 'huge' }, 'ingest-unreachable'],
  ])('%s', async (_what, behaviour, expected) => {
    const server = await standIn({ behaviour })
    const port = makePort(server.url)
    expect(code(await port.capabilities())).toBe(expected)
    expect(code(await prepare(port))).toBe(expected)
    expect(code(await port.probe(source, { primary: null, deadlineMs: 8000 }))).toBe(expected)
    expect(server.pathConfig('understudy-backup')).toBeUndefined()
  })

  it('never answering: the deadline is kept', async () => {
    const server = await standIn({ behaviour: { answer: 'hang' } })
    expect(code(await prepare(makePort(server.url), 1500))).toBe('ingest-unreachable')
  })

  it('slow, but within the deadline, is well', async () => {
    const server = await standIn({ behaviour: { delayMs: 400 } })
    expect(code(await prepare(makePort(server.url), 15_000))).toBe('ok')
  })

  it('not there', async () => {
    const port = makePort(`http://127.0.0.1:${await freePort()}`)
    const answer = await prepare(port)
    expect(code(answer)).toBe('ingest-unreachable')
    expect(port.status().problem?.code).toBe('ingest-unreachable')
  })

  it('refusing the password after four seconds: it is waited for', async () => {
    const server = await standIn({
      credentials: { username: 'ctl', password: 'another' },
      behaviour: { refusalDelayMs: 4000 },
    })
    expect(code(await makePort(server.url).capabilities())).toBe('ingest-auth')
  })

  it('a name that it reads as a pattern is refused before anything is asked', async () => {
    const server = await standIn()
    expect(code(await prepare(makePort(server.url, { path: '~.*' })))).toBe('ingest-bad-request')
    expect(server.requests().filter((request) => !request.startsWith('GET'))).toEqual([])
  })

  it('stale after three silent seconds, keeps what it knew, and recovers', async () => {
    const server = await standIn()
    const port = makePort(server.url)
    await prepare(port)
    await start(port)
    server.set({ answer: 'hang' })
    await until(() => port.status().stale, { timeoutMs: 10_000, what: 'stale' })
    expect(port.status()).toMatchObject({ publish: 'up', pull: 'up', generation: 1 })
    server.set({ answer: 'normal' })
    await until(() => !port.status().stale, { timeoutMs: 15_000, what: 'fresh' })
    expect(port.status().problem).toBeNull()
  })

  it('a source that freezes stalls both legs; its coming back clears them', async () => {
    const server = await standIn()
    const port = makePort(server.url)
    await prepare(port)
    await start(port)
    server.set({ source: 'frozen' })
    const isStalled = (): boolean => port.status().pull === 'stalled' && port.status().publish === 'stalled'
    await until(isStalled, { timeoutMs: 10_000, what: 'both legs stalled' })
    expect(port.status().problem?.code).toBe('source-stalled')
    server.set({ source: 'media' })
    await until(() => port.status().publish === 'up', { timeoutMs: 10_000, what: 'media again' })
    expect(port.status().problem).toBeNull()
  })

  it.each<[MediaMtxBehaviour['destination'], string]>([
    ['busy', 'destination-busy'],
    ['refuses', 'destination-unreachable'],
    ['black-hole', 'destination-unreachable'],
  ])('a far end (%s): a code, and nothing is left trying', async (behaviour, expected) => {
    const server = await standIn({ behaviour: { destination: behaviour } })
    const port = makePort(server.url)
    await prepare(port)
    expect(code(await start(port, 1, 1500))).toBe(expected)
    expect(server.pathConfig('understudy-backup')?.['forward']).toEqual([])
    expect(port.status().problem?.code).toBe(expected)
    server.set({ destination: 'accepts' })
    expect(code(await start(port, 2))).toBe('ok')
    expect(port.status().problem).toBeNull()
  })

  it('a source without media is not started: it would publish unasked when it comes', async () => {
    const server = await standIn()
    const port = makePort(server.url)
    await prepare(port)
    server.set({ source: 'nothing' })
    expect(code(await start(port))).toBe('source-no-media')
    expect(server.pathConfig('understudy-backup')?.['forward']).toEqual([])
    expect(code(await prepare(port, 700))).toBe('source-no-media')
  })

  it('a stop overtakes a start that waits', async () => {
    const server = await standIn({ behaviour: { destination: 'black-hole' } })
    const port = makePort(server.url)
    await prepare(port)
    const starting = start(port, 1, 20_000)
    const tries = (): boolean =>
      (server.pathConfig('understudy-backup')?.['forward'] as unknown[]).length === 1
    await until(tries, { timeoutMs: 5000, what: 'the forward' })
    expect(code(await port.stop({ generation: 1, mode: 'abrupt', deadlineMs: 5000 }))).toBe('ok')
    expect(code(await starting)).toBe('stale-generation')
    const asked = server.requests().length
    await until(() => server.requests().length > asked + 5, { timeoutMs: 5000, what: 'three more looks' })
    // Nor is it taken for lost and made again.
    expect(server.pathConfig('understudy-backup')?.['forward']).toEqual([])
    expect(port.status().restarts).toBe(0)
  })

  describe('with a certificate of its own', () => {
    it('is not trusted without a pin', async () => {
      const server = await standIn({ tls })
      expect(code(await makePort(server.url).capabilities())).toBe('ingest-tls')
      expect(server.requests()).toEqual([])
    })
    it('is trusted by its fingerprint, in any spelling', async () => {
      const server = await standIn({ tls })
      for (const spelling of [fingerprint, fingerprint.replaceAll(':', '').toLowerCase()])
        expect(code(await makePort(server.url, { fingerprint: spelling }).capabilities())).toBe('ok')
    })
    it('is not trusted with another fingerprint, and hears no password', async () => {
      const server = await standIn({ tls })
      const other = fingerprint.replace(/^../, fingerprint.startsWith('00') ? '11' : '00')
      expect(code(await makePort(server.url, { fingerprint: other }).capabilities())).toBe('ingest-tls')
      expect(server.requests()).toEqual([])
    })
    it('a pin that is none, or over plain http, is refused', async () => {
      const server = await standIn()
      expect(code(await makePort(server.url, { fingerprint }).capabilities())).toBe('ingest-tls')
      const secure = await standIn({ tls })
      expect(code(await makePort(secure.url, { fingerprint: 'abc' }).capabilities())).toBe('ingest-tls')
      expect(server.requests()).toEqual([])
    })
  })
})

function code(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.problem.code
}
