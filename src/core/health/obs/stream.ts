import { assertNever } from '../../assert-never'
import type { ObsOutputState } from '../../events'
import type { Policy } from '../../policy'
import type { CauseCode, ObsStreamEnd } from '../types'
import type { ObsHealth } from './state'

/**
 * The stream's phase from StreamStateChanged (obs-websocket, Obs.h; the sequences are those of libobs obs-output.c).
 * Events of two threads may swap when they are close together, which `swapMs` allows for.
 */
const swapMs = 300
/** A start we gave shows within this, or it came to nothing (a modal box in OBS emits no event at all). */
export const toldStartMs = 90_000
/** Log lines this much older than a stop still belong to it. */
const logBeforeMs = 3_000

/** A stream begins: everything that was about the one before is forgotten. */
export function beginStream(
  health: ObsHealth,
  at: number,
  phase: 'starting' | 'active' | 'reconnecting',
): ObsHealth {
  const ours = health.told?.what === 'start' && at - health.told.at <= toldStartMs
  return {
    ...health,
    phase,
    end: null,
    neverStarted: false,
    settled: false,
    streamSeq: health.streamSeq + 1,
    startedBy: ours ? 'ours' : 'others',
    told: null,
    stopping: null,
    pending: null,
    startingSince: phase === 'starting' ? at : null,
    graceFrom: phase === 'starting' ? null : at,
    reconnect: phase === 'reconnecting' ? { since: at, eventAt: null } : null,
    outages: [],
    stuckReconnecting: false,
    teardown: null,
    inactive: null,
    eventsMissed: false,
    samples: [],
    level: null,
    witnesses: [],
    // What the log said of an earlier stream's end says nothing of this one's.
    log: null,
  }
}

/** The stream is over. */
export function endStream(health: ObsHealth, end: ObsStreamEnd, neverStarted = false): ObsHealth {
  return {
    ...health,
    phase: 'inactive',
    end,
    neverStarted,
    settled: false,
    told: health.told?.what === 'stop' ? null : health.told,
    stopping: null,
    pending: null,
    startingSince: null,
    graceFrom: null,
    reconnect: null,
    outages: [],
    stuckReconnecting: false,
    teardown: { at: end.at },
    inactive: null,
    eventsMissed: false,
    samples: [],
  }
}

/** It broke, unless OBS's log knows better. */
export function failStream(health: ObsHealth, at: number, cause: CauseCode): ObsHealth {
  if (health.told?.what === 'stop') return endStream(health, { how: 'ours', at })
  const log = recentLog(health, at)
  if (log === 'user-stop') return endStream(health, { how: 'user', at, certain: true })
  return endStream(health, { how: 'failed', at, cause: log === 'encoder-error' ? 'encoder-failed' : cause })
}

/** A stop announced by STOPPING is complete: ours, the user's, or an encoder error that only the log can tell apart. */
export function completeStop(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  if (health.stopping?.ours === true || health.told?.what === 'stop') {
    return endStream(health, { how: 'ours', at })
  }
  switch (recentLog(health, health.stopping?.at ?? at)) {
    case 'user-stop':
      return endStream(health, { how: 'user', at, certain: true })
    case 'encoder-error':
      return endStream(health, { how: 'failed', at, cause: 'encoder-failed' })
    default:
      break
  }
  if (health.profile?.logReadable !== true) return endStream(health, { how: 'user', at, certain: false })
  return {
    ...health,
    phase: 'stopping',
    pending: { kind: 'reason', at, until: at + policy.obs.stopReasonWaitMs },
  }
}

/** What the log said about this stop, if anything. */
export function recentLog(health: ObsHealth, since: number): string | null {
  return health.log !== null && health.log.at >= since - logBeforeMs ? health.log.cause : null
}

/** Reconnecting is over: the outage is remembered, the counters have restarted. */
export function resumeStream(health: ObsHealth, at: number): ObsHealth {
  const outage = health.reconnect === null ? [] : [{ from: health.reconnect.since, to: at }]
  return {
    ...health,
    phase: 'active',
    end: null,
    pending: null,
    startingSince: null,
    graceFrom: at,
    reconnect: null,
    outages: [...health.outages, ...outage].slice(-20),
    teardown: null,
    inactive: null,
    samples: [],
  }
}

export function onStreamEvent(
  health: ObsHealth,
  state: ObsOutputState,
  at: number,
  policy: Policy,
): ObsHealth {
  if (health.quitting) return health
  switch (state) {
    case 'starting':
      if (health.phase === 'starting') return health
      if (health.phase === 'active' && health.graceFrom !== null && at - health.graceFrom <= swapMs)
        return health
      return beginStream(health, at, 'starting')
    case 'started':
      if (health.phase === 'starting') {
        return { ...health, phase: 'active', startingSince: null, graceFrom: at, samples: [] }
      }
      return health.phase === 'active' || health.phase === 'stopping' || health.phase === 'reconnecting'
        ? health
        : beginStream(health, at, 'active')
    case 'reconnecting':
      return onReconnecting(health, at)
    case 'reconnected':
      if (health.phase === 'stopping') return health
      if (health.phase === 'unknown') return beginStream(health, at, 'active')
      return health.phase === 'inactive' && health.end?.how !== 'failed' ? health : resumeStream(health, at)
    case 'stopping':
      return onStopping(health, at, policy)
    case 'stopped':
      return onStopped(health, at, policy)
    case 'unknown':
      return health
    default:
      return assertNever(state, 'output state')
  }
}

function onReconnecting(health: ObsHealth, at: number): ObsHealth {
  switch (health.phase) {
    case 'stopping':
    case 'inactive':
      return health
    case 'unknown':
      return { ...beginStream(health, at, 'reconnecting'), reconnect: { since: at, eventAt: at } }
    case 'starting':
    case 'active':
    case 'reconnecting':
      return {
        ...health,
        phase: 'reconnecting',
        startingSince: null,
        stuckReconnecting: false,
        // A retry that failed emits RECONNECTING again: the outage began with the first.
        reconnect: { since: health.reconnect?.since ?? at, eventAt: at },
        inactive: null,
      }
    default:
      return assertNever(health.phase, 'phase')
  }
}

function onStopping(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  const stopping = { at, ours: health.told?.what === 'stop' }
  if (health.pending?.kind === 'swap') return completeStop({ ...health, stopping, pending: null }, at, policy)
  if (health.phase === 'inactive' || health.phase === 'stopping') return health
  return { ...health, phase: 'stopping', stopping, startingSince: null, reconnect: null, inactive: null }
}

function onStopped(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  switch (health.phase) {
    case 'unknown':
      return { ...health, phase: 'inactive', teardown: { at } }
    case 'inactive':
      // Enhanced Broadcasting stops two outputs.
      return health
    case 'starting':
      if (health.told?.what === 'stop') return endStream(health, { how: 'ours', at })
      return endStream(health, { how: 'failed', at, cause: 'output-disconnected' }, true)
    case 'stopping':
      return health.pending === null ? completeStop(health, at, policy) : health
    case 'reconnecting':
      if (health.told?.what === 'stop') return endStream(health, { how: 'ours', at })
      // The user's stop is STOPPING and STOPPED within milliseconds here; the two may swap. Costs nothing: it is off air already.
      return health.pending === null
        ? { ...health, pending: { kind: 'swap', at, until: at + swapMs } }
        : health
    case 'active':
      return failStream(health, at, 'output-disconnected')
    default:
      return assertNever(health.phase, 'phase')
  }
}
