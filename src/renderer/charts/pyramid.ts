import { historyKeepMs, historyStepMs } from '../../shared/history/history'

/** Each level has an eighth of the points of the one below: 0.5 s, 4 s, 32 s. */
const factor = 8
const levelCount = 3
/** Samples kept; a quarter more than is ever shown, so that making room is rare. */
const keep = Math.ceil((historyKeepMs / historyStepMs) * 1.25)

/** Length of a bucket of a level, ms. */
export const bucketMs = (level: number): number => historyStepMs * factor ** level

/** The finest level that shows a range in at most `maxPoints` buckets. */
export function levelFor(rangeMs: number, maxPoints: number): number {
  for (let level = 0; level < levelCount - 1; level += 1) {
    if (rangeMs / bucketMs(level) <= maxPoints) return level
  }
  return levelCount - 1
}

/** Lowest and highest value of each bucket, oldest first; NaN where nothing was known. */
export interface Extremes {
  readonly low: Float32Array
  readonly high: Float32Array
}

interface Level {
  readonly low: Float32Array
  readonly high: Float32Array
}

const emptyLevel = (length: number): Level => ({
  low: new Float32Array(length).fill(NaN),
  high: new Float32Array(length).fill(NaN),
})

/**
 * One number over time on a fixed grid, with its extremes at coarser grids: eight hours are drawn from some hundred
 * buckets, no short dip is lost, and a new sample costs three writes. All pyramids share one grid of wall time, so that
 * several of them stand on one time axis as they are.
 */
export class Pyramid {
  /** Number of the first bucket of the coarsest level, counted from 1970; the finer ones begin at the same moment. */
  private first: number | null = null
  private readonly levels: readonly Level[]

  constructor() {
    const coarsest = Math.ceil(keep / factor ** (levelCount - 1))
    this.levels = Array.from({ length: levelCount }, (_, level) =>
      emptyLevel(coarsest * factor ** (levelCount - 1 - level)),
    )
  }

  /** Takes in a sample; `wall` in ms since 1970. NaN is nothing known. Older than what is kept: passed over. */
  add(wall: number, value: number): void {
    if (Number.isNaN(value)) return
    const coarse = Math.floor(wall / bucketMs(levelCount - 1))
    // All room lies before the first sample: what was kept often arrives after the first live one.
    this.first ??= coarse - this.length(levelCount - 1) + 1
    const beyond = coarse - this.first - this.length(levelCount - 1) + 1
    if (beyond > 0) this.shift(beyond + Math.ceil(this.length(levelCount - 1) / 10))
    for (let level = 0; level < levelCount; level += 1) {
      const { low, high } = this.level(level)
      const index = Math.floor(wall / bucketMs(level)) - this.firstOf(level)
      if (index < 0) return
      // Written so that a bucket still NaN takes the value.
      if (!((low[index] ?? NaN) <= value)) low[index] = value
      if (!((high[index] ?? NaN) >= value)) high[index] = value
    }
  }

  /** Extremes of `count` buckets of a level, the first one holding `fromWall`. */
  read(level: number, fromWall: number, count: number): Extremes {
    const out = emptyLevel(count)
    if (this.first === null) return out
    const { low, high } = this.level(level)
    const offset = Math.floor(fromWall / bucketMs(level)) - this.firstOf(level)
    const start = Math.max(0, offset)
    const end = Math.min(low.length, offset + count)
    if (end <= start) return out
    out.low.set(low.subarray(start, end), start - offset)
    out.high.set(high.subarray(start, end), start - offset)
    return out
  }

  private level(level: number): Level {
    const found = this.levels[level]
    if (found === undefined) throw new Error(`no level ${level}`)
    return found
  }

  private length(level: number): number {
    return this.level(level).low.length
  }

  private firstOf(level: number): number {
    return (this.first ?? 0) * factor ** (levelCount - 1 - level)
  }

  /** Drops the oldest buckets of the coarsest level, and with them what lies below. */
  private shift(by: number): void {
    this.first = (this.first ?? 0) + by
    for (let level = 0; level < levelCount; level += 1) {
      const count = by * factor ** (levelCount - 1 - level)
      for (const values of [this.level(level).low, this.level(level).high]) {
        values.copyWithin(0, count)
        values.fill(NaN, Math.max(0, values.length - count))
      }
    }
  }
}
