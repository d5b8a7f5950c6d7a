import { Card } from '../../../components'
import { durationText } from '../../../../shared/messages'
import {
  gapFeels,
  outcomeText,
  rehearsalWords as words,
  triedName,
} from '../../../../shared/messages/page/rehearsal'
import { judgeTry } from '../../../../shared/rehearsal-verdict'
import type { RehearsalTry, RehearsalView } from '../../../../shared/snapshot'
import { gapScale } from './scale'

interface Props {
  readonly tries: readonly RehearsalTry[]
  readonly graceMs: number
  readonly route: RehearsalView['route']
}

/** What the newest try cost the viewers, big. */
export function Gap({ tries, graceMs, route }: Props) {
  const [newest] = tries
  return (
    <Card level={3} title={words.gapTitle} className="gap-card">
      {newest === undefined ? (
        <>
          <p className="gap-figure gap-empty numbers" aria-hidden="true">
            –
          </p>
          <p className="muted">{words.gapNone}</p>
        </>
      ) : (
        <Newest tried={newest} graceMs={graceMs} route={route} />
      )}
    </Card>
  )
}

/** Everything tried so far. */
export function Tries({ tries, graceMs, route }: Props) {
  if (tries.length === 0) return null
  return (
    <Card level={3} title={words.triesTitle}>
      <ol className="tries" aria-label={words.tries} tabIndex={0}>
        {tries.map((each) => (
          <Line key={each.id} tried={each} graceMs={graceMs} route={route} />
        ))}
      </ol>
    </Card>
  )
}

interface TryProps {
  readonly tried: RehearsalTry
  readonly graceMs: number
  readonly route: RehearsalView['route']
}

function Newest({ tried, graceMs, route }: TryProps) {
  const { gapMs } = tried
  return (
    <div className="gap-newest">
      <p className={`gap-figure numbers${gapMs === null ? ' gap-waits' : ''}`}>
        {gapMs === null ? words.measuring : durationText(gapMs)}
      </p>
      <Scale gapMs={gapMs} graceMs={graceMs} />
      <p>
        <strong>{triedName(tried.what)}</strong>
        <span className="muted"> · {outcomeText(tried, route)}</span>
      </p>
      {gapMs === null ? null : <p className="muted small">{gapFeels(gapMs)}</p>}
    </div>
  )
}

function Scale({ gapMs, graceMs }: { readonly gapMs: number | null; readonly graceMs: number }) {
  const scale = gapScale(gapMs, graceMs)
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
  return (
    <div className="gap-scale" aria-hidden="true">
      <div className={`gap-bar${gapMs === null ? ' gap-bar-waits' : ''}`}>
        {gapMs === null ? null : (
          <span className="gap-fill" style={{ inlineSize: `max(3px, ${percent(scale.share)})` }} />
        )}
        {scale.graceShare === null ? null : (
          <span className="gap-grace" style={{ insetInlineStart: percent(scale.graceShare) }} />
        )}
      </div>
      <div className="gap-ticks numbers">
        {scale.ticks.map((tick) => (
          <span key={tick.label}>{tick.label}</span>
        ))}
      </div>
    </div>
  )
}

function Line({ tried, graceMs, route }: TryProps) {
  const judged = judgeTry(tried, graceMs, route)
  return (
    <li className={`try try-${judged.kind}`}>
      <span className="try-name">{triedName(tried.what)}</span>
      <span className="try-outcome muted">{outcomeText(tried, route)}</span>
      <span className="try-gap numbers">{tried.gapMs === null ? '…' : durationText(tried.gapMs)}</span>
    </li>
  )
}
