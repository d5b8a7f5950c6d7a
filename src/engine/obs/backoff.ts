/**
 * How long to wait before the next attempt to reach OBS. The first one after a loss comes at once, because its being
 * refused is what tells a dead OBS from a lost socket; then 0.5, 1, 2, 4, 8 s.
 */
export interface Backoff {
  /** ms until the next attempt. */
  next(): number
  /** The next wait is the first one again. */
  reset(): void
}

/** A loss is followed by an attempt after this long: a killed OBS's port refuses 45 ms after the kill. */
const firstWaitMs = 50
const baseMs = 500
const capMs = 8_000
/** Spread of each wait to both sides, so that several clients do not reconnect at the same moment. */
const jitterShare = 0.2

/** `random` answers 0..1; given by tests. */
export function createBackoff(random: () => number = Math.random): Backoff {
  let attempt = 0
  return {
    next: () => {
      const wait = attempt === 0 ? firstWaitMs : Math.min(capMs, baseMs * 2 ** (attempt - 1))
      attempt += 1
      return attempt === 1 ? wait : Math.round(wait * (1 - jitterShare + 2 * jitterShare * random()))
    },
    reset: () => {
      attempt = 0
    },
  }
}
