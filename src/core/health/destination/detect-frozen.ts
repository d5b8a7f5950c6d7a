import type { Policy } from '../../policy'
import type { Cause } from '../types'
import { bytesPerMs, stepOf, windowOf, type DestinationHealth } from './state'

/** A hiccup of half a second must pass; a little more than that beside the usual time between two acknowledgements. */
const hiccupMs = 550
/** More than one step open, and a little: then an acknowledgement is overdue. */
const overdueSteps = 1.1
/** An encoder that sends next to nothing is not measured by what it sends. */
const leastKbps = 100
/** In our own memory before a silent destination is suspected: one large keyframe is no backlog. */
const leastQueuedBytes = 64_000
/** What may be taken all the same, 0..1 of it: the last of a buffer. */
const restShare = 0.1

/**
 * The ingest froze, or the link swallows everything: acknowledgements stop at once (measured: `kill -STOP` and a black
 * hole look the same, age 0.4 s after 0.4 s), while the system's own queue shows nothing for 2.4 s.
 */
export function frozen(health: DestinationHealth, policy: Policy): Cause | null {
  const silentMs =
    health.last?.acknowledges === 'no' ? queueStands(health, policy) : ackSilence(health, policy)
  return silentMs === null ? null : { code: 'destination-frozen', params: { sinceMs: silentMs } }
}

/** For how long nothing has been acknowledged though it is overdue, ms; null: nothing is. */
function ackSilence(health: DestinationHealth, policy: Policy): number | null {
  const { last, heardAt, upSince } = health
  if (last === null || heardAt === null || upSince === null) return null
  const ageMs = Math.min(last.acknowledgedAgeMs ?? Infinity, heardAt - upSince)
  const stepBytes = stepOf(health)
  const usualMs = stepBytes / bytesPerMs(Math.max(last.offeredKbps, leastKbps))
  const limitMs = Math.min(policy.program.ackSilentMs, usualMs + hiccupMs)
  return ageMs >= limitMs && last.backlogBytes > overdueSteps * stepBytes ? ageMs : null
}

/** A silent destination: for how long everything that was offered has stayed with us, ms; null: some of it leaves. */
function queueStands(health: DestinationHealth, policy: Policy): number | null {
  const window = windowOf(health, policy.program.queueSilentMs)
  const [first] = window
  const newest = window.at(-1)
  if (first === undefined || newest === undefined || newest.openBytes < leastQueuedBytes) return null
  const sinceMs = newest.at - first.at
  const offeredBytes = bytesPerMs(newest.offeredKbps) * sinceMs
  const queuedBytes = newest.openBytes - first.openBytes
  const writtenBytes = newest.sentBytes - first.sentBytes
  const allStays = queuedBytes > 0 && Math.abs(writtenBytes - queuedBytes) <= restShare * writtenBytes
  // Dropping by age keeps the queue from growing without end: then nothing is written either.
  const nothingLeaves = writtenBytes <= restShare * offeredBytes && queuedBytes >= 0
  return offeredBytes > 0 && (allStays || nothingLeaves) ? sinceMs : null
}
