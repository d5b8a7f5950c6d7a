import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketMs, levelFor, Pyramid } from '../../../../src/renderer/charts/pyramid'
import { historyKeepMs, historyStepMs } from '../../../../src/shared/history/history'

const start = Date.UTC(2026, 0, 2, 20, 0, 0)

describe('pyramid', () => {
  it('keeps a short dip through every level', () => {
    const pyramid = new Pyramid()
    for (let index = 0; index < 7_200; index += 1) {
      pyramid.add(start + index * historyStepMs, index === 3_333 ? 12 : 6_000)
    }
    for (const level of [0, 1, 2]) {
      const count = Math.ceil(3_600_000 / bucketMs(level))
      const { low, high } = pyramid.read(level, start, count)
      expect(Math.min(...low), `level ${level}`).toBe(12)
      expect(Math.max(...high), `level ${level}`).toBe(6_000)
    }
  })

  it('shows nothing where nothing was known', () => {
    const pyramid = new Pyramid()
    pyramid.add(start, 1)
    pyramid.add(start + 500, NaN)
    pyramid.add(start + 1_000, 3)
    expect([...pyramid.read(0, start - 500, 4).low]).toEqual([NaN, 1, NaN, 3])
    expect([...new Pyramid().read(0, start, 2).high]).toEqual([NaN, NaN])
  })

  it('takes in the past after the present, as history comes', () => {
    const pyramid = new Pyramid()
    pyramid.add(start, 5)
    pyramid.add(start - historyKeepMs, 7)
    expect(pyramid.read(0, start - historyKeepMs, 1).high[0]).toBe(7)
    expect(pyramid.read(0, start, 1).high[0]).toBe(5)
  })

  it('makes room, the oldest first, and passes over what is older than it keeps', () => {
    const pyramid = new Pyramid()
    pyramid.add(start, 1)
    pyramid.add(start + historyKeepMs, 2)
    pyramid.add(start + 2 * historyKeepMs, 3)
    pyramid.add(start, 99)
    expect(pyramid.read(0, start, 1).high[0]).toBeNaN()
    expect(pyramid.read(0, start + historyKeepMs, 1).high[0]).toBe(2)
    expect(pyramid.read(2, start + 2 * historyKeepMs, 1).low[0]).toBe(3)
  })

  it('says at every level the same extremes as all samples of a bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 9_000 })), {
          minLength: 1,
          maxLength: 80,
        }),
        fc.constantFrom(0, 1, 2),
        (samples, level) => {
          const pyramid = new Pyramid()
          for (const [at, value] of samples) pyramid.add(start + at, value)
          const step = bucketMs(level)
          for (const [at] of samples) {
            const bucket = Math.floor((start + at) / step)
            const inside = samples.filter(([other]) => Math.floor((start + other) / step) === bucket)
            const { low, high } = pyramid.read(level, bucket * step, 1)
            expect(low[0]).toBe(Math.min(...inside.map(([, value]) => value)))
            expect(high[0]).toBe(Math.max(...inside.map(([, value]) => value)))
          }
        },
      ),
    )
  })

  it('chooses the finest level that fits', () => {
    expect(levelFor(300_000, 2_000)).toBe(0)
    expect(levelFor(7_200_000, 2_000)).toBe(1)
    expect(levelFor(historyKeepMs, 2_000)).toBe(2)
    expect(levelFor(historyKeepMs, 10)).toBe(2)
  })
})
