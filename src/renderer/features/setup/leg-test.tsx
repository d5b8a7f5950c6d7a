import { useRef, useState } from 'react'
import { Plug } from 'lucide-react'
import { formWords } from '../../../shared/messages/setup/setup'
import type { TestReport, TestRequest } from '../../../shared/settings/settings'
import { runTest, type Answer } from '../../engine/api'
import { Button, Note, StepResults } from '../../components'

/** A test that a button starts: what stands in the fields then is what is tested. */
export interface LegTest {
  readonly busy: boolean
  readonly answer: Answer<TestReport> | null
  readonly run: (request: TestRequest) => Promise<TestReport | null>
  readonly clear: () => void
}

export function useLegTest(): LegTest {
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer<TestReport> | null>(null)
  const newest = useRef(0)
  return {
    busy,
    answer,
    run: async (request) => {
      newest.current += 1
      const mine = newest.current
      setBusy(true)
      setAnswer(null)
      const found = await runTest(request)
      if (mine !== newest.current) return null
      setBusy(false)
      setAnswer(found)
      return found.ok ? found.value : null
    },
    clear: () => {
      newest.current += 1
      setBusy(false)
      setAnswer(null)
    },
  }
}

/** The button and what came of it, step by step. */
export function LegTestButton(props: {
  readonly test: LegTest
  readonly label: string
  readonly busyLabel?: string
  readonly hint?: string
  readonly onRun: () => void
}) {
  return (
    <div className="stack leg-test">
      <div className="row">
        <Button icon={<Plug />} busy={props.test.busy} onClick={props.onRun}>
          {props.test.busy ? (props.busyLabel ?? formWords.testing) : props.label}
        </Button>
        {props.hint === undefined ? null : <span className="muted small">{props.hint}</span>}
      </div>
      <TestFindings test={props.test} />
    </div>
  )
}

export function TestFindings({ test }: { readonly test: LegTest }) {
  const { answer } = test
  return (
    <div role="status" aria-label={formWords.testSteps}>
      {answer === null ? null : answer.ok ? (
        <StepResults steps={answer.value.steps} />
      ) : (
        <Note tone="warn" title={answer.text}>
          {answer.next}
        </Note>
      )}
    </div>
  )
}
