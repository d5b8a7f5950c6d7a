import type { State } from '../failover/state'
import { senderOf } from './evidence'

/**
 * Since when viewers have nothing, ms; null: media reaches them, as far as is known, or there is no stream. `since` null:
 * nobody saw it begin.
 */
export function offAirNow(state: State, at: number): { readonly since: number | null } | null {
  const { phase, offAir } = state
  const { sentAt, broken, noticedAt } = offAir
  const since = sentAt
  switch (phase.kind) {
    case 'offline':
    case 'adopting':
    case 'ending':
      return null
    case 'dark':
      return { since }
    case 'switching':
      if (phase.stream === 'begins') return null
      return broken !== null || senderOf(state) === null ? { since } : null
    case 'on-air': {
      if (broken === null) return null
      return at - (sentAt ?? noticedAt ?? at) >= broken.enoughMs ? { since } : null
    }
  }
}
