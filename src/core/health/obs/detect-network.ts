import type { Policy } from '../../policy'
import type { Cause } from '../types'
import type { ObsHealth } from './state'
import { bitrateKbps, bytesFlatMs, difference, dropRises, meanCongestion } from './window'

/** Detectors of a bad way to the far end, from the counters of GetStreamStatus. Null: nothing to say. */
type Detector = (health: ObsHealth, policy: Policy) => Cause | null

/** A queue that OBS empties may hold more frames than the window, hence the ceiling. */
const percent = (share: number) => Math.min(100, Math.round(share * 100))

/**
 * No byte goes out. Sound keeps bytes moving on a healthy link, so this is a blocked socket. Not in the grace after
 * a (re)start, and not from zero: a stream delay counts no byte until it is full (obs-output.c:1183), while a
 * connected RTMP output has always written its metadata.
 */
export const outputStalled: Detector = (health, policy) => {
  const last = health.samples.at(-1)
  if (last === undefined || last.bytes === 0 || inGrace(health, last.at, policy)) return null
  const flatMs = bytesFlatMs(health.samples)
  return flatMs >= policy.obs.stallMs ? { code: 'output-stalled', params: { flatMs } } : null
}

/** Still within the grace after STARTED or RECONNECTED? */
export const inGrace = (health: ObsHealth, at: number, policy: Policy): boolean =>
  health.graceFrom !== null && at - health.graceFrom < policy.obs.startGraceMs

/** The window must have seen this much of itself before its share means something. */
const minimumSpan = 0.5

/** Share of frames that OBS dropped for the network over the window, 0..1; null: not known. */
export function dropShare(health: ObsHealth, policy: Policy): number | null {
  const diff = difference(health.samples, policy.obs.dropWindowMs)
  return diff === null || diff.total <= 0 ? null : diff.skipped / diff.total
}

/**
 * Too many frames dropped, and still dropping. Evidence is two samples with new drops, so that the single burst with
 * which OBS empties its queue is not enough, and the last one must be recent: after the next keyframe a healed link
 * drops no more, and what has healed is no reason to leave.
 */
export const networkDrops: Detector = (health, policy) => {
  const share = excessiveShare(health, policy)
  if (share === null || !stillDropping(health, policy)) return null
  return { code: 'network-drops', params: { dropPercent: percent(share) } }
}

/** Worth telling: there were too many drops, but they have ended. */
export const dropsHealed: Detector = (health, policy) => {
  const share = excessiveShare(health, policy)
  if (share === null || droppedLately(health, policy)) return null
  return { code: 'drops-healed', params: { dropPercent: percent(share) } }
}

function excessiveShare(health: ObsHealth, policy: Policy): number | null {
  const diff = difference(health.samples, policy.obs.dropWindowMs)
  const share = dropShare(health, policy)
  if (diff === null || share === null || share <= policy.obs.dropShareBad) return null
  return diff.spanMs >= policy.obs.dropWindowMs * minimumSpan ? share : null
}

const stillDropping = (health: ObsHealth, policy: Policy): boolean =>
  droppedLately(health, policy) && dropRises(health.samples, policy.obs.dropWindowMs).length >= 2

function droppedLately(health: ObsHealth, policy: Policy): boolean {
  const last = health.samples.at(-1)
  const latest = dropRises(health.samples, policy.obs.dropWindowMs).at(-1)
  return last !== undefined && latest !== undefined && last.at - latest <= policy.obs.dropFreshMs
}

/** A level learned over less than this is none. */
const levelLearnedMs = 10_000
/** With dynamic bitrate OBS lowers its rate when 200 of 700 ms are queued (rtmp-stream.c:44, 1794): congestion 0.29. */
const collapseCongestion = 0.25
/** The collapse must still be there over this last stretch. */
const collapseFreshMs = 2_000

/**
 * Far below the session's own level and congested: the only sign of a bad link with dynamic bitrate, which never
 * drops a frame. A still scene sends little too, but its queue is empty, so without congestion nothing is concluded.
 */
export const bitrateCollapsed: Detector = (health, policy) => {
  const { level, samples } = health
  if (level === null || level.learnedMs < levelLearnedMs) return null
  const windowMs = policy.obs.bitrateCollapseMs
  const diff = difference(samples, windowMs)
  if (diff === null || diff.spanMs < windowMs) return null
  const limitKbps = level.kbps * policy.obs.bitrateCollapseShare
  const rateKbps = bitrateKbps(samples, windowMs) ?? Infinity
  const nowKbps = bitrateKbps(samples, collapseFreshMs) ?? Infinity
  if (rateKbps >= limitKbps || nowKbps >= limitKbps) return null
  const queued =
    (meanCongestion(samples, windowMs) ?? 0) >= collapseCongestion &&
    (meanCongestion(samples, collapseFreshMs) ?? 0) >= collapseCongestion
  return queued
    ? {
        code: 'bitrate-collapsed',
        params: { bitrateKbps: Math.round(rateKbps), usualKbps: Math.round(level.kbps) },
      }
    : null
}

/** OBS's own light turns at less; a mean, because the figure saw-tooths. */
const congestedMean = 0.3
const congestedMs = 3_000

export const congested: Detector = (health) => {
  const mean = meanCongestion(health.samples, congestedMs)
  return mean !== null && mean >= congestedMean
    ? { code: 'congested', params: { congestionPercent: percent(mean) } }
    : null
}
