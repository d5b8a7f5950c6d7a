import type { Policy } from '../../policy'
import type { Cause } from '../types'
import type { ObsHealth } from './state'

/** A stream that has run this long since its last reconnect is no longer flapping. */
const steadyMs = 10_000
/** Fewer outages than this are not flapping: one long one is over when it is over. */
const flapTimes = 3

/**
 * Reconnecting past its allowance, counted from the first sign. Short reconnects one after the other (an ingest that
 * accepts and drops) never exceed it alone, so what they cost within a window is added up.
 */
export function reconnectingTooLong(health: ObsHealth, at: number, policy: Policy): Cause | null {
  const sinceMs = health.reconnect === null ? 0 : at - health.reconnect.since
  if (health.reconnect !== null && sinceMs >= policy.obs.reconnectAllowanceMs) {
    return { code: 'reconnecting', params: { sinceMs } }
  }
  const from = at - policy.obs.flapWindowMs
  const recent = health.outages.filter((outage) => outage.to > from)
  const steady = health.reconnect === null && at - (recent.at(-1)?.to ?? from) >= steadyMs
  const times = recent.length + (health.reconnect === null ? 0 : 1)
  if (steady || times < flapTimes) return null
  const offAirMs = recent.reduce((sum, outage) => sum + outage.to - Math.max(outage.from, from), sinceMs)
  return offAirMs >= policy.obs.flapOffAirMs
    ? { code: 'reconnecting', params: { sinceMs: offAirMs, times } }
    : null
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
