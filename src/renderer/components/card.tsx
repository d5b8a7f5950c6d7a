import { useId, type ReactNode } from 'react'

interface Props {
  readonly title: ReactNode
  readonly children: ReactNode
  readonly icon?: ReactNode
  /** At the right of the title. */
  readonly actions?: ReactNode
  readonly tone?: 'plain' | 'info' | 'warn' | 'alarm'
  readonly level?: 2 | 3
  readonly className?: string
}

/** A region of a screen with a heading. */
export function Card({ title, children, icon, actions, tone = 'plain', level = 2, className }: Props) {
  const id = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <section
      className={`card card-${tone}${className === undefined ? '' : ` ${className}`}`}
      aria-labelledby={id}
    >
      <div className="card-head">
        {icon === undefined ? null : (
          <span className="card-icon" aria-hidden="true">
            {icon}
          </span>
        )}
        <Heading id={id}>{title}</Heading>
        {actions === undefined ? null : <div className="card-actions">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
