import type { ObsStatsEvent } from '../../events'
import type { Policy } from '../../policy'
import type { Cause } from '../types'
import { inGrace } from './detect-network'
import type { ObsHealth, RenderSample } from './state'
import { difference } from './window'

/** Fewer frames than this share of what is due is standing still. */
const standstillShare = 0.05

/** Active, but no frame reaches the output: encoder or rendering stands still (sound may keep bytes moving). */
export function encoderStalled(health: ObsHealth, policy: Policy): Cause | null {
  const last = health.samples.at(-1)
  // Neither byte nor frame is counted while a stream delay fills.
  if (last === undefined || last.bytes === 0 || inGrace(health, last.at, policy)) return null
  const diff = difference(health.samples, policy.obs.encoderStallMs)
  if (diff === null || diff.spanMs < policy.obs.encoderStallMs) return null
  const due = ((health.profile?.fps ?? 0) * diff.spanMs) / 1_000
  return diff.total <= due * standstillShare
    ? { code: 'encoder-stalled', params: { flatMs: diff.spanMs } }
    : null
}

const keepMs = 15_000
const lagWindowMs = 10_000
/** docs/facts/obs.md 11.9 and 11.10: worth a word from here on, never a reason to switch. */
const renderLagShare = 0.1
const encoderLagShare = 0.05
/** Rendering that has not moved for this long stands still (docs/facts/obs.md 11.10). */
export const renderFrozenMs = 3_000

export function onStats(health: ObsHealth, event: ObsStatsEvent): ObsHealth {
  const { at, reply } = event
  if (reply === null) {
    return event.error === 'timeout' && health.link.state === 'connected'
      ? { ...health, answers: { ...health.answers, statsTimeouts: health.answers.statsTimeouts + 1 } }
      : health
  }
  const sample: RenderSample = {
    at,
    rendered: reply.renderTotalFrames,
    renderSkipped: reply.renderSkippedFrames,
    encoded: reply.encoderTotalFrames,
    encodeSkipped: reply.encoderSkippedFrames,
    fps: reply.activeFps,
  }
  const last = health.renders.at(-1)
  const restarted =
    last !== undefined &&
    (sample.rendered < last.rendered ||
      sample.renderSkipped < last.renderSkipped ||
      sample.encoded < last.encoded ||
      sample.encodeSkipped < last.encodeSkipped)
  const kept = restarted ? [] : health.renders.filter((old) => at - old.at <= keepMs)
  return {
    ...health,
    renders: [...kept, sample],
    answers: { ...health.answers, statsAt: at, statsTimeouts: 0 },
  }
}

function lagShare(
  health: ObsHealth,
  skipped: 'renderSkipped' | 'encodeSkipped',
  total: 'rendered' | 'encoded',
): number {
  const last = health.renders.at(-1)
  if (last === undefined) return 0
  const base = health.renders.findLast((old) => old.at <= last.at - lagWindowMs) ?? health.renders[0]
  if (base === undefined || last[total] <= base[total]) return 0
  return (last[skipped] - base[skipped]) / (last[total] - base[total])
}

/** The PC is too slow: worth telling, and nothing a backup on the same PC would cure. */
export function lagging(health: ObsHealth): readonly Cause[] {
  const render = lagShare(health, 'renderSkipped', 'rendered')
  const encode = lagShare(health, 'encodeSkipped', 'encoded')
  return [
    ...(render > renderLagShare
      ? [{ code: 'render-lag', params: { lagPercent: Math.round(render * 100) } } as const]
      : []),
    ...(encode > encoderLagShare
      ? [{ code: 'encoder-lag', params: { lagPercent: Math.round(encode * 100) } } as const]
      : []),
  ]
}

/** Do rendered frames advance? The best heartbeat of OBS there is. Null: not known. */
export function isRendering(health: ObsHealth, at: number, policy: Policy): boolean | null {
  const last = health.renders.at(-1)
  const first = health.renders[0]
  if (last === undefined || first === undefined || at - last.at > policy.obs.blindAfterMs) return null
  const moved = health.renders.findLastIndex((sample) => sample.rendered !== last.rendered)
  const flatSince = health.renders[moved + 1] ?? last
  if (last.at - flatSince.at >= renderFrozenMs) return false
  return moved >= 0 ? true : null
}
