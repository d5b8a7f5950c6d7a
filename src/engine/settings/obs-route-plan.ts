import { z } from 'zod'
import { fail, ok, type Result } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import type { ObsRouteRequest } from '../../shared/settings/obs-route'
import { redactUrl } from '../../shared/addresses/redact'
import { isSameStream, wireNames } from '../../shared/addresses/rtmp-names'
import type { ObsService } from '../ports'
import type { ObsDestination } from '../obs/destination'

/** What is kept of one OBS profile while it is pointed here. Holds its key: a secret. */
const keptSchema = z.object({
  type: z.string(),
  settings: z.record(z.string(), z.unknown()),
  /** Where it was pointed to: known again after the port was changed. */
  door: z.string(),
  /** The destination that moved from OBS into the set-up; null: that had one of its own. */
  taken: z.object({ url: z.string(), key: z.string() }).nullable(),
})

export type Kept = z.infer<typeof keptSchema>

/** By the name of the profile: OBS has stream settings for each. */
export type KeptByProfile = Readonly<Record<string, Kept>>

/** Nothing where the text is none of ours. */
export function parseKept(text: string | null): KeptByProfile {
  try {
    return z.record(z.string(), keptSchema).parse(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

/** Where OBS has to publish to. */
export const doorUrl = (port: number): string => `rtmp://127.0.0.1:${port}/live`

/** Whether OBS, given this server, publishes to where it is listened: the door has more than one spelling. */
export function isDoor(server: string, port: number): boolean {
  const read = wireNames(server, '')
  if (!read.ok || read.names.protocol !== 'rtmp' || read.names.port !== port) return false
  const { host, app } = read.names
  return /^(127(\.\d+){1,3}|localhost|::1)$/i.test(host) && app.replace(/\/+$/, '') === 'live'
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

export const serverOf = ({ settings }: Pick<ObsService, 'settings'>): string => text(settings['server'])
export const keyOf = ({ settings }: Pick<ObsService, 'settings'>): string => text(settings['key'])

/**
 * `here`: OBS publishes to this PC, and to where it is listened. `moved`: to this PC, but not to where it is listened:
 * another port, or the route is `direct`. Told by the place, or by the key that only we give.
 */
export function placeOf(
  service: ObsService,
  { program, route }: Pick<Config, 'program' | 'route'>,
  kept: Kept | undefined,
): 'here' | 'moved' | 'elsewhere' {
  const server = serverOf(service)
  if (isDoor(server, program.port)) return route === 'program' ? 'here' : 'moved'
  const ours = server === kept?.door || (program.key !== '' && keyOf(service) === program.key)
  return ours ? 'moved' : 'elsewhere'
}

/** What becomes of the set-up's destination. */
export type Move =
  | { readonly kind: 'keep' }
  | { readonly kind: 'take'; readonly url: string; readonly key: string; readonly otherUrl: string | null }

/** Which destination the program path gets: OBS's, or the set-up's own; a person is asked where both differ. */
export function planMove(options: {
  readonly destination: Config['destination']
  readonly service: ObsService
  /** What OBS's settings come to. */
  readonly found: Result<ObsDestination>
  readonly request: Pick<ObsRouteRequest, 'server' | 'destination'>
}): Result<Move> {
  const { destination, service, request } = options
  const mine = destination.url
  if (mine !== null && request.destination === 'mine') return ok({ kind: 'keep' })
  const found = withServer(options.found, service, request.server)
  if (!found.ok) return mine === null ? found : ok({ kind: 'keep' })
  const { url, key, auth } = found.value
  if (mine !== null) {
    if (isSameStream({ url: mine, key: destination.key }, { url, key })) return ok({ kind: 'keep' })
    if (request.destination !== 'obs')
      return fail('obs-route-two', { mine: redactUrl(mine), obs: redactUrl(url) })
  }
  if (auth !== null) return fail('obs-route-login')
  return ok({ kind: 'take', url, key, otherUrl: destination.otherUrl ?? otherIngestOf(url) })
}

function withServer(
  found: Result<ObsDestination>,
  service: ObsService,
  server: string | undefined,
): Result<ObsDestination> {
  if (found.ok || found.problem.code !== 'destination-auto-server' || server === undefined) return found
  const key = keyOf(service)
  return key === '' ? fail('destination-missing', { what: 'key' }) : ok({ url: server, key, auth: null })
}

/** YouTube's address of the same broadcast for a backup (its own help pages and OBS's list of services). */
export function otherIngestOf(url: string): string | null {
  const [, scheme, host, port = ''] =
    /^(rtmps?):\/\/a\.(rtmps?)\.youtube\.com(:\d+)?\/live2\/?$/.exec(url) ?? []
  if (scheme === undefined || host === undefined) return null
  return `${scheme}://b.${host}.youtube.com${port}/live2?backup=1`
}

/** The usual server of a service whose "auto" cannot be known here, to be offered; null: none is known. */
export function usualServer(service: string): string | null {
  if (/^youtube/i.test(service)) return 'rtmps://a.rtmps.youtube.com:443/live2'
  return /^twitch$/i.test(service) ? 'rtmp://live.twitch.tv/app' : null
}

/** Same type and same fields, in whatever order. */
export function sameService(one: ObsService, other: ObsService): boolean {
  const sorted = ({ type, settings }: ObsService): string =>
    JSON.stringify([type, Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1))])
  return sorted(one) === sorted(other)
}
