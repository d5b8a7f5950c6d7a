import type { ObsEvent } from '../../../src/core/events'
import { createObsPort } from '../../../src/engine/obs/port'
import type { ObsPortOptions } from '../../../src/engine/obs/port'
import type { Clock, Logger, ObsPort } from '../../../src/engine/ports'
import { until } from '../../support/wait'

/** An adapter whose events are kept. */
export interface Watched {
  readonly port: ObsPort
  readonly events: readonly ObsEvent[]
  /** Everything it logged, as text. */
  readonly logged: () => string
  /** Forgets what came so far. */
  readonly forget: () => void
  /** Waits for an event since the last `forget` that fits. */
  readonly sees: <K extends ObsEvent['kind']>(
    kind: K,
    fits?: (event: Extract<ObsEvent, { kind: K }>) => boolean,
    timeoutMs?: number,
  ) => Promise<Extract<ObsEvent, { kind: K }>>
}

export const clock: Clock = { monotonicMs: () => performance.now(), wallMs: () => Date.now() }

export function watchObs(config: Partial<ObsPortOptions['config']>): Watched {
  const lines: string[] = []
  const log = (message: string, data?: unknown): void => void lines.push(`${message} ${JSON.stringify(data)}`)
  const logger: Logger = { debug: log, info: log, warn: log, error: log }
  const port = createObsPort({
    config: { host: '127.0.0.1', port: null, password: null, configDir: null, ...config },
    clock,
    logger,
  })
  const events: ObsEvent[] = []
  port.open((event) => void events.push(event))
  return {
    port,
    events,
    logged: () => lines.join('\n'),
    forget: () => void events.splice(0),
    sees: async (kind, fits = () => true, timeoutMs = 20_000) => {
      const isKind = (event: ObsEvent): event is Extract<ObsEvent, { kind: typeof kind }> =>
        event.kind === kind
      return until(() => events.filter(isKind).find(fits), {
        timeoutMs,
        what: `an event ${kind} that fits; last: ${JSON.stringify(events.slice(-3))}`,
      })
    },
  }
}

/** The stream's states, in order. */
export function streamStates(watched: Watched): readonly string[] {
  return watched.events.flatMap((event) => (event.kind === 'obs-stream' ? [event.state] : []))
}
