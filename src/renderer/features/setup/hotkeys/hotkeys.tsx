import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { hotkeyActions, hotkeysSchema, type HotkeyAction } from '../../../../shared/settings/config'
import { hotkeyNames, hotkeyWords as words } from '../../../../shared/messages/setup/app'
import type { SettingsView } from '../../../../shared/settings/settings'
import type { HotkeyState, ShellState } from '../../../../shared/shell-bridge'
import { Button, Chip, Kbd, Note } from '../../../components'
import { recorded } from './accelerator'
import { formNames } from '../form/form-names'
import { FormShell } from '../form/form-shell'
import { useForm, type FormHandle } from '../form/use-form'
import { shell, useShellState } from '../use-shell'

export function HotkeysSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('hotkeys', view)
  const state = useShellState()
  return (
    <FormShell form={form} title={formNames.hotkeys} intro={words.intro}>
      {shell() === null ? <Note>{words.browser}</Note> : null}
      <ul className="hotkey-list">
        {hotkeyActions.map((action) => (
          <HotkeyRow key={action} form={form} action={action} saved={view.hotkeys[action]} state={state} />
        ))}
      </ul>
      <div className="row">
        <Button tone="quiet" onClick={() => form.put(hotkeysSchema.parse({}))}>
          {words.defaults}
        </Button>
      </div>
      {state === null ? null : <KeyTest state={state} />}
    </FormShell>
  )
}

interface RowProps {
  readonly form: FormHandle<'hotkeys'>
  readonly action: HotkeyAction
  readonly saved: string | null
  readonly state: ShellState | null
}

function HotkeyRow({ form, action, saved, state }: RowProps) {
  const { name, tells } = hotkeyNames[action]
  const keys = form.draft[action]
  const put = (accelerator: string | null): void => {
    form.put({ ...form.draft, [action]: accelerator })
    form.leave(action)
  }
  const now = state?.hotkeys[action] ?? null
  const fault = form.fault(action)
  const refused = now?.state === 'refused' && keys === saved ? now : null
  const unsure = now?.state === 'registered' && keys === saved ? now.unsure : undefined
  return (
    <li className="hotkey">
      <div className="hotkey-name">
        <strong>{name}</strong>
        <span className="muted small">{tells}</span>
      </div>
      <div className="row hotkey-keys">
        <Recorder
          name={name}
          keys={keys}
          wrong={fault !== null}
          platform={state?.platform ?? 'windows'}
          onKeys={put}
        />
        <Button
          small
          tone="quiet"
          label={words.clear(name)}
          disabled={keys === null}
          onClick={() => put(null)}
        >
          {words.clearShort}
        </Button>
        <span className="spring" />
        <HotkeyChip now={now} unsaved={keys !== saved} none={keys === null} />
      </div>
      <div aria-live="polite">
        {fault === null ? null : <p className="field-fault">{fault}</p>}
        {refused === null ? null : (
          <p className="field-fault">
            {refused.text} {refused.next}
          </p>
        )}
        {unsure === undefined ? null : (
          <p className="muted small">
            {unsure.text} {unsure.next}
          </p>
        )}
      </div>
    </li>
  )
}

function HotkeyChip(props: {
  readonly now: HotkeyState | null
  readonly unsaved: boolean
  readonly none: boolean
}) {
  if (props.unsaved) return <Chip tone="info">{words.states.unsaved}</Chip>
  if (props.none) return <Chip>{words.states.off}</Chip>
  if (props.now === null) return <Chip>{words.states.browser}</Chip>
  const tone = { registered: 'good', refused: 'bad', off: 'plain' } as const
  return <Chip tone={tone[props.now.state]}>{words.states[props.now.state]}</Chip>
}

/** A button that takes the next key press as the hotkey. */
function Recorder(props: {
  readonly name: string
  readonly keys: string | null
  readonly wrong: boolean
  readonly platform: ShellState['platform']
  readonly onKeys: (accelerator: string | null) => void
}) {
  const [on, setOn] = useState(false)
  const [unusable, setUnusable] = useState(false)
  useRecording(on, (accelerator) => {
    setOn(false)
    props.onKeys(accelerator)
  })
  const press = (event: KeyboardEvent): void => {
    if (!on) return
    // Tab goes on to the next control, as everywhere.
    if (event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    const bare = !event.ctrlKey && !event.altKey && !event.shiftKey && !event.metaKey
    if (bare && event.key === 'Escape') setOn(false)
    else if (bare && event.key === 'Backspace') {
      setOn(false)
      props.onKeys(null)
    } else {
      const found = recorded(event.nativeEvent, props.platform)
      setUnusable(found.kind === 'unusable')
      if (found.kind !== 'keys') return
      setOn(false)
      props.onKeys(found.accelerator)
    }
  }
  return (
    <>
      <button
        type="button"
        className={`recorder${on ? ' recorder-on' : ''}`}
        aria-label={`${words.record(props.name)}: ${props.keys ?? words.none}`}
        aria-invalid={props.wrong}
        aria-pressed={on}
        onClick={() => {
          setUnusable(false)
          setOn(!on)
        }}
        onBlur={() => setOn(false)}
        onKeyDown={press}
        onKeyUp={(event) => {
          // A space that was recorded must not press the button again.
          if (on || event.key === ' ') event.preventDefault()
        }}
      >
        {on ? words.recording : props.keys === null ? words.none : <Kbd keys={props.keys} />}
      </button>
      <span role="status" className="muted small">
        {on ? (unusable ? words.unusable : words.recordingHint) : ''}
      </span>
    </>
  )
}

/**
 * While keys are recorded, none of them does anything. Keys that the desktop app has registered never reach the page:
 * its word that one was pressed is taken instead.
 */
function useRecording(on: boolean, onTaken: (accelerator: string) => void): void {
  const taken = useRef(onTaken)
  useEffect(() => {
    taken.current = onTaken
  }, [onTaken])
  useEffect(() => {
    if (!on) return
    const bridge = shell()
    const sinceWall = Date.now()
    void bridge?.testHotkeys(true).catch(() => undefined)
    const stop = bridge?.onChanged(({ pressed, hotkeys }) => {
      if (pressed === null || pressed.wall < sinceWall) return
      const state = hotkeys[pressed.action]
      if (state.state !== 'off') taken.current(state.accelerator)
    })
    return () => {
      stop?.()
      void bridge?.testHotkeys(false).catch(() => undefined)
    }
  }, [on])
}

/** While it is on, hotkeys only report: each press is said here. */
function KeyTest({ state }: { readonly state: ShellState }) {
  const on = state.testingHotkeys
  const { pressed } = state
  useEffect(
    () => () => {
      // Leaving the screen ends the test: the keys must work again.
      void shell()?.testHotkeys(false)
    },
    [],
  )
  return (
    <div className="key-test">
      <Button tone={on ? 'primary' : 'plain'} onClick={() => void shell()?.testHotkeys(!on)}>
        {on ? words.testStop : words.test}
      </Button>
      <div role="status">
        {on ? (
          <Note tone={pressed === null ? 'info' : 'good'}>
            {pressed === null ? words.testing : words.seen(hotkeyNames[pressed.action].name)}
          </Note>
        ) : null}
      </div>
    </div>
  )
}
