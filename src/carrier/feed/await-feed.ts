import { fail, ok, problem, type Problem, type Result } from '../../core/problem'
import type { ProbeReply } from '../../shared/carrier/control'
import type { Feed } from './feed'
import type { MediaFeed } from './media-feed'

/** Resolves when a publication could begin at once, or with what is wrong when the time is over or the source is hopeless. */
export function untilWarm(
  feed: Pick<MediaFeed, 'warm' | 'problem' | 'onChange'>,
  deadlineMs: number,
): Promise<Result<void>> {
  if (feed.warm) return Promise.resolve(ok(undefined))
  return new Promise((resolve) => {
    const finish = (result: Result<void>) => {
      clearTimeout(timer)
      stop()
      resolve(result)
    }
    const look = () => {
      if (feed.warm) finish(ok(undefined))
      else if (feed.problem !== null) finish({ ok: false, problem: feed.problem })
    }
    const timer = setTimeout(() => finish(fail('source-no-media')), deadlineMs)
    const stop = feed.onChange(look)
    look()
  })
}

/** Long enough for two keyframes of what platforms accept. */
const observeMs = 4_500
/** YouTube calls it too long past 4 s; platforms ask for 2. */
const longGopSec = 4

/** Looks at a feed for a few seconds: its tracks, and what a viewer would notice or a destination may refuse. */
export async function observe(feed: Feed, deadlineMs: number): Promise<Result<ProbeReply>> {
  const begun = performance.now()
  const warm = await untilWarm(feed, deadlineMs)
  if (!warm.ok) return warm
  const leftMs = Math.max(0, Math.min(observeMs, deadlineMs - (performance.now() - begun)))
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(finish, leftMs)
    const stop = feed.onTag(() => {
      if (gopSec(feed) !== undefined) finish()
    })
  })
  const waited = performance.now() - begun
  return ok({ tracks: sourceTracks(feed), warnings: warnings(feed, waited / 1_000) })
}

const gopSec = (feed: Feed): number | undefined =>
  feed.tracks().find((track) => track.type === 'video')?.gopSec

/** Silence that the carrier adds is no track of the source. */
function sourceTracks(feed: Feed): ProbeReply['tracks'] {
  const audio = feed.sourceCodecs?.audio ?? null
  return feed.tracks().flatMap((track) => {
    if (track.type === 'video') return [track]
    if (audio === null) return []
    return [{ ...track, codec: audio }]
  })
}

function warnings(feed: Feed, watchedSec: number): Problem[] {
  const found: Problem[] = []
  const audio = feed.sourceCodecs?.audio ?? null
  if (audio === null) found.push(problem('source-no-audio'))
  else if (audio !== 'aac') found.push(problem('source-audio-converted', { codec: audio }))
  if (feed.leftOut.video + feed.leftOut.audio > 0) found.push(problem('source-more-tracks'))
  const gop = gopSec(feed) ?? (watchedSec > longGopSec ? watchedSec : 0)
  if (gop > longGopSec) found.push(problem('source-gop-long', { seconds: Math.round(gop) }))
  if (feed.tracks().some((track) => track.bFrames === true)) found.push(problem('source-b-frames'))
  return found
}
