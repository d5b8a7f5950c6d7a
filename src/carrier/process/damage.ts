/** What the carrier does for the viewers at this moment. */
export interface Vitals {
  readonly onAir: boolean
  /** Media bytes handed to destinations so far; only whether it changes is looked at. */
  readonly sentBytes: number
}

/** So many faults nobody caught within this time are a storm: something fails with every frame. */
const stormFaults = 10
const stormMs = 10_000
/** In a storm, no byte sent for this long: nothing is left that could be kept. As long as a stall (policy). */
const stillMs = 3_000

/**
 * Whether a carrier goes on after an exception that nobody caught. Not on air it ends at once: a clean one is there within
 * a second. On air it goes on, damaged, for as long as it sends: an unknown state may do harm, the end of the broadcast
 * does (law 7), and most faults are in one feed or one connection. A damaged carrier ends once it is off air, and on air
 * only when faults storm and no media leaves any more: then a new one brings the stream back sooner.
 */
export class Damage {
  private faults: number[] = []
  private sinceNow: number | null = null
  private sent: { readonly bytes: number; readonly at: number } | null = null

  /** Monotonic ms of the first fault; null: none. */
  get since(): number | null {
    return this.sinceNow
  }

  /** An exception that nobody caught. */
  note(now: number, vitals: Vitals): 'carry-on' | 'end' {
    this.sinceNow ??= now
    this.faults = [...this.faults.slice(1 - stormFaults), now]
    return this.look(now, vitals)
  }

  /** To be asked every now and then. */
  look(now: number, { onAir, sentBytes }: Vitals): 'carry-on' | 'end' {
    if (this.sinceNow === null) return 'carry-on'
    if (!onAir) return 'end'
    if (this.sent?.bytes !== sentBytes) this.sent = { bytes: sentBytes, at: now }
    const first = this.faults[0] ?? now
    const storms = this.faults.length >= stormFaults && now - first <= stormMs
    return storms && now - this.sent.at >= stillMs ? 'end' : 'carry-on'
  }
}
