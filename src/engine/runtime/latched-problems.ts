import type { Problem } from '../../core/problem'

/** Problems that stand until what caused them is mended, one a place. */
export class LatchedProblems {
  private readonly found = new Map<string, Problem>()

  set(place: string, found: Problem | null): void {
    if (found === null) this.found.delete(place)
    else this.found.set(place, found)
  }

  problems(): readonly Problem[] {
    return [...this.found.values()]
  }
}
