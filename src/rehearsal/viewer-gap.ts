import type { RehearsalFault, RehearsalView } from '../shared/snapshot'

/** Faults that cost viewers something. After `quit` the stream is over and nobody's gap is measured; `heal` ends a fault. */
export type MeasuredFault = Exclude<RehearsalFault, 'quit' | 'heal'>

/** A pause of video at a viewer that is called one: a player with half a second in its buffer would stall, ms. */
export const silenceMs = 500
/** Media must flow for so long without such a pause before a fault counts as over, ms. */
export const steadyMs = 2_000
const keptGaps = 20

interface Run {
  readonly fault: MeasuredFault
  /** The longest pause that ended since the fault began, whole. */
  longestMs: number
  /** The viewer has noticed. */
  disturbed: boolean
  healed: boolean
  steadySince: number
}

interface Entry {
  readonly fault: MeasuredFault
  gapMs: number | null
}

/**
 * What a fault costs the viewers: the longest pause between two video frames at a player, from the last one before the
 * silence to the first one after, until media flows steadily again. Time arrives with the calls, monotonic ms.
 */
export class GapMeter {
  private lastFrameAt: number | null = null
  private lastSender: number | null = null
  private run: Run | null = null
  private entries: Entry[] = []

  /**
   * A frame that a decoder can show has arrived; `sender` names the connection that it came on. A fault that made somebody
   * else carry the stream is over once that one flows, however short the pause was. True: the view has changed.
   */
  frame(at: number, sender: number | null = null): boolean {
    const gapMs = this.lastFrameAt === null ? 0 : at - this.lastFrameAt
    const handedOver = sender !== this.lastSender
    this.lastFrameAt = at
    this.lastSender = sender
    const run = this.run
    if (run === null) return false
    run.longestMs = Math.max(run.longestMs, gapMs)
    if (gapMs >= silenceMs || handedOver) {
      run.disturbed = true
      run.steadySince = at
    }
    if (!(run.disturbed || run.healed) || at - run.steadySince < steadyMs) return false
    this.close(run, run.longestMs)
    return true
  }

  /**
   * A fault is made. The one before counts with what it cost so far. In a silence that already lasts nothing new is
   * measured: it belongs to what caused it.
   */
  begin(fault: MeasuredFault, at: number): void {
    if (this.lastFrameAt === null || at - this.lastFrameAt >= silenceMs) return
    if (this.run !== null) this.close(this.run, this.run.longestMs)
    this.run = { fault, longestMs: 0, disturbed: false, healed: false, steadySince: at }
    this.entries = [{ fault, gapMs: null }, ...this.entries].slice(0, keptGaps)
  }

  /** The cause is gone. What has cost nothing until media has flowed for a while from here on, has cost nothing. */
  heal(at: number): void {
    if (this.run === null || this.run.healed) return
    this.run.healed = true
    this.run.steadySince = Math.max(this.run.steadySince, at)
  }

  /** The stream is over on purpose: the silence that follows is nobody's. */
  over(): void {
    if (this.run !== null) this.close(this.run, this.run.longestMs)
  }

  view(): Omit<RehearsalView, 'viewerPictureWall'> {
    return {
      lastGapMs: this.entries.find(({ gapMs }) => gapMs !== null)?.gapMs ?? null,
      gaps: this.entries.map(({ fault, gapMs }) => ({ fault, gapMs })),
    }
  }

  private close(run: Run, gapMs: number): void {
    this.run = null
    const entry = this.entries.find((each) => each.fault === run.fault && each.gapMs === null)
    if (entry !== undefined) entry.gapMs = Math.round(gapMs)
  }
}
