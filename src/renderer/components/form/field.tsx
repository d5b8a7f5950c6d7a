import { useId, type ReactNode } from 'react'
import { CircleAlert } from 'lucide-react'

/** What a control inside a field must carry, so that label, hint and fault belong to it. */
export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean
}

interface Props {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong, in words, said beside the field; null or left out: nothing. */
  readonly fault?: string | null | undefined
  readonly children: (control: FieldControl) => ReactNode
}

/** Label, control, hint and fault, tied together for screen readers. */
export function Field({ label, hint, fault = null, children }: Props) {
  const id = useId()
  const described = [hint === undefined ? null : `${id}-hint`, fault === null ? null : `${id}-fault`]
    .filter((part) => part !== null)
    .join(' ')
  return (
    <div className={`field${fault === null ? '' : ' field-wrong'}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': fault !== null,
      })}
      <div aria-live="polite">
        {fault === null ? null : (
          <p className="field-fault" id={`${id}-fault`}>
            <CircleAlert aria-hidden="true" /> {fault}
          </p>
        )}
      </div>
      {hint === undefined ? null : (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
