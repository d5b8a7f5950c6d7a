import { assertNever } from '../../assert-never'
import type { ObsStatusEvent, ObsStreamStatus } from '../../events'
import type { Policy } from '../../policy'
import type { ObsHealth } from './state'
import { beginStream, completeStop, endStream, failStream, resumeStream } from './stream'
import { bitrateKbps, isNewEpoch, pushSample, toSample } from './window'

/** An answer and an event of the same moment may overtake each other (obs-websocket answers from a thread pool). */
const overtakeMs = 250
/** Inactive in two answers this far apart, and no event said so. */
const lostConfirmMs = 400
/** STARTING without anything after it: the start came to nothing (connect 25 s + handshake 30 s, obs-output.c). */
const startingMaxMs = 90_000
/** `active` this long after the stream's end is another stream, not teardown (a blocked send takes up to 30 s). */
const teardownMaxMs = 35_000
/** The session's level follows slowly, and only while the link is clear. */
const levelTauMs = 30_000
const clearCongestion = 0.1

/** A GetStreamStatus reply, or its absence. */
export function onStatus(health: ObsHealth, event: ObsStatusEvent, policy: Policy): ObsHealth {
  const { at, reply } = event
  if (reply === null) return onNoStatus(health, event)
  const heard: ObsHealth = {
    ...health,
    gone: false,
    link:
      health.link.state === 'connected'
        ? health.link
        : { state: 'connected', at, code: null, closedAt: null },
    eventsMissed: health.eventsMissed || (health.link.state !== 'connected' && health.link.state !== 'never'),
    answers: answered(health, at),
  }
  if (heard.quitting) return { ...heard, status: { at, reply } }
  const next = reply.active ? onActive(heard, at, reply) : onInactive(heard, at, policy)
  return { ...next, status: { at, reply } }
}

const answered = (health: ObsHealth, at: number): ObsHealth['answers'] => ({
  ...health.answers,
  statusAt: at,
  statusTimeouts: 0,
  firstTimeoutAt: null,
  lastTimeoutAt: null,
})

function onNoStatus(health: ObsHealth, { at, error }: ObsStatusEvent): ObsHealth {
  if (error === 'busy' || error === 'garbage') return { ...health, answers: answered(health, at) }
  if (error !== 'timeout' || health.link.state !== 'connected') return health
  return {
    ...health,
    answers: {
      ...health.answers,
      statusTimeouts: health.answers.statusTimeouts + 1,
      firstTimeoutAt: health.answers.firstTimeoutAt ?? at,
      lastTimeoutAt: at,
    },
  }
}

function onActive(health: ObsHealth, at: number, reply: ObsStreamStatus): ObsHealth {
  const running: ObsHealth = { ...health, inactive: null, eventsMissed: false }
  switch (health.phase) {
    case 'unknown':
    case 'inactive':
      return onActiveAfterEnd(running, at, reply)
    case 'starting':
      // With a stream delay OBS is active at once and counts no byte until the delay is full (obs-output.c:1183).
      return reply.bytes > 0
        ? sampled({ ...running, phase: 'active', startingSince: null, graceFrom: at }, at, reply)
        : running
    case 'stopping':
      return running
    case 'reconnecting':
      return onReconnectingReply(running, at, reply)
    case 'active':
      if (!reply.reconnecting) return sampled({ ...running, stuckReconnecting: false }, at, reply)
      if (running.stuckReconnecting) return sampled(running, at, reply)
      if (running.graceFrom !== null && at - running.graceFrom <= overtakeMs) return running
      return { ...running, phase: 'reconnecting', reconnect: { since: at, eventAt: null } }
    default:
      return assertNever(health.phase, 'phase')
  }
}

function onReconnectingReply(health: ObsHealth, at: number, reply: ObsStreamStatus): ObsHealth {
  if (health.pending !== null) return health
  const before = health.status
  if (reply.reconnecting) {
    // Frames and bytes stand still while OBS reconnects; where both run on, only the flag was left behind.
    const runsOn =
      before?.reply.reconnecting === true &&
      reply.bytes > before.reply.bytes &&
      reply.totalFrames > before.reply.totalFrames
    return runsOn ? sampled({ ...resumeStream(health, at), stuckReconnecting: true }, at, reply) : health
  }
  const eventAt = health.reconnect?.eventAt ?? null
  if (eventAt !== null && at - eventAt <= overtakeMs) return health
  return sampled(resumeStream(health, at), at, reply)
}

/** `active` though the stream is known to be over: teardown, the same stream seen again, or a new one. */
function onActiveAfterEnd(health: ObsHealth, at: number, reply: ObsStreamStatus): ObsHealth {
  const before = health.status
  const restarted = before !== null && isNewEpoch(toSample(before.at, before.reply), toSample(at, reply))
  if (
    health.end?.how === 'failed' &&
    (health.end.cause === 'obs-gone' || health.end.cause === 'output-lost')
  ) {
    // It was there all the time: counters run on.
    if (before !== null && !restarted) return sampled(resumeStream(health, at), at, reply)
  } else if (health.teardown !== null && !restarted && at - health.teardown.at <= teardownMaxMs) {
    return health
  }
  return sampled(beginStream(health, at, reply.reconnecting ? 'reconnecting' : 'active'), at, reply)
}

function onInactive(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  const inactive = {
    count: (health.inactive?.count ?? 0) + 1,
    since: health.inactive?.since ?? at,
  }
  const confirmed = inactive.count >= 2 && at - inactive.since >= lostConfirmMs
  const seen: ObsHealth = { ...health, inactive }
  switch (health.phase) {
    case 'unknown':
    case 'inactive':
      return idle(seen)
    case 'starting':
      return health.startingSince !== null && at - health.startingSince >= startingMaxMs
        ? endStream(seen, { how: 'failed', at, cause: 'output-disconnected' }, true)
        : { ...seen, inactive: null }
    case 'stopping':
      return confirmed && health.pending === null ? completeStop(seen, at, policy) : seen
    case 'active':
    case 'reconnecting':
      if (!confirmed || health.pending !== null) return seen
      // Nobody looked when it ended, so nobody can say that it broke: unknown is not bad.
      return health.eventsMissed && health.told?.what !== 'stop'
        ? endStream(seen, { how: 'user', at, certain: false })
        : failStream(seen, at, 'output-lost')
    default:
      return assertNever(health.phase, 'phase')
  }
}

/** Seen idle: a stop that was owed to an OBS that had died is carried out. */
function idle(health: ObsHealth): ObsHealth {
  const stopped = health.told?.what === 'stop'
  return {
    ...health,
    phase: 'inactive',
    inactive: null,
    teardown: null,
    settled: health.settled || stopped,
    told: stopped ? null : health.told,
  }
}

/** A running stream's counters enter the window, and the session's level learns from a clear link. */
function sampled(health: ObsHealth, at: number, reply: ObsStreamStatus): ObsHealth {
  if (health.phase !== 'active') return health
  const samples = pushSample(health.samples, toSample(at, reply))
  const next: ObsHealth = { ...health, samples }
  const before = samples.at(-2)
  const rate = bitrateKbps(samples, 1_000)
  if (before === undefined || rate === null || reply.congestion > clearCongestion) return next
  const spanMs = at - before.at
  const level = health.level
  if (level === null) return { ...next, level: { kbps: rate, learnedMs: spanMs } }
  const learnedMs = level.learnedMs + spanMs
  // A plain mean at first, then an exponential one.
  const weight = Math.max(spanMs / learnedMs, 1 - Math.exp(-spanMs / levelTauMs))
  return { ...next, level: { kbps: level.kbps + (rate - level.kbps) * weight, learnedMs } }
}
