import type { RehearsalFault, RehearsalView } from '../../shared/snapshot'
import { durationText } from '../../shared/messages'
import { ask, usePage } from '../store'

const faults: readonly { readonly fault: RehearsalFault; readonly label: string; readonly tells: string }[] =
  [
    { fault: 'drop', label: 'Drop', tells: 'the server throws OBS out' },
    { fault: 'freeze', label: 'Freeze', tells: 'OBS hangs' },
    { fault: 'narrow', label: 'Narrow', tells: 'the connection gets too slow' },
    { fault: 'kill', label: 'Kill', tells: 'OBS crashes' },
    { fault: 'quit', label: 'Quit', tells: 'OBS is closed by its user' },
    { fault: 'heal', label: 'Heal', tells: 'all is well again' },
  ]

const labelOf = (fault: RehearsalFault): string => faults.find((one) => one.fault === fault)?.label ?? fault

interface Props {
  readonly view: RehearsalView | undefined
  readonly disabled: boolean
}

/** Break things on purpose and see what the viewers notice. */
export function Rehearsal({ view, disabled }: Props) {
  const waits = usePage((state) => state.pending === 'fault')
  const last = view?.lastGapMs ?? null
  return (
    <section className="card rehearsal" aria-labelledby="rehearsal-title">
      <h2 id="rehearsal-title">Rehearsal</h2>
      <p className="muted">Everything here stays on this PC. Break something and watch.</p>
      <div className="faults">
        {faults.map(({ fault, label, tells }) => (
          <button
            key={fault}
            type="button"
            className={fault === 'heal' ? 'button button-go' : 'button button-plain'}
            disabled={disabled || waits}
            title={tells}
            onClick={() => void ask({ kind: 'fault', fault })}
          >
            {label}
            <span className="button-tells">{tells}</span>
          </button>
        ))}
      </div>
      <p className="gap">
        <span className="muted">Gap for viewers, last fault</span>
        <span className="gap-value numbers">{last === null ? '–' : durationText(last)}</span>
      </p>
      {view === undefined || view.gaps.length === 0 ? null : (
        <ol className="gaps">
          {view.gaps.map((gap, index) => (
            <li key={view.gaps.length - index}>
              <span>{labelOf(gap.fault)}</span>
              <span className="numbers">{gap.gapMs === null ? 'measuring…' : durationText(gap.gapMs)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
