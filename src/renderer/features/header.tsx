import type { Snapshot } from '../../shared/snapshot'
import { clockText } from '../format'
import { useNow } from '../use-now'

export function Header({ snapshot }: { readonly snapshot: Snapshot }) {
  return (
    <header className="header">
      <h1 className="brand">
        <svg className="brand-mark" viewBox="3 6 22 20" aria-hidden="true">
          <circle cx="12.5" cy="16" r="8" />
          <path d="M19 8a8 8 0 0 1 0 16 10 10 0 0 0 0-16z" />
        </svg>
        Understudy
      </h1>
      {snapshot.mode === 'rehearsal' ? <span className="chip chip-info">Rehearsal</span> : null}
      <span className="spring" />
      <HoldChip hold={snapshot.hold} />
      <span className={snapshot.armed ? 'chip chip-good' : 'chip chip-plain'}>
        <span aria-hidden="true" className="chip-mark">
          {snapshot.armed ? '●' : '○'}
        </span>
        {snapshot.armed ? 'Armed' : 'Not armed'}
      </span>
    </header>
  )
}

function HoldChip({ hold }: { readonly hold: Snapshot['hold'] }) {
  const now = useNow()
  if (hold === null) return null
  const time = hold.untilWall === null ? now - hold.sinceWall : hold.untilWall - now
  return (
    <span className="chip chip-warn">
      <span aria-hidden="true" className="chip-mark">
        ❚❚
      </span>
      Hold <span className="numbers">{clockText(time)}</span>
      {hold.untilWall === null ? null : <span className="wide-only">left</span>}
    </span>
  )
}
