import { useState } from 'react'
import { GitCompareArrows, Square } from 'lucide-react'
import { Button, Card, Note, Segmented } from '../../../components'
import { durationText, problemNext, problemText } from '../../../../shared/messages'
import {
  comparedText,
  routeOutcome,
  routeWords as words,
} from '../../../../shared/messages/page/rehearsal-routes'
import type { RouteComparison } from '../../../../shared/snapshot'
import type { Running } from '../use-running'

interface Props {
  readonly comparison: RouteComparison | undefined
  readonly running: Running
  readonly disabled: boolean
}

/** The same failure on both routes, and what each costs the viewers, side by side. */
export function Compare({ comparison, running, disabled }: Props) {
  const [fault, setFault] = useState<RouteComparison['fault']>(comparison?.fault ?? 'kill')
  const problem = comparison?.problem ?? null
  const tries = comparison !== undefined && comparison.trying !== null
  return (
    <Card title={words.title} icon={<GitCompareArrows />} className="compare">
      <p className="muted">{words.tell}</p>
      {comparison === undefined ? null : <Sides comparison={comparison} />}
      {problem === null ? null : (
        <Note tone="warn" title={problemText(problem)}>
          {problemNext(problem)}
        </Note>
      )}
      <div className="row">
        {tries ? (
          <Button
            icon={<Square />}
            disabled={disabled}
            busy={running.pending === 'stop'}
            onClick={() => void running.stop()}
          >
            {words.stop}
          </Button>
        ) : (
          <>
            <Segmented
              label={words.fault}
              value={fault}
              options={(['kill', 'freeze'] as const).map((value) => ({ value, label: words.faults[value] }))}
              onChange={setFault}
              disabled={disabled || running.pending !== null}
            />
            <span className="spring" />
            <Button
              icon={<GitCompareArrows />}
              disabled={disabled || running.pending !== null}
              busy={running.pending === 'compare'}
              onClick={() => void running.compare(fault)}
            >
              {comparison === undefined ? words.start : words.again}
            </Button>
          </>
        )}
      </div>
    </Card>
  )
}

function Sides({ comparison }: { readonly comparison: RouteComparison }) {
  const said = comparedText(comparison)
  return (
    <>
      <p className="compare-what">
        <strong>{words.faults[comparison.fault]}.</strong> {words.figures}
      </p>
      <dl className="compare-sides">
        <Side route="direct" comparison={comparison} />
        <Side route="program" comparison={comparison} />
      </dl>
      <p className="muted" aria-live="polite">
        {said}
      </p>
    </>
  )
}

interface SideProps {
  readonly route: 'direct' | 'program'
  readonly comparison: RouteComparison
}

function Side({ route, comparison }: SideProps) {
  const result = comparison[route]
  const tries = comparison.trying === route
  const longest = Math.max(comparison.direct?.gapMs ?? 0, comparison.program?.gapMs ?? 0, 1)
  const none = comparison.trying === null ? words.unreached : words.waits
  return (
    <div className={`compare-side compare-${route}`}>
      <dt>{words[route]}</dt>
      <dd>
        <span className={`compare-figure numbers${result === null ? ' compare-none' : ''}`}>
          {result !== null ? durationText(result.gapMs) : tries ? words.trying : none}
        </span>
        <span className={`compare-bar${tries ? ' gap-bar-waits' : ''}`} aria-hidden="true">
          {result === null ? null : (
            <span style={{ inlineSize: `max(3px, ${((result.gapMs / longest) * 100).toFixed(1)}%)` }} />
          )}
        </span>
        <span className="muted small">
          {result === null ? words[`${route}Tells`] : `${routeOutcome(result)}. ${words[`${route}Tells`]}`}
        </span>
      </dd>
    </div>
  )
}
