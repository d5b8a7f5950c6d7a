import type { Logger } from '../ports'
import { accessOf, sameSecret, type AttemptLimiter } from './auth'
import { forbidden, tooMany, unauthorized, type HttpProblem } from './problem-reply'
import { hostAllowed, originAllowed, type RequestPlace } from './same-origin'

/** Who asks, from where, with what. */
export interface Caller extends RequestPlace {
  readonly remoteAddress: string
  readonly authorization: string | undefined
  readonly cookie: string | undefined
}

export type Admission =
  { readonly ok: true; readonly by: 'page' | 'api' } | { readonly ok: false; readonly refused: HttpProblem }

const refuse = (refused: HttpProblem): Admission => ({ ok: false, refused })

export interface GateOptions {
  readonly token: string
  readonly port: () => number
  /** Names by which this server may be asked, beside loopback and its own address. */
  readonly hosts: readonly string[]
  readonly limiter: AttemptLimiter
  readonly logger: Logger
}

/** Decides who may come in: by the name used, the token shown and, for what changes something, the page it came from. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  /** Null: the caller used one of our names. Everything else comes after this. */
  wrongHost(caller: Caller): HttpProblem | null {
    if (hostAllowed(caller, this.options.port(), this.options.hosts)) return null
    return forbidden('a host name that is not ours')
  }

  /** `acting`: the request can change something, so it must come from our own page or from a program. */
  admit(caller: Caller, acting: boolean): Admission {
    const access = accessOf(caller, this.options.token, this.options.port())
    if (access.kind === 'bearer' || access.kind === 'wrong') {
      const limited = this.attempt(caller, access.kind === 'bearer')
      if (limited !== null) return refuse(limited)
    }
    if (access.kind === 'none') return refuse(unauthorized)
    if (acting && !originAllowed(caller)) return refuse(forbidden('another page'))
    // A browser always says where such a request comes from; only programs stay silent, and those use Bearer.
    if (acting && access.kind === 'cookie' && caller.origin === undefined) {
      return refuse(forbidden('a browser that does not say from which page'))
    }
    return { ok: true, by: access.kind === 'bearer' ? 'api' : 'page' }
  }

  /** A token shown in the address of the page. Null: it is right. */
  tokenInUrl(caller: Caller, shown: string): HttpProblem | null {
    return this.attempt(caller, sameSecret(shown, this.options.token))
  }

  /** While an address waits, even the right token is not looked at, or guessing would cost nothing. */
  private attempt(caller: Caller, right: boolean): HttpProblem | null {
    const { limiter, logger } = this.options
    const seconds = limiter.waitSeconds(caller.remoteAddress)
    if (seconds > 0) return tooMany(seconds)
    if (right) return null
    limiter.failed(caller.remoteAddress)
    logger.warn('wrong access token', { address: caller.remoteAddress })
    return unauthorized
  }
}
