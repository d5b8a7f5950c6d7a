import type { FlvTag } from '../../media/flv'
import type { FeedRun } from '../../media/splicer'
import { classify } from '../../media/tags/tags'
import type { ProgramCut } from '../../shared/carrier/program'
import type { MediaFeed } from '../feed/media-feed'

export interface CutMade extends Omit<ProgramCut, 'agoMs'> {
  /** Monotonic ms. */
  readonly at: number
}

/** A cut as a state tells it, at `now` (monotonic ms). */
export const cutAt = ({ at, ...cut }: CutMade, now: number): ProgramCut => ({
  ...cut,
  agoMs: Math.max(0, Math.round(now - at)),
})

export function isPicture(tag: FlvTag): boolean {
  const info = classify(tag)
  return info.kind === 'video' && (info.part === 'keyframe' || info.part === 'inter')
}

/** The present run of a feed, as the splicer takes it. */
export const runOf = (id: string, feed: MediaFeed): FeedRun => ({
  feed: id,
  epoch: feed.epoch,
  cache: feed.cache,
  originMs: feed.originMs,
})
