import type { Problem } from '../problem'
import type { DestinationState } from '../program'
import type { SystemId } from '../words'
import { inProgram } from './program/systems'
import type { OnAir, State } from './state'
import { isPush } from './systems'

/** A system carries the stream, and no destination has it for sure. */
export interface Outage {
  /** ms */
  readonly since: number
  /** A session is there again, and has not held for long enough to count. */
  readonly settling: boolean
  readonly problem: Problem | null
}

/** A status from before our start may still be the last one, ms. */
const statusLagMs = 500

/**
 * Who carries the stream is one thing, whether it leaves this PC another: the session of every destination may be down, or so
 * young that it may be gone in a moment. Null: it is sent, or nothing is known against it (unknown is not bad).
 */
export function outageOf(state: State, phase: OnAir): Outage | null {
  if (inProgram(state, phase.system)) return programOutage(state, phase)
  return isPush(state, phase.system) ? obsOutage(state) : pullOutage(state, phase)
}

const isUp = ({ leg }: DestinationState): boolean => leg === 'up' || leg === 'stalled'

/** A session that is old enough to count on. Carriers that do not say so yet are believed. */
const counts = (each: DestinationState): boolean => isUp(each) && each.confirmed !== false

/**
 * What the notice of a switch bears where media arrives, and the session that takes it is younger than what counts as
 * confirmed: a platform may let a stream in and throw it out 30 ms later.
 */
export const settling = (state: State, system: SystemId): { readonly settling?: true } => {
  const { program } = state
  const young = !program.stale && !(program.status?.destinations ?? []).some(counts)
  return inProgram(state, system) && young ? { settling: true } : {}
}

function programOutage({ program }: State, phase: OnAir): Outage | null {
  const { status, stale, destinations } = program
  if (stale || status === null || !status.live || status.destinations.length === 0) return null
  if (status.destinations.some(counts)) return null
  const [first] = status.destinations
  // It began when the last one fell.
  const falls = status.destinations.map(({ id }) => {
    const health = destinations[id]
    return health?.downSince ?? health?.upSince ?? phase.since
  })
  return {
    since: Math.max(...falls),
    settling: status.destinations.some(isUp),
    problem: first?.problem ?? null,
  }
}

function obsOutage({ obs }: State): Outage | null {
  if (obs.phase !== 'reconnecting' || obs.reconnect === null) return null
  return { since: obs.reconnect.since, settling: false, problem: null }
}

function pullOutage({ publishing }: State, phase: OnAir): Outage | null {
  const seen = publishing[phase.system]
  if (seen === undefined || seen.stale || seen.at - phase.since < statusLagMs) return null
  if (seen.leg === 'up' || seen.leg === 'stalled') return null
  return { since: Math.max(seen.since, phase.since), settling: false, problem: null }
}
