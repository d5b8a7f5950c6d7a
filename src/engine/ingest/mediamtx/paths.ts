import { fail, ok } from '../../../core/problem'
import type { Result } from '../../../core/problem'
import { utf8, wireNames } from '../../../shared/addresses/rtmp-names'
import { withParam } from '../../../shared/addresses/query-param'
import type { Destination, SourceSpec } from '../../ports'

/**
 * What we ask MediaMTX to hold. The warm path always pulls (`sourceOnDemand: false`: a forward is no reader and would
 * wake nothing) and forwards nothing; only `forward` and the lease below ever change, for any other change destroys
 * the path and what it sends.
 */
export interface WarmPath {
  readonly source: string
  readonly sourceOnDemand: false
  readonly rtspTransport: 'tcp' | 'udp'
  readonly sourceOnDemandCloseAfter: typeof ownMark
}

/**
 * Says that the path is ours, also to an engine that was started after a crash of the one that made it. MediaMTX keeps
 * no free text in a path; this duration has no effect while `sourceOnDemand` is false.
 */
export const ownMark = '4477s'
const ownMarkSec = 4477

/**
 * The lease under which the path forwards, kept where a restarted engine finds it: `recordSegmentDuration` has no
 * effect while `record` is false, and is one of the few fields that MediaMTX takes over without touching what runs.
 * The default of one hour is lease 0.
 */
export const leaseFields = (generation: number): Readonly<Record<string, unknown>> => ({
  recordSegmentDuration: `${leaseBaseSec + generation}s`,
})
const leaseBaseSec = 3600

/** Lease of a path of ours; 0 where none was kept. */
export function leaseOf(config: Readonly<Record<string, unknown>>): number {
  const seconds = durationSec(config['recordSegmentDuration'])
  return seconds === null ? 0 : Math.max(0, Math.round(seconds - leaseBaseSec))
}

export const isOurs = (config: Readonly<Record<string, unknown>>): boolean =>
  durationSec(config['sourceOnDemandCloseAfter']) === ownMarkSec

/** The path pulls what we want it to pull; whatever it forwards. */
export const isSamePull = (config: Readonly<Record<string, unknown>>, warm: WarmPath): boolean =>
  config['source'] === warm.source &&
  config['sourceOnDemand'] === false &&
  (!warm.source.startsWith('rtsp') || config['rtspTransport'] === warm.rtspTransport)

/** A path's configuration as the server returned it, ready to be put back. */
export const restorable = (config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(config).filter(([field]) => field !== 'name'))

/** Seconds of a Go duration such as `1h14m37s`, or null where it is none. */
export function durationSec(value: unknown): number | null {
  if (typeof value !== 'string' || value === '') return null
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 }
  let sum = 0
  let rest = value
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)(ms|d|h|m|s)/.exec(rest)
    if (match === null) return null
    sum += Number(match[1]) * (units[match[2] ?? ''] ?? 0)
    rest = rest.slice(match[0].length)
  }
  return sum
}

/** Names that MediaMTX reads as something else: patterns (which always pull on demand) and its own words. */
export const isUsableName = (name: string): boolean =>
  !/^(~|all$|all_others$)/.test(name) && !name.startsWith('/') && !name.endsWith('/') && !name.includes('//')

/** The warm path for a source, or why MediaMTX cannot pull it. */
export function warmPath(source: SourceSpec): Result<WarmPath> {
  const url = renderSource(source.url)
  if (!url.ok) return url
  return ok({
    source: url.value,
    sourceOnDemand: false,
    rtspTransport: source.transport ?? 'tcp',
    sourceOnDemandCloseAfter: ownMark,
  })
}

const scheme = (url: string): string => /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? ''

/** MediaMTX has no file source, and over HTTP it reads HLS only. */
function renderSource(url: string): Result<string> {
  if (!URL.canParse(url)) return fail('source-invalid-url')
  switch (scheme(url)) {
    case 'rtmp':
    case 'rtmps':
      return ok(url.includes('#') ? url : splitRtmpKey(url))
    case 'http':
    case 'https':
      return /\.m3u8$/i.test(new URL(url).pathname)
        ? ok(url)
        : fail('source-invalid-url', { detail: 'not HLS' })
    case 'rtsp':
    case 'rtsps':
    case 'srt':
    case 'whep':
    case 'wheps':
      return ok(url)
    default:
      return fail('source-invalid-url', { detail: 'not a protocol that MediaMTX pulls' })
  }
}

/** `rtmp://h/app/key?x=1` -> `rtmp://h/app#key?x=1`: without the `#` MediaMTX takes all of it for the app. */
function splitRtmpKey(url: string): string {
  const match = /^([a-z]+:\/\/[^/?#]+\/[^?#]*[^/?#])\/([^/?#]+)(\?[^#]*)?$/i.exec(url)
  return match === null ? url : `${match[1] ?? ''}#${encodeKey(utf8(`${match[2] ?? ''}${match[3] ?? ''}`))}`
}

/**
 * A stream key as a URL's fragment. Go decodes the fragment, so a percent sign of the key itself must be encoded, and a
 * `#`; `?`, `&` and `=` stand as they are: everything after the `#` is sent to the platform as the key.
 */
const encodeKey = (key: Uint8Array): string =>
  Array.from(key, (byte) => {
    const char = String.fromCharCode(byte)
    return /[A-Za-z0-9\-._~!$&'()*+,;=:@/?]/.test(char)
      ? char
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

const percent = (char: string): string => {
  try {
    return encodeURIComponent(char)
  } catch {
    return '%EF%BF%BD' // half of a surrogate pair is no character
  }
}

/**
 * The `dest` of MediaMTX's `forward` for a destination. A secret: holds the stream key.
 * @param generation the value of the takeover parameter, where the destination has one
 */
export function renderDestination(destination: Destination, generation: number): Result<string> {
  const { takeover, backupUrl } = destination
  const url = takeover.kind === 'backup-url' && backupUrl !== undefined ? backupUrl : destination.url
  if (!URL.canParse(url)) return fail('destination-unsupported', { protocol: 'unknown' })
  switch (scheme(url)) {
    case 'rtmp':
    case 'rtmps':
      return renderRtmp(url, destination, generation)
    case 'srt':
      return ok(renderSrt(url, destination.key))
    default:
      return fail('destination-unsupported', { protocol: scheme(url) })
  }
}

/** The app and the key as OBS would say them, in a form of which MediaMTX makes the same. */
function renderRtmp(url: string, { key, auth, takeover }: Destination, generation: number): Result<string> {
  let server = url
  let streamKey = key
  if (streamKey === '') {
    // The whole address was given in one: its last part is the key.
    const match = /^([a-z]+:\/\/[^/?#]+\/[^?#]+)\/([^/?#]+)(\?[^#]*)?$/i.exec(url.replace(/\/+$/, ''))
    if (match !== null) {
      server = match[1] ?? ''
      streamKey = `${match[2] ?? ''}${match[3] ?? ''}`
    }
  }
  if (takeover.kind === 'query') streamKey = withParam(streamKey, takeover.param, String(generation))
  const read = wireNames(server, streamKey)
  if (!read.ok)
    return read.fault === 'key'
      ? fail('destination-key-unclear')
      : fail('destination-missing', { what: 'server' })
  const { app, tcUrl, nameBytes } = read.names
  if (!isKeptByGo(app)) return fail('destination-name-changed')
  let dest = app === '' ? tcUrl.replace(/\/+$/, '') : tcUrl
  if (auth !== null && auth.username !== '' && !/:\/\/[^/]*@/.test(dest))
    dest = dest.replace('://', () => `://${userinfo(auth.username)}:${userinfo(auth.password)}@`)
  return ok(nameBytes.length === 0 ? dest : `${dest}#${encodeKey(nameBytes)}`)
}

/**
 * MediaMTX sends the path as Go's `URL.EscapedPath` gives it back: letters outside this set come back as `%7B` and the like,
 * and a `#` would begin the key.
 */
const isKeptByGo = (app: string): boolean =>
  /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@[\]/]|%[0-9A-Fa-f]{2})*(?:\?[^#\p{Cc}\s]*)?$/u.test(app)

const userinfo = (text: string): string => Array.from(text).map(percent).join('')

/**
 * libsrt in OBS and ffmpeg counts latencies in microseconds, MediaMTX's SRT in milliseconds: 200000 would become 200 s.
 * The key is the stream id. `mode` is dropped: a forward is always the caller.
 */
function renderSrt(url: string, key: string): string {
  const [address = '', query = ''] = url.split('?', 2)
  let rendered = address
  for (const pair of query.split('&')) {
    const [name = '', ...rest] = pair.split('=')
    const value = rest.join('=')
    if (name === '' || name === 'mode' || (name === 'streamid' && key !== '')) continue
    const isLatency = ['latency', 'rcvlatency', 'peerlatency'].includes(name) && /^\d+$/.test(value)
    rendered = withParam(
      rendered,
      name,
      isLatency && Number(value) >= 10_000 ? String(Math.round(Number(value) / 1000)) : value,
    )
  }
  return key === '' ? rendered : withParam(rendered, 'streamid', userinfo(key))
}

/** Whether two destinations of a forward are one place: they may differ in the takeover's number only. */
export function isSamePlace(one: string, other: string, takeoverParam: string | null): boolean {
  const plain = (dest: string): string =>
    takeoverParam === null ? dest : withParam(dest, takeoverParam, '0')
  return plain(one) === plain(other)
}

/** Secrets within a URL: user info, query values and fragment. For the redactor. */
export function secretsOfUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url]
  const { username, password, searchParams, hash } = new URL(url)
  const found = [decode(username), decode(password), decode(hash.slice(1)), ...searchParams.values()]
  return found.filter((text) => text.length >= 4)
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
