import type { Problem } from '../../core/problem'
import type { IngestVisit } from '../../shared/carrier/program'

const kept = 8
/** Strangers among them, one of each kind: whatever they do, the last publishers stay to be seen. */
const keptStrangers = 4
/** A stranger that keeps trying to connect is reported this often, ms: each telling is a message to the engine and every page. */
const tellEveryMs = 1_000

interface Entry extends Omit<IngestVisit, 'agoMs'> {
  readonly at: number
}

/** Who came to the local ingest, newest last. A stranger who keeps trying pushes out no publisher. */
export class ConnectionLog {
  private entries: readonly Entry[] = []
  private seq = 0

  constructor(private readonly now: () => number) {}

  /** Whether it is news: false for a stranger like one that was told a moment ago. */
  note(what: IngestVisit['what'], problem: Problem | null): boolean {
    const at = this.now()
    const before = this.entries.find((entry) => what === 'refused' && isLike(entry, problem))
    if (before !== undefined && at - before.at < tellEveryMs) return false
    this.seq += 1
    const others = this.entries.filter((entry) => entry !== before)
    const strangers = others.filter(isStranger)
    const spare = what === 'refused' && strangers.length >= keptStrangers ? strangers[0] : undefined
    this.entries = [...others.filter((entry) => entry !== spare), { seq: this.seq, what, problem, at }].slice(
      -kept,
    )
    return true
  }

  list(): IngestVisit[] {
    return this.entries.map(({ at, ...visit }) => ({
      ...visit,
      agoMs: Math.max(0, Math.round(this.now() - at)),
    }))
  }
}

const isStranger = ({ what }: Entry): boolean => what === 'refused'

const isLike = (entry: Entry, problem: Problem | null): boolean =>
  isStranger(entry) && entry.problem?.code === problem?.code
