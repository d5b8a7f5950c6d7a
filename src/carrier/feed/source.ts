import { fail, ok, type Result } from '../../core/problem'
import type { CarrierSource } from '../../shared/carrier/control'
import { addressFault } from '../../shared/addresses/plain-text'

/** How a source has to be asked for. */
export type SourceKind = 'rtmp' | 'rtsp' | 'srt' | 'hls' | 'http' | 'file' | 'picture'

export interface SourceShape {
  readonly kind: SourceKind
  /** Host for sentences; null for files. Never user, password, path or query. */
  readonly host: string | null
  /** The path, for files. */
  readonly file: string | null
}

const kinds: Readonly<Record<string, SourceKind>> = {
  rtmp: 'rtmp',
  rtmps: 'rtmp',
  rtsp: 'rtsp',
  rtsps: 'rtsp',
  srt: 'srt',
  http: 'http',
  https: 'http',
}

/** Which schemes a source may have, for `capabilities`. */
export const sourceSchemes = [...Object.keys(kinds), 'file'] as const

/**
 * Tells what a source is, or that it is none and why. Control characters, plain or encoded, are refused: a path with a NUL
 * starts no program, and a URL goes into a list file.
 */
export function shapeOf(source: CarrierSource): Result<SourceShape> {
  const { url } = source
  const fault = addressFault(url)
  if (fault !== null) return fail('source-invalid-url', { reason: `it ${fault}` })
  // A single letter before the colon is a Windows drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined) return file(url)
  if (scheme === 'file') return fromFileUrl(url)
  const kind = kinds[scheme]
  if (kind === undefined || !url.slice(scheme.length).startsWith('://')) return fail('source-invalid-url')
  const parsed = parse(url)
  if (parsed === null || parsed.hostname === '') return fail('source-invalid-url')
  const hls = kind === 'http' && /\.m3u8?$/i.test(parsed.pathname)
  return ok({ kind: hls ? 'hls' : kind, host: parsed.hostname, file: null })
}

function file(path: string): Result<SourceShape> {
  if (path.trim() === '') return fail('source-invalid-url')
  return ok({ kind: /\.(png|jpe?g|webp|bmp|tga)$/i.test(path) ? 'picture' : 'file', host: null, file: path })
}

function fromFileUrl(url: string): Result<SourceShape> {
  const parsed = parse(url)
  if (parsed === null) return fail('source-invalid-url')
  try {
    const path = decodeURIComponent(parsed.pathname)
    return file(/^\/[a-z]:/i.test(path) ? path.slice(1) : path)
  } catch {
    return fail('source-invalid-url')
  }
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}
