import { fail, ok, type Result } from '../../core/problem'
import type { PublishTarget } from './publisher'

/** An SRT target in two halves: what anybody may see, and what goes into ffmpeg's private preset. */
export interface SrtAddress {
  readonly host: string
  /** `srt://host:port`, for the command line. */
  readonly publicUrl: string
  /** Lines `option=value` of a preset file. */
  readonly preset: string
}

/** ffmpeg gives up connecting after this; a server that says no is quicker. */
export const srtConnectTimeoutMs = 4000

/**
 * Reads `srt://host:port[?option=value&...]` as ffmpeg does (not as a URL: stream ids like `#!::r=live` are written
 * unescaped). The key is the stream id, a password the passphrase.
 */
export function parseSrtTarget(target: PublishTarget): Result<SrtAddress> {
  const match = /^srt:\/\/(\[[0-9a-fA-F:.]+\]|[^/:?#[\]@]+):(\d{1,5})\/?(?:\?(.*))?$/s.exec(target.url)
  const [, host, port, query] = match ?? []
  if (host === undefined || port === undefined) return fail('destination-unsupported', { protocol: 'srt' })
  const options = new Map<string, string>([
    ['mode', 'caller'],
    ['pkt_size', '1316'],
    ['connect_timeout', String(srtConnectTimeoutMs)],
  ])
  for (const part of (query ?? '').split('&')) {
    const at = part.indexOf('=')
    if (at > 0) options.set(part.slice(0, at), decoded(part.slice(at + 1)))
  }
  if (target.key !== '') options.set('streamid', target.key)
  if (target.auth !== null && target.auth.password !== '') options.set('passphrase', target.auth.password)
  const lines = [...options].map(([name, value]) => `${name}=${value}`)
  // A line break in a value would be another option.
  const sound = [...options].every(([name, value]) => /^\w+$/.test(name) && !/[\r\n\0]/.test(value))
  if (!sound) return fail('destination-unsupported', { protocol: 'srt' })
  return ok({ host, publicUrl: `srt://${host}:${port}`, preset: `${lines.join('\n')}\n` })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
