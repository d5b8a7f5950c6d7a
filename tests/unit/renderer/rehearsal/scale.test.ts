import { describe, expect, it } from 'vitest'
import { gapScale } from '../../../../src/renderer/features/rehearsal/results/scale'

describe('the scale of a gap', () => {
  it.each([
    [null, 2_000],
    [0, 2_000],
    [53, 2_000],
    [1_990, 5_000],
    [5_400, 10_000],
    [59_000, 120_000],
    [601_000, 1_200_000],
  ])('of %s ms ends at %s ms', (gapMs, toMs) => {
    expect(gapScale(gapMs, null).toMs).toBe(toMs)
  })

  it('draws the bar and the end of patience in proportion, and leaves out what is beyond', () => {
    expect(gapScale(5_000, 8_000)).toMatchObject({ toMs: 10_000, share: 0.5, graceShare: 0.8 })
    expect(gapScale(5_000, 60_000).graceShare).toBeNull()
  })

  it('names seconds, and minutes where they are long', () => {
    expect(gapScale(3_000, null).ticks.map(({ label }) => label)).toEqual(['0', '2.5 s', '5 s'])
    expect(gapScale(100_000, null).ticks.map(({ label }) => label)).toEqual(['0', '1 min', '2 min'])
  })
})
