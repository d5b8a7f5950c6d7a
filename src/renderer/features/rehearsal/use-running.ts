import { useState } from 'react'
import { askRehearsal } from '../../engine/api'
import type { RouteComparison } from '../../../shared/snapshot'
import type { Refusal } from '../../engine/store'

/** Starting and ending the rehearsal beside the real stream, and what was refused. */
export interface Running {
  readonly pending: 'start' | 'compare' | 'stop' | null
  readonly refusal: Refusal | null
  readonly start: (obs: 'stand-in' | 'installed', route: 'direct' | 'program') => Promise<void>
  /** The same fault on both routes. */
  readonly compare: (fault: RouteComparison['fault']) => Promise<void>
  readonly stop: () => Promise<void>
}

export function useRunning(): Running {
  const [pending, setPending] = useState<Running['pending']>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const ask = async (request: Parameters<typeof askRehearsal>[0]): Promise<void> => {
    setPending(request.action)
    setRefusal(null)
    const answer = await askRehearsal(request)
    setPending(null)
    if (!answer.ok) setRefusal({ text: answer.text, next: answer.next })
  }
  return {
    pending,
    refusal,
    start: (obs, route) => ask({ action: 'start', obs, route }),
    compare: (fault) => ask({ action: 'compare', fault }),
    stop: () => ask({ action: 'stop' }),
  }
}
