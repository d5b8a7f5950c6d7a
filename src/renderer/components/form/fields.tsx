import type { ReactNode } from 'react'
import { Field } from './field'

interface Common {
  readonly label: string
  readonly hint?: ReactNode
  readonly fault?: string | null | undefined
  readonly disabled?: boolean
}

interface TextProps extends Common {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onBlur?: () => void
  readonly placeholder?: string
  /** `password` for secrets: never remembered by the browser. */
  readonly type?: 'text' | 'password' | 'url' | 'time'
  /** Addresses, paths: set in fixed width, no spelling check. */
  readonly code?: boolean
  readonly autoFocus?: boolean
  /** Beside the field, e.g. a button. */
  readonly after?: ReactNode
}

export function TextField({ type = 'text', code = false, after, ...props }: TextProps) {
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {(control) => (
        <div className="field-row">
          <input
            {...control}
            className={`input${code ? ' input-code' : ''}`}
            type={type}
            value={props.value}
            placeholder={props.placeholder}
            disabled={props.disabled}
            autoFocus={props.autoFocus}
            autoComplete={type === 'password' ? 'new-password' : 'off'}
            spellCheck={code || type !== 'text' ? false : undefined}
            autoCapitalize="off"
            onChange={(event) => props.onChange(event.target.value)}
            onBlur={props.onBlur}
          />
          {after}
        </div>
      )}
    </Field>
  )
}

interface NumberProps extends Common {
  /** As typed, so that a half-typed number is not lost. */
  readonly value: string
  readonly onChange: (value: string) => void
  /** Behind the field: 's', 'kbit/s'. */
  readonly unit?: string
  readonly placeholder?: string
  readonly after?: ReactNode
}

/** A number as text: the browser's own number field hides what was typed when it is wrong. */
export function NumberField({ unit, after, ...props }: NumberProps) {
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {(control) => (
        <div className="field-row">
          <input
            {...control}
            className="input input-number numbers"
            inputMode="decimal"
            autoComplete="off"
            value={props.value}
            placeholder={props.placeholder}
            disabled={props.disabled}
            onChange={(event) => props.onChange(event.target.value)}
          />
          {unit === undefined ? null : <span className="field-unit">{unit}</span>}
          {after}
        </div>
      )}
    </Field>
  )
}

interface SelectProps<T extends string> extends Common {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
}

export function SelectField<T extends string>({ options, ...props }: SelectProps<T>) {
  return (
    <Field label={props.label} hint={props.hint} fault={props.fault}>
      {(control) => (
        <select
          {...control}
          className="input input-select"
          value={props.value}
          disabled={props.disabled}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value)
            if (chosen !== undefined) props.onChange(chosen.value)
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
