import { z } from 'zod'

/**
 * Pointing OBS at this PC and giving it back its own settings. `GET /api/obs/route`: {@link ObsRouteView};
 * `POST /api/obs/route`: `CommandReply` to an {@link ObsRouteRequest}.
 */
export const obsRouteRequestSchema = z.strictObject({
  action: z.enum(['point', 'restore']),
  /** Said by a person: stream settings of OBS are changed, and the key moves into Understudy's store. */
  consent: z.literal(true),
  /** Where OBS chooses its server by itself: the one to use (`asksServer`). */
  server: z
    .url({
      protocol: /^(rtmp|rtmps|srt)$/,
      error: 'must be a URL that begins with rtmp://, rtmps://, srt://',
    })
    .optional(),
  /** Where OBS and the set-up name different destinations (`differs`): which one the stream goes to. */
  destination: z.enum(['mine', 'obs']).optional(),
})

export type ObsRouteRequest = z.infer<typeof obsRouteRequestSchema>

export interface ObsRouteView {
  /**
   * `pointed`: OBS streams to this PC. `moved`: also, but to where nobody listens any more: the port or the route was
   * changed. `elsewhere`: to a platform. `unknown`: OBS does not answer.
   */
  readonly state: 'pointed' | 'moved' | 'elsewhere' | 'unknown'
  /** Own settings of OBS's present profile from before are kept and can be given back. */
  readonly restorable: boolean
  /** A connected account overwrites the key at each start. */
  readonly account: boolean
  readonly streaming: boolean
  /** Where OBS streams now, without the key; null: not known. */
  readonly now: string | null
  /** Where OBS streamed before, without the key; null: not known. */
  readonly before: string | null
  /** OBS has stream settings for each profile; this is the one in use. Null: not known. */
  readonly profile: string | null
  /** Other profiles that are pointed here and whose own settings are kept. */
  readonly keptFor: readonly string[]
  /** OBS chooses its server by itself; `usual` is the service's best known one. Null: nothing to ask. */
  readonly asksServer: { readonly service: string; readonly usual: string | null } | null
  /** Two destinations, without keys: one has to be chosen. Null: nothing to ask. */
  readonly differs: { readonly mine: string; readonly obs: string } | null
}
