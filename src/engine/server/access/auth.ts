import { createHmac } from 'node:crypto'
import { sameSecret } from '../../../host/same-secret'

/** How a request showed that it may come in. */
export type Access =
  | { readonly kind: 'bearer' }
  | { readonly kind: 'cookie' }
  /** A wrong token was shown. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'none' }

/**
 * Value of the cookie: made from the token, but not the token, so that a cookie that leaks opens no API by Bearer and
 * all of them end with the token. The port is in the name because cookies of one host are shared by all its ports.
 */
export const cookieValue = (token: string): string =>
  createHmac('sha256', token).update('understudy page session').digest('base64url')

/**
 * Shows that this is the engine that holds the token, without showing the token: what `/healthz?nonce=` answers. The
 * words before the nonce keep it from ever being another value that is made from the token.
 */
export const healthProof = (token: string, nonce: string): string =>
  createHmac('sha256', token).update(`understudy health ${nonce}`).digest('base64url')

export const cookieName = (port: number): string => `understudy-${port}`

export const setCookie = (token: string, port: number): string =>
  `${cookieName(port)}=${cookieValue(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return null
}

/**
 * Judges the headers of a request. A cookie that is not (or no longer) right counts as none: a page left open over a
 * change of the token must not lock its own address out.
 */
export function accessOf(
  headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined },
  token: string,
  port: number,
): Access {
  const shown = headers.authorization
  if (shown !== undefined) {
    const bearer = /^Bearer +(.+)$/i.exec(shown)?.[1]
    return { kind: bearer !== undefined && sameSecret(bearer, token) ? 'bearer' : 'wrong' }
  }
  const cookie = readCookie(headers.cookie, cookieName(port))
  return { kind: cookie !== null && sameSecret(cookie, cookieValue(token)) ? 'cookie' : 'none' }
}

/**
 * Counts wrong tokens in a sliding window, by whatever name a caller is known. What it holds is bounded, whoever tries:
 * `maxNames` names, and of each no more moments than it is allowed.
 */
export class AttemptLimiter {
  private readonly failures = new Map<string, readonly number[]>()

  constructor(
    private readonly monotonicMs: () => number,
    private readonly allowed = 10,
    private readonly windowMs = 60_000,
    private readonly maxNames = 1_000,
  ) {}

  /** Seconds until this name may try again; 0: now. */
  waitSeconds(name: string, allowed = this.allowed): number {
    const recent = this.recent(name)
    const oldest = recent.at(-allowed)
    if (oldest === undefined) return 0
    return Math.max(1, Math.ceil((oldest + this.windowMs - this.monotonicMs()) / 1_000))
  }

  failed(name: string, allowed = this.allowed): void {
    const recent = [...this.recent(name), this.monotonicMs()].slice(-allowed)
    this.failures.delete(name)
    this.failures.set(name, recent)
    // The map keeps the order of insertion, so the first is the one that failed longest ago.
    const [oldest] = this.failures.keys()
    if (this.failures.size > this.maxNames && oldest !== undefined) this.failures.delete(oldest)
  }

  private recent(name: string): readonly number[] {
    const since = this.monotonicMs() - this.windowMs
    return (this.failures.get(name) ?? []).filter((at) => at > since)
  }
}
