import type { Policy } from '../../policy'
import type { Cause } from '../types'
import type { ObsHealth } from './state'

/** A stream that has run this long since its last reconnect is no longer flapping. */
const steadyMs = 10_000

/**
 * Reconnecting past its allowance, counted from the first sign. Short reconnects one after the other (an ingest that
 * accepts and drops) never exceed it alone, so what they cost within a window is added up.
 */
export function reconnectingTooLong(health: ObsHealth, at: number, policy: Policy): Cause | null {
  const sinceMs = health.reconnect === null ? 0 : at - health.reconnect.since
  if (health.reconnect !== null && sinceMs >= policy.obs.reconnectAllowanceMs) {
    return { code: 'reconnecting', params: { sinceMs, times: health.outages.length + 1 } }
  }
  const lastTo = health.outages.at(-1)?.to
  if (lastTo === undefined || (health.reconnect === null && at - lastTo >= steadyMs)) return null
  const from = at - policy.obs.flapWindowMs
  const offAirMs = health.outages
    .filter((outage) => outage.to > from)
    .reduce((sum, outage) => sum + outage.to - Math.max(outage.from, from), sinceMs)
  if (offAirMs < policy.obs.flapOffAirMs) return null
  const times =
    health.outages.filter((outage) => outage.to > from).length + (health.reconnect === null ? 0 : 1)
  return { code: 'reconnecting', params: { sinceMs: offAirMs, times } }
}

/** Off air, but OBS still has its allowance. */
export function withinAllowance(health: ObsHealth, at: number, policy: Policy): Cause | null {
  if (health.reconnect === null) return null
  const sinceMs = at - health.reconnect.since
  return {
    code: 'within-allowance',
    params: { sinceMs, allowanceMs: policy.obs.reconnectAllowanceMs },
  }
}
