/**
 * One ever-rising clock for a destination, whatever happens to the feed behind it. Each run of a feed (epoch) has
 * timestamps of its own; a new run goes on where the last one ended, plus the time that really passed.
 */
export class Timeline {
  private offsetMs = 0
  private lastMs = 0
  private lastAt: number | null = null

  /** A run begins; its first media bears `firstMs`. `at`: monotonic ms. */
  begin(firstMs: number, at: number): void {
    const resumeMs = this.lastAt === null ? 0 : this.lastMs + Math.max(20, at - this.lastAt)
    this.offsetMs = resumeMs - firstMs
  }

  /** Timestamp at the destination, ms. Never negative; 32 bits as FLV and RTMP have them. */
  map(timestampMs: number, at: number): number {
    const mapped = Math.max(0, Math.round(timestampMs + this.offsetMs))
    this.lastMs = Math.max(this.lastMs, mapped)
    this.lastAt = at
    return mapped >>> 0
  }
}
