import { Button } from '../../components'
import { availability } from '../../../shared/availability'
import { rehearsalWords as words } from '../../../shared/messages/page/rehearsal'
import type { Snapshot } from '../../../shared/snapshot'
import type { Stage } from './channel'

interface Props {
  readonly snapshot: Snapshot
  readonly ask: Stage['ask']
  readonly pending: Stage['pending']
  readonly disabled: boolean
}

/** The overrides, so that they are rehearsed as well. */
export function Operator({ snapshot, ask, pending, disabled }: Props) {
  const can = availability(snapshot)
  const held = snapshot.hold !== null
  return (
    <section className="card operator" aria-labelledby="rehearsal-operator">
      <div className="row">
        <div className="operator-words">
          <h3 id="rehearsal-operator">{words.operator}</h3>
          <p className="muted small">{held ? words.holdOn : words.operatorTell}</p>
        </div>
        <span className="spring" />
        {can.goLive ? (
          <Button
            tone="go"
            disabled={disabled}
            busy={pending === 'go-live'}
            onClick={() => void ask({ kind: 'go-live' })}
          >
            {words.goLive}
          </Button>
        ) : null}
        <Button
          disabled={disabled || !can.backupNow}
          busy={pending === 'backup-now'}
          onClick={() => void ask({ kind: 'backup-now' })}
        >
          {words.backupNow}
        </Button>
        <Button
          disabled={disabled || !can.obsNow}
          busy={pending === 'obs-now'}
          onClick={() => void ask({ kind: 'obs-now' })}
        >
          {words.obsNow}
        </Button>
        {held ? (
          <Button
            disabled={disabled}
            busy={pending === 'release'}
            onClick={() => void ask({ kind: 'release' })}
          >
            {words.release}
          </Button>
        ) : (
          <Button
            disabled={disabled}
            busy={pending === 'hold'}
            onClick={() => void ask({ kind: 'hold', forMs: null })}
          >
            {words.hold}
          </Button>
        )}
      </div>
    </section>
  )
}
