import type { ReactNode } from 'react'
import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'

export type NoteTone = 'info' | 'good' | 'warn' | 'alarm'

const icons = { info: Info, good: CircleCheck, warn: TriangleAlert, alarm: CircleAlert }

interface Props {
  readonly tone?: NoteTone
  readonly title?: ReactNode
  readonly children?: ReactNode
  readonly actions?: ReactNode
  /** Read out when it appears; 'alert' interrupts. */
  readonly live?: 'status' | 'alert'
}

/** A sentence that wants to be seen, with what to do. */
export function Note({ tone = 'info', title, children, actions, live }: Props) {
  const Icon = icons[tone]
  return (
    <div className={`note note-${tone}`} role={live}>
      <Icon className="note-icon" aria-hidden="true" />
      <div className="note-text">
        {title === undefined ? null : <strong>{title} </strong>}
        {children}
      </div>
      {actions === undefined ? null : <div className="note-actions">{actions}</div>}
    </div>
  )
}
