import { assertNever } from '../assert-never'
import type { HostEvent, ObsEvent, ObsLogEvent, TickEvent, WitnessEvent } from '../events'
import type { Policy } from '../policy'
import { onStats } from './obs/detect-render'
import { concludeLink, onConnection, onProcess, quit } from './obs/link'
import type { ObsHealth } from './obs/state'
import { onStatus } from './obs/status'
import { endStream, failStream, onStreamEvent, toldStartMs } from './obs/stream'
import { onWitness } from './obs/witness'

export { assessObs } from './obs/assess'
export { obsAbsent } from './obs/link'
export { obsMetrics, type ObsMetrics } from './obs/metrics'
export { initialObsHealth, type ObsHealth } from './obs/state'

/** What the core itself told OBS, so that a stop of ours is not the user's and a start of ours is not an "OBS now". */
export interface Told {
  readonly kind: 'told'
  readonly at: number
  readonly what: 'start' | 'stop'
}

export type ObsInput = ObsEvent | WitnessEvent | HostEvent | TickEvent | Told

/** The next health. Every input carries the time, so every one may also conclude what was waiting for it. */
export function observeObs(health: ObsHealth, event: ObsInput, policy: Policy): ObsHealth {
  return conclude(take(health, event, policy), event.at, policy)
}

function take(health: ObsHealth, event: ObsInput, policy: Policy): ObsHealth {
  switch (event.kind) {
    case 'tick':
      return health
    case 'told':
      return onTold(health, event)
    case 'obs-connection':
      return onConnection(health, event)
    case 'obs-status':
      return onStatus(health, event, policy)
    case 'obs-stats':
      return onStats(health, event)
    case 'obs-stream':
      return onStreamEvent(heard(health, event.at), event.state, event.at, policy)
    case 'obs-exit':
      return quit(health, event.at)
    case 'obs-process':
      return onProcess(health, event)
    case 'obs-log':
      return onLog(health, event)
    case 'obs-profile':
      return { ...health, profile: event }
    case 'witness':
      return health.phase === 'active' || health.phase === 'reconnecting'
        ? { ...health, witnesses: onWitness(health.witnesses, event) }
        : health
    case 'host':
      return onHost(health, event.at)
    default:
      return assertNever(event, 'event')
  }
}

/** Whoever speaks is connected. */
const heard = (health: ObsHealth, at: number): ObsHealth =>
  health.link.state === 'never'
    ? { ...health, link: { state: 'connected', at, code: null, closedAt: null } }
    : health

function onTold(health: ObsHealth, { what, at }: Told): ObsHealth {
  // A dead OBS stays dead whatever it is told; any other failed end has been dealt with.
  const settled: ObsHealth = { ...health, settled: health.settled || what === 'start' || !health.gone }
  // There is nothing to stop: it must not colour the next stream.
  if (what === 'stop' && health.phase === 'inactive' && !health.gone) return settled
  return { ...settled, told: { what, at } }
}

/** The log is read a few times a second: a line this soon after a start is about the stream before. */
const logLagMs = 1_000

const lateForEarlierStream = (health: ObsHealth, at: number): boolean => {
  const begun = health.graceFrom ?? health.startingSince
  const runs = health.phase === 'starting' || health.phase === 'active'
  return runs && health.streamSeq > 1 && begun !== null && at - begun < logLagMs
}

/** OBS's log is the only place where a stop has a reason. */
function onLog(health: ObsHealth, { cause, at }: ObsLogEvent): ObsHealth {
  if (lateForEarlierStream(health, at)) return health
  const noted: ObsHealth = { ...health, log: { cause, at } }
  const { end, pending } = health
  if (pending?.kind === 'reason') {
    if (cause === 'user-stop') return endStream(noted, { how: 'user', at, certain: true })
    if (cause === 'encoder-error') {
      return endStream(noted, { how: 'failed', at, cause: 'encoder-failed' })
    }
  }
  // Too late to wait for, in time to be sure.
  if (cause === 'user-stop' && health.phase === 'inactive' && end?.how === 'user') {
    return { ...noted, end: { ...end, certain: true } }
  }
  return noted
}

/** The PC slept or its clock jumped: nothing from before may be compared with what comes. */
function onHost(health: ObsHealth, at: number): ObsHealth {
  return {
    ...health,
    samples: [],
    renders: [],
    witnesses: [],
    outages: [],
    inactive: null,
    freshFrom: at,
    graceFrom: health.graceFrom === null ? null : at,
    reconnect: health.reconnect === null ? null : { ...health.reconnect, since: at },
    pending: health.pending === null ? null : { ...health.pending, until: at },
    answers: {
      ...health.answers,
      statusTimeouts: 0,
      firstTimeoutAt: null,
      lastTimeoutAt: null,
      statsTimeouts: 0,
    },
  }
}

/** What has waited long enough. */
function conclude(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  const { pending, told } = health
  if (pending !== null && at >= pending.until) {
    return pending.kind === 'swap'
      ? failStream(health, pending.at, 'output-disconnected')
      : endStream(health, { how: 'user', at: pending.at, certain: false })
  }
  if (told?.what === 'start' && at - told.at > toldStartMs) {
    return concludeLink({ ...health, told: null }, at, policy)
  }
  return concludeLink(health, at, policy)
}

/** True when a stream began in `after` that we did not start and that is not a reconnect. */
export function startedByOthers(before: ObsHealth, after: ObsHealth): boolean {
  return after.streamSeq > before.streamSeq && after.startedBy === 'others'
}
