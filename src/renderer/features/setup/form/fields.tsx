import { useId, useState, type ReactNode } from 'react'
import { formWords, secretWords } from '../../../../shared/messages/setup/setup'
import type { SecretView, SettingsSection } from '../../../../shared/settings/settings'
import type { PickKind } from '../../../../shared/shell-bridge'
import { Button, TextField } from '../../../components'
import { keepSecret, secretOpen, type SecretDraft } from './secret'
import type { FormHandle } from './use-form'
import { shell } from '../use-shell'

/** A field's place: what is wrong in it is said once it was left. */
export function At<S extends SettingsSection>(props: {
  readonly form: FormHandle<S>
  readonly path: string
  readonly children: ReactNode
}) {
  return <div onBlur={() => props.form.leave(props.path)}>{props.children}</div>
}

interface SecretProps {
  readonly label: string
  readonly hint?: string
  readonly view: SecretView
  readonly draft: SecretDraft
  readonly fault?: string | null
  readonly onChange: (draft: SecretDraft) => void
}

/** A secret: only said to be set and how it ends; replaced or forgotten, never shown. */
export function SecretField({ label, hint, view, draft, fault, onChange }: SecretProps) {
  if (secretOpen(view, draft)) {
    return (
      <TextField
        label={label}
        hint={view.set ? secretWords.replacing : hint}
        fault={fault}
        type="password"
        value={draft.does === 'replace' ? draft.value : ''}
        autoFocus={view.set}
        onChange={(value) => onChange(value === '' && !view.set ? keepSecret : { does: 'replace', value })}
        after={
          view.set ? (
            <Button small tone="quiet" onClick={() => onChange(keepSecret)}>
              {secretWords.keep}
            </Button>
          ) : null
        }
      />
    )
  }
  const forgetting = draft.does === 'forget'
  return (
    <SetValue
      label={label}
      value={forgetting ? secretWords.forgetting : secretWords.set(view.hint)}
      fault={fault}
      actions={
        forgetting ? (
          <Button small onClick={() => onChange(keepSecret)}>
            {secretWords.undo}
          </Button>
        ) : (
          <>
            <Button
              small
              label={`${secretWords.replace}: ${label}`}
              onClick={() => onChange({ does: 'replace', value: '' })}
            >
              {secretWords.replace}
            </Button>
            <Button
              small
              tone="quiet"
              label={`${secretWords.forget}: ${label}`}
              onClick={() => onChange({ does: 'forget' })}
            >
              {secretWords.forget}
            </Button>
          </>
        )
      }
    />
  )
}

/** A value that is set and not typed here, with what can be done about it. */
export function SetValue(props: {
  readonly label: string
  readonly value: ReactNode
  readonly fault?: string | null | undefined
  readonly actions?: ReactNode
}) {
  const id = useId()
  return (
    <div className="field" role="group" aria-labelledby={id}>
      <span className="set-label" id={id}>
        {props.label}
      </span>
      <div className="row">
        <span className="set-value wrap-anywhere">{props.value}</span>
        {props.actions}
      </div>
      {props.fault === undefined || props.fault === null ? null : (
        <p className="field-fault" role="status">
          {props.fault}
        </p>
      )}
    </div>
  )
}

/** Path of a file or folder; the desktop app can browse for it. */
export function PathField(props: {
  readonly label: string
  readonly hint?: string
  readonly fault: string | null
  readonly value: string
  readonly placeholder?: string
  readonly pick: PickKind
  readonly onChange: (path: string) => void
}) {
  const [busy, setBusy] = useState(false)
  const bridge = shell()
  const browse = async (): Promise<void> => {
    setBusy(true)
    const path = (await bridge?.pickPath(props.pick).catch(() => null)) ?? null
    setBusy(false)
    if (path !== null) props.onChange(path)
  }
  return (
    <TextField
      label={props.label}
      hint={props.hint}
      fault={props.fault}
      code
      value={props.value}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
      onChange={props.onChange}
      after={
        bridge === null ? null : (
          <Button busy={busy} onClick={() => void browse()}>
            {formWords.browse}
          </Button>
        )
      }
    />
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T | null
  readonly options: readonly { readonly value: T; readonly name: string; readonly tells: string }[]
  readonly onChange: (value: T) => void
}

/** One of a few, each with a sentence: radios as cards. */
export function Choices<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId()
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      <div className="choice-list">
        {options.map((option) => (
          <label key={option.value} className="choice">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              aria-describedby={`${name}-${option.value}`}
              onChange={() => onChange(option.value)}
            />
            <span className="choice-text">
              <span className="choice-name">{option.name}</span>
              <span className="choice-tells" id={`${name}-${option.value}`}>
                {option.tells}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
