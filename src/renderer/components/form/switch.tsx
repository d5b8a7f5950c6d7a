import { useId, type ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly hint?: ReactNode
  readonly fault?: string | null | undefined
  readonly disabled?: boolean
}

/** On or off, at once understood by screen readers as a switch. */
export function Switch({ label, checked, onChange, hint, fault = null, disabled }: Props) {
  const id = useId()
  const described = [hint === undefined ? null : `${id}-hint`, fault === null ? null : `${id}-fault`]
    .filter((part) => part !== null)
    .join(' ')
  return (
    <div className="switch-field">
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          checked={checked}
          disabled={disabled}
          aria-describedby={described === '' ? undefined : described}
          aria-invalid={fault !== null}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span className="switch-track" aria-hidden="true" />
        <span>{label}</span>
      </label>
      {fault === null ? null : (
        <p className="field-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
      {hint === undefined ? null : (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
