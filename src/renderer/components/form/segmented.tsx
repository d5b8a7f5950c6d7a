import { useId } from 'react'

interface Props<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
  readonly disabled?: boolean
  /** The label is for screen readers only. */
  readonly quiet?: boolean
}

/** One of a few, all in sight: radios that look like one control. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
  disabled,
  quiet = false,
}: Props<T>) {
  const name = useId()
  return (
    <fieldset className="segmented-group" disabled={disabled}>
      <legend className={quiet ? 'unseen' : undefined}>{label}</legend>
      <div className="segmented">
        {options.map((option) => (
          <label key={option.value} className="segment">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
