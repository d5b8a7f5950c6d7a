import type { Policy } from '../policy'
import type { ProgramFeed } from '../program'
import type { Cause } from './types'

/** The carrier's own guard goes first; the core says it this much later, where no guard was allowed to. */
const afterGuardMs = 300
/** A feed whose media is older than this could not take over. Network sources come in lumps; OBS does not. */
const freshMs = 1_500

/** Media of it arrives. */
export const feedFlows = (feed: ProgramFeed | undefined, policy: Policy): boolean =>
  feed?.leg === 'up' && feed.mediaAgeMs !== null && feed.mediaAgeMs <= policy.program.freezeMs

/** What is wrong with a feed that should carry the program; null: nothing that is known of. */
export function feedCause(feed: ProgramFeed | undefined, policy: Policy): Cause | null {
  if (feed === undefined || feed.leg === 'failed' || feed.leg === 'idle') return { code: 'feed-ended' }
  if (feed.mediaAgeMs !== null && feed.mediaAgeMs > policy.program.freezeMs + afterGuardMs) {
    return feed.leg === 'connecting'
      ? { code: 'feed-ended' }
      : { code: 'feed-frozen', params: { sinceMs: feed.mediaAgeMs } }
  }
  return feed.leg === 'connecting' ? { code: 'feed-ended' } : null
}

/** Could the program be cut to it now? Null: yes. */
export function feedNotReady(feed: ProgramFeed | undefined): Cause | null {
  if (feed === undefined || feed.leg !== 'up' || !feed.warm) return { code: 'not-warm' }
  if (feed.mediaAgeMs === null || feed.mediaAgeMs > freshMs) {
    return { code: 'feed-frozen', params: { sinceMs: feed.mediaAgeMs ?? freshMs } }
  }
  return null
}
