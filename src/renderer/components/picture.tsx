import { useState, type ReactNode } from 'react'
import type { Channel } from '../../shared/contract'

interface Props {
  /** A system's id, or 'viewer'. */
  readonly of: string
  /** Wall clock of the newest picture; null: none. */
  readonly wall: number | null
  readonly alt: string
  readonly channel?: Channel
  /** Shown instead while there is none. */
  readonly none: ReactNode
}

/** What a system shows. The last one stays until the next has arrived, so that nothing flickers. */
export function Picture({ of, wall, alt, channel = 'main', none }: Props) {
  const [failed, setFailed] = useState<number | null>(null)
  if (wall === null || failed === wall) return <div className="picture picture-none">{none}</div>
  const query = channel === 'main' ? '' : `&channel=${channel}`
  return (
    <div className="picture">
      <img
        src={`/api/picture/${encodeURIComponent(of)}?at=${wall}${query}`}
        alt={alt}
        width={320}
        height={180}
        decoding="async"
        onError={() => setFailed(wall)}
      />
    </div>
  )
}
