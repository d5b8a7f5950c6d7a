import type { ProgramGuard } from '../../shared/carrier/program'
import type { MediaFeed } from '../feed/media-feed'

/** Whom the guard lets the program cut to, first to last; null: nobody has anything to show. Whoever needs a new session comes after all others. */
export function nextOf(
  { order, freezeMs }: ProgramGuard,
  onFeed: string,
  feedOf: (id: string) => MediaFeed | null,
  fits: (feed: MediaFeed) => boolean,
): { readonly id: string; readonly feed: MediaFeed } | null {
  const able = order.flatMap((id) => {
    const feed = id === onFeed ? null : feedOf(id)
    if (feed?.warm !== true || (feed.mediaAgeMs() ?? Infinity) > freezeMs) return []
    return [{ id, feed }]
  })
  return able.find(({ feed }) => fits(feed)) ?? able[0] ?? null
}

/** How the feed on the program stands. */
export interface OnProgram {
  readonly ended: boolean
  /** Since it brought something last. */
  readonly ageMs: number
  /** Since the program was cut to it: a feed has its time from there. */
  readonly sinceCutMs: number
}

/** Why the guard leaves it; null: it stays. */
export function whyLeave(
  { freezeMs }: ProgramGuard,
  { ended, ageMs, sinceCutMs }: OnProgram,
): 'feed-ended' | 'feed-frozen' | null {
  if (ended) return 'feed-ended'
  return Math.min(ageMs, sinceCutMs) > freezeMs ? 'feed-frozen' : null
}
