import { posix, win32 } from 'node:path'
import { z } from 'zod'
import type { Result } from '../../core/problem'
import { fail, ok } from '../../core/problem'
import { wireNames } from '../../shared/addresses/rtmp-names'
import type { Destination } from '../ports'
import type { ObsFiles } from './installed/files'

/** Where OBS would publish. Holds the key: a secret. */
export type ObsDestination = Pick<Destination, 'url' | 'key' | 'auth'>

/** Reply to GetStreamServiceSettings, as far as it is relied on. Defaults as in OBS's rtmp-common.c and rtmp-custom.c. */
export const serviceReplySchema = z.object({
  streamServiceType: z.string(),
  streamServiceSettings: z.object({
    service: z.string().catch(''),
    server: z.string().catch(''),
    key: z.string().catch(''),
    protocol: z.string().catch(''),
    use_auth: z.boolean().catch(false),
    username: z.string().catch(''),
    password: z.string().catch(''),
  }),
})

export type ServiceReply = z.infer<typeof serviceReplySchema>

export type StreamProtocol = 'rtmp' | 'srt' | 'whip' | 'other'

/** What OBS speaks to its server. Anything it does not know by its prefix is RTMP to OBS (rtmp-custom.c). */
export function protocolOf(service: ServiceReply): StreamProtocol {
  if (service.streamServiceType.startsWith('whip')) return 'whip'
  const { server, protocol } = service.streamServiceSettings
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(server.trim())?.[1]?.toLowerCase()
  switch (scheme) {
    case 'rtmp':
    case 'rtmps':
      return 'rtmp'
    case 'srt':
      return 'srt'
    // librtmp's tunnels and Adobe's encryption are not spoken here.
    case 'rtmpt':
    case 'rtmpe':
    case 'rtmpte':
    case 'rtmpts':
    case 'rtmfp':
    case 'rist':
    case 'ftl':
      return 'other'
    case 'http':
    case 'https':
      // Only services with HLS or WHIP have such servers.
      return protocol.toUpperCase() === 'WHIP' ? 'whip' : 'other'
    default:
      return /^rtmps?$/i.test(protocol) || protocol === '' ? 'rtmp' : 'other'
  }
}

/**
 * Turns OBS's stream settings into a destination. `twitchIngests` is OBS's own cache of Twitch's list, as text: with
 * the server "auto" OBS takes its first entry, and without a list `rtmp://live.twitch.tv/app` (OBS
 * rtmp-services/twitch.c). The "auto" of any other service is worked out by that service at each start and cannot be
 * known here: the user is asked.
 */
export function toDestination(service: ServiceReply, twitchIngests: string | null): Result<ObsDestination> {
  const protocol = protocolOf(service)
  const settings = service.streamServiceSettings
  if (protocol === 'whip' || protocol === 'other')
    return fail('destination-unsupported', { protocol: protocolName(service) })
  const server = settings.server.trim()
  if (server === '') return fail('destination-missing', { what: 'server' })
  if (!server.includes('://')) {
    const url =
      server === 'auto' && settings.service === 'Twitch'
        ? (firstIngest(twitchIngests) ?? twitchDefault)
        : null
    if (url === null) return fail('destination-auto-server', { service: settings.service })
    return withKey(url, settings)
  }
  if (protocol !== 'srt') return withKey(server, settings)
  if (!URL.canParse(server)) return fail('destination-missing', { what: 'server' })
  return ok(srtDestination(server, settings))
}

/** Where OBS caches Twitch's list of ingests. */
export function twitchCachePath(configDir: string, platform: NodeJS.Platform): string {
  return (platform === 'win32' ? win32 : posix).join(
    configDir,
    'plugin_config',
    'rtmp-services',
    'twitch_ingests.json',
  )
}

/** Reads what `toDestination` may need from OBS's files and applies it. */
export async function resolveDestination(
  service: ServiceReply,
  files: ObsFiles,
  configDir: string | null,
  platform: NodeJS.Platform,
): Promise<Result<ObsDestination>> {
  const auto = service.streamServiceSettings.server.trim() === 'auto'
  const cache = auto && configDir !== null ? await files.readText(twitchCachePath(configDir, platform)) : null
  return toDestination(service, cache)
}

type Settings = ServiceReply['streamServiceSettings']

const twitchDefault = 'rtmp://live.twitch.tv/app'

const ingestsSchema = z.object({
  ingests: z.array(z.object({ name: z.string(), url_template: z.string() })),
})

function firstIngest(text: string | null): string | null {
  if (text === null) return null
  try {
    const list: unknown = JSON.parse(text)
    // Twitch spells it both ways, and OBS passes both over.
    const first = ingestsSchema.parse(list).ingests.find(({ name }) => !/depr[ae]cated/i.test(name))
    const url = first?.url_template.replace('/{stream_key}', '')
    return url !== undefined && /^rtmps?:\/\//.test(url) && URL.canParse(url) ? url : null
  } catch {
    return null
  }
}

function withKey(url: string, settings: Settings): Result<ObsDestination> {
  const key = settings.key.trim()
  const read = wireNames(url, key)
  if (!read.ok)
    return read.fault === 'key'
      ? fail('destination-key-unclear')
      : fail('destination-missing', { what: 'server' })
  // A custom server may carry the whole path, application and stream name, in its URL.
  const segments = (read.names.app.split('?', 1)[0] ?? '').split('/').filter((segment) => segment !== '')
  if (key === '' && segments.length < 2) return fail('destination-missing', { what: 'key' })
  return ok({ url, key, auth: authOf(settings) })
}

function authOf(settings: Settings): ObsDestination['auth'] {
  return settings.use_auth && settings.username !== ''
    ? { username: settings.username, password: settings.password }
    : null
}

/** OBS gives an SRT server's key as `streamid` and its password as `passphrase`; its query counts in microseconds, as ffmpeg's does. */
function srtDestination(server: string, settings: Settings): ObsDestination {
  const url = new URL(server)
  if (settings.use_auth && settings.password !== '' && !url.searchParams.has('passphrase'))
    url.searchParams.set('passphrase', settings.password)
  return { url: url.href, key: settings.key.trim(), auth: null }
}

function protocolName(service: ServiceReply): string {
  if (service.streamServiceType.startsWith('whip')) return 'WHIP'
  const { server, protocol } = service.streamServiceSettings
  return (protocol === '' ? (/^([a-z]+):/i.exec(server.trim())?.[1] ?? '') : protocol).toUpperCase()
}
