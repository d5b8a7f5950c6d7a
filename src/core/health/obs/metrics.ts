import type { Policy } from '../../policy'
import { dropShare } from './detect-network'
import type { ObsHealth } from './state'
import { bitrateKbps, difference, meanCongestion } from './window'

/** Numbers for the page; null: not known. */
export interface ObsMetrics {
  readonly bitrateKbps: number | null
  /** 0..1 over the drop window. */
  readonly dropShare: number | null
  /** 0..1 */
  readonly congestion: number | null
  readonly fps: number | null
}

const windowMs = 2_000

export function obsMetrics(health: ObsHealth, at: number, policy: Policy): ObsMetrics {
  const last = health.samples.at(-1)
  const fresh = last !== undefined && at - last.at <= policy.obs.blindAfterMs && health.phase === 'active'
  if (!fresh) {
    const render = health.renders.at(-1)
    const fps = render !== undefined && at - render.at <= policy.obs.blindAfterMs ? render.fps : null
    return { bitrateKbps: null, dropShare: null, congestion: null, fps }
  }
  const diff = difference(health.samples, windowMs)
  return {
    bitrateKbps: bitrateKbps(health.samples, windowMs),
    dropShare: dropShare(health, policy),
    congestion: meanCongestion(health.samples, windowMs),
    fps: diff === null ? null : (diff.total * 1_000) / diff.spanMs,
  }
}
