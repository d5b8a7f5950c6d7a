/** How long a slice of the window lasts, and how many there are: the clock follows a feed's drift within a minute. */
const sliceMs = 10_000
const slices = 6

const wrap = 2 ** 32

/**
 * Where a feed's timestamps stand against our clock: the least of (arrival - timestamp) over the last minute. Arrivals are
 * late by jitter, never early; so `timestamp + originMs` is when a frame would have arrived on a line without jitter, and is
 * not later than when it did.
 */
export class ArrivalClock {
  private least: { readonly from: number; ms: number }[] = []
  private lastMs: number | null = null
  private unwrapped = 0

  /** A tag arrived. `timestampMs` has 32 bits and may wrap; `atMs` is monotonic. */
  push(timestampMs: number, atMs: number): void {
    this.unwrapped =
      this.lastMs === null ? timestampMs : this.unwrapped + signedStep(this.lastMs, timestampMs)
    this.lastMs = timestampMs
    const ms = atMs - this.unwrapped
    const slice = this.least.at(-1)
    if (slice === undefined || atMs - slice.from >= sliceMs) {
      this.least.push({ from: atMs, ms })
      if (this.least.length > slices) this.least.shift()
    } else slice.ms = Math.min(slice.ms, ms)
  }

  /** Add it to a timestamp (unwrapped from the last one) for our clock's ms; null: nothing arrived. */
  get originMs(): number | null {
    if (this.least.length === 0) return null
    // Back to the wrapped numbers of the last timestamp.
    const turns = this.unwrapped - (this.lastMs ?? 0)
    return Math.min(...this.least.map(({ ms }) => ms)) + turns
  }

  /** The feed begins again: its timestamps do too. */
  reset(): void {
    this.least = []
    this.lastMs = null
    this.unwrapped = 0
  }
}

/** From one 32-bit timestamp to the next, ms, the short way round. */
export function signedStep(fromMs: number, toMs: number): number {
  const step = (((toMs - fromMs) % wrap) + wrap) % wrap
  return step >= wrap / 2 ? step - wrap : step
}
