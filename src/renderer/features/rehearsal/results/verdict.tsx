import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react'
import { Card, StepResults } from '../../../components'
import {
  failureText,
  goalSaid,
  goalWords,
  progressText,
  rehearsalWords as words,
  verdictWords,
} from '../../../../shared/messages/page/rehearsal'
import { finalVerdict, type GoalView, type RehearsalVerdict } from '../../../../shared/rehearsal-verdict'
import type { Preflight } from '../../../../shared/settings/settings'

interface Props {
  readonly rehearsal: RehearsalVerdict
  readonly preflight: Preflight | null
}

const marks = {
  open: <CircleDashed />,
  measuring: <LoaderCircle />,
  passed: <CircleCheck />,
  failed: <CircleAlert />,
}

/** What is left to try, and at the end whether one may go live with this. */
export function Verdict({ rehearsal, preflight }: Props) {
  const final = finalVerdict(rehearsal, preflight)
  /** Before that, what the set-up lacks would only distract. */
  const judged = final.kind !== 'not-yet'
  const said = verdictWords(final, rehearsal)
  const tone = final.kind === 'missing' ? 'warn' : 'plain'
  return (
    <Card
      level={3}
      title={words.verdict}
      tone={tone}
      className={`verdict-card verdict-${final.kind}`}
      actions={<span className="muted small numbers">{progressText(rehearsal)}</span>}
    >
      <p className="verdict-title" aria-live="polite">
        {said.title}
      </p>
      <p className="muted">{said.text}</p>
      <ul className="goals">
        {rehearsal.goals.map((goal) => (
          <Goal key={goal.goal} view={goal} />
        ))}
      </ul>
      {rehearsal.failures.length === 0 ? null : (
        <StepResults
          steps={rehearsal.failures.map(({ what, why }) => ({
            state: 'failed',
            ...failureText(what, why, rehearsal.graceMs),
          }))}
        />
      )}
      {!judged || final.missing.length === 0 ? null : (
        <>
          <h4>{words.missing}</h4>
          <StepResults steps={final.missing.map(({ text, next }) => ({ state: 'failed', text, next }))} />
          <a href="#/setup/obs">{words.toSetup}</a>
        </>
      )}
      {!judged || final.warnings.length === 0 ? null : (
        <>
          <h4>{words.warnings}</h4>
          <StepResults steps={final.warnings.map(({ text, next }) => ({ state: 'warning', text, next }))} />
        </>
      )}
      {final.kind === 'ready' ? <a href="#/">{words.toLive}</a> : null}
    </Card>
  )
}

function Goal({ view }: { readonly view: GoalView }) {
  const { name, how } = goalWords[view.goal]
  return (
    <li className={`goal goal-${view.state}`}>
      <span className="goal-mark" aria-hidden="true">
        {marks[view.state]}
      </span>
      <span className="unseen">{goalSaid(view)}.</span>
      <span>
        <span className="goal-name" aria-hidden="true">
          {name}
        </span>
        {view.state === 'open' ? <span className="goal-how muted small">{how}</span> : null}
      </span>
    </li>
  )
}
