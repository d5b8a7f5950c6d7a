/** An acknowledgement every 150 ms of media, within what is worth a packet and the 50 kB of docs/facts/pull-ingests.md 1.1. */
const ackEveryMs = 150
const ackBytes = { least: 16_000, most: 50_000 }
/** What a stream has while nothing is known of it. */
const usualKbps = 2_500

/** By the slowest feed that may come onto the program: the connection outlives cuts, its window is chosen once. */
export function ackWindowFor(ratesKbps: readonly number[]): number {
  const kbps = ratesKbps.length === 0 ? usualKbps : Math.min(...ratesKbps)
  return Math.round(Math.min(ackBytes.most, Math.max(ackBytes.least, (kbps / 8) * ackEveryMs)))
}

/** Bytes over the last second, from totals at moments. */
export class RateWindow {
  private marks: { readonly at: number; readonly total: number }[] = []

  constructor(private readonly windowMs = 1_000) {}

  /** `total`: bytes so far at `at`, monotonic ms. */
  mark(total: number, at: number): void {
    const last = this.marks.at(-1)
    if (last !== undefined && total < last.total) this.marks = []
    if (last !== undefined && at - last.at < 40) return
    this.marks.push({ at, total })
    while (this.marks.length > 2 && at - (this.marks[1]?.at ?? at) >= this.windowMs) this.marks.shift()
  }

  /** kbit/s; 0 while there is too little to say. */
  kbps(at: number, total: number): number {
    const first = this.marks[0]
    if (first === undefined || at - first.at < 200) return 0
    return Math.max(0, Math.round(((total - first.total) * 8) / (at - first.at)))
  }

  clear(): void {
    this.marks = []
  }
}
