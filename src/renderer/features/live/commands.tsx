import { useState, type ReactNode } from 'react'
import {
  CircleStop,
  Image,
  LifeBuoy,
  MonitorPlay,
  Pause,
  Play,
  Radio,
  ShieldCheck,
  ShieldOff,
} from 'lucide-react'
import type { HotkeyAction } from '../../../shared/settings/config'
import type { ApiCommand } from '../../../shared/contract'
import type { Snapshot } from '../../../shared/snapshot'
import { availability } from '../../../shared/availability'
import { commandWords } from '../../../shared/messages/page/frame'
import { Button, Dialog, Note, type ButtonTone } from '../../components'
import { useKey, useRefusedKeys } from '../../hotkeys'
import { ask, dismissRefusal, usePage } from '../../engine/store'

interface Props {
  readonly snapshot: Snapshot
  readonly disabled: boolean
}

/** Everything that can be asked for, each with its key. */
export function Commands({ snapshot, disabled }: Props) {
  const can = availability(snapshot)
  return (
    <section className="commands" aria-label={commandWords.label}>
      <div className="command-row">
        {can.goLive ? (
          <Command command={{ kind: 'go-live' }} disabled={disabled} tone="go" icon={<Radio />}>
            {commandWords.goLive}
          </Command>
        ) : null}
        <KeyCommand action="backup-now" disabled={disabled || !can.backupNow} icon={<LifeBuoy />}>
          {commandWords.backupNow}
        </KeyCommand>
        <KeyCommand action="obs-now" disabled={disabled || !can.obsNow} icon={<MonitorPlay />}>
          {commandWords.obsNow}
        </KeyCommand>
        {snapshot.systems.some((system) => system.kind === 'slate') ? (
          <KeyCommand action="slate" disabled={disabled || !can.slate} icon={<Image />}>
            {commandWords.slate}
          </KeyCommand>
        ) : null}
        <Hold snapshot={snapshot} disabled={disabled} />
        <span className="spring" />
        <Command
          command={{ kind: snapshot.armed ? 'disarm' : 'arm' }}
          disabled={disabled}
          tone={snapshot.armed ? 'quiet' : 'primary'}
          icon={snapshot.armed ? <ShieldOff /> : <ShieldCheck />}
        >
          {snapshot.armed ? commandWords.disarm : commandWords.arm}
        </Command>
        {can.goLive ? null : <EndStream disabled={disabled || !can.endStream} />}
      </div>
      <RefusedKeys />
      <RefusalNote />
    </section>
  )
}

interface CommandProps {
  readonly command: ApiCommand
  readonly disabled: boolean
  readonly tone?: ButtonTone
  readonly icon?: ReactNode
  readonly hotkey?: string | null
  readonly children: string
}

/** A button that asks the engine for something and waits for its answer. */
export function Command({ command, disabled, tone = 'plain', icon, hotkey, children }: CommandProps) {
  const waits = usePage((state) => state.pending === command.kind)
  return (
    <Button
      tone={tone}
      busy={waits}
      disabled={disabled}
      icon={icon}
      hotkey={hotkey}
      onClick={() => void ask(command)}
    >
      {children}
    </Button>
  )
}

interface KeyCommandProps {
  readonly action: Exclude<HotkeyAction, 'hold'>
  readonly disabled: boolean
  readonly tone?: ButtonTone
  readonly icon: ReactNode
  readonly children: string
}

function KeyCommand({ action, ...props }: KeyCommandProps) {
  return <Command command={{ kind: action }} hotkey={useKey(action)} {...props} />
}

function EndStream({ disabled }: { readonly disabled: boolean }) {
  const [asking, setAsking] = useState(false)
  const { title, text, stay, end } = commandWords.end
  return (
    <>
      <Button tone="stop" icon={<CircleStop />} disabled={disabled} onClick={() => setAsking(true)}>
        {commandWords.endStream}
      </Button>
      <Dialog
        open={asking}
        title={title}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button autoFocus onClick={() => setAsking(false)}>
              {stay}
            </Button>
            <Button
              tone="stop"
              onClick={() => {
                setAsking(false)
                void ask({ kind: 'end-stream' })
              }}
            >
              {end}
            </Button>
          </>
        }
      >
        <p>{text}</p>
      </Dialog>
    </>
  )
}

const times: readonly { readonly label: string; readonly forMs: number | null }[] = [
  { label: commandWords.holdTimes.none, forMs: null },
  { label: commandWords.holdTimes.min5, forMs: 300_000 },
  { label: commandWords.holdTimes.min15, forMs: 900_000 },
  { label: commandWords.holdTimes.hour, forMs: 3_600_000 },
]

function Hold({ snapshot, disabled }: Props) {
  const [choice, setChoice] = useState(0)
  const accelerator = useKey('hold')
  if (snapshot.hold !== null) {
    return (
      <KeyCommand action="release" disabled={disabled} tone="go" icon={<Play />}>
        {commandWords.release}
      </KeyCommand>
    )
  }
  return (
    <span className="joined">
      <Command
        command={{ kind: 'hold', forMs: times[choice]?.forMs ?? null }}
        disabled={disabled}
        icon={<Pause />}
        hotkey={accelerator}
      >
        {commandWords.hold}
      </Command>
      <select
        aria-label={commandWords.holdFor}
        value={choice}
        disabled={disabled}
        onChange={(event) => setChoice(Number(event.target.value))}
      >
        {times.map((time, index) => (
          <option key={time.label} value={index}>
            {time.label}
          </option>
        ))}
      </select>
    </span>
  )
}

/** Keys that do not work are said where they are missed. */
function RefusedKeys() {
  const refused = useRefusedKeys()
  if (refused.length === 0) return null
  return (
    <ul className="small tone-warn">
      {refused.map(({ accelerator, text, next }) => (
        <li key={accelerator}>
          {text} {next}
        </li>
      ))}
    </ul>
  )
}

/** Why the newest command was refused, until it is closed or another is given. */
export function RefusalNote() {
  const refusal = usePage((state) => state.refusal)
  return (
    <div role="alert">
      {refusal === null ? null : (
        <Note
          tone="warn"
          title={refusal.text}
          actions={
            <Button small onClick={dismissRefusal}>
              {commandWords.close}
            </Button>
          }
        >
          {refusal.next}
        </Note>
      )}
    </div>
  )
}
