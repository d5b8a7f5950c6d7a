import type { SystemId } from '../../../core/words'
import { historyKeepMs, historyStepMs, type History } from '../../../shared/history/history'
import type { Snapshot } from '../../../shared/snapshot'
import { HistoryRing } from './ring'

/** What a sample needs of a snapshot. */
export type HistorySample = Pick<Snapshot, 'wall' | 'onAir'> & {
  readonly systems: readonly {
    readonly id: SystemId
    readonly metrics: Pick<
      Snapshot['systems'][number]['metrics'],
      'bitrateKbps' | 'dropShare' | 'congestion' | 'fps'
    >
  }[]
}

/** A clock set back by more than this begins a new history; by less, it is waited for. */
const clockSetBackMs = 60_000
/** More changes than anybody draws. */
const maxMarks = 2_000
/** Systems that are gone keep their columns for a while; more than this never live at once. */
const maxSystems = 16

/**
 * What the charts show, for eight hours, in memory: 1.4 MB a system. Outlives a change of the set-up; a system that is
 * gone is forgotten when its last point is too old to be shown.
 */
export class HistoryKeeper {
  private rings = new Map<SystemId, HistoryRing>()
  private marks: { readonly wall: number; readonly id: SystemId | null }[] = []
  private newest = -Infinity

  /** Takes one sample, unless the last one is less than a step old. */
  sample(now: HistorySample): void {
    if (this.newest - now.wall > clockSetBackMs) {
      this.rings.clear()
      this.marks = []
      this.newest = -Infinity
    }
    // Timers come some ms early or late: half a step is surely the next one.
    if (now.wall - this.newest < historyStepMs / 2) return
    this.newest = now.wall
    for (const { id, metrics } of now.systems) {
      this.ring(id)?.add(now.wall, {
        bitrateKbps: metrics.bitrateKbps ?? Number.NaN,
        dropShare: metrics.dropShare ?? Number.NaN,
        congestion: metrics.congestion ?? Number.NaN,
        fps: metrics.fps ?? Number.NaN,
      })
    }
    const last = this.marks.at(-1)
    if (last === undefined || last.id !== now.onAir) this.marks.push({ wall: now.wall, id: now.onAir })
    this.forget(now.wall - historyKeepMs)
  }

  /** @param since wall ms: only what is newer; -Infinity: everything. */
  view(since = -Infinity): History {
    const after = Math.max(since, this.newest - historyKeepMs)
    return {
      systems: [...this.rings.values()].map((ring) => ring.view(after)),
      onAir: this.marks.filter(({ wall }) => wall > since),
    }
  }

  private ring(id: SystemId): HistoryRing | undefined {
    const known = this.rings.get(id)
    if (known !== undefined || this.rings.size >= maxSystems) return known
    const made = new HistoryRing(id, historyKeepMs / historyStepMs, historyStepMs)
    this.rings.set(id, made)
    return made
  }

  private forget(before: number): void {
    for (const [id, ring] of this.rings) if (ring.newest < before) this.rings.delete(id)
    // The newest of the old marks says who was on air when what is shown begins.
    const old = this.marks.findLastIndex(({ wall }) => wall < before)
    if (old > 0) this.marks.splice(0, old)
    if (this.marks.length > maxMarks) this.marks.splice(0, this.marks.length - maxMarks)
  }
}

/** Samples until the returned function is called. */
export function keepHistory(keeper: HistoryKeeper, snapshot: () => HistorySample): () => void {
  const timer = setInterval(() => keeper.sample(snapshot()), historyStepMs)
  timer.unref()
  return () => clearInterval(timer)
}
