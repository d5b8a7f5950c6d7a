import type UPlot from 'uplot'
import { charted, type ChartRecord, type Charted } from './chart-data'
import { bucketMs, levelFor } from './pyramid'

/** Ranges that can be shown, ms. */
export const ranges = {
  min5: 5 * 60_000,
  min30: 30 * 60_000,
  hour2: 2 * 3_600_000,
  hour8: 8 * 3_600_000,
} as const
export type RangeName = keyof typeof ranges

/** More points than a wide window has pixels would only be drawn over each other. */
const maxPoints = 2_000

/** What one chart shows of one system: the extremes of the range; null: nothing known. */
export interface Summary {
  readonly id: string
  readonly low: number | null
  readonly high: number | null
}

/** Everything that is drawn for one range at one moment. */
export interface ChartFrame {
  /** Time in seconds, then for each system its lowest and highest values. */
  readonly data: Readonly<Record<Charted, UPlot.AlignedData>>
  readonly summaries: Readonly<Record<Charted, readonly Summary[]>>
}

/** Shortest time after which a frame would look any different, ms. */
export const frameEveryMs = (range: RangeName): number => {
  const step = bucketMs(levelFor(ranges[range], maxPoints))
  return Math.max(1_000, step / 2)
}

/** Reads the range that ends at `nowWall`. */
export function makeFrame(
  record: ChartRecord,
  ids: readonly string[],
  range: RangeName,
  nowWall: number,
): ChartFrame {
  const level = levelFor(ranges[range], maxPoints)
  const step = bucketMs(level)
  const count = Math.ceil(ranges[range] / step)
  const fromWall = (Math.floor(nowWall / step) - count + 1) * step
  const time = new Float64Array(count)
  for (let index = 0; index < count; index += 1) time[index] = (fromWall + index * step) / 1_000
  const of = (what: Charted) =>
    ids.map((id) => ({ id, ...record.series(id, what).read(level, fromWall, count) }))
  const read = Object.fromEntries(charted.map((what) => [what, of(what)])) as Record<
    Charted,
    ReturnType<typeof of>
  >
  const each = <T>(make: (what: Charted) => T): Record<Charted, T> => ({
    bitrateKbps: make('bitrateKbps'),
    dropShare: make('dropShare'),
    congestion: make('congestion'),
  })
  return {
    data: each((what) => [time, ...read[what].flatMap(({ low, high }) => [gaps(low), gaps(high)])]),
    summaries: each((what) => read[what].map(({ id, low, high }) => summary(id, low, high))),
  }
}

/** uPlot's word for nothing known is null. */
const gaps = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value))

function summary(id: string, low: Float32Array, high: Float32Array): Summary {
  let [lowest, highest] = [Infinity, -Infinity]
  for (let index = 0; index < low.length; index += 1) {
    const [least, most] = [low[index] ?? NaN, high[index] ?? NaN]
    if (Number.isNaN(least)) continue
    lowest = Math.min(lowest, least)
    highest = Math.max(highest, most)
  }
  return lowest === Infinity ? { id, low: null, high: null } : { id, low: lowest, high: highest }
}
