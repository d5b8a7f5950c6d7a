import type { Notice } from '../../core/failover'
import type { FarEnd } from '../destination'
import type { Sender } from './viewer-gap'

/** Whose media a viewer sees. */
export interface SeenSender {
  readonly now: (farEnd: FarEnd) => Sender | null
  readonly heard: (notice: Notice) => void
}

/** Route `direct`: whoever publishes; OBS calls itself `from`. */
export const publisherSeen = (from: string): SeenSender => ({
  now: (farEnd) =>
    farEnd.publisherId === null ? null : { id: farEnd.publisherId, obs: farEnd.from === from },
  heard: () => undefined,
})

/** More hand-overs than this within one publish session have not been seen. */
const cutsPerSession = 1e6

/**
 * Route `program`: one publisher sends whatever is on the program, so that only the engine's word tells whose picture it is.
 * It comes a moment after the cut ({@link toldLateMs}).
 */
export function programSeen(): SeenSender {
  let obs: boolean | null = null
  let cuts = 0
  return {
    now: ({ publisherId }) =>
      publisherId === null || obs === null ? null : { id: publisherId * cutsPerSession + cuts, obs },
    heard: (notice) => {
      const to =
        notice.code === 'switched' ? notice.to : notice.code === 'stream-started' ? notice.system : null
      if (to === null) return
      if (obs !== (to === 'obs')) cuts += 1
      obs = to === 'obs'
    },
  }
}

/** The engine hears of a cut with the carrier's next report, and tells it then, ms. */
export const toldLateMs = 3_000
