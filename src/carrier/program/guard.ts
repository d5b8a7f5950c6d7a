import type { ProgramGuard } from '../../shared/carrier-program'
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
