import { decodeHistory } from '../../shared/history/history-codec'
import type { History } from '../../shared/history/history'
import type { Snapshot } from '../../shared/snapshot'
import { Pyramid } from './pyramid'

/** What is drawn, one chart each. */
export const charted = ['bitrateKbps', 'dropShare', 'congestion'] as const
export type Charted = (typeof charted)[number]

/** Another system went on air, or nobody was. */
export interface Mark {
  readonly wall: number
  readonly id: string | null
}

/** What the charts read. */
export interface ChartRecord {
  readonly series: (id: string, what: Charted) => Pyramid
}

const deadlineMs = 10_000
/** Lets clicks and paint through between two pieces of work. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

/** All numbers over time that the page knows: what the engine kept, and what arrived since. Kept while screens change. */
export class ChartData {
  private readonly systems = new Map<string, Readonly<Record<Charted, Pyramid>>>()
  private marks: readonly Mark[] = []
  private fetching: Promise<void> | null = null
  /** Up to where the engine's own record is known, wall clock, ms; 0: nothing yet. */
  private fetchedTo = 0
  private view: ChartRecord = { series: (id, what) => this.series(id, what) }
  private readonly listeners = new Set<() => void>()

  /** Calls back when what the engine kept has arrived; returns how to end that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** What is known, as a value that changes with each of those times. */
  readonly record = (): ChartRecord => this.view

  get onAir(): readonly Mark[] {
    return this.marks
  }

  series(id: string, what: Charted): Pyramid {
    const known = this.systems.get(id)
    if (known !== undefined) return known[what]
    const made = { bitrateKbps: new Pyramid(), dropShare: new Pyramid(), congestion: new Pyramid() }
    this.systems.set(id, made)
    return made[what]
  }

  /** The newest numbers as they come with each snapshot. */
  append(snapshot: Snapshot): void {
    const { wall } = snapshot
    for (const { id, metrics } of snapshot.systems) {
      for (const what of charted) this.series(id, what).add(wall, metrics[what] ?? NaN)
    }
    const last = this.marks.at(-1)
    if (last === undefined ? snapshot.onAir !== null : last.id !== snapshot.onAir) {
      this.marks = [...this.marks, { wall, id: snapshot.onAir }]
    }
  }

  /** Fetches what the engine kept and this page has not seen. At most one at a time; without an answer nothing changes. */
  fetch(): Promise<void> {
    this.fetching ??= this.fetchNow().finally(() => {
      this.fetching = null
    })
    return this.fetching
  }

  private async fetchNow(): Promise<void> {
    const asked = this.fetchedTo
    try {
      const reply = await fetch(asked === 0 ? '/api/history' : `/api/history?since=${asked}`, {
        signal: AbortSignal.timeout(deadlineMs),
        cache: 'no-store',
      })
      if (!reply.ok) return
      const history = decodeHistory(new Uint8Array(await reply.arrayBuffer()))
      if (history !== null) await this.take(history)
    } catch {
      // What is on screen stays; the connection banner says the rest.
    }
  }

  private async take(history: History): Promise<void> {
    for (const { id, wall, values } of history.systems) {
      for (const what of charted) {
        const pyramid = this.series(id, what)
        const column = values[what]
        for (let index = 0; index < wall.length; index += 1) {
          pyramid.add(wall[index] ?? 0, column[index] ?? NaN)
        }
        await breathe()
      }
      this.fetchedTo = Math.max(this.fetchedTo, wall.at(-1) ?? 0)
    }
    this.marks = mergeMarks(this.marks, history.onAir)
    this.view = { ...this.view }
    for (const listener of this.listeners) listener()
  }
}

/** Both records of who was on air as one; the same change told twice, half a second apart, is one change. */
export function mergeMarks(ours: readonly Mark[], theirs: readonly Mark[]): readonly Mark[] {
  const sorted = [...ours, ...theirs].sort((one, other) => one.wall - other.wall)
  return sorted.filter((mark, index) => index === 0 || sorted[index - 1]?.id !== mark.id)
}

/** Who was on air when, clipped to a range: the bands behind the charts. Nobody on air: no band. */
export function bands(
  marks: readonly Mark[],
  from: number,
  to: number,
): readonly { readonly id: string; readonly from: number; readonly to: number }[] {
  return marks.flatMap(({ wall, id }, index) => {
    const end = Math.min(marks[index + 1]?.wall ?? to, to)
    const start = Math.max(wall, from)
    return id === null || end <= start ? [] : [{ id, from: start, to: end }]
  })
}

/** The one record of this page. */
export const chartData = new ChartData()
