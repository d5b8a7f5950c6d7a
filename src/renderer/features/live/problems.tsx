import type { Problem } from '../../../core/problem'
import { problemNext, problemText } from '../../../shared/messages'

/** What stands in the way, each with what to do. */
export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <section className="problems" aria-label="Problems">
      {problems.map((problem) => (
        <div className="note note-warn" key={`${problem.code} ${JSON.stringify(problem.params)}`}>
          <p>
            <strong>{problemText(problem)}</strong> {problemNext(problem)}
          </p>
        </div>
      ))}
    </section>
  )
}
