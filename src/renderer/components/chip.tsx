import type { ReactNode } from 'react'

export type ChipTone = 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'air' | 'backup'

interface Props {
  readonly children: ReactNode
  readonly tone?: ChipTone
  /** A shape, so that the colour is not the only sign. */
  readonly icon?: ReactNode
}

export function Chip({ children, tone = 'plain', icon }: Props) {
  return (
    <span className={`chip chip-${tone}`}>
      {icon === undefined ? null : (
        <span className="chip-icon" aria-hidden="true">
          {icon}
        </span>
      )}
      {children}
    </span>
  )
}
