import { describe, expect, it } from 'vitest'
import type { Track } from '../../../../../src/core/words'
import { preflightOf, type PreflightFacts } from '../../../../../src/engine/inspection/preflight'
import type { PreflightCheck } from '../../../../../src/shared/settings/settings'

const tracks = (height = 1080): readonly Track[] => [
  { type: 'video', codec: 'h264', width: (height * 16) / 9, height, fps: 30 },
  { type: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 },
]

const good: PreflightFacts = {
  obs: {
    installed: true,
    running: true,
    webSocket: 'on',
    connected: true,
    version: '30.2.0',
    streaming: false,
    recording: false,
    stopCutsRecording: false,
    tracks: tracks(),
    problem: null,
  },
  destination: { label: 'rtmp://live.example/app', source: 'obs', problem: null },
  backups: [{ id: 'backup', readiness: 'ready', problem: null, tracks: tracks() }],
  ffmpeg: { version: '6.1' },
  secretsIn: 'key-store',
  rehearsed: { worstGapMs: 850 },
  armed: true,
  autoArm: true,
}

const with_ = (change: (facts: PreflightFacts) => Partial<PreflightFacts>): PreflightFacts => ({
  ...good,
  ...change(good),
})
const obs = (change: Partial<PreflightFacts['obs']>): PreflightFacts =>
  with_((facts) => ({ obs: { ...facts.obs, ...change } }))
const checkOf = (facts: PreflightFacts, code: PreflightCheck['code']): PreflightCheck => {
  const found = preflightOf(facts).checks.find((check) => check.code === code)
  if (found === undefined) throw new Error(`no check ${code}`)
  return found
}

describe('preflight', () => {
  it('finds nothing wrong with a whole set-up', () => {
    const result = preflightOf(good)
    expect(result.checks.map(({ state }) => state)).toEqual(Array(10).fill('ok'))
    expect(result.checks.every(({ next }) => next === null)).toBe(true)
    expect(result.ready).toBe(true)
    expect(new Set(result.checks.map(({ code }) => code)).size).toBe(10)
  })

  it('tells before a stream that second tracks go no further, where OBS is set to send them', () => {
    const set = { vodTrack: true, multitrackVideo: true }
    const through = (moreTracks: typeof set, program = true): PreflightFacts => ({
      ...obs({ moreTracks }),
      program,
    })
    expect(checkOf(through(set), 'tracks')).toMatchObject({ state: 'warning' })
    expect(checkOf(through(set), 'tracks').text).toMatch(/multitrack video.*VOD track.*only the first/)
    expect(checkOf(through({ ...set, multitrackVideo: false }), 'tracks').next).toContain('stream directly')
    expect(preflightOf(through(set)).ready).toBe(true)
    const none = { vodTrack: false, multitrackVideo: false }
    for (const facts of [through(none), through(set, false), good])
      expect(preflightOf(facts).checks.some(({ code }) => code === 'tracks')).toBe(false)
  })

  it('tells of a backup that could take over only in a new session', () => {
    const unlike = with_((facts) => ({
      backups: facts.backups.map((backup) => ({
        ...backup,
        readiness: 'not-ready' as const,
        readinessCauses: [
          {
            code: 'other-format' as const,
            params: { what: 'codec', track: 'video', primary: 'av1', backup: 'h264' },
          },
        ],
      })),
    }))
    expect(checkOf(unlike, 'backup-ready')).toMatchObject({ state: 'warning' })
    expect(checkOf(unlike, 'backup-ready').text).toMatch(/not without a break.*H\.264.*AV1.*new connection/)
    expect(preflightOf(unlike).ready).toBe(true)
  })

  it('says of everything that is not ok what to do', () => {
    const worst: PreflightFacts = {
      obs: {
        ...good.obs,
        installed: false,
        running: false,
        webSocket: null,
        connected: false,
        version: null,
        stopCutsRecording: true,
        tracks: [],
        problem: { code: 'obs-not-found' },
      },
      destination: { label: null, source: null, problem: null },
      backups: [],
      ffmpeg: { problem: { code: 'ffmpeg-missing' } },
      secretsIn: 'locked',
      rehearsed: null,
      armed: false,
      autoArm: false,
    }
    const result = preflightOf(worst)
    expect(result.ready).toBe(false)
    expect(result.checks.every(({ state }) => state !== 'ok')).toBe(true)
    expect(result.checks.filter(({ next }) => next === null)).toEqual([])
    expect(result.obs.problem?.text).toBe('No OBS was found on this PC.')
  })

  it.each([
    ['its server is off', { webSocket: 'off', problem: { code: 'obs-websocket-off' } }, /Enable WebSocket/],
    ['the password is wrong', { problem: { code: 'obs-auth-failed' } }, /Copy it again/],
    ['it does not run', { running: false, problem: { code: 'obs-unreachable' } }, /Start OBS/],
    [
      'it is not there',
      { installed: false, running: false, problem: { code: 'obs-not-found' } },
      /Install OBS/,
    ],
  ] as const)('tells the nearest cause when OBS is not connected: %s', (_, change, next) => {
    const check = checkOf(obs({ connected: false, version: null, ...change }), 'obs')
    expect(check.state).toBe('missing')
    expect(check.next).toMatch(next)
  })

  it('warns that a recording would be cut, more so while one runs', () => {
    expect(checkOf(obs({ stopCutsRecording: true }), 'recording').state).toBe('warning')
    expect(checkOf(obs({ stopCutsRecording: true, recording: true }), 'recording').text).toMatch(
      /^OBS is recording/,
    )
    expect(checkOf(obs({ stopCutsRecording: null }), 'recording').state).toBe('warning')
  })

  it('compares the backup that would take over with OBS, in words', () => {
    const other = with_(() => ({
      backups: [
        { id: 'first', readiness: 'not-ready', problem: null, tracks: tracks() },
        { id: 'second', readiness: 'ready', problem: null, tracks: tracks(720) },
      ],
    }))
    expect(checkOf(other, 'backup-ready').text).toContain('second')
    const match = checkOf(other, 'match')
    expect(match.state).toBe('warning')
    expect(match.text).toBe('The picture changes from 1920 × 1080 to 1280 × 720 at a switch.')
    expect(match.next).toMatch(/1920 × 1080/)
    expect(preflightOf(other).ready).toBe(true)
    expect(checkOf(obs({ tracks: [] }), 'match').state).toBe('warning')
  })

  it('says why a backup is not ready', () => {
    const facts = with_(() => ({
      backups: [
        {
          id: 'backup',
          readiness: 'not-ready',
          problem: { code: 'source-unreachable', params: { host: 'cam' } },
          tracks: [],
        },
      ],
    }))
    expect(checkOf(facts, 'backup-ready')).toMatchObject({
      state: 'missing',
      text: 'The backup is not ready: the backup source cam cannot be reached.',
    })
    expect(preflightOf(facts).ready).toBe(false)
  })

  it('may go live unarmed, unrehearsed and with secrets in a file', () => {
    const facts = with_(() => ({ armed: false, autoArm: false, rehearsed: null, secretsIn: 'file' }))
    expect(['armed', 'rehearsed', 'secrets'].map((code) => checkOf(facts, code as 'armed').state)).toEqual([
      'warning',
      'warning',
      'warning',
    ])
    expect(preflightOf(facts).ready).toBe(true)
  })
})
