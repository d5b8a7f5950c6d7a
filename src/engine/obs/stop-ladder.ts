import { pause } from '../../host/within'
import type { Result } from '../../core/problem'
import { fail, ok } from '../../core/problem'
import type { Clock, Logger } from '../ports'
import { callProblem } from './connection'
import { anything, streamStatusSchema } from './replies'
import type { CallError, Session } from './session'

/**
 * Stops OBS's stream, rung by rung (docs/facts/obs.md 4.5 and 11.8): StopStream; after 5 s a second one, which OBS takes as a
 * force; after 20 s its force-stop hotkey, once. It goes on after the caller's patience has ended, because an OBS
 * whose send is blocked needs 12 s to stop (measured) and the second rung must not be lost.
 */
export interface StopLadder {
  /** Resolves when the output is inactive, or with a Problem when OBS is gone or `deadlineMs` have passed. */
  ended(deadlineMs: number): Promise<Result<void>>
  /** Do not let OBS drain what it holds: the second rung comes sooner. */
  hurry(): void
  onClosed(): void
  /** The operator started the stream again: leave it alone. */
  cancel(): void
}

const forceAfterMs = 5_000
/**
 * A fence wants no drain: on a link at 30 % what OBS still holds takes it 15 s to send (measured). Its own ordinary stop
 * ends within half a second.
 */
const abruptForceAfterMs = 1_500
const hotkeyAfterMs = 20_000
/** Then only ending OBS helps. */
const giveUpAfterMs = 60_000
const pollMs = 250
/** More questions are not heaped on an OBS that answers none. */
const hungAtUnanswered = 3
const forceHotkey = 'OBSBasic.ForceStopStreaming'
/** obs-websocket's status code for "is not running" (RequestStatus.h). */
const outputNotRunning = 501

export function createStopLadder(options: {
  readonly session: () => Session | null
  readonly clock: Clock
  readonly logger: Logger
  /** A start whose end is not known: OBS refuses to stop then (501), and cannot be told to give up. */
  readonly startPending: () => boolean
  readonly onEnd: () => void
}): StopLadder {
  const { clock, logger } = options
  const begun = clock.monotonicMs()
  let result: Result<void> | null = null
  let lastError: CallError | null = null
  /** Rungs that OBS has answered with success. */
  let stops = 0
  /** The rungs' waits count from the first stop that was heard, not from a first connect waited for. */
  let toldAt: number | null = null
  let hotkeyPressed = false
  let forceAfter = forceAfterMs
  let waiters: ((result: Result<void>) => void)[] = []

  const finish = (end: Result<void>): void => {
    if (result !== null) return
    result = end
    options.onEnd()
    for (const waiter of waiters) waiter(end)
    waiters = []
  }
  const timedOut = (): Result<void> =>
    lastError === null ? fail('obs-stop-timeout') : callProblem(lastError, 'StopStream')

  const climb = async (session: Session): Promise<void> => {
    if (session.unanswered('StopStream') > 0) return
    const sinceMs = toldAt === null ? 0 : clock.monotonicMs() - toldAt
    if (sinceMs > hotkeyAfterMs && !hotkeyPressed) {
      hotkeyPressed = true
      logger.warn('OBS does not stop: pressing its force-stop hotkey')
      await session.call('TriggerHotkeyByName', anything, { data: { hotkeyName: forceHotkey } })
      return
    }
    if (stops === 0 || (stops === 1 && sinceMs > forceAfter)) {
      if (stops === 1) logger.warn('OBS does not stop: telling it a second time, which forces it')
      const answer = await session.call('StopStream', anything)
      lastError = answer.ok || isNotRunning(answer.error) ? null : answer.error
      // No answer may still mean that it was heard; a second one would then force it, so it counts as told.
      if (answer.ok || answer.error.kind === 'timeout') {
        stops += 1
        toldAt ??= clock.monotonicMs()
      }
    }
  }

  const run = async (): Promise<void> => {
    while (result === null) {
      const session = options.session()
      if (session === null) {
        finish(fail('obs-closed'))
        return
      }
      if (session.unanswered('GetStreamStatus') < hungAtUnanswered) {
        const status = await session.call('GetStreamStatus', streamStatusSchema)
        if (status.ok && !status.value.active && !options.startPending()) {
          finish(ok(undefined))
          return
        }
        if (!status.ok) lastError = status.error
        if (isEnded()) return
        // A frozen OBS is told as well: it obeys in the moment it thaws, before it can send media again.
        if (status.ok ? status.value.active : status.error.kind === 'timeout') await climb(session)
        if (isEnded()) return
      }
      if (clock.monotonicMs() - begun > giveUpAfterMs) {
        finish(timedOut())
        return
      }
      await pause(pollMs)
    }
  }
  const isEnded = (): boolean => result !== null
  // Not in this turn: the caller does not hold the ladder yet.
  queueMicrotask(() => void run())

  return {
    hurry: () => {
      forceAfter = abruptForceAfterMs
    },
    ended: (deadlineMs) =>
      new Promise((resolve) => {
        if (result !== null) {
          resolve(result)
          return
        }
        const timer = setTimeout(() => {
          waiters = waiters.filter((each) => each !== waiter)
          resolve(timedOut())
        }, deadlineMs)
        const waiter = (end: Result<void>): void => {
          clearTimeout(timer)
          resolve(end)
        }
        waiters.push(waiter)
      }),
    onClosed: () => finish(fail('obs-closed')),
    cancel: () => finish(fail('obs-stop-timeout', { cause: 'started-again' })),
  }
}

function isNotRunning(error: CallError): boolean {
  return error.kind === 'refused' && error.code === outputNotRunning
}
