import type { Policy } from '../../policy'
import type { Cause } from '../types'
import type { DestinationHealth } from './state'

/** The carrier's own reconnect (first try at once) has not come through in its allowance. One that is up is waited for. */
export function disconnected(health: DestinationHealth, policy: Policy): Cause | null {
  const { downSince, upSince, heardAt } = health
  const sinceMs = downSince === null || upSince !== null || heardAt === null ? 0 : heardAt - downSince
  return sinceMs >= policy.program.disconnectedMs
    ? { code: 'destination-disconnected', params: { sinceMs } }
    : null
}
