import { pause } from '../../host/within'
import type { ObsOutputState } from '../../core/events'
import type { Result } from '../../core/problem'
import { fail, ok, problem } from '../../core/problem'
import type { Problem } from '../../core/problem'
import type { Clock, Logger } from '../ports'
import { callProblem } from './connection'
import { anything, streamStatusSchema } from './replies'
import type { Session } from './session'
import { createStopLadder } from './stop-ladder'
import type { StopLadder } from './stop-ladder'

/** What OBS's log said about the latest end of a stream. */
export interface LogCause {
  readonly cause: string
  readonly at: number
}

/** Drives OBS's stream output: one start at a time, one stop ladder at a time. */
export interface Effects {
  start(deadlineMs: number): Promise<Result<void>>
  stop(deadlineMs: number, mode: 'clean' | 'abrupt'): Promise<Result<void>>
  /** Each StreamStateChanged, whoever caused it. */
  onStream(state: ObsOutputState): void
  /** The session ended: nothing is in flight any more. */
  onClosed(): void
  /** Set while OBS has not even begun a start that it was told: a dialog, or its set-up. */
  hint(): Problem | null
}

/** A second StartStream while OBS connects crashes it (docs/facts/obs.md 4.2); its first connect may take 55 s. */
const startInFlightMs = 75_000
/** No STARTING within this: OBS's window is blocked by a dialog, or its set-up does not let it start (docs/facts/obs.md 11.7). */
const startingWithinMs = 3_000
const pollMs = 250
/** The log's reason may come a moment after the event. */
const logWaitMs = 600

/** obs-websocket's status codes (RequestStatus.h). */
const outputRunning = 500

type Outcome = 'started' | 'stopped' | 'closed'

export function createEffects(options: {
  readonly session: () => Session | null
  readonly clock: Clock
  readonly logger: Logger
  readonly lastLogCause: () => LogCause | null
}): Effects {
  const { clock, logger } = options
  /** A start that OBS was told, by us or in its window, and whose end is not known. */
  let inFlight: { readonly since: number; starting: boolean } | null = null
  let ladder: StopLadder | null = null
  let waiting: ((outcome: Outcome) => void) | null = null
  let hint: Problem | null = null
  let isStarting = false
  /** Stops so far: a start that has not been told when one comes is called off by it. */
  let stops = 0

  const now = (): number => clock.monotonicMs()
  const startPending = (): boolean => {
    if (inFlight !== null && now() - inFlight.since > startInFlightMs) inFlight = null
    return inFlight !== null
  }
  const settleStart = (outcome: Outcome): void => {
    inFlight = null
    hint = null
    waiting?.(outcome)
  }

  const start = async (deadlineMs: number): Promise<Result<void>> => {
    if (isStarting) return fail('obs-busy')
    isStarting = true
    try {
      const until = now() + deadlineMs
      const calledOff = calledOffFrom(stops)
      if (ladder !== null) await ladder.ended(deadlineMs)
      return (await tell(until, calledOff)) ?? (await finish(until))
    } finally {
      isStarting = false
    }
  }

  const calledOffFrom = (before: number) => (): boolean => stops !== before

  /** null: OBS was told and did not refuse. */
  const tell = async (until: number, calledOff: () => boolean): Promise<Result<void> | null> => {
    for (;;) {
      if (calledOff()) return fail('stale-generation')
      const session = options.session()
      if (session === null) return fail('obs-unreachable')
      const status = await session.call('GetStreamStatus', streamStatusSchema)
      if (!status.ok && status.error.kind !== 'busy') return callProblem(status.error, 'GetStreamStatus')
      if (status.ok && status.value.active && !status.value.reconnecting) return ok(undefined)
      if (calledOff()) return fail('stale-generation')
      // A start of the user's own is waited for, and a stop that is not done.
      if (status.ok && !status.value.active && !startPending() && ladder === null) {
        inFlight = { since: now(), starting: false }
        const answer = await session.call('StartStream', anything)
        if (answer.ok || answer.error.kind === 'timeout') return null
        inFlight = null
        const stillStopping = answer.error.kind === 'refused' && answer.error.code === outputRunning
        if (!stillStopping && answer.error.kind !== 'busy') return callProblem(answer.error, 'StartStream')
      }
      if (now() + pollMs > until) return fail('obs-busy')
      await pause(pollMs)
    }
  }

  const finish = async (until: number): Promise<Result<void>> => {
    const begun = now()
    let outcome: Outcome | null = null
    waiting = (each) => {
      outcome ??= each
    }
    const seen = (): Outcome | null => outcome
    try {
      for (;;) {
        const session = options.session()
        if (session === null || seen() === 'closed') return fail('obs-closed')
        const status = await session.call('GetStreamStatus', streamStatusSchema)
        const live = status.ok && status.value.active && !status.value.reconnecting
        // With a stream delay OBS is active before it has connected: STARTED, or bytes where that was missed.
        if (live && (seen() === 'started' || status.value.bytes > 0)) {
          settleStart('started')
          return ok(undefined)
        }
        if (seen() === 'stopped' && !live) return await startFailed(begun)
        if (inFlight !== null && !inFlight.starting && now() - begun > startingWithinMs)
          hint = problem('obs-start-failed', { cause: 'not-begun' })
        if (now() >= until) {
          const begunInObs = inFlight?.starting ?? true
          return fail('obs-start-timeout', { cause: begunInObs ? 'connecting' : 'not-begun' })
        }
        await pause(pollMs)
      }
    } finally {
      waiting = null
    }
  }

  const startFailed = async (begun: number): Promise<Result<void>> => {
    const waitUntil = now() + logWaitMs
    for (;;) {
      const last = options.lastLogCause()
      if (last !== null && last.at >= begun) return fail('obs-start-failed', { cause: last.cause })
      if (now() >= waitUntil) return fail('obs-start-failed', { cause: 'unknown' })
      await pause(pollMs / 2)
    }
  }

  const stop = (deadlineMs: number, mode: 'clean' | 'abrupt'): Promise<Result<void>> => {
    stops += 1
    if (options.session() === null) return Promise.resolve(fail('obs-unreachable'))
    if (ladder === null) {
      const mine = createStopLadder({
        session: options.session,
        clock,
        logger,
        startPending,
        onEnd: () => {
          if (ladder === mine) ladder = null
        },
      })
      ladder = mine
    }
    if (mode === 'abrupt') ladder.hurry()
    return ladder.ended(deadlineMs)
  }

  return {
    start,
    stop,
    onStream: (state) => {
      if (state === 'starting') {
        // Somebody starts: a ladder of ours would fight the operator.
        if (inFlight === null) ladder?.cancel()
        inFlight = { since: inFlight?.since ?? now(), starting: true }
        hint = null
      }
      if (state === 'started') settleStart('started')
      if (state === 'stopped') settleStart('stopped')
    },
    onClosed: () => {
      settleStart('closed')
      ladder?.onClosed()
    },
    hint: () => hint,
  }
}
