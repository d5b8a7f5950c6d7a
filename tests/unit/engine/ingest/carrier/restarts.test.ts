import { describe, expect, it } from 'vitest'
import { Restarts } from '../../../../../src/engine/ingest/carrier/restarts'
import { problemNext, problemText } from '../../../../../src/shared/messages'

const at1405 = new Date(2026, 4, 3, 14, 5).getTime()

describe('a carrier that keeps stopping', () => {
  it('is started ever more seldom, until one has lived for a while', () => {
    const restarts = new Restarts(() => at1405, '/data/logs/carrier.log')
    const waits = Array.from({ length: 10 }, () => restarts.ended())
    expect(waits).toEqual([0, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 30_000, 30_000])
    restarts.steady()
    expect(restarts.ended()).toBe(0)
  })

  it('is not one that runs and will not have us, which is asked again every few seconds', () => {
    const restarts = new Restarts(() => at1405, '/data/logs/carrier.log')
    expect(Array.from({ length: 7 }, () => restarts.refused())).toEqual([
      0, 500, 1_000, 2_000, 5_000, 5_000, 5_000,
    ])
    expect(restarts.problem()).toBeNull()
    restarts.attached()
    expect(restarts.refused()).toBe(0)
  })

  it('is no news once or twice; then it is said how often, since when, and where to look', () => {
    let wall = at1405
    const restarts = new Restarts(() => wall, '/data/logs/carrier.log')
    restarts.ended()
    wall += 3_600_000
    restarts.ended()
    expect(restarts.problem()).toBeNull()
    restarts.ended()
    const found = restarts.problem()
    expect(found && problemText(found)).toBe(
      'Understudy’s media process keeps stopping: 3 times since 14:05.',
    )
    expect(found && problemNext(found)).toContain('/data/logs/carrier.log')
    restarts.steady()
    expect(restarts.problem()).toBeNull()
  })
})
