import { describe, expect, it } from 'vitest'
import { HistoryKeeper, type HistorySample } from '../../../../../src/engine/inspection/history'
import { historyKeepMs, historyStepMs } from '../../../../../src/shared/history/history'

const start = 1_800_000_000_000

const sample = (
  wall: number,
  onAir: string | null,
  ids: Readonly<Record<string, number | null>>,
): HistorySample => ({
  wall,
  onAir,
  systems: Object.entries(ids).map(([id, bitrateKbps]) => ({
    id,
    metrics: { bitrateKbps, dropShare: null, congestion: 0.25, fps: 30 },
  })),
})

const walls = (keeper: HistoryKeeper, id: string, since?: number): number[] => [
  ...(keeper.view(since).systems.find((each) => each.id === id)?.wall ?? []),
]

describe('history', () => {
  it('keeps what was seen, unknown as NaN', () => {
    const keeper = new HistoryKeeper()
    keeper.sample(sample(start, 'obs', { obs: 2500, backup: null }))
    keeper.sample(sample(start + 500, 'obs', { obs: 2600, backup: 900 }))
    const [obs, backup] = keeper.view().systems
    expect(obs?.id).toBe('obs')
    expect([...(obs?.values.bitrateKbps ?? [])]).toEqual([2500, 2600])
    expect([...(obs?.values.dropShare ?? [])]).toEqual([Number.NaN, Number.NaN])
    expect([...(obs?.values.congestion ?? [])]).toEqual([0.25, 0.25])
    expect([...(backup?.values.bitrateKbps ?? [])]).toEqual([Number.NaN, 900])
  })

  it('gives only what is newer', () => {
    const keeper = new HistoryKeeper()
    for (let i = 0; i < 10; i++) keeper.sample(sample(start + i * 500, i < 5 ? 'obs' : 'backup', { obs: i }))
    expect(walls(keeper, 'obs', start + 3_500)).toEqual([start + 4_000, start + 4_500])
    expect(walls(keeper, 'obs', start + 4_500)).toEqual([])
    expect(keeper.view(start + 1_000).onAir).toEqual([{ wall: start + 2_500, id: 'backup' }])
  })

  it('marks who went on air, also nobody', () => {
    const keeper = new HistoryKeeper()
    const seen = [null, 'obs', 'obs', null, 'backup']
    seen.forEach((onAir, i) => keeper.sample(sample(start + i * 500, onAir, {})))
    expect(keeper.view().onAir).toEqual([
      { wall: start, id: null },
      { wall: start + 500, id: 'obs' },
      { wall: start + 1_500, id: null },
      { wall: start + 2_000, id: 'backup' },
    ])
  })

  it('draws no line across a pause', () => {
    const keeper = new HistoryKeeper()
    keeper.sample(sample(start, 'obs', { obs: 1 }))
    keeper.sample(sample(start + 60_000, 'obs', { obs: 2 }))
    const [obs] = keeper.view().systems
    expect([...(obs?.wall ?? [])]).toEqual([start, start + 500, start + 60_000])
    expect([...(obs?.values.bitrateKbps ?? [])]).toEqual([1, Number.NaN, 2])
  })

  it('keeps eight hours and no more, in order', () => {
    const keeper = new HistoryKeeper()
    const points = historyKeepMs / historyStepMs
    for (let i = 0; i < points + 1_000; i++)
      keeper.sample(sample(start + i * historyStepMs, i % 2_000 < 1_000 ? 'obs' : 'backup', { obs: i }))
    const [obs] = keeper.view().systems
    expect(obs?.wall.length).toBe(points)
    expect(obs?.wall[0]).toBe(start + 1_000 * historyStepMs)
    expect(obs?.wall.at(-1)).toBe(start + (points + 999) * historyStepMs)
    expect(obs?.values.bitrateKbps.at(-1)).toBe(points + 999)
    expect(obs?.wall.every((wall, i, all) => i === 0 || wall > (all[i - 1] ?? Infinity))).toBe(true)
    // Who was on air when the oldest point was taken is still told.
    expect(keeper.view().onAir[0]?.wall).toBeLessThanOrEqual(obs?.wall[0] ?? 0)
  })

  it('forgets a system that is long gone, and keeps one that was taken out just now', () => {
    const keeper = new HistoryKeeper()
    keeper.sample(sample(start, 'obs', { obs: 1, old: 1 }))
    keeper.sample(sample(start + 500, 'obs', { obs: 1 }))
    expect(keeper.view().systems.map(({ id }) => id)).toEqual(['obs', 'old'])
    keeper.sample(sample(start + historyKeepMs + 1_000, 'obs', { obs: 1 }))
    expect(keeper.view().systems.map(({ id }) => id)).toEqual(['obs'])
  })

  it('takes one sample a step, however often it is asked', () => {
    const keeper = new HistoryKeeper()
    for (const after of [0, 100, 490, 500, 999, 1_000]) keeper.sample(sample(start + after, null, { obs: 1 }))
    expect(walls(keeper, 'obs')).toEqual([start, start + 490, start + 999])
  })

  it('waits for a clock set back a little, begins anew after a leap', () => {
    const keeper = new HistoryKeeper()
    keeper.sample(sample(start, 'obs', { obs: 1 }))
    keeper.sample(sample(start - 10_000, 'obs', { obs: 2 }))
    expect(walls(keeper, 'obs')).toEqual([start])
    keeper.sample(sample(start - 3_600_000, 'obs', { obs: 3 }))
    expect(walls(keeper, 'obs')).toEqual([start - 3_600_000])
    expect(keeper.view().onAir).toEqual([{ wall: start - 3_600_000, id: 'obs' }])
  })
})
