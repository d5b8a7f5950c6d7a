import { describe, expect, it, vi } from 'vitest'
import { fail, ok } from '../../../../../src/core/problem'
import type { Track } from '../../../../../src/core/words'
import { runLegTest, type LegTestPorts } from '../../../../../src/engine/inspection/leg-test'
import { configSchema } from '../../../../../src/shared/settings/config'
import { testRequestSchema } from '../../../../../src/shared/settings/settings'

const picture: Track = { type: 'video', codec: 'h264', width: 1280, height: 720, fps: 30 }
const sound: Track = { type: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 }

const config = configSchema.parse({
  obs: { host: '127.0.0.1', port: 4455, password: 'obs-word' },
  destination: { url: 'rtmps://live.example/app', key: 'live_0123456789abcd' },
  backups: [
    {
      id: 'far',
      source: { url: 'rtsp://user:cam-word@cam/1' },
      ingest: { kind: 'mediamtx', url: 'https://media.example:9997', username: 'u', password: 'api-word' },
    },
    { id: 'near', source: { url: 'rtmp://cam/live/x' } },
  ],
})

function ports(change: Partial<LegTestPorts> = {}): LegTestPorts {
  return {
    config: () => config,
    tryObs: () => Promise.resolve([]),
    destination: () =>
      ok({
        id: 'main',
        url: 'rtmps://live.example/app',
        key: 'k',
        auth: null,
        takeover: { kind: 'none' },
        graceMs: null,
      }),
    keyHint: () => 'ends in abcd',
    reach: () => Promise.resolve(ok({ checked: 'rtmp' })),
    running: () => null,
    probe: () => Promise.resolve(ok({ tracks: [picture, sound], warnings: [] })),
    mediaMtx: () =>
      Promise.resolve({ version: ok('v1.20.1'), probed: ok({ tracks: [picture, sound], warnings: [] }) }),
    primaryTracks: () => Promise.resolve([picture, sound]),
    ...change,
  }
}

const run = (request: unknown, change: Partial<LegTestPorts> = {}) =>
  runLegTest(testRequestSchema.parse(request), ports(change))

const backup = (value: object) => ({
  what: 'backup',
  value: { id: 'near', source: { transport: 'tcp' }, ingest: { kind: 'carrier' }, ...value },
})
const mediaMtx = (value: object = {}) => ({
  kind: 'mediamtx',
  url: 'https://media.example:9997',
  username: 'u',
  fingerprint: null,
  path: 'p',
  ...value,
})

describe('test of a leg', () => {
  it('goes to OBS step by step and stops at the first failure', async () => {
    const report = await run(
      { what: 'obs', value: null },
      {
        tryObs: () =>
          Promise.resolve([
            { step: 'files', problem: null, port: 4455 },
            { step: 'port', problem: null, address: '127.0.0.1:4455' },
            { step: 'login', problem: { code: 'obs-auth-failed' }, version: null },
          ]),
      },
    )
    expect(report.ok).toBe(false)
    expect(report.steps.map(({ state }) => state)).toEqual(['ok', 'ok', 'failed'])
    expect(report.steps.at(-1)?.next).toMatch(/Copy it again/)
  })

  it('does not mind missing files where OBS answers all the same', async () => {
    const report = await run(
      { what: 'obs', value: null },
      {
        tryObs: () =>
          Promise.resolve([
            { step: 'files', problem: { code: 'obs-not-found' }, port: 4455 },
            { step: 'port', problem: null, address: 'a:1' },
            { step: 'login', problem: null, version: '31.0.0' },
          ]),
      },
    )
    expect(report).toMatchObject({
      ok: true,
      steps: [{ state: 'warning' }, { state: 'ok' }, { state: 'ok' }],
    })
  })

  it('uses the stored password of OBS for the host that it was stored for alone', async () => {
    const tryObs = vi.fn<LegTestPorts['tryObs']>(() => Promise.resolve([]))
    const obs = { host: '127.0.0.1', port: 1, configDir: null }
    await run({ what: 'obs', value: obs }, { tryObs })
    await run({ what: 'obs', value: { ...obs, host: 'elsewhere' } }, { tryObs })
    await run({ what: 'obs', value: { ...obs, password: 'new' } }, { tryObs })
    await run({ what: 'obs', value: { ...obs, password: '' } }, { tryObs })
    expect(tryObs.mock.calls.map(([asked]) => asked.password)).toEqual(['obs-word', null, 'new', null])
  })

  it('says that a destination took the connection, and what was not tried', async () => {
    const report = await run({ what: 'destination' })
    expect(report.ok).toBe(true)
    expect(report.steps[0]?.text).toBe('live.example accepts the connection, encrypted. Nothing was sent.')
    expect(report.steps[1]?.text).toMatch(/ends in abcd/)
  })

  it('says what is wrong with a destination', async () => {
    const report = await run(
      { what: 'destination' },
      { reach: () => Promise.resolve(fail('destination-unreachable', { host: 'live.example' })) },
    )
    expect(report).toMatchObject({ ok: false, steps: [{ state: 'failed' }] })
    const missing = await run({ what: 'destination' }, { destination: () => fail('destination-missing') })
    expect(missing.ok).toBe(false)
  })

  it('looks at a source and compares it with OBS in words', async () => {
    const report = await run(backup({}), {
      primaryTracks: () => Promise.resolve([{ ...picture, width: 1920, height: 1080 }, sound]),
    })
    expect(report.ok).toBe(true)
    expect(report.steps.map(({ text }) => text)).toEqual([
      'The source sends: picture H.264, 1280 × 720, 30 fps; sound AAC, 48 kHz, stereo.',
      'The picture changes from 1920 × 1080 to 1280 × 720 at a switch.',
    ])
  })

  it('does not pull a source twice that runs', async () => {
    const probe = vi.fn(() => Promise.resolve(fail('source-unreachable')))
    const report = await run(backup({}), { probe, running: () => [picture, sound] })
    expect(probe).not.toHaveBeenCalled()
    expect(report.steps[0]?.text).toMatch(/^The source is being pulled/)
  })

  it('asks for an address where none is stored', async () => {
    const report = await run(backup({ id: 'other' }))
    expect(report).toMatchObject({ ok: false, steps: [{ state: 'failed' }] })
  })

  it('asks a media server for its version first', async () => {
    const report = await run(backup({ id: 'far', ingest: mediaMtx() }), {
      mediaMtx: () => Promise.resolve({ version: fail('ingest-auth'), probed: null }),
    })
    expect(report).toMatchObject({
      ok: false,
      steps: [{ state: 'failed', text: expect.stringMatching(/password/) as string }],
    })
  })

  it('tells stored secrets only to the server that they were stored for', async () => {
    const seen: string[] = []
    const server: LegTestPorts['mediaMtx'] = (ingest, source) => {
      seen.push(`${ingest.password} ${source?.url ?? ''}`)
      return Promise.resolve({ version: ok('v1.20.1'), probed: null })
    }
    await run(backup({ id: 'far', ingest: mediaMtx() }), { mediaMtx: server })
    const other = await run(backup({ id: 'far', ingest: mediaMtx({ url: 'https://other.example:9997' }) }), {
      mediaMtx: server,
    })
    expect(other.ok).toBe(false)
    await run(
      backup({
        id: 'far',
        source: { url: 'rtsp://new/1', transport: 'tcp' },
        ingest: mediaMtx({ url: 'https://other.example:9997' }),
      }),
      { mediaMtx: server },
    )
    expect(seen).toEqual(['api-word rtsp://user:cam-word@cam/1', ' rtsp://new/1'])
  })

  it('is given up in the end, whatever hangs', async () => {
    vi.useFakeTimers()
    try {
      const report = run({ what: 'destination' }, { reach: () => new Promise(() => undefined) })
      await vi.advanceTimersByTimeAsync(25_000)
      expect(await report).toMatchObject({ ok: false, steps: [{ state: 'failed' }] })
    } finally {
      vi.useRealTimers()
    }
  })
})
