import { z } from 'zod'

/**
 * Pointing OBS at this PC and giving it back its own settings. `GET /api/obs/route`: {@link ObsRouteView};
 * `POST /api/obs/route`: `CommandReply` to an {@link ObsRouteRequest}.
 */
export const obsRouteRequestSchema = z.strictObject({
  action: z.enum(['point', 'restore']),
  /** Said by a person: stream settings of OBS are changed, and the key moves into Understudy's store. */
  consent: z.literal(true),
})

export type ObsRouteRequest = z.infer<typeof obsRouteRequestSchema>

export interface ObsRouteView {
  /** `pointed`: OBS streams to this PC. `elsewhere`: to a platform. `unknown`: OBS does not answer. */
  readonly state: 'pointed' | 'elsewhere' | 'unknown'
  /** OBS's own settings from before are kept and can be given back. */
  readonly restorable: boolean
  /** A connected account overwrites the key at each start. */
  readonly account: boolean
  readonly streaming: boolean
  /** Where OBS streams now, without the key; null: not known. */
  readonly now: string | null
  /** Where OBS streamed before, without the key; null: not known. */
  readonly before: string | null
}
