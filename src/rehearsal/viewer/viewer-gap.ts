import type { RehearsalOutcome, RehearsalTried, RehearsalTry, RehearsalView } from '../../shared/snapshot'

/** Faults that cost viewers something. After `quit` the stream is over and nobody's gap is measured; `heal` ends a fault. */
export type MeasuredFault = Exclude<RehearsalTried, 'to-backup' | 'to-obs'>

/** Whose media a frame is: the publishing connection, and whether it is OBS's. */
export interface Sender {
  readonly id: number
  readonly obs: boolean
}

/** A pause of video at a viewer that is called one: a player with half a second in its buffer would stall, ms. */
export const silenceMs = 500
/** Media must flow for so long without such a pause before a try counts as over, ms. */
export const steadyMs = 2_000
/** The same where the fault was not healed and nobody took over: a narrow line pauses, trickles, and pauses again, ms. */
export const unaidedMs = 30_000
const keptTries = 20

interface Run {
  readonly entry: Entry
  /** The longest pause that ended since the try began, whole. */
  longestMs: number
  /** The viewer has noticed. */
  disturbed: boolean
  /** Another connection carries the stream: OBS came back, or somebody else came. */
  handedOver: boolean
  /** Media of somebody else than OBS arrived. */
  switched: boolean
  healed: boolean
  held: boolean
  steadySince: number
}

interface Entry {
  readonly id: number
  readonly what: RehearsalTried
  gapMs: number | null
  outcome: RehearsalOutcome | null
}

/**
 * What a fault or a hand-over costs the viewers: the longest pause between two video frames at a player, from the last one
 * before the silence to the first one after, until media flows steadily again; and who carried the stream then. Time
 * arrives with the calls, monotonic ms.
 */
export class GapMeter {
  private pauses: readonly { readonly at: number; readonly gapMs: number }[] = []
  private lastFrameAt: number | null = null
  private lastSender: Sender | null = null
  private run: Run | null = null
  private entries: Entry[] = []
  private count = 0
  private ended = false

  /** @param toldLateMs a hand-over is told up to so long after it was seen: its pause is looked for in that time */
  constructor(private readonly toldLateMs = 0) {}

  /**
   * A frame that a decoder can show has arrived. A fault that made somebody else carry the stream is over once that one
   * flows, however short the pause was; a hand-over that no fault explains is a try of its own. True: the view has changed.
   */
  frame(at: number, sender: Sender | null = null): boolean {
    if (this.ended) return false
    const gapMs = this.lastFrameAt === null ? 0 : at - this.lastFrameAt
    const before = this.lastSender
    this.lastFrameAt = at
    this.lastSender = sender
    this.pauses = [...this.pauses.filter((pause) => at - pause.at <= this.toldLateMs), { at, gapMs }]
    // Who sent before is not known yet: then nothing was handed over.
    const handedOver = before !== null && sender?.id !== before.id
    const moved = sender !== null && before !== null && sender.obs !== before.obs
    if (moved && (this.run === null || this.run.switched || this.run.entry.what === 'to-obs')) {
      if (this.run !== null) this.close(this.run)
      this.run = {
        ...this.open(sender.obs ? 'to-obs' : 'to-backup', at),
        longestMs: this.newestPauseMs(),
        handedOver: true,
      }
      this.run.disturbed = true
      return true
    }
    const run = this.run
    if (run === null) return false
    run.longestMs = Math.max(run.longestMs, gapMs)
    run.switched ||= moved
    run.handedOver ||= handedOver
    if (gapMs >= silenceMs || handedOver) {
      run.disturbed = true
      run.steadySince = at
    }
    const neededMs = run.handedOver || run.healed ? steadyMs : unaidedMs
    if (!(run.disturbed || run.healed) || at - run.steadySince < neededMs) return false
    this.close(run)
    return true
  }

  /**
   * A fault is made. The try before counts with what it cost so far. In a silence that already lasts nothing new is
   * measured: it belongs to what caused it. Nor is it while somebody else than OBS carries the stream: it costs nobody.
   */
  begin(fault: MeasuredFault, at: number): void {
    if (this.lastFrameAt === null || at - this.lastFrameAt >= silenceMs) return
    if (this.lastSender?.obs === false) return
    if (this.run !== null) this.close(this.run, 'cut-short')
    this.run = this.open(fault, at)
  }

  /** The cause is gone. What has cost nothing until media has flowed for a while from here on, has cost nothing. */
  heal(at: number): void {
    if (this.run === null || this.run.healed) return
    this.run.healed = true
    this.run.steadySince = Math.max(this.run.steadySince, at)
  }

  /** A hold keeps a switch back. */
  hold(): void {
    if (this.run !== null) this.run.held = true
  }

  /** The stream is over on purpose: the silence that follows is nobody's, until it is {@link live} again. */
  over(): void {
    if (this.run !== null) this.close(this.run, 'cut-short')
    this.ended = true
    this.lastFrameAt = null
    this.lastSender = null
  }

  live(): void {
    this.ended = false
  }

  view(): Pick<RehearsalView, 'lastGapMs' | 'tries'> {
    return {
      lastGapMs: this.entries.find(({ gapMs }) => gapMs !== null)?.gapMs ?? null,
      tries: this.entries.map((entry): RehearsalTry => ({ ...entry })),
    }
  }

  private newestPauseMs(): number {
    return Math.max(...this.pauses.map(({ gapMs }) => gapMs))
  }

  private open(what: RehearsalTried, at: number): Run {
    this.count += 1
    const entry: Entry = { id: this.count, what, gapMs: null, outcome: null }
    this.entries = [entry, ...this.entries].slice(0, keptTries)
    return {
      entry,
      longestMs: 0,
      disturbed: false,
      handedOver: false,
      switched: what === 'to-backup',
      healed: false,
      held: false,
      steadySince: at,
    }
  }

  /** `early`: how it ended where nobody took over. */
  private close(run: Run, early?: RehearsalOutcome): void {
    this.run = null
    run.entry.gapMs = Math.round(run.longestMs)
    run.entry.outcome = outcomeOf(run, early)
  }
}

function outcomeOf(run: Run, early: RehearsalOutcome | undefined): RehearsalOutcome {
  const move = run.entry.what === 'to-obs' || run.entry.what === 'to-backup'
  if (move) return 'switched'
  if (run.held) return 'held'
  if (run.switched) return 'switched'
  return early ?? (run.healed ? 'healed' : 'stayed')
}
