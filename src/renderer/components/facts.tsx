import type { ReactNode } from 'react'

export interface Fact {
  readonly name: string
  readonly value: ReactNode
  readonly tone?: 'plain' | 'good' | 'warn' | 'bad' | 'muted'
}

/** Name and value, a pair a line. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(({ name, value, tone = 'plain' }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd className={`tone-${tone}`}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
