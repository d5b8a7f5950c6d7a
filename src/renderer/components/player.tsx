import { useState, type ReactNode } from 'react'
import type { Channel } from '../../shared/contract'

interface Props {
  /** There is something to show. */
  readonly on: boolean
  readonly alt: string
  readonly channel: Channel
  /** Shown instead while there is none. */
  readonly none: ReactNode
}

/** What a viewer of the rehearsal sees, moving: it stands still as long as theirs does. */
export function Player({ on, alt, channel, none }: Props) {
  const [failures, setFailures] = useState(0)
  if (!on) return <div className="picture picture-none">{none}</div>
  const query = channel === 'main' ? '' : `&channel=${channel}`
  return (
    <div className="picture">
      <img
        key={failures}
        src={`/api/player/viewer?try=${failures}${query}`}
        alt={alt}
        width={640}
        height={360}
        decoding="async"
        onError={() => window.setTimeout(() => setFailures(failures + 1), 1_000)}
      />
    </div>
  )
}
