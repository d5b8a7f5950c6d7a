import { fail, ok, type Result } from '../../core/problem'
import { AmfText } from '../../media/amf0'
import { wireNames, type WireNames } from '../../shared/addresses/rtmp-names'
import type { PublishTarget } from './publisher'

/** Where an RTMP publisher connects. Nothing in it is a secret. */
export interface RtmpAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly app: string
  /** What `connect` names: the URL without credentials and without the key. */
  readonly tcUrl: string
}

/** Reads `rtmp(s)://host[:port]/app` as OBS does. Credentials in it are left out: they travel apart. */
export function parseRtmpUrl(text: string): Result<RtmpAddress> {
  const names = namesOf(text, '')
  return names.ok ? ok(addressOf(names.value)) : names
}

/**
 * Server and key as OBS would say them. `destination-key-unclear`: OBS itself has no certain name for this key.
 * `name` is a secret.
 */
export function parseRtmpTarget({
  url,
  key,
}: Pick<PublishTarget, 'url' | 'key'>): Result<{ readonly address: RtmpAddress; readonly name: AmfText }> {
  const names = namesOf(url, key)
  if (!names.ok) return names
  return ok({ address: addressOf(names.value), name: new AmfText(names.value.nameBytes) })
}

function namesOf(url: string, key: string): Result<WireNames> {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return fail('destination-unsupported')
  // librtmp takes what it does not know for RTMP; what is surely another protocol is not tried.
  if (/^(https?|srt|rist|rtsps?)$/.test(scheme)) return fail('destination-unsupported', { protocol: scheme })
  const read = wireNames(withoutCredentials(url), key)
  if (!read.ok)
    return read.fault === 'key'
      ? fail('destination-key-unclear')
      : fail('destination-missing', { what: 'server' })
  // Tunnels and Adobe's encryption are not spoken here.
  const { protocol } = read.names
  return protocol === 'rtmp' || protocol === 'rtmps'
    ? ok(read.names)
    : fail('destination-unsupported', { protocol })
}

const withoutCredentials = (url: string): string => url.replace(/^(\s*[^:/?#]*:\/\/)[^/?#]*@/, '$1')

const addressOf = ({ protocol, host, port, app, tcUrl }: WireNames): RtmpAddress => ({
  secure: protocol === 'rtmps',
  host,
  port,
  app,
  tcUrl,
})
