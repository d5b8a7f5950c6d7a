import type { Policy } from '../../policy'
import type { Cause } from '../types'
import { bytesPerMs, stepOf, windowOf, type DestinationHealth } from './state'

/** Part of the steady growth that each step must show: what is under way breathes too. */
const noticeable = 0.5
/** An acknowledgement this lately says that something gets through. */
const silentMs = 550
/** What leaves must be less than this share of what is offered, for dropped frames to mean anything. */
const behindShare = 0.8
/** Without the one interval that grew most, this part of the growth must remain: a burst is one interval. */
const withoutBurst = 0.5
/** No more than one step, and a little. */
const singleStep = 1.1
/** Frames dropped this lately, ms: it is still behind, however short the backlog is. */
const droppedMs = 2_000
/** The backlog is gone when it is this short in time, ms, beyond what is usual. */
const drainedMs = 250

/**
 * The newest sample seen, does the uplink count as too narrow? Since when, ms; null: it does not. Entered by a backlog
 * that grows steadily, or by frames that are dropped because of one; left once the backlog is gone.
 */
export function narrowSince(health: DestinationHealth, policy: Policy): number | null {
  const { last, heardAt } = health
  if (last === null || heardAt === null || last.acknowledges === 'unknown') return null
  if (health.narrowSince !== null) return drained(health) ? null : health.narrowSince
  return growsSteadily(health, policy) || answersLate(health, policy) || dropsBehind(health) ? heardAt : null
}

export function narrow(health: DestinationHealth): Cause | null {
  const { last } = health
  if (health.narrowSince === null || last === null) return null
  return {
    code: 'uplink-narrow',
    params: { sentKbps: Math.round(last.sentKbps), offeredKbps: Math.round(last.offeredKbps) },
  }
}

/**
 * At 30 % of the need the backlog is 135 kB after 0.4 s, 320 kB after 1 s, 1.1 MB after 4.7 s (measured at 2.5 Mbit/s). A
 * keyframe, the kept group of a cut or a warm start comes at once and shrinks; a hiccup of half a second is over before.
 */
function growsSteadily(health: DestinationHealth, policy: Policy): boolean {
  const { last } = health
  // Nothing comes back at all: that is another fault.
  if (last?.acknowledges === 'yes' && (last.acknowledgedAgeMs ?? 0) > silentMs) return false
  const { narrowMs, narrowShare } = policy.program
  return looks.some(({ times, part, behind }) => grows(health, narrowMs * times, narrowShare * part, behind))
}

/** Short looks find what is far too narrow, long ones what is a little: at 70 % of the need it takes some 4 s. */
const looks = [
  { times: 1, part: 1, behind: 0.6 },
  { times: 2, part: 0.9, behind: 0.7 },
  { times: 4, part: 0.6, behind: 0.9 },
] as const

/** A look is judged at its beginning, its end and four moments between. */
const moments = 5

function grows(health: DestinationHealth, ms: number, share: number, behind: number): boolean {
  const window = windowOf(health, ms)
  const [first] = window
  const newest = window.at(-1)
  if (first === undefined || newest === undefined || window.length <= moments) return false
  const lastIndex = window.length - 1
  const late = Array.from({ length: moments + 1 }, (_, moment) => {
    const sample = window[Math.round((moment * lastIndex) / moments)]
    return Math.max(0, (sample?.openBytes ?? 0) - usual(health))
  })
  const sinceMs = newest.at - first.at
  const expected = share * bytesPerMs(newest.offeredKbps) * sinceMs
  // Every other moment: an acknowledgement of a whole step may come between two.
  const least = (noticeable * expected * 2) / moments
  if (late.slice(2).some((bytes, index) => bytes - (late[index] ?? 0) <= least)) return false
  if (newest.sentKbps > behind * newest.offeredKbps) return false
  const growths = late.slice(1).map((bytes, index) => bytes - (late[index] ?? 0))
  const growth = (late.at(-1) ?? 0) - (late[0] ?? 0)
  return growth >= expected && growth - Math.max(...growths) >= withoutBurst * expected
}

/**
 * One acknowledgement after a long wait, and the next is overdue already. At low bitrates these are so far apart that growth
 * is seen late: one of 50 kB every 0.9 s at 30 % of 1.5 Mbit/s.
 */
function answersLate(health: DestinationHealth, policy: Policy): boolean {
  const { ackGap, last, heardAt } = health
  if (ackGap === null || last?.acknowledges !== 'yes' || ackGap.seenAt !== heardAt) return false
  const stepBytes = stepOf(health)
  if (ackGap.bytes > singleStep * stepBytes) return false
  return ackGap.ms >= policy.program.ackSilentMs && last.backlogBytes > singleStep * stepBytes
}

function dropsBehind(health: DestinationHealth): boolean {
  const { last, droppedAt, heardAt } = health
  if (last === null || droppedAt === null || droppedAt !== heardAt) return false
  const open = health.samples.at(-1)?.openBytes ?? 0
  return last.sentKbps < behindShare * last.offeredKbps && open > usual(health)
}

function drained(health: DestinationHealth): boolean {
  const { last, droppedAt, heardAt } = health
  const newest = health.samples.at(-1)
  if (last === null || heardAt === null || newest === undefined) return true
  if (droppedAt !== null && heardAt - droppedAt < droppedMs) return false
  return newest.openBytes <= usual(health) + drainedMs * bytesPerMs(last.offeredKbps)
}

/** What may be open while nothing is late; by a silent destination nothing should wait in our memory. */
const usual = (health: DestinationHealth): number =>
  health.last?.acknowledges === 'no' ? 0 : Math.max(stepOf(health), 1)
