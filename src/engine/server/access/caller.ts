import { createHash } from 'node:crypto'
import type { Peer } from '../routes/route'
import { cameFrom, type RequestSigns } from './same-origin'

/** Who asks, from where, with what. */
export interface Caller extends RequestSigns, Peer {
  readonly authorization: string | undefined
  readonly cookie: string | undefined
  readonly userAgent: string | undefined
  readonly localAddress: string | undefined
}

/** Reads a caller out of a request. `header` is asked for lower-case names. */
export function readCaller(from: {
  readonly header: (name: string) => string | undefined
  readonly method: string
  readonly upgrade: boolean
  readonly peer: Peer
}): Caller {
  const { header, method, upgrade, peer } = from
  return {
    ...peer,
    method,
    upgrade,
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
    fetchMode: header('sec-fetch-mode'),
    fetchDest: header('sec-fetch-dest'),
    referer: header('referer'),
    accept: header('accept'),
    authorization: header('authorization'),
    cookie: header('cookie'),
    userAgent: header('user-agent'),
  }
}

/** A name that a caller is known by, and how many wrong tokens a minute may be shown under it. */
export interface CallerName {
  readonly name: string
  readonly allowed: number
}

/** Wrong tokens a minute of one caller. */
const ofOneCaller = 10
/** Of all that call themselves the same on this PC: two broken scripts are not one, a guesser with many tokens is. */
const ofOneKind = 30

/**
 * By what a wrong token is remembered. In the LAN a caller is its address. On this PC all share one, and whoever waits
 * there must not make the others wait: so a caller is its connection, the token it keeps on showing, and, more
 * generously, what it says it is. Links on other sites are one caller, for a page may send a tab here over and over.
 */
export function callerNames(caller: Caller, shown: string): readonly CallerName[] {
  const address = plain(caller.remoteAddress)
  if (cameFrom(caller) === 'link') return [{ name: `link at ${address}`, allowed: ofOneCaller }]
  if (!isThisPc(caller)) return [{ name: `address ${address}`, allowed: ofOneCaller }]
  return [
    { name: `connection ${address} ${caller.remotePort ?? ''}`, allowed: ofOneCaller },
    { name: `token ${short(shown)}`, allowed: ofOneCaller },
    { name: `kind ${short(caller.userAgent ?? '')}`, allowed: ofOneKind },
  ]
}

/** An IPv4 address is one, also where it is written as an IPv6 one. */
const plain = (address: string): string => address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')

/** Loopback, or this PC asked by its own address. */
function isThisPc({ remoteAddress, localAddress }: Caller): boolean {
  const address = plain(remoteAddress)
  return address === '::1' || address.startsWith('127.') || address === plain(localAddress ?? '')
}

/** What was sent is of any length and may be a secret of somebody: 96 bits of its digest tell it from others. */
const short = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16)
