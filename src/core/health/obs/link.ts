import type { ObsConnectionEvent, ObsProcessEvent } from '../../events'
import type { Policy } from '../../policy'
import { seenFlowing } from './witness'
import { endStream, failStream } from './stream'
import type { ObsHealth } from './state'

/** Close code of a socket that died without a word. */
const abrupt = 1006
/** Close code of obs-websocket's server when OBS quits, or when the user turns the server off (WebSocketServer.cpp:129). */
const serverStopping = 1001
/** A process that was missing shortly before its socket closed is the same death. */
const processBeforeMs = 2_000
/** A witness looks once a second: media that still flows was seen within two looks. */
const witnessFreshMs = 2_000
/** One request may be lost to a hiccup; the next one is due within this. */
const secondChanceMs = 1_000

export function onConnection(health: ObsHealth, event: ObsConnectionEvent): ObsHealth {
  const { at } = event
  switch (event.state) {
    case 'connected':
      return {
        ...health,
        link: { state: 'connected', at, code: null, closedAt: null },
        quitting: false,
        gone: false,
        freshFrom: at,
        eventsMissed:
          health.eventsMissed || (health.link.state !== 'connected' && health.link.state !== 'never'),
        // Identified: its event loop answered.
        answers: {
          statusAt: at,
          statsAt: null,
          statusTimeouts: 0,
          firstTimeoutAt: null,
          lastTimeoutAt: null,
          statsTimeouts: 0,
        },
        renders: [],
      }
    case 'closed': {
      const { link } = health
      const wasOpen = link.state === 'connected' || link.closedAt === null
      // How it closed is what counts, not how attempts to reconnect end.
      const closed: ObsHealth = {
        ...health,
        link: wasOpen
          ? { state: 'closed', at, code: event.code ?? null, closedAt: at }
          : { ...link, state: 'closed', at },
      }
      // Without any word on processes the server's own goodbye has to do.
      return event.code === serverStopping && health.process === null ? quit(closed, at) : closed
    }
    case 'refused':
      return { ...health, link: { ...health.link, state: 'refused', at } }
  }
}

export function onProcess(health: ObsHealth, event: ObsProcessEvent): ObsHealth {
  const next: ObsHealth = { ...health, process: { running: event.running, at: event.at } }
  const goodbye = health.link.state !== 'connected' && health.link.code === serverStopping
  // 1001 with OBS still there is a websocket server that was turned off: blind, not over.
  return goodbye && event.running === false && !health.quitting ? quit(next, event.at) : next
}

/** The user quit OBS: the stream is over, not failed. */
export function quit(health: ObsHealth, at: number): ObsHealth {
  const over: ObsHealth = { ...health, quitting: true }
  if (health.phase === 'inactive' && health.end?.how !== 'failed') return over
  if (health.phase === 'unknown') return over
  return endStream({ ...over, pending: null }, { how: 'quit', at })
}

/** Time passes: what the closed socket amounts to by now. */
export function concludeLink(health: ObsHealth, at: number, policy: Policy): ObsHealth {
  if (health.gone || health.quitting || !isGone(health, at, policy)) return health
  const gone: ObsHealth = { ...health, gone: true }
  switch (health.phase) {
    case 'active':
    case 'reconnecting': {
      const over = failStream({ ...gone, pending: null }, at, 'obs-gone')
      // Only a missing process is sure to publish no more; else whether it still does is not known.
      return health.process?.running === false ? over : { ...over, phase: 'unknown' }
    }
    case 'starting':
      return health.told?.what === 'stop'
        ? endStream(gone, { how: 'ours', at })
        : endStream(gone, { how: 'failed', at, cause: 'obs-gone' }, true)
    case 'stopping':
      return endStream(
        gone,
        health.stopping?.ours === true ? { how: 'ours', at } : { how: 'user', at, certain: false },
      )
    case 'inactive':
    case 'unknown':
      return gone
  }
}

/**
 * Gone: the socket died without a word and the process is missing too, or a reconnect is refused. Where nothing is
 * ever said of processes (a recording), 1006 suffices; where it cannot be told, it has to last `goneConfirmMs`.
 */
function isGone(health: ObsHealth, at: number, policy: Policy): boolean {
  const { link, process } = health
  if ((link.state !== 'closed' && link.state !== 'refused') || link.closedAt === null) return false
  if (link.code !== abrupt && !(link.code === null && link.state === 'refused')) return false
  if (process?.running === false && process.at >= link.closedAt - processBeforeMs) return true
  // Media still arrives: whatever refuses us is not a dead OBS.
  if (seenFlowing(health.witnesses, Math.max(link.closedAt + 1, at - witnessFreshMs))) return false
  if (link.state === 'refused') return true
  if (process === null) return true
  return process.running === null && at - link.closedAt >= policy.obs.goneConfirmMs
}

/**
 * Hung: GetStreamStatus unanswered for `hungAfterMs` on an open socket, while nothing outside shows media. GetStats
 * alone never decides (it may block on a network drive), but its answer vouches for OBS while only one request is lost.
 * A frozen OBS whose socket was closed from our side stays hung until it answers.
 */
export function isHung(health: ObsHealth, at: number, policy: Policy): boolean {
  const { answers, link } = health
  if (link.state === 'never' || answers.statusAt === null || answers.firstTimeoutAt === null) return false
  if (link.state !== 'connected') {
    const alive = link.code === abrupt && health.process?.running === true
    if (!alive || health.gone) return false
  }
  if (at - Math.max(answers.statusAt, health.freshFrom) < policy.obs.hungAfterMs) return false
  if (seenFlowing(health.witnesses, at - witnessFreshMs)) return false
  if (answers.statusTimeouts >= 2) return true
  const vouched = answers.statsAt !== null && answers.statsAt > (answers.lastTimeoutAt ?? 0)
  if (vouched) return false
  return answers.statsTimeouts > 0 || at - answers.firstTimeoutAt >= secondChanceMs
}

/** Positive evidence that no OBS is there: its process is gone, or nothing listens. */
export function obsAbsent(health: ObsHealth): boolean {
  return health.gone || (health.link.state === 'refused' && health.process?.running !== true)
}
