import type { Problem } from '../../core/problem'
import type { IngestVisit } from '../../shared/carrier-program'

const kept = 8

interface Entry extends Omit<IngestVisit, 'agoMs'> {
  readonly at: number
}

/** Who came to the local ingest, newest last. A stranger who knocks all the time pushes out no publisher. */
export class Visits {
  private entries: readonly Entry[] = []
  private seq = 0

  constructor(private readonly now: () => number) {}

  note(what: IngestVisit['what'], problem: Problem | null): void {
    this.seq += 1
    const entry: Entry = { seq: this.seq, what, problem, at: this.now() }
    const last = this.entries.at(-1)
    const again = what === 'refused' && last?.what === 'refused' && last.problem?.code === problem?.code
    const all = [...(again ? this.entries.slice(0, -1) : this.entries), entry]
    this.entries = all.slice(-kept)
  }

  list(): IngestVisit[] {
    return this.entries.map(({ at, ...visit }) => ({
      ...visit,
      agoMs: Math.max(0, Math.round(this.now() - at)),
    }))
  }
}
