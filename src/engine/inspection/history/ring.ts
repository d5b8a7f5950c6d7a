import type { SystemId } from '../../../core/words'
import { historySeries, type HistorySeries, type SystemHistory } from '../../../shared/history/history'

/** One moment of one system; NaN: not known. */
export type HistoryPoint = Readonly<Record<HistorySeries, number>>

const unknown: HistoryPoint = {
  bitrateKbps: Number.NaN,
  dropShare: Number.NaN,
  congestion: Number.NaN,
  fps: Number.NaN,
}

/** The newest `capacity` points of one system in columns that never grow. */
export class HistoryRing {
  private readonly wall: Float64Array
  private readonly columns: Record<HistorySeries, Float32Array>
  private next = 0
  private count = 0

  constructor(
    readonly id: SystemId,
    private readonly capacity: number,
    private readonly stepMs: number,
  ) {
    this.wall = new Float64Array(capacity)
    const column = (): Float32Array => new Float32Array(capacity)
    this.columns = { bitrateKbps: column(), dropShare: column(), congestion: column(), fps: column() }
  }

  /** Wall clock of the newest point; -Infinity: none. */
  get newest(): number {
    return this.count === 0 ? -Infinity : (this.wall[(this.next + this.capacity - 1) % this.capacity] ?? 0)
  }

  /** Walls must rise. After a pause a point of nothing goes first, so that a chart draws no line across. */
  add(wall: number, point: HistoryPoint): void {
    if (this.count > 0 && wall - this.newest > 3 * this.stepMs) this.put(this.newest + this.stepMs, unknown)
    this.put(wall, point)
  }

  private put(wall: number, point: HistoryPoint): void {
    this.wall[this.next] = wall
    for (const series of historySeries) this.columns[series][this.next] = point[series]
    this.next = (this.next + 1) % this.capacity
    this.count = Math.min(this.count + 1, this.capacity)
  }

  /** Copies of the columns, oldest first, of what is newer than `since`. */
  view(since: number): SystemHistory {
    const start = this.next - this.count + this.capacity
    let skip = 0
    let end = this.count
    // Walls rise: halve until the first newer one.
    while (skip < end) {
      const middle = (skip + end) >> 1
      if ((this.wall[(start + middle) % this.capacity] ?? 0) > since) end = middle
      else skip = middle + 1
    }
    const from = (start + skip) % this.capacity
    const length = this.count - skip
    const cut = <T extends Float64Array | Float32Array>(column: T, copy: T): T => {
      const head = Math.min(length, this.capacity - from)
      copy.set(column.subarray(from, from + head), 0)
      copy.set(column.subarray(0, length - head), head)
      return copy
    }
    const values = (series: HistorySeries): Float32Array =>
      cut(this.columns[series], new Float32Array(length))
    return {
      id: this.id,
      wall: cut(this.wall, new Float64Array(length)),
      values: {
        bitrateKbps: values('bitrateKbps'),
        dropShare: values('dropShare'),
        congestion: values('congestion'),
        fps: values('fps'),
      },
    }
  }
}
