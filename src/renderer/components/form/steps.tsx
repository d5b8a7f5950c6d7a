import { Check, CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import type { TestStep } from '../../../shared/settings/settings'

interface StepsProps {
  readonly label: string
  readonly steps: readonly string[]
  /** Index of the step that is shown. */
  readonly current: number
  /** Steps that are done, by index. */
  readonly done: readonly boolean[]
  /** Left out: steps cannot be chosen. */
  readonly onChoose?: (index: number) => void
}

/** Where one is in a walk of a few steps. */
export function Steps({ label, steps, current, done, onChoose }: StepsProps) {
  return (
    <nav aria-label={label}>
      <ol className="steps">
        {steps.map((step, index) => {
          const face = (
            <>
              <span className="step-mark" aria-hidden="true">
                {done[index] === true && index !== current ? <Check /> : index + 1}
              </span>
              <span className="step-name">{step}</span>
            </>
          )
          const state = index === current ? 'current' : done[index] === true ? 'done' : 'open'
          return (
            <li
              key={step}
              className={`step step-${state}`}
              aria-current={index === current ? 'step' : undefined}
            >
              {onChoose === undefined ? (
                face
              ) : (
                <button type="button" onClick={() => onChoose(index)}>
                  {face}
                </button>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

const marks = { ok: CircleCheck, warning: TriangleAlert, failed: CircleAlert }

/** What a test or a check found, a line a step, each with what to do. */
export function StepResults({ steps }: { readonly steps: readonly TestStep[] }) {
  return (
    <ul className="results">
      {steps.map((step) => {
        const Mark = marks[step.state]
        return (
          <li key={step.text} className={`result result-${step.state}`}>
            <Mark aria-hidden="true" />
            <span>
              {step.text}
              {step.next === null ? null : <span className="muted"> {step.next}</span>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
