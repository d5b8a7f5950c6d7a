/**
 * Takes secrets out of texts before they reach a log, the journal, a snapshot or a person. Two nets: the secrets that
 * are known (whatever they stand in), and everything that looks like one by its place (URLs, `passphrase=`, ...).
 */

/** Stands where a secret stood. */
export const mask = '***'

/** Query parameters whose values tell something and give nothing away. */
const harmlessParams = new Set([
  'mode',
  'latency',
  'transtype',
  'pkt_size',
  'connect_timeout',
  'timeout',
  'bandwidthtest',
  'backup',
  'priority',
])

/** A secret this short is masked only where it stands as a word of its own: masking every `a` hides the text, not the secret. */
const shortSecret = 4

const safely = (encode: (text: string) => string, text: string): string => {
  try {
    return encode(text)
  } catch {
    return text // a lone surrogate or a malformed escape has no other form
  }
}

/** The forms in which one secret turns up: plain, percent-encoded (both cases), decoded, inside JSON. */
function formsOf(secret: string): readonly string[] {
  const encoded = [safely(encodeURIComponent, secret), safely(encodeURI, secret)]
  // encodeURIComponent leaves !'()* alone, other encoders do not
  const strict = encoded.map((text) =>
    text.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  )
  const lower = [...encoded, ...strict].map((text) =>
    text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
  )
  const json = JSON.stringify(secret).slice(1, -1)
  return [secret, ...encoded, ...strict, ...lower, safely(decodeURIComponent, secret), json]
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function patternOf(secrets: readonly string[]): RegExp | null {
  const forms = [...new Set(secrets.flatMap(formsOf))]
    .filter((form) => /[^*\s]/.test(form))
    .sort((one, other) => other.length - one.length)
  if (forms.length === 0) return null
  const parts = forms.map((form) =>
    form.length < shortSecret
      ? `(?<![\\p{L}\\p{N}])${escapeRegExp(form)}(?![\\p{L}\\p{N}])`
      : escapeRegExp(form),
  )
  return new RegExp(parts.join('|'), 'gu')
}

/** Twitch, Kick and YouTube keys, tokens: long, one piece, letters with digits. */
const looksOpaque = (segment: string): boolean =>
  segment.length >= 16 && /\d/.test(segment) && /^[A-Za-z0-9_\-~=%+]+$/.test(segment)

function redactQuery(query: string): string {
  return query
    .split('&')
    .map((pair) => {
      const at = pair.indexOf('=')
      if (at < 0) return pair === '' ? '' : mask
      const name = pair.slice(0, at)
      return harmlessParams.has(name.toLowerCase()) && /^[\w.]{0,10}$/.test(pair.slice(at + 1))
        ? pair
        : `${name}=${mask}`
    })
    .join('&')
}

/** RTMP: app (first segment) stays, what follows is the stream key. Others keep their path, but for what looks like a token. */
function redactPath(scheme: string, path: string): string {
  if (!scheme.startsWith('rtmp')) {
    return path
      .split('/')
      .map((segment) => (looksOpaque(segment.replace(/\.\w{1,5}$/, '')) ? mask : segment))
      .join('/')
  }
  const [, app = '', ...key] = path.split('/')
  if (path === '' || path === '/') return path
  const shown = looksOpaque(app) ? mask : app
  return key.length === 0 ? `/${shown}` : key.join('') === '' ? `/${shown}/` : `/${shown}/${mask}`
}

/**
 * A URL without its secrets: user and password, stream key (path after the RTMP app, or MediaMTX's `#key`), query
 * values such as `streamid` and `passphrase`. Host, app and harmless parameters stay, so that a person still knows
 * which one is meant. A text that is no URL comes back as it is.
 */
export function redactUrl(url: string): string {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([\s\S]*)$/.exec(url)
  if (match === null) return url
  const scheme = (match[1] ?? '').toLowerCase()
  let rest = match[2] ?? ''
  if (scheme === 'file') return url

  const cut = (separator: string): string | null => {
    const at = rest.indexOf(separator)
    if (at < 0) return null
    const after = rest.slice(at + 1)
    rest = rest.slice(0, at)
    return after
  }
  let user = ''
  // A password may hold / ? # unencoded: then the last @ is the end of it, as long as what precedes is user:password.
  const lastAt = rest.lastIndexOf('@')
  if (lastAt >= 0) {
    const before = rest.slice(0, lastAt)
    const plain = !/[/?#]/.test(before)
    if (plain || before.split(/[/?#]/, 1)[0]?.includes(':') === true) {
      user = `${mask}@`
      rest = rest.slice(lastAt + 1)
    } else {
      const authority = /^[^/?#]*/.exec(rest)?.[0] ?? ''
      if (authority.includes('@')) {
        user = `${mask}@`
        rest = rest.slice(authority.lastIndexOf('@') + 1)
      }
    }
  }
  const query = rest.indexOf('?') >= 0 && !/#[^?]*\?/.test(rest) ? cut('?') : null
  const fragment = query === null ? cut('#') : null
  const slash = rest.indexOf('/')
  const host = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  const shownQuery = query === null ? '' : `?${redactQuery(query.split('#', 1)[0] ?? '')}`
  const hadFragment = fragment !== null || query?.includes('#') === true
  return `${scheme}://${user}${host}${redactPath(scheme, path)}${shownQuery}${hadFragment ? `#${mask}` : ''}`
}

/** Any text: URLs in it, and values that follow the name of a secret. */
export function redactText(text: string): string {
  return text
    .replace(/[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s"'<>`|]+/g, (found) => {
      const tail = /[.,;:)\]}]+$/.exec(found)?.[0] ?? ''
      return redactUrl(found.slice(0, found.length - tail.length)) + tail
    })
    .replace(/\b(Basic|Bearer)\s+[A-Za-z0-9+/=._~:-]{4,}/g, `$1 ${mask}`)
    .replace(
      /\b(streamid|passphrase|password|passwd|authorization|stream_?key|token|secret)(["']?\s*[=:]\s*["']?)(?!\*\*\*)([^\s"'&,;<>]+)/gi,
      (_all, name: string, between: string) => `${name}${between}${mask}`,
    )
}

export type Redactor = (text: string) => string

/**
 * A function that takes these secrets, in all their usual encodings, and everything `redactText` knows out of a text.
 * Empty secrets are ignored; one shorter than four characters is masked only as a whole word.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const pattern = patternOf(secrets.filter((secret) => secret !== ''))
  return (text) => {
    const masked = (input: string): string => {
      if (pattern === null) return input
      let before = input
      // A mask beside stars of the secret may make it whole again: until nothing changes, and bounded.
      for (let round = 0; round < 8; round++) {
        const after = before.replace(pattern, mask)
        if (after === before) break
        before = after
      }
      return before
    }
    return masked(redactText(masked(text)))
  }
}
