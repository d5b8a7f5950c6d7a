import type { ObsConnectionEvent } from '../../core/events'
import type { Problem, Result } from '../../core/problem'
import { problem } from '../../core/problem'
import type { Clock, Logger } from '../ports'
import { createBackoff } from './backoff'
import type { OpenFailure, Session } from './session'
import { openSession } from './session'

/** Where OBS is reached, and with what password. Asked again before each attempt: OBS's files may have changed. */
export interface Address {
  readonly host: string
  readonly port: number
  /** A secret; null: none known. */
  readonly password: string | null
  /** Why OBS's files gave nothing, told when the attempt fails. */
  readonly problem: Problem | null
}

export interface Connection {
  open(): void
  /** The identified session, or null. */
  session(): Session | null
  /** Latched until the next success. */
  problem(): Problem | null
  /** Last address tried, without secrets. */
  address(): string
  /** An OBS has appeared: try now instead of waiting. */
  nudge(): void
  close(): void
}

const connectDeadlineMs = 5_000
/** A wrong password is tried again this seldom, or as soon as OBS's files name another. */
const passwordRetryMs = 60_000
const passwordLookMs = 5_000
/** What speaks no obs-websocket 5 will hardly learn it soon. */
const garbageRetryMs = 15_000

const closeCodes = { authenticationFailed: 4009, unsupportedRpc: 4010, kicked: 4011 } as const

/**
 * Keeps one connection to OBS, forever, one attempt at a time. Each attempt has a fresh socket and a number; what a
 * socket of an older number says is not heard. After 4011 (the user threw us out) it stays away until it is created again.
 */
export function createConnection(options: {
  readonly address: () => Promise<Address>
  readonly clock: Clock
  readonly logger: Logger
  readonly emit: (event: ObsConnectionEvent) => void
  readonly onSession: (session: Session) => void
}): Connection {
  const { clock, logger, emit } = options
  const backoff = createBackoff()
  let generation = 0
  let running = false
  let session: Session | null = null
  let latched: Problem | null = null
  let tried = ''
  let timer: NodeJS.Timeout | null = null
  /** The password that OBS refused, and when: not tried again at once. */
  let refusedPassword: { readonly password: string | null; readonly at: number } | null = null

  const schedule = (waitMs: number): void => {
    if (!running) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      timer = null
      void attempt()
    }, waitMs)
  }

  const attempt = async (): Promise<void> => {
    if (!running || session !== null) return
    generation += 1
    const mine = generation
    const stale = (): boolean => !running || mine !== generation
    const address = await options.address()
    if (stale()) return
    tried = `${address.host}:${address.port}`
    if (
      refusedPassword !== null &&
      refusedPassword.password === address.password &&
      clock.monotonicMs() - refusedPassword.at < passwordRetryMs
    ) {
      schedule(passwordLookMs)
      return
    }
    const url = `ws://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`
    const opened = await openSession({
      url,
      password: address.password,
      deadlineMs: connectDeadlineMs,
      logger,
    })
    if (stale()) {
      if (opened.ok) opened.session.drop()
      return
    }
    if (opened.ok) connected(opened.session, mine)
    else failed(opened.failure, address)
  }

  const connected = (opened: Session, mine: number): void => {
    session = opened
    latched = null
    refusedPassword = null
    opened.onClosed((code) => {
      if (mine !== generation) return
      session = null
      generation += 1
      latched = code === closeCodes.kicked ? problem('obs-kicked') : problem('obs-closed', { code })
      logger.info('OBS closed the connection', { code })
      backoff.reset()
      emit({ kind: 'obs-connection', at: clock.monotonicMs(), state: 'closed', code })
      if (code !== closeCodes.kicked) schedule(backoff.next())
    })
    logger.info('connected to OBS', { address: tried })
    emit({ kind: 'obs-connection', at: clock.monotonicMs(), state: 'connected' })
    options.onSession(opened)
  }

  const failed = (failure: OpenFailure, address: Address): void => {
    const at = clock.monotonicMs()
    const answer = describe(failure, address, tried)
    if (latched?.code !== answer.problem.code)
      logger.info('cannot connect to OBS', { address: tried, problem: answer.problem.code })
    latched = answer.problem
    if (failure.kind === 'refused') emit({ kind: 'obs-connection', at, state: 'refused' })
    if (failure.kind === 'closed') emit({ kind: 'obs-connection', at, state: 'closed', code: failure.code })
    if (answer.retry === 'never') return
    if (answer.retry === 'password') {
      refusedPassword = { password: address.password, at }
      schedule(passwordLookMs)
      return
    }
    schedule(answer.retry === 'seldom' ? garbageRetryMs : backoff.next())
  }

  return {
    open: () => {
      if (running) return
      running = true
      void attempt()
    },
    session: () => session,
    problem: () => latched,
    address: () => tried,
    nudge: () => {
      if (!running || session !== null || timer === null || latched?.code === 'obs-kicked') return
      backoff.reset()
      schedule(backoff.next())
    },
    close: () => {
      running = false
      generation += 1
      if (timer !== null) clearTimeout(timer)
      timer = null
      session?.drop()
      session = null
    },
  }
}

type Known = Pick<Address, 'password' | 'problem'>

interface Verdict {
  readonly problem: Problem
  readonly retry: 'soon' | 'seldom' | 'password' | 'never'
}

function describe(failure: OpenFailure, address: Known, tried: string): Verdict {
  switch (failure.kind) {
    case 'refused':
    case 'unreachable':
      return { problem: address.problem ?? problem('obs-unreachable', { address: tried }), retry: 'soon' }
    case 'timeout':
      return { problem: problem('obs-timeout', { address: tried, what: 'connect' }), retry: 'soon' }
    case 'garbage':
      return { problem: problem('obs-garbage', { address: tried }), retry: 'seldom' }
    case 'closed':
      return closedWhileConnecting(failure.code, address)
  }
}

/** The problem of one attempt to log in. `tried`: host and port. */
export const loginProblem = (failure: OpenFailure, hasPassword: boolean, tried: string): Problem =>
  describe(failure, { password: hasPassword ? '' : null, problem: null }, tried).problem

function closedWhileConnecting(code: number, address: Known): Verdict {
  switch (code) {
    case closeCodes.authenticationFailed:
      return {
        problem: problem(address.password === null ? 'obs-password-needed' : 'obs-auth-failed'),
        retry: 'password',
      }
    case closeCodes.unsupportedRpc:
      return { problem: problem('obs-rpc-unsupported'), retry: 'seldom' }
    case closeCodes.kicked:
      return { problem: problem('obs-kicked'), retry: 'never' }
    default:
      return { problem: problem('obs-closed', { code }), retry: 'soon' }
  }
}

/** Of a call's failure, the problem that is told. */
export function callProblem(
  error: { readonly kind: string; readonly code?: number },
  request: string,
): Result<never> {
  switch (error.kind) {
    case 'timeout':
      return { ok: false, problem: problem('obs-timeout', { what: request }) }
    case 'closed':
      return { ok: false, problem: problem('obs-closed') }
    case 'busy':
      return { ok: false, problem: problem('obs-not-ready') }
    case 'garbage':
      return { ok: false, problem: problem('obs-garbage', { what: request }) }
    default:
      return { ok: false, problem: problem('obs-request-failed', { request, code: error.code ?? 0 }) }
  }
}
