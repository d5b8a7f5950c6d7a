import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsOf, weaker, wholeOf } from '../../../../src/core/off-air/account'

describe('the parts of a time without media', () => {
  it('are the stretches between its moments', () => {
    const moments = { start: 1_000, noticedAt: 4_000, begunAt: 14_900, lastBegunAt: 14_900, end: 15_100 }
    expect(partsOf(moments)).toEqual({ noticeMs: 3_000, waitMs: 10_900, failedMs: 0, switchMs: 200 })
  })

  it('leave out what passed while media still went on', () => {
    const moments = { start: 9_000, noticedAt: 4_000, begunAt: 4_010, lastBegunAt: 4_010, end: 9_500 }
    expect(partsOf(moments)).toEqual({ noticeMs: 0, waitMs: 0, failedMs: 0, switchMs: 500 })
  })

  it('sum to the whole and are never negative, whatever the moments', () => {
    const moment = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null })
    const end = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(
        fc.record({ start: moment, noticedAt: moment, begunAt: moment, lastBegunAt: moment, end }),
        (moments) => {
          const parts = partsOf(moments)
          for (const ms of Object.values(parts)) {
            expect(Number.isInteger(ms)).toBe(true)
            expect(ms).toBeGreaterThanOrEqual(0)
          }
          const { start } = moments
          if (start !== null && start <= moments.end)
            expect(wholeOf(parts)).toBe(Math.round(moments.end) - Math.round(start) + 0)
        },
      ),
      { seed: 1 },
    )
  })

  it('are known no better together than the least known of them', () => {
    expect(weaker('about', 'at-least')).toBe('at-least')
    expect(weaker('measured', 'about')).toBe('about')
    expect(weaker('not-known', 'at-most')).toBe('not-known')
  })
})
