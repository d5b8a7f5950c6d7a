import { useRef, useState } from 'react'
import type { ApiCommand } from '../../../shared/contract'
import type { Snapshot } from '../../../shared/snapshot'
import { availability } from '../../../shared/availability'
import { ask, dismissRefusal, usePage } from '../../store'

interface Props {
  readonly snapshot: Snapshot
  readonly disabled: boolean
}

const holdTimes: readonly { readonly label: string; readonly forMs: number | null }[] = [
  { label: 'no limit', forMs: null },
  { label: '5 min', forMs: 300_000 },
  { label: '15 min', forMs: 900_000 },
  { label: '1 hour', forMs: 3_600_000 },
]

export function Controls({ snapshot, disabled }: Props) {
  const can = availability(snapshot)
  return (
    <section className="controls" aria-label="Commands">
      <div className="buttons">
        {can.goLive ? (
          <Command command={{ kind: 'go-live' }} disabled={disabled} tone="go">
            Go live
          </Command>
        ) : (
          <EndStream disabled={disabled || !can.endStream} />
        )}
        <span className="divider" aria-hidden="true" />
        <Command command={{ kind: 'obs-now' }} disabled={disabled || !can.obsNow}>
          OBS now
        </Command>
        <Command command={{ kind: 'backup-now' }} disabled={disabled || !can.backupNow}>
          Backup now
        </Command>
        {snapshot.systems.some((system) => system.kind === 'slate') ? (
          <Command command={{ kind: 'slate' }} disabled={disabled || !can.slate}>
            Standby picture
          </Command>
        ) : null}
        <span className="divider" aria-hidden="true" />
        <Hold snapshot={snapshot} disabled={disabled} />
        <Command command={{ kind: snapshot.armed ? 'disarm' : 'arm' }} disabled={disabled} tone="quiet">
          {snapshot.armed ? 'Disarm' : 'Arm'}
        </Command>
      </div>
      <RefusalNote />
    </section>
  )
}

interface CommandProps {
  readonly command: ApiCommand
  readonly disabled: boolean
  readonly tone?: 'go' | 'stop' | 'quiet' | 'plain'
  readonly children: string
}

export function Command({ command, disabled, tone = 'plain', children }: CommandProps) {
  const waits = usePage((state) => state.pending === command.kind)
  return (
    <button
      type="button"
      className={`button button-${tone}`}
      disabled={disabled || waits}
      aria-busy={waits}
      onClick={() => void ask(command)}
    >
      {children}
    </button>
  )
}

function EndStream({ disabled }: { readonly disabled: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const close = (): void => dialog.current?.close()
  return (
    <>
      <button
        type="button"
        className="button button-stop"
        disabled={disabled}
        onClick={() => dialog.current?.showModal()}
      >
        End stream
      </button>
      <dialog ref={dialog} className="dialog" aria-labelledby="end-title">
        <h2 id="end-title">End the stream?</h2>
        <p>The broadcast ends for all viewers. Understudy does not bring it back by itself.</p>
        <div className="buttons">
          <button type="button" className="button button-plain" autoFocus onClick={close}>
            Stay live
          </button>
          <button
            type="button"
            className="button button-stop"
            onClick={() => {
              close()
              void ask({ kind: 'end-stream' })
            }}
          >
            End the stream
          </button>
        </div>
      </dialog>
    </>
  )
}

function Hold({ snapshot, disabled }: Props) {
  const [choice, setChoice] = useState(0)
  if (snapshot.hold !== null) {
    return (
      <Command command={{ kind: 'release' }} disabled={disabled} tone="go">
        Release hold
      </Command>
    )
  }
  return (
    <span className="joined">
      <Command
        command={{ kind: 'hold', forMs: holdTimes[choice]?.forMs ?? null }}
        disabled={disabled}
        tone="quiet"
      >
        Hold
      </Command>
      <select
        aria-label="How long to hold"
        value={choice}
        disabled={disabled}
        onChange={(event) => setChoice(Number(event.target.value))}
      >
        {holdTimes.map((time, index) => (
          <option key={time.label} value={index}>
            {time.label}
          </option>
        ))}
      </select>
    </span>
  )
}

function RefusalNote() {
  const refusal = usePage((state) => state.refusal)
  return (
    <div role="alert">
      {refusal === null ? null : (
        <div className="note note-warn">
          <p>
            <strong>{refusal.text}</strong> {refusal.next}
          </p>
          <button type="button" className="button button-small" onClick={dismissRefusal}>
            Close
          </button>
        </div>
      )}
    </div>
  )
}
