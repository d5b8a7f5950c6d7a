import { Activity, CircleX, HeartPulse, LogOut, Snowflake, Unplug } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card, Spinner } from '../../components'
import { byHandWords, faultWords, rehearsalWords as words } from '../../../shared/messages/page/rehearsal'
import type { RehearsalFault, RehearsalView } from '../../../shared/snapshot'
import type { Stage } from './channel'

const icons: Readonly<Record<RehearsalFault, ReactNode>> = {
  drop: <Unplug />,
  freeze: <Snowflake />,
  narrow: <Activity />,
  kill: <CircleX />,
  quit: <LogOut />,
  heal: <HeartPulse />,
}
const order: readonly RehearsalFault[] = ['drop', 'freeze', 'narrow', 'kill', 'quit', 'heal']

interface Props {
  readonly obs: RehearsalView['obs']
  readonly ask: Stage['ask']
  readonly waits: boolean
  readonly disabled: boolean
}

/** Buttons that break OBS, each with what it imitates; and the one that mends it. */
export function Faults({ obs, ask, waits, disabled }: Props) {
  return (
    <Card
      level={3}
      title={words.faults}
      className="faults-card"
      actions={waits ? <Spinner /> : <span className="muted small">{words.faultsTell}</span>}
    >
      <ul className="fault-row" aria-busy={waits}>
        {order.map((fault) => (
          <li key={fault}>
            <button
              type="button"
              className={`fault fault-${fault}`}
              disabled={disabled || waits}
              aria-describedby={`fault-${fault}`}
              aria-label={faultWords[fault].label}
              onClick={() => void ask({ kind: 'fault', fault })}
            >
              <span className="fault-icon" aria-hidden="true">
                {icons[fault]}
              </span>
              <span className="fault-label">{faultWords[fault].label}</span>
              <span className="fault-tells" id={`fault-${fault}`}>
                {(obs === 'installed' ? byHandWords[fault] : undefined) ?? faultWords[fault].tells}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
