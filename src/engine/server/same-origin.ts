/** Where a request arrived and what it says about itself. */
export interface RequestPlace {
  /** `Host` header. */
  readonly host: string | undefined
  /** `Origin` header; absent for programs and for plain navigation. */
  readonly origin: string | undefined
  /** Address of our end of the connection. */
  readonly localAddress: string | undefined
}

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
