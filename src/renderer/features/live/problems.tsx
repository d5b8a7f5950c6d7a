import type { Problem } from '../../../core/problem'
import { problemNext, problemText } from '../../../shared/messages'
import { liveWords } from '../../../shared/messages/page/frame'
import { Note } from '../../components'

/** What stands in the way, each with what to do. */
export function Problems({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <section className="problems" aria-label={liveWords.problems}>
      {problems.map((problem) => (
        <Note
          key={`${problem.code} ${JSON.stringify(problem.params)}`}
          tone="warn"
          title={problemText(problem)}
        >
          {problemNext(problem)}
        </Note>
      ))}
    </section>
  )
}
