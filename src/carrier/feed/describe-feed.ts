import type { Track } from '../../core/words'
import type { FlvTag } from '../../media/flv'
import type { GopCache } from '../../media/gop-cache'
import { describeTracks, metadataOf } from '../../media/tags/tags'
import type { FeedMeter } from './meter'

/** The tracks of a feed as they are published: from its headers, and what was seen passing. */
export function describeFeed(cache: GopCache, meter: FeedMeter): readonly Track[] {
  const headers = cache.headers()
  const of = (type: FlvTag['type']) => headers.find((tag) => tag.type === type) ?? null
  const metadata = of(18)
  const described = describeTracks(
    metadata === null ? null : metadataOf(metadata),
    of(9)?.payload ?? null,
    of(8)?.payload ?? null,
  )
  return described.map((track): Track => {
    if (track.type === 'audio') return track
    const { gopSec } = meter
    return { ...track, bFrames: meter.bFrames, ...(gopSec === null ? {} : { gopSec }) }
  })
}
