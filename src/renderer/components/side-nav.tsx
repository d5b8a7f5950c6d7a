import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly items: readonly {
    readonly href: string
    readonly label: string
    readonly icon?: ReactNode
    readonly current: boolean
    /** e.g. a chip. */
    readonly after?: ReactNode
  }[]
}

/** Sections of a screen; beside it where there is room, above it where there is not. */
export function SideNav({ label, items }: Props) {
  return (
    <nav className="side-nav" aria-label={label}>
      <ul>
        {items.map((item) => (
          <li key={item.href}>
            <a href={item.href} aria-current={item.current ? 'page' : undefined}>
              {item.icon === undefined ? null : (
                <span className="nav-icon" aria-hidden="true">
                  {item.icon}
                </span>
              )}
              {item.label}
              {item.after}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
