import { sameSecret } from '../../../host/same-secret'
import type { Logger } from '../../ports'
import { accessOf, AttemptLimiter } from './auth'
import { callerNames, type Caller } from './caller'
import { forbidden, tooMany, unauthorized, type HttpProblem } from '../routes/problem-reply'
import { cameFrom, hostAllowed } from './same-origin'

export type Admission =
  { readonly ok: true; readonly by: 'page' | 'api' } | { readonly ok: false; readonly refused: HttpProblem }

/** What was shown as a token, without the word before it: in a header and in an address it is the same one. */
const bearerOf = ({ authorization = '' }: Caller): string => authorization.replace(/^Bearer +/i, '')

const refuse = (refused: HttpProblem): Admission => ({ ok: false, refused })

export interface GateOptions {
  readonly token: string
  readonly port: () => number
  /** Names by which this server may be asked, beside loopback and its own address. */
  readonly hosts: readonly string[]
  readonly monotonicMs: () => number
  readonly logger: Logger
}

/**
 * Decides who may come in: by the name used, the page it came from and the token shown. The right token is looked at
 * before anything is counted and never waits: of 256 random bits nothing is guessed, however often somebody tries,
 * while a wait that also held for the right token would let any page shut the streamer out.
 */
export class Gate {
  private readonly wrongTokens: AttemptLimiter
  /** Lines of the log on wrong tokens, or whoever changes names with each try would fill it. */
  private readonly lines: AttemptLimiter

  constructor(private readonly options: GateOptions) {
    this.wrongTokens = new AttemptLimiter(options.monotonicMs)
    this.lines = new AttemptLimiter(options.monotonicMs)
  }

  /** Null: the caller used one of our names. Everything else comes after this. */
  wrongHost(caller: Caller): HttpProblem | null {
    if (hostAllowed(caller, this.options.port(), this.options.hosts)) return null
    return forbidden('a host name that is not ours')
  }

  /** Null: no other page is behind this, or who is knows the token. Comes before any token is counted. */
  wrongPage(caller: Caller): HttpProblem | null {
    if (cameFrom(caller) !== 'elsewhere' || this.access(caller) === 'bearer') return null
    return forbidden('another page')
  }

  /** `acting`: the request can change something, so it must come from our own page or from a program. */
  admit(caller: Caller, acting: boolean): Admission {
    const access = this.access(caller)
    if (access === 'wrong') return refuse(this.wrong(caller, bearerOf(caller)))
    if (access === 'none') return refuse(unauthorized)
    if (acting && cameFrom(caller) !== 'here') return refuse(forbidden('another page'))
    // A browser always says where such a request comes from; only programs stay silent, and those use Bearer.
    if (acting && access === 'cookie' && caller.origin === undefined) {
      return refuse(forbidden('a browser that does not say from which page'))
    }
    return { ok: true, by: access === 'bearer' ? 'api' : 'page' }
  }

  /** A token shown in the address of the page. Null: it is right, or the caller was let in before. */
  tokenInUrl(caller: Caller, shown: string): HttpProblem | null {
    if (sameSecret(shown, this.options.token)) return null
    const access = this.access(caller)
    return access === 'bearer' || access === 'cookie' ? null : this.wrong(caller, shown)
  }

  private access(caller: Caller): 'bearer' | 'cookie' | 'wrong' | 'none' {
    return accessOf(caller, this.options.token, this.options.port()).kind
  }

  /** A wrong token was shown: said so, or told to wait where this caller did it too often. */
  private wrong(caller: Caller, shown: string): HttpProblem {
    const names = callerNames(caller, shown)
    const seconds = Math.max(...names.map(({ name, allowed }) => this.wrongTokens.waitSeconds(name, allowed)))
    if (seconds > 0) return tooMany(seconds)
    for (const { name, allowed } of names) this.wrongTokens.failed(name, allowed)
    if (this.lines.waitSeconds('line') === 0) {
      this.lines.failed('line')
      this.options.logger.warn('wrong access token', { address: caller.remoteAddress })
    }
    return unauthorized
  }
}
