import type { Clock } from './ports'

/** The PC's clocks. Monotonic time does not jump when somebody sets the clock. */
export const systemClock: Clock = {
  monotonicMs: () => Math.round(performance.now()),
  wallMs: () => Date.now(),
}
