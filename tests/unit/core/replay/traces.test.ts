import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../../../src/core/policy'
import { madeUp, rowsOf, run, slower, stateOf, textOf, traceText, withStatus } from './support'

/** Recordings of a real OBS: switches to the backup that each deserves, and the causes that may lead to it. */
const traces: Readonly<Record<string, { readonly switches: number; readonly causes?: readonly string[] }>> = {
  healthy: { switches: 0 },
  'obs32-healthy': { switches: 0 },
  'user-stop': { switches: 0 },
  'cpu-starved-20s': { switches: 0 },
  'ingest-crash-reconnect': { switches: 0 },
  'obs30-ingest-crash-reconnect': { switches: 0 },
  'ingest-drops-publisher': { switches: 0 },
  'ingest-crash-noreconnect': { switches: 1, causes: ['output-disconnected'] },
  'ingest-down-30s-reconnect': { switches: 1, causes: ['reconnecting'] },
  'blackhole-25s-reconnect': { switches: 1, causes: ['network-drops', 'output-stalled'] },
  'obs32-ingest-frozen-20s': { switches: 1, causes: ['network-drops', 'output-stalled'] },
  'uplink-30pct-30s': { switches: 1, causes: ['network-drops', 'output-stalled'] },
  'obs-hang-8s': { switches: 1, causes: ['obs-hung'] },
  'obs-kill': { switches: 1, causes: ['obs-gone'] },
}
const names = Object.keys(traces)

describe.each(names)('%s', (name) => {
  const expected = traces[name]!
  const rows = rowsOf(traceText(name))

  it(`switches ${expected.switches} times and never back`, () => {
    const { summary } = run(traceText(name))
    expect(summary).toMatchObject({ switches: expected.switches, returns: 0 })
    if (expected.causes !== undefined) expect(expected.causes).toContain(summary.firstBadCause)
    else expect(summary.firstBadAt).toBeNull()
  })

  it('judges nothing before the fault', () => {
    const { summary } = run(traceText(name))
    const fault = rows.find((row) => row['kind'] === 'truth')
    if (summary.firstBadAt !== null) expect(summary.firstBadAt).toBeGreaterThan(Number(fault?.['t']))
  })

  it.each([2, 4])('does the same when polled %i times slower', (n) => {
    expect(run(textOf(slower(rows, n))).summary.switches).toBe(expected.switches)
  })

  it('does the same without GetStats', () => {
    const without = rows.filter((row) => row['kind'] !== 'GetStats')
    expect(run(textOf(without)).summary.switches).toBe(expected.switches)
  })

  it('does the same when OBS sends no RECONNECTING and RECONNECTED (OBS 28)', () => {
    const silent = rows.filter((row) => !/RECONNECT/.test(stateOf(row)))
    expect(run(textOf(silent)).summary.switches).toBe(expected.switches)
  })

  it('does the same without drops and congestion (SRT), and with drops alone missing (dynamic bitrate)', () => {
    const srt = withStatus(rows, (data) => ({ ...data, outputSkippedFrames: 0, outputCongestion: 0 }))
    const dynamic = withStatus(rows, (data) => ({ ...data, outputSkippedFrames: 0 }))
    expect(run(textOf(srt)).summary.switches).toBe(expected.switches)
    expect(run(textOf(dynamic)).summary.switches).toBe(expected.switches)
  })

  it('does the same on another clock and with a torn last line', () => {
    const moved = textOf(rows.map((row) => ({ ...row, t: Number(row['t']) + 86_400_000 })))
    expect(run(moved).summary.switches).toBe(expected.switches)
    expect(run(`${moved}{"t":864`).summary.switches).toBe(expected.switches)
  })
})

describe('uplink-30pct-3s', () => {
  it('switches at most once, however it was polled', () => {
    const rows = rowsOf(traceText('uplink-30pct-3s'))
    for (const n of [1, 2, 4]) expect(run(textOf(slower(rows, n))).summary.switches).toBeLessThanOrEqual(1)
  })
})

describe('a policy', () => {
  it('that allows no reconnect switches at once', () => {
    const policy = { ...defaultPolicy, obs: { ...defaultPolicy.obs, reconnectAllowanceMs: 0 } }
    expect(run(traceText('ingest-crash-reconnect'), policy).summary.switches).toBe(1)
  })

  it('that allows a long one does not', () => {
    const policy = { ...defaultPolicy, obs: { ...defaultPolicy.obs, reconnectAllowanceMs: 60_000 } }
    expect(run(traceText('ingest-down-30s-reconnect'), policy).summary.switches).toBe(0)
  })
})

describe('made-up recordings', () => {
  const start = [
    { t: 500, state: 'STARTING' },
    { t: 700, state: 'STARTED' },
  ]
  const status = (t: number, more: Record<string, unknown> = {}) => ({
    outputActive: t > 700,
    outputReconnecting: false,
    outputBytes: t > 700 ? Math.floor((t - 700) * 300) : 0,
    outputSkippedFrames: 0,
    outputTotalFrames: t > 700 ? Math.floor((t - 700) * 0.03) : 0,
    outputCongestion: 0,
    ...more,
  })

  it.each([500, 1_000, 2_000])(
    'a still scene that sends next to nothing is healthy (polled every %i ms)',
    (pollMs) => {
      const text = madeUp(
        120_000,
        pollMs,
        (t) => status(t, { outputBytes: t < 30_000 ? t * 300 : 9_000_000 + (t - 30_000) * 2 }),
        start,
      )
      expect(run(text).summary).toMatchObject({ switches: 0, firstBadAt: null })
    },
  )

  it('a stream delay of 20 s is a start, not a stall', () => {
    const text = madeUp(60_000, 500, (t) => status(t, { outputBytes: t < 20_700 ? 0 : (t - 20_700) * 300 }), [
      { t: 500, state: 'STARTING' },
      { t: 20_700, state: 'STARTED' },
    ])
    expect(run(text).summary).toMatchObject({ switches: 0, firstBadAt: null })
  })

  it('two STOPPED of one stop are the user', () => {
    const text = madeUp(30_000, 500, (t) => status(t, { outputActive: t > 700 && t < 20_300 }), [
      ...start,
      { t: 20_000, state: 'STOPPING' },
      { t: 20_250, state: 'STOPPED' },
      { t: 20_260, state: 'STOPPED' },
    ])
    expect(run(text).summary.switches).toBe(0)
  })

  it('counters that restart without a word are a new epoch', () => {
    const text = madeUp(
      60_000,
      500,
      (t) =>
        status(t, { outputBytes: (t % 20_000) * 300, outputTotalFrames: Math.floor((t % 20_000) * 0.03) }),
      start,
    )
    expect(run(text).summary).toMatchObject({ switches: 0, firstBadAt: null })
  })

  it('an OBS that quits while live has ended', () => {
    const rows = rowsOf(madeUp(20_000, 500, status, start))
    const end = [
      { t: 20_000, kind: 'event', event: 'ExitStarted', data: {} },
      { t: 20_300, kind: 'socket', state: 'closed', code: 1001, message: 'Server stopping.' },
      { t: 21_000, kind: 'GetStreamStatus', error: 'Not connected' },
      { t: 25_000, kind: 'GetStreamStatus', error: 'Not connected' },
    ]
    expect(run(textOf([...rows, ...end])).summary.switches).toBe(0)
  })

  it('a first connect that fails was never on air', () => {
    const text = madeUp(20_000, 500, (t) => status(t, { outputActive: false }), [
      { t: 500, state: 'STARTING' },
      { t: 3_000, state: 'STOPPED' },
    ])
    expect(run(text).summary).toMatchObject({ switches: 0, firstBadAt: null })
  })

  it('drops of a quarter of the frames, a keyframe every 2 s, are found', () => {
    // Of every 2 s OBS drops the last half second.
    const skipped = (t: number) => {
      if (t < 20_000) return 0
      const into = t - 20_000
      return Math.floor(Math.floor(into / 2_000) * 18 + Math.max(0, (into % 2_000) - 1_400) * 0.03)
    }
    const text = madeUp(60_000, 500, (t) => status(t, { outputSkippedFrames: skipped(t) }), start)
    expect(run(text).summary).toMatchObject({ switches: 1, firstBadCause: 'network-drops' })
  })

  it('a blip of half a second is nothing', () => {
    const skipped = (t: number) => (t < 20_000 ? 0 : Math.min(15, Math.floor((t - 20_000) * 0.03)))
    const text = madeUp(60_000, 500, (t) => status(t, { outputSkippedFrames: skipped(t) }), start)
    expect(run(text).summary.switches).toBe(0)
  })
})
