/** Waits between attempts, ms; the last repeats. */
const stepsMs = [500, 1_000, 2_000, 4_000, 8_000] as const

/**
 * Wait before attempt number `attempt` (0 is the first retry), ms. `random` in 0..1 spreads it by ±20 %, so that what
 * broke together does not come back together.
 */
export function backoffMs(attempt: number, random: number): number {
  const step = stepsMs[Math.min(Math.max(0, attempt), stepsMs.length - 1)] ?? 8_000
  return spread(step, random)
}

/** A wait (ms) spread by ±20 %; `random` in 0..1. */
export const spread = (ms: number, random: number): number => Math.round(ms * (0.8 + 0.4 * random))
