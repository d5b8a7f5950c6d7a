import { pause, within } from '../../../host/within'
import type { Clock } from '../../ports'

/** A wrong password is answered after up to 4 s (measured), so one call may take longer than that and no more. */
const maxCallMs = 6_000

/** The time that a command has, on the port's clock. */
export interface Deadline {
  passed(): boolean
  /** Time for one call to the server: what is left, at most 6 s. */
  callMs(): number
  /** Waits `ms`, or less where less is left. */
  pause(ms: number): Promise<void>
  /** `late` when the work has not ended by then. The work goes on. */
  race<T, L>(work: Promise<T>, late: L): Promise<T | L>
}

/** A deadline `ms` from now. */
export function deadlineOf(clock: Clock, ms: number): Deadline {
  const end = clock.monotonicMs() + ms
  const left = (): number => Math.max(1, end - clock.monotonicMs())
  return {
    passed: () => clock.monotonicMs() >= end,
    callMs: () => Math.min(maxCallMs, left()),
    pause: (pauseMs) => pause(Math.min(pauseMs, left())),
    race: (work, late) => within(work, left(), late),
  }
}
