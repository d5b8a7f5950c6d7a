import { compareFormats, type TrackDifference } from '../../compare-tracks'
import type { Assessment, Cause } from '../../health'
import type { SystemId } from '../../words'
import { programLive } from './state'
import type { State } from '../state'

/**
 * What viewers' session cannot carry of this feed, the picture first; null: a cut to it is not seen. Live, that is told from what
 * the program sends; before a stream, from what the first system sends. With nobody on air the next session is a new one anyway.
 */
export function formatCause(state: State, system: SystemId): Cause | null {
  const [first] = differencesOf(state, system)
  if (first === undefined) return null
  const { what, track, primary, backup } = first
  return { code: 'other-format', params: { what, track, primary, backup } }
}

function differencesOf(state: State, system: SystemId): readonly TrackDifference[] {
  const { status } = state.program
  const live = programLive(state.program)
  if (status === null || (!live && state.phase.kind !== 'offline')) return []
  const formatOf = (id: SystemId | undefined) => status.feeds.find((feed) => feed.system === id)?.format
  const first = state.lineup[0]?.id
  const session = live ? (status.onFeed === system ? undefined : status.session?.format) : formatOf(first)
  const next = formatOf(system)
  return session === undefined || next === undefined ? [] : compareFormats(session, next)
}

/** Nothing speaks against it but its format: it can take over, in a new session. */
export const needsNewSession = ({
  readiness,
  readinessCauses,
}: Pick<Assessment, 'readiness' | 'readinessCauses'>): boolean =>
  readiness === 'not-ready' && readinessCauses.length > 0 && readinessCauses.every(isFormat)

const isFormat = ({ code }: Cause): boolean => code === 'other-format'
