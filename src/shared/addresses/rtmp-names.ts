/**
 * What OBS's librtmp makes of a server's address and a stream key: the names that travel. A second publisher must say the
 * very same ones, or it is on air under another key. Read in OBS 32.2 (the two files are the same since 29.0.2), and
 * compared with a real OBS 29 over `tests/fixtures/obs-wire-names.json`.
 *
 * librtmp reads bytes and knows no URL standard: nothing of the application is decoded or encoded, while `%2D` in the key
 * becomes `-` and `cam.flv` becomes `cam`.
 */
export interface WireNames {
  readonly protocol: LibrtmpProtocol
  /** Without the brackets of IPv6. */
  readonly host: string
  readonly port: number
  readonly app: string
  /** What `connect` names as `tcUrl` and `swfUrl`. Whole but for the last slash; holds what a person wrote into it. */
  readonly tcUrl: string
  /** What `publish` names. A secret. Bytes that are no UTF-8 are shown as U+FFFD. */
  readonly name: string
  /** The same as it travels. */
  readonly nameBytes: Uint8Array
}

/** parseurl.c, `RTMP_ParseURL`. What it does not know it takes for `rtmp`. */
export type LibrtmpProtocol = 'rtmp' | 'rtmpt' | 'rtmps' | 'rtmpe' | 'rtmfp' | 'rtmpte' | 'rtmpts'

export type WireResult =
  | { readonly ok: true; readonly names: WireNames }
  /**
   * `server`: no address that librtmp could connect to. `key`: a `%` without a number after it; librtmp then sends a byte
   * that was never set, so that no key is the same as OBS's.
   */
  | { readonly ok: false; readonly fault: 'server' | 'key' }

const protocols: readonly string[] = ['rtmp', 'rtmpt', 'rtmps', 'rtmpe', 'rtmfp', 'rtmpte', 'rtmpts']
const isProtocol = (text: string): text is LibrtmpProtocol => protocols.includes(text)

/** rtmp.c, `RTMP_SetupURL`: by the features of the protocol. */
const defaultPorts: Readonly<Record<LibrtmpProtocol, number>> = {
  rtmp: 1935,
  rtmpe: 1935,
  rtmfp: 1935,
  rtmps: 443,
  rtmpts: 443,
  rtmpt: 80,
  rtmpte: 80,
}

/** `hostlen < 256` in parseurl.c. */
const longestHost = 255

/** Both texts as they stand in OBS's settings. */
export function wireNames(server: string, key: string): WireResult {
  const path = depad(server)
  const scheme = path.indexOf('://')
  const rest = path.slice(scheme + 3)
  if (scheme < 0 || rest === '') return { ok: false, fault: 'server' }
  const word = path.slice(0, scheme).toLowerCase()
  const protocol = isProtocol(word) ? word : 'rtmp'

  const slash = rest.indexOf('/')
  const bracket = rest.indexOf(']')
  const colon = rest.indexOf(':', bracket >= 0 && bracket < slash ? bracket : 0)
  const hostEnd = slash < 0 ? rest.length : slash
  const isPort = colon >= 0 && colon < hostEnd
  const host = rest.slice(0, isPort ? colon : hostEnd)
  if (host === '' || host.length > longestHost) return { ok: false, fault: 'server' }
  const port = isPort ? atoi(rest.slice(colon + 1)) : 0

  const app = slash < 0 ? '' : rest.slice(slash + 1).replace(/\/$/, '')
  const name = playpath(utf8(depad(key)))
  if (name === null) return { ok: false, fault: 'key' }
  return {
    ok: true,
    names: {
      protocol,
      host: host.startsWith('[') ? host.slice(1, -1) : host,
      port: port === 0 ? defaultPorts[protocol] : port,
      app,
      tcUrl: app === '' ? path : path.slice(0, scheme + 3 + slash + 1 + app.length),
      name: textOf(name),
      nameBytes: name,
    },
  }
}

/** Whether two publishers would be on air at the same place under the same name, however their addresses are written. */
export function isSameStream(
  one: { readonly url: string; readonly key: string },
  other: { readonly url: string; readonly key: string },
): boolean {
  const said = [one, other].map(({ url, key }) => {
    const read = wireNames(url, key)
    if (!read.ok) return null
    const { protocol, host, port, app, nameBytes } = read.names
    return [protocol, host.toLowerCase(), port, app, nameBytes.join()].join('\n')
  })
  return (one.url === other.url && one.key === other.key) || (said[0] !== null && said[0] === said[1])
}

/** libobs/util/dstr.c, `dstr_depad`, on a C string: rtmp-stream.c does it to both before each start. */
const depad = (text: string): string => (text.split('\0', 1)[0] ?? '').replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '')

/** C's `atoi` into librtmp's unsigned port; what is no port counts as none was given: 0. */
function atoi(text: string): number {
  const [, sign, digits] = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text) ?? []
  const value = digits === undefined || sign === '-' ? 0 : Number(digits)
  return value > 65_535 ? 0 : value
}

/** A text as it travels: UTF-8. */
export function utf8(text: string): Uint8Array {
  // Half of a surrogate pair is no character.
  const parts = encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).match(/%..|./g) ?? []
  return Uint8Array.from(parts, (part) =>
    part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
  )
}

function textOf(bytes: Uint8Array): string {
  try {
    return decodeURIComponent(Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
  } catch {
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('')
  }
}

const byteOf = (char: string): number => char.charCodeAt(0)
const percent = byteOf('%')

/** parseurl.c, `RTMP_ParsePlaypath`, step by step. Null: librtmp reads an unset variable. */
function playpath(key: Uint8Array): Uint8Array | null {
  const find = (text: string, from: number): number => indexOf(key, utf8(text), from)
  const isAt = (text: string, at: number): boolean => at >= 0 && find(text, at) === at
  let start = 0
  let left = key.length
  const list = key[0] === byteOf('?') ? find('slist=', 0) : -1
  if (list >= 0) {
    start = list + 6
    const end = find('&', start)
    left = (end < 0 ? key.length : end) - start
  }
  const query = find('?', start)
  // With a short name this points in front of the key, where librtmp reads what is not its own: no ending of ours.
  const ending = left < 4 ? -1 : query >= 0 ? query - 4 : start + left - 4
  const isMp4 = isAt('.f4v', ending) || isAt('.mp4', ending)
  const isFlv = start === 0 && isAt('.flv', ending)
  const prefix = isMp4 ? 'mp4:' : isAt('.mp3', ending) ? 'mp3:' : ''
  const isPrefixed = prefix !== '' && isAt(prefix, start)
  const cuts = isFlv || (prefix !== '' && !isPrefixed)

  const out: number[] = isPrefixed ? [] : [...utf8(prefix)]
  for (let at = start, stop = start + left; at < stop;) {
    const byte = key[at]
    if (cuts && at === ending) at += 4
    else if (byte === percent) {
      const value = scanHex(key, at + 1)
      if (value === null) return null
      out.push(value)
      at += 3
    } else {
      out.push(byte ?? 0)
      at += 1
    }
  }
  return Uint8Array.from(out)
}

/**
 * C's `sscanf(…, "%02x", …)` as a byte: white space is passed over, a sign counts as one of the two letters. `0x` alone is
 * read in more than one way by C's libraries: null, as where there is no number.
 */
function scanHex(bytes: Uint8Array, from: number): number | null {
  const text = String.fromCharCode(...bytes.subarray(from)).replace(/^[ \t\n\v\f\r]+/, '')
  const [, sign = '', digits] = /^([+-]?)([0-9a-f]+)/i.exec(text.slice(0, 2)) ?? []
  if (digits === undefined || /^0x/i.test(text)) return null
  const value = Number.parseInt(digits, 16)
  return (sign === '-' ? -value : value) & 0xff
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at += 1)
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at
  return -1
}
