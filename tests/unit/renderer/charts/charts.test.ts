import { describe, expect, it } from 'vitest'
import { bands, ChartData, mergeMarks } from '../../../../src/renderer/charts/chart-data'
import { frameEveryMs, makeFrame, ranges } from '../../../../src/renderer/charts/frames'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'

const now = Date.UTC(2026, 0, 2, 20, 0, 0)

describe('charts', () => {
  it('draws every range from few points, ending now', () => {
    const record = new ChartData()
    for (const range of ['min5', 'min30', 'hour2', 'hour8'] as const) {
      const { data } = makeFrame(record, ['obs'], range, now)
      const [time, ...series] = data.bitrateKbps
      expect(time.length).toBeLessThanOrEqual(2_000)
      expect(time.at(-1)! * 1_000).toBeGreaterThan(now - 32_000)
      expect(time.at(-1)! * 1_000).toBeLessThanOrEqual(now)
      expect((time.at(-1)! - time[0]!) * 1_000).toBeGreaterThan(ranges[range] * 0.98)
      expect(series).toHaveLength(2)
    }
    expect(frameEveryMs('min5')).toBeLessThan(frameEveryMs('hour8'))
  })

  it('takes numbers from snapshots, and says the extremes of what it shows', () => {
    const record = new ChartData()
    const show = (wall: number, bitrateKbps: number | null): void =>
      record.append(
        makeSnapshot({
          wall,
          onAir: 'obs',
          systems: [{ ...obsSystem, metrics: { ...obsSystem.metrics, bitrateKbps } }, backupSystem],
        }),
      )
    show(now - 2_000, 6_000)
    show(now - 1_500, null)
    show(now - 1_000, 900)
    const { summaries, data } = makeFrame(record, ['obs', 'backup'], 'min5', now)
    expect(summaries.bitrateKbps).toEqual([
      { id: 'obs', low: 900, high: 6_000 },
      { id: 'backup', low: 4_480, high: 4_480 },
    ])
    // A pulled system drops no frames: nothing is drawn for it.
    expect(summaries.dropShare[1]).toEqual({ id: 'backup', low: null, high: null })
    expect(data.bitrateKbps[1]!.slice(-5)).toEqual([6_000, null, 900, null, null])
    expect(record.onAir).toEqual([{ wall: now - 2_000, id: 'obs' }])
  })

  it('makes one record of who was on air out of two', () => {
    const theirs = [
      { wall: 100, id: 'obs' },
      { wall: 500, id: 'backup' },
    ]
    expect(mergeMarks([{ wall: 700, id: 'backup' }], theirs)).toEqual(theirs)
    expect(mergeMarks([{ wall: 900, id: null }], theirs)).toEqual([...theirs, { wall: 900, id: null }])
  })

  it('clips who was on air to what is shown', () => {
    const marks = [
      { wall: 100, id: 'obs' },
      { wall: 500, id: null },
      { wall: 600, id: 'backup' },
    ]
    expect(bands(marks, 200, 1_000)).toEqual([
      { id: 'obs', from: 200, to: 500 },
      { id: 'backup', from: 600, to: 1_000 },
    ])
    expect(bands(marks, 500, 600)).toEqual([])
    expect(bands([], 0, 1)).toEqual([])
  })
})
