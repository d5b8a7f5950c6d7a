/** Where a request arrived and what it says about itself. */
export interface RequestPlace {
  /** `Host` header. */
  readonly host: string | undefined
  /** `Origin` header; absent for programs and for plain navigation. */
  readonly origin: string | undefined
  /** Address of our end of the connection. */
  readonly localAddress: string | undefined
}

/** What a browser says, unasked, about who made it send a request. A program says what it likes, mostly nothing. */
export interface RequestSigns extends RequestPlace {
  readonly method: string
  /** The request opens a socket. */
  readonly upgrade: boolean
  /** `Sec-Fetch-Site`, `-Mode` and `-Dest`: Chrome 76, Firefox 90, Safari 16.4 and later, to loopback and HTTPS alone. */
  readonly fetchSite: string | undefined
  readonly fetchMode: string | undefined
  readonly fetchDest: string | undefined
  readonly referer: string | undefined
  readonly accept: string | undefined
}

/**
 * `here`: our own page, the address bar, a bookmark or a program. `link`: somebody followed a link (or was sent) here
 * from another site, as the whole of a tab. `elsewhere`: another page's picture, script, frame, form or call.
 */
export type CameFrom = 'here' | 'link' | 'elsewhere'

const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Host and port out of a Host header; port 80 when none stands there. */
function splitHost(header: string): { readonly name: string; readonly port: number } | null {
  const found = /^(\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)(?::(\d{1,5}))?$/i.exec(header)
  const name = found?.[1]
  if (name === undefined) return null
  return { name: name.toLowerCase(), port: found?.[2] === undefined ? 80 : Number(found[2]) }
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/**
 * Is the Host one of ours? A page of another site can make its own name point at this PC (DNS rebinding), but cannot
 * make the browser send our name: so only loopback names, the configured host and the very address that the
 * connection came in on are taken, with our port.
 */
export function hostAllowed(place: RequestPlace, port: number, configured: readonly string[]): boolean {
  const host = splitHost(place.host ?? '')
  if (host?.port !== port) return false
  const local = (place.localAddress ?? '').replace(/^::ffff:/, '')
  const names = [...loopbackNames, ...configured.map(bracketed), bracketed(local)]
  return names.some((name) => name.toLowerCase() === host.name)
}

/** Is the Origin, where there is one, this very page? */
export const originAllowed = (place: RequestPlace): boolean =>
  place.origin === undefined || place.origin.toLowerCase() === `http://${(place.host ?? '').toLowerCase()}`

/**
 * Who made the browser ask, by the signs of new browsers and old ones. Another port of the same host is another page,
 * though browsers call it `same-site`.
 */
export function cameFrom(signs: RequestSigns): CameFrom {
  if (!originAllowed(signs)) return 'elsewhere'
  // Every browser puts the page of a socket into Origin (RFC 6455, 10.2), and not all of them agree on its Sec-Fetch-Site.
  if (signs.upgrade) return 'here'
  const { fetchSite } = signs
  if (fetchSite === 'same-origin' || fetchSite === 'none') return 'here'
  if (fetchSite !== undefined) return isNavigation(signs) ? 'link' : 'elsewhere'
  // An older browser, or an address in the LAN, where even new ones send no Sec-Fetch-Site.
  if (signs.referer === undefined || refersHere(signs)) return 'here'
  return reads(signs) && (signs.accept ?? '').includes('text/html') ? 'link' : 'elsewhere'
}

const reads = ({ method }: RequestSigns): boolean => method === 'GET' || method === 'HEAD'

/** The whole of a tab, not a frame in a page. Chrome up to 79 sent no `Sec-Fetch-Dest`, and `nested-navigate` for frames. */
const isNavigation = (signs: RequestSigns): boolean =>
  reads(signs) && signs.fetchMode === 'navigate' && (signs.fetchDest ?? 'document') === 'document'

const refersHere = ({ referer, host }: RequestSigns): boolean =>
  /^https?:\/\/[^/?#]+/i.exec(referer ?? '')?.[0].toLowerCase() === `http://${(host ?? '').toLowerCase()}`
