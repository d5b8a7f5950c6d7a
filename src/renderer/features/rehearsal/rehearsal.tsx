import './rehearsal.css'
import type { RehearsalFault, RehearsalTried, RehearsalView } from '../../../shared/snapshot'
import { durationText } from '../../../shared/messages'
import { ask, usePage } from '../../store'

const faults: readonly { readonly fault: RehearsalFault; readonly label: string; readonly tells: string }[] =
  [
    { fault: 'drop', label: 'Drop', tells: 'the server drops OBS' },
    { fault: 'freeze', label: 'Freeze', tells: 'OBS hangs' },
    { fault: 'narrow', label: 'Narrow', tells: 'the connection gets too slow' },
    { fault: 'kill', label: 'Kill', tells: 'OBS crashes' },
    { fault: 'quit', label: 'Quit', tells: 'OBS is closed by its user' },
    { fault: 'heal', label: 'Heal', tells: 'all is well again' },
  ]

const labelOf = (tried: RehearsalTried): string => {
  if (tried === 'to-obs') return 'Back to OBS'
  if (tried === 'to-backup') return 'To the backup'
  return faults.find((one) => one.fault === tried)?.label ?? tried
}

const gapText = (ms: number | null): string => (ms === null ? '–' : durationText(ms))

interface Props {
  readonly view: RehearsalView | undefined
  readonly disabled: boolean
}

/** Break things on purpose and see what the viewers notice. */
export function Rehearsal({ view, disabled }: Props) {
  const waits = usePage((state) => state.pending === 'fault')
  const [newest, ...earlier] = view?.tries ?? []
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
        <span>
          Viewers saw nothing for
          <span className="muted gap-of">{newest === undefined ? 'no fault yet' : labelOf(newest.what)}</span>
        </span>
        {newest !== undefined && newest.gapMs === null ? (
          <span className="gap-waits">measuring…</span>
        ) : (
          <span className="gap-value numbers">{gapText(newest?.gapMs ?? null)}</span>
        )}
      </p>
      {earlier.length === 0 ? null : (
        <ol className="gaps" aria-label="Earlier faults, newest first">
          {earlier.slice(0, 6).map((gap) => (
            <li key={gap.id}>
              <span>{labelOf(gap.what)}</span>
              <span className="numbers">{gap.gapMs === null ? 'measuring…' : durationText(gap.gapMs)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
