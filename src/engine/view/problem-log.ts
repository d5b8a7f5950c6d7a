import type { Problem } from '../../core/problem'
import { problemText } from '../../shared/messages'
import type { Logger } from '../ports'

/** What is wrong, by the place where it stands: `destination`, a system's id, ... */
export type ProblemsByPlace = ReadonlyMap<string, Problem>

/** Puts each problem into the log as it comes and as it goes, so that the log tells what the page told. */
export class ProblemLog {
  private told = new Map<string, string>()

  constructor(private readonly logger: Logger) {}

  note(standing: ProblemsByPlace): void {
    for (const [place, problem] of standing) {
      if (this.told.get(place) === problem.code) continue
      this.logger.warn('problem', { place, code: problem.code, text: problemText(problem) })
    }
    for (const [place, code] of this.told) {
      if (!standing.has(place)) this.logger.info('problem is over', { place, code })
    }
    this.told = new Map([...standing].map(([place, { code }]) => [place, code]))
  }
}
