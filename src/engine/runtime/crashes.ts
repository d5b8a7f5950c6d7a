import { join } from 'node:path'
import { problem, type Problem } from '../../core/problem'
import { timeOfDay } from '../../shared/messages/time-of-day'
import type { Clock, CrashNote } from '../ports'

/** A person who was away for a moment still finds it; by then it says nothing about now. It stays in the timeline. */
const shownMs = 10 * 60_000
/** As many as a page can show; a loop is told by a problem of its own. */
const maxShown = 4

const codes = { engine: 'engine-crashed', carrier: 'carrier-crashed' } as const

/** Processes of ours that ended by a mistake of their own: told once to whoever listens, shown for a while. */
export class Crashes {
  private shown: { readonly note: CrashNote; readonly at: number }[] = []
  private untold: CrashNote[] = []
  private listener: ((note: CrashNote) => void) | null = null

  constructor(
    private readonly clock: Clock,
    private readonly dataDir: string,
  ) {}

  add(note: CrashNote): void {
    const others = this.shown.filter((each) => each.note.process !== note.process)
    this.shown = [...others, { note, at: this.clock.monotonicMs() }].slice(-maxShown)
    if (this.listener === null) this.untold = [...this.untold, note].slice(-maxShown)
    else this.listener(note)
  }

  /** From now on each is told here, those before it first. Answers the way out. */
  tell(listener: (note: CrashNote) => void): () => void {
    const waiting = this.untold
    this.untold = []
    this.listener = listener
    for (const note of waiting) listener(note)
    return () => {
      if (this.listener === listener) this.listener = null
    }
  }

  problems(): readonly Problem[] {
    const now = this.clock.monotonicMs()
    this.shown = this.shown.filter(({ at }) => now - at < shownMs)
    return this.shown.map(({ note }) =>
      problem(codes[note.process], {
        time: timeOfDay(note.wall),
        log: join(this.dataDir, 'logs', `${note.process}.log`),
      }),
    )
  }
}
