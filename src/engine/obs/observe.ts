import type { z } from 'zod'
import { pause } from '../../host/within'
import type { ObsEvent, ObsOutputState } from '../../core/events'
import type { Clock, Logger } from '../ports'
import type { Profile } from './installed/profile'
import { readProfile } from './installed/profile'
import { outputState, statsSchema, streamStatusSchema } from './replies'
import type { Answer, Session } from './session'

/** Watches one session until it ends. */
export interface Observer {
  /** Asks for the stream's status now. */
  wake(): void
  stop(): void
}

/**
 * While the stream runs and for some seconds after anything happened; OBS answers without waiting (docs/facts/obs.md 7.1).
 * Measured: watching at 2 Hz costs the engine 0.7 to 1 % of a core of a busy machine, its start-up included.
 */
const alertPollMs = 500
const calmPollMs = 1_000
const alertForMs = 15_000
const statusDeadlineMs = 1_000
/** Its reply touches the disk that recordings go to, so it never travels with the status. */
const statsPollMs = 2_000
const statsDeadlineMs = 2_000
/** Requests that a hung OBS has not answered: more are not heaped on it, and they would silence its events (docs/facts/obs.md 7.1). */
const maxUnanswered = 3
/** Yet a request lost by OBS must not blind us for ever. */
const unansweredRetryMs = 10_000
const profileRetryMs = 1_000

export function observe(options: {
  readonly session: Session
  readonly clock: Clock
  readonly logger: Logger
  readonly emit: (event: ObsEvent) => void
  readonly onStream: (state: ObsOutputState) => void
  readonly onProfile: (profile: Profile) => void
  readonly onExit: () => void
}): Observer {
  const { session, clock, logger, emit } = options
  let stopped = false
  let alertUntil = clock.monotonicMs() + alertForMs
  let streaming = false
  const stopStatus = pollLoop(
    () => (streaming || clock.monotonicMs() < alertUntil ? alertPollMs : calmPollMs),
    async () => {
      const answer = await ask(session, 'GetStreamStatus', streamStatusSchema, statusDeadlineMs, clock)
      if (stopped || answer === null) return
      const at = clock.monotonicMs()
      if (answer.ok) {
        if (answer.value.congestion > 0.5 || answer.value.active !== streaming) alert()
        streaming = answer.value.active
        emit({ kind: 'obs-status', at, reply: answer.value })
      } else {
        alert()
        emit({ kind: 'obs-status', at, reply: null, error: errorOf(answer.error) })
      }
    },
  )
  const stopStats = pollLoop(
    () => statsPollMs,
    async () => {
      const answer = await ask(session, 'GetStats', statsSchema, statsDeadlineMs, clock)
      if (stopped || answer === null) return
      const at = clock.monotonicMs()
      emit(
        answer.ok
          ? { kind: 'obs-stats', at, reply: answer.value }
          : { kind: 'obs-stats', at, reply: null, error: errorOf(answer.error) },
      )
    },
  )
  const stopProfile = profileLoop()

  function alert(): void {
    alertUntil = clock.monotonicMs() + alertForMs
  }
  function wake(): void {
    alert()
    stopStatus.now()
  }

  session.onEvent('StreamStateChanged', (data) => {
    if (stopped) return
    const state = outputState(data)
    emit({ kind: 'obs-stream', at: clock.monotonicMs(), state })
    options.onStream(state)
    // Server, key and reconnect settings are applied at a start, and may have been changed before it.
    if (state === 'starting') stopProfile.now()
    wake()
  })
  session.onEvent('ExitStarted', () => {
    if (stopped) return
    emit({ kind: 'obs-exit', at: clock.monotonicMs() })
    options.onExit()
  })
  session.onEvent('CurrentProfileChanged', () => stopProfile.now())
  session.onLate(() => {
    if (!stopped) wake()
  })

  function profileLoop(): Loop {
    let wanted = true
    const loop = pollLoop(
      () => profileRetryMs,
      async () => {
        if (!wanted) return
        const profile = await readProfile(session)
        if (stopped) return
        if (profile.ok) {
          wanted = false
          options.onProfile(profile.value)
        } else if (profile.error.kind === 'garbage') {
          wanted = false
          logger.warn('OBS gives no readable answer about its profile')
        }
      },
    )
    return {
      now: () => {
        wanted = true
        loop.now()
      },
      stop: () => loop.stop(),
    }
  }

  return {
    wake,
    stop: () => {
      stopped = true
      stopStatus.stop()
      stopStats.stop()
      stopProfile.stop()
    },
  }
}

interface Loop {
  /** Runs as soon as the current run, if any, has ended. */
  now(): void
  stop(): void
}

/** Runs `run` again and again, never twice at once, `everyMs` from begin to begin. */
function pollLoop(everyMs: () => number, run: () => Promise<void>): Loop {
  let timer: NodeJS.Timeout | null = null
  let running = false
  let again = false
  let stopped = false
  const step = (): void => {
    timer = null
    if (stopped) return
    running = true
    const begun = performance.now()
    void run().finally(() => {
      running = false
      if (stopped) return
      const wait = again ? 0 : Math.max(0, everyMs() - (performance.now() - begun))
      again = false
      timer = setTimeout(step, wait)
    })
  }
  step()
  return {
    now: () => {
      if (running) again = true
      else if (timer !== null) {
        clearTimeout(timer)
        step()
      }
    },
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

const lastAsked = new WeakMap<Session, Map<string, number>>()

/** null: closed, and nobody is to be told. A hung OBS gets no more than a few requests; the rest time out unsent. */
async function ask<T>(
  session: Session,
  request: 'GetStreamStatus' | 'GetStats',
  schema: z.ZodType<T>,
  deadlineMs: number,
  clock: Clock,
): Promise<Answer<T> | null> {
  const times = lastAsked.get(session) ?? new Map<string, number>()
  lastAsked.set(session, times)
  const sinceMs = clock.monotonicMs() - (times.get(request) ?? 0)
  if (session.unanswered(request) >= maxUnanswered && sinceMs < unansweredRetryMs) {
    await pause(deadlineMs)
    return { ok: false, error: { kind: 'timeout' } }
  }
  times.set(request, clock.monotonicMs())
  return session.call(request, schema, { deadlineMs })
}

function errorOf(error: { readonly kind: string }): 'timeout' | 'closed' | 'busy' | 'garbage' {
  switch (error.kind) {
    case 'timeout':
    case 'closed':
    case 'busy':
      return error.kind
    default:
      return 'garbage'
  }
}
