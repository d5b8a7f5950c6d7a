const twoTo31 = 2 ** 31
const twoTo32 = 2 ** 32
/** nginx-rtmp starts its counter again when it passes this (ngx_rtmp_handler.c). */
const nginxRestart = 0xf0000000
/** How near to a boundary the last number has to be for a step back to be a wrap: more than any server's window. */
const nearBoundary = 64 * 1024 * 1024
/** Servers may count the handshake (3073 bytes) or a little more than we do. */
const slackBytes = 8192

/**
 * What a server's Acknowledgements (RTMP 1.0, 5.4.3) say about the bytes written to it. Their numbers are totals since the
 * handshake's end (nginx-rtmp, MediaMTX, SRS), totals that wrap or start again, or the bytes since the last one
 * (YouTube). Two equal values in a row, or one that goes down, tell increments, as long as their sum is no more than was sent.
 */
export class AckTracker {
  private mode: 'unknown' | 'total' | 'increment' = 'unknown'
  private lastValue: number | null = null
  private sum = 0
  private base = 0
  private acked: number | null = null
  private lastAt: number | null = null
  private step = 0

  /** @param value as received @param sentBytes written since the handshake's end @param atMs any monotonic clock */
  acknowledge(value: number, sentBytes: number, atMs: number): void {
    const before = this.acked ?? 0
    const total = this.interpret(value, sentBytes)
    this.lastValue = value
    this.lastAt = atMs
    this.acked = Math.max(before, Math.min(total, sentBytes))
    this.step = Math.max(this.step, this.acked - before)
  }

  private interpret(value: number, sentBytes: number): number {
    const last = this.lastValue
    this.sum += value
    if (this.mode !== 'total' && last !== null) {
      // More than was sent: they cannot be increments.
      if (this.sum > sentBytes + slackBytes) this.mode = 'total'
      else if (value <= last) this.mode = 'increment'
    }
    if (this.mode === 'increment') return this.sum
    if (last !== null && value < last) this.base = this.nextBase(last, value, sentBytes)
    return this.base + value
  }

  /** A total that goes back is a new epoch, not a backlog: at a known boundary, else everything before counts as arrived. */
  private nextBase(last: number, value: number, sentBytes: number): number {
    const boundary = [twoTo31, nginxRestart, twoTo32].find(
      (wrap) => Math.abs(wrap - last) < nearBoundary && this.base + wrap + value <= sentBytes + slackBytes,
    )
    return boundary === undefined ? Math.max(0, sentBytes - value) : this.base + boundary
  }

  /** How the numbers are read so far. */
  get kind(): 'unknown' | 'total' | 'increment' {
    return this.mode
  }

  /** Bytes since the handshake's end that arrived; null while nothing was acknowledged: a silent server is no witness. */
  get acknowledgedBytes(): number | null {
    return this.acked
  }

  /** Largest step seen: with less than this open, nothing is late. */
  get largestStepBytes(): number {
    return this.step
  }

  backlogBytes(sentBytes: number): number | null {
    return this.acked === null ? null : Math.max(0, sentBytes - this.acked)
  }

  ageMs(nowMs: number): number | null {
    return this.lastAt === null ? null : Math.max(0, nowMs - this.lastAt)
  }
}
