import { assessIngest } from '../../health/ingest'
import { assessObs } from '../../health/obs'
import { feedCause, feedFlows, feedNotReady } from '../../health/feed'
import type { Assessment, Cause, CauseCode } from '../../health'
import type { Policy } from '../../policy'
import type { ProgramFeed } from '../../program'
import type { SystemId } from '../../words'
import { formatCause } from './format'
import { onProgram } from './state'
import { ingestHealth, type State } from '../state'

/** The system's feed is in the program of this PC: switching to it is a cut. */
export const inProgram = (state: State, system: SystemId | null): boolean =>
  state.route === 'program' &&
  system !== null &&
  state.lineup.some((entry) => entry.id === system && entry.inProgram === true)

export const feedOf = (state: State, system: SystemId): ProgramFeed | undefined =>
  state.program.status?.feeds.find((feed) => feed.system === system)

/** It is on the live program. */
export const carries = (state: State, system: SystemId): boolean => onProgram(state.program) === system

/** Nothing is known of the feeds now. */
function unheard(state: State, at: number, policy: Policy): CauseCode | null {
  const { status, heardAt, stale } = state.program
  if (stale) return 'program-stale'
  if (status === null || heardAt === null) return 'no-sample'
  return at - heardAt > policy.program.blindAfterMs ? 'monitor-blind' : null
}

/** The program can be cut to it at once. */
export const feedReady = (state: State, system: SystemId, at: number, policy: Policy): boolean =>
  unheard(state, at, policy) === null && feedNotReady(feedOf(state, system)) === null

/** An OBS without a feed that could be told to stream: it is there, answers and renders. */
export const obsStartable = (state: State, at: number, policy: Policy): boolean =>
  state.obs.phase === 'inactive' && assessObs(state.obs, at, policy).readiness === 'ready'

/** An OBS whose stream its user ended, or is ending: no evidence against it. */
export const obsLeaves = ({ obs }: State): boolean =>
  (obs.phase === 'stopping' && obs.stopping?.ours !== true) ||
  (obs.pending !== null && obs.phase !== 'active')

/** Verdict and readiness of a system that is in the program: what its feed shows goes before what it says. */
export function assessInProgram(
  state: State,
  system: SystemId,
  push: boolean,
  at: number,
  policy: Policy,
): Assessment {
  const blind = unheard(state, at, policy)
  const feed = blind === null ? feedOf(state, system) : undefined
  const own = push
    ? assessObs(state.obs, at, loopback(policy))
    : assessIngest(ingestHealth(state, system), at, policy)
  const judged = push
    ? judgeObs(state, system, own, feed, blind, policy)
    : judgePull(state, system, feed, blind, policy)
  return { ...judged, ...readiness(judged, feed, blind, formatCause(state, system)) }
}

/** Reconnecting to our own ingest is a dead feed: a cut costs nothing, so there is nothing to wait for. */
const loopback = (policy: Policy): Policy => ({ ...policy, obs: { ...policy.obs, reconnectAllowanceMs: 0 } })

type Judged = Pick<Assessment, 'verdict' | 'causes'>

const unknown = (code: CauseCode): Judged => ({ verdict: 'unknown', causes: [{ code }] })

/** What OBS says against itself though its media flows: a window that hangs is no stream that hangs. */
const disproved: ReadonlySet<CauseCode> = new Set<CauseCode>([
  'obs-hung',
  'obs-gone',
  'output-disconnected',
  'output-lost',
  'output-stalled',
  'reconnecting',
  'far-end-silent',
])

function judgeObs(
  state: State,
  system: SystemId,
  own: Judged,
  feed: ProgramFeed | undefined,
  blind: CauseCode | null,
  policy: Policy,
): Judged {
  if (obsLeaves(state)) return { verdict: 'unknown', causes: own.causes }
  if (blind !== null) return own.verdict === 'bad' ? own : unknown(blind)
  if (feedFlows(feed, policy)) {
    const causes = own.causes.filter(({ code }) => !disproved.has(code))
    if (own.verdict === 'bad' && causes.length > 0) return { verdict: 'bad', causes }
    return { verdict: 'good', causes: own.verdict === 'good' ? own.causes : [] }
  }
  const lost = carries(state, system) ? feedCause(feed, policy) : null
  if (own.verdict === 'bad') return own
  return lost === null ? own : { verdict: 'bad', causes: [lost] }
}

function judgePull(
  state: State,
  system: SystemId,
  feed: ProgramFeed | undefined,
  blind: CauseCode | null,
  policy: Policy,
): Judged {
  if (blind !== null) return unknown(blind)
  if (!carries(state, system)) return unknown('not-streaming')
  const lost = feedCause(feed, policy)
  return lost === null ? { verdict: 'good', causes: [] } : { verdict: 'bad', causes: [lost] }
}

function readiness(
  judged: Judged,
  feed: ProgramFeed | undefined,
  blind: CauseCode | null,
  unlike: Cause | null,
): Pick<Assessment, 'readiness' | 'readinessCauses'> {
  if (blind !== null) return { readiness: 'unknown', readinessCauses: [{ code: blind }] }
  const lack: Cause | null = feedNotReady(feed)
  if (lack !== null) return { readiness: 'not-ready', readinessCauses: [lack] }
  if (judged.verdict === 'bad') return { readiness: 'not-ready', readinessCauses: judged.causes }
  return unlike === null
    ? { readiness: 'ready', readinessCauses: [] }
    : { readiness: 'not-ready', readinessCauses: [unlike] }
}
