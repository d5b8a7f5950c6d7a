import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AckTracker } from '../../../src/media/acks'

/** A server that acknowledges each `window` bytes after `delay` bytes more were sent, with `value` for its numbers. */
function run(window: number, delay: number, count: number, value: (total: number) => number, burst = 0) {
  const tracker = new AckTracker()
  const backlogs: number[] = []
  for (let i = 1; i <= count; i += 1) {
    const total = i * window
    const sent = Math.max(burst, total + delay)
    tracker.acknowledge(value(total), sent, i * 150)
    backlogs.push(tracker.backlogBytes(sent) ?? NaN)
  }
  return { tracker, backlogs }
}

describe('AckTracker', () => {
  it('knows nothing before the first acknowledgement', () => {
    const tracker = new AckTracker()
    expect([tracker.acknowledgedBytes, tracker.backlogBytes(500), tracker.ageMs(9)]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('reads totals: the backlog is what was sent since', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 5e6 }), fc.nat(900), (window, delay) => {
        const { tracker, backlogs } = run(window, delay, 40, (total) => total)
        expect(backlogs).toEqual(Array<number>(40).fill(delay))
        expect(tracker.kind).toBe('total')
      }),
    )
  })

  it('reads totals after a burst of many windows', () => {
    const { tracker } = run(50_000, 3000, 30, (total) => total, 700_000)
    expect(tracker.kind).toBe('total')
    expect(tracker.acknowledgedBytes).toBe(1_500_000)
  })

  it('reads increments: two equal values tell, and a smaller one does', () => {
    const same = run(131_325, 10_000, 20, () => 131_325)
    expect(same.tracker.kind).toBe('increment')
    expect(same.backlogs.slice(1)).toEqual(Array<number>(19).fill(10_000))
    const tracker = new AckTracker()
    let sent = 0
    for (const value of [50_100, 50_020, 50_300, 50_050]) tracker.acknowledge(value, (sent += value), 0)
    expect(tracker.kind).toBe('increment')
    expect(tracker.acknowledgedBytes).toBe(200_470)
  })

  it('takes an increment back as a total when it would be more than was sent', () => {
    const tracker = new AckTracker()
    // A server that repeats its total while a burst is under way.
    for (const value of [50_000, 50_000, 100_000, 150_000, 200_000, 250_000])
      tracker.acknowledge(value, 300_000, 0)
    expect(tracker.kind).toBe('total')
    tracker.acknowledge(300_000, 303_000, 0)
    expect(tracker.backlogBytes(303_000)).toBe(3000)
  })

  it.each([
    ['2^31', 2 ** 31],
    ['2^32', 2 ** 32],
    ['the restart of nginx-rtmp', 0xf0000000],
  ])('sees through a wrap at %s', (_name, wrap) => {
    fc.assert(
      fc.property(fc.integer({ min: 50_000, max: 5_000_000 }), fc.nat(40_000), (window, delay) => {
        const count = Math.ceil(wrap / window) + 5
        const tracker = new AckTracker()
        // Only the ends of a long run matter.
        for (const i of [1, 2, 3, 4, ...[-3, -2, -1, 0, 1, 2, 3].map((k) => count - 5 + k)]) {
          const total = i * window
          tracker.acknowledge(total % wrap, total + delay, i)
        }
        const sent = (count - 2) * window + delay
        expect(tracker.kind).toBe('total')
        expect(tracker.backlogBytes(sent)).toBe(delay)
      }),
      { numRuns: 50 },
    )
  })

  it('takes an unforeseen restart of the counter for a new epoch, not for a backlog', () => {
    const { tracker } = run(50_000, 3000, 100, (total) => total)
    tracker.acknowledge(50_000, 5_060_000, 0)
    expect(tracker.backlogBytes(5_060_000)).toBe(0)
    tracker.acknowledge(100_000, 5_112_000, 0)
    expect(tracker.backlogBytes(5_112_000)).toBe(2000)
  })

  it('never acknowledges more than was sent, never goes back, whatever the numbers', () => {
    const numbers = fc.array(fc.tuple(fc.nat(0xffffffff), fc.nat(1_000_000)), { maxLength: 30 })
    fc.assert(
      fc.property(numbers, (steps) => {
        const tracker = new AckTracker()
        let sent = 0
        let last = 0
        for (const [value, more] of steps) {
          sent += more
          tracker.acknowledge(value, sent, 0)
          const acked = tracker.acknowledgedBytes ?? NaN
          expect(acked).toBeLessThanOrEqual(sent)
          expect(acked).toBeGreaterThanOrEqual(last)
          last = acked
        }
      }),
    )
  })

  it('tells ages by the clock it is given', () => {
    const tracker = new AckTracker()
    tracker.acknowledge(50_000, 60_000, 1000)
    expect(tracker.ageMs(1400)).toBe(400)
    expect(tracker.largestStepBytes).toBe(50_000)
  })
})
