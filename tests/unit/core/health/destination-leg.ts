import {
  assessDestination,
  initialDestinationHealth,
  observeDestination,
  type DestinationHealth,
} from '../../../../src/core/health/destination'
import { defaultPolicy } from '../../../../src/core/policy'
import type { DestinationState } from '../../../../src/core/program'

/** The time between two samples. */
export const sampleMs = 200

export interface LegOptions {
  readonly kbps?: number
  readonly acknowledges?: 'yes' | 'no' | 'unknown'
  /** The destination says a word after so many bytes. */
  readonly stepBytes?: number
  readonly roundTripMs?: number
  /** Ms from the fault to the next sample, 0..199. */
  readonly phaseMs?: number
}

/**
 * A publisher, a link and a destination in steps of 10 ms: a keyframe of a fifth of the bytes every 2 s, frames between
 * them, acknowledgements as lab measurements show them. Bursts and faults are switched on by the test.
 */
export class Leg {
  health: DestinationHealth = initialDestinationHealth()
  at = 0
  /** What the link carries, kbit/s; 0: a black hole. */
  linkKbps: number
  /** Frames left out because they are too old; the carrier drops once so much waits. */
  dropAtBytes = Infinity
  dropped = 0
  leg: DestinationState['leg'] = 'up'
  problem: DestinationState['problem'] = null
  sessions = 1
  /** Undefined: a carrier that does not say. */
  confirmed: boolean | undefined
  kbps: number
  private readonly stepBytes: number
  private readonly roundTripMs: number
  private readonly acknowledges: 'yes' | 'no' | 'unknown'
  private offered = 0
  private sent = 0
  private arrived = 0
  private acknowledged = 0
  private acknowledgedAt = 0
  private inFlight: { readonly at: number; readonly bytes: number }[] = []
  private readonly history: { readonly at: number; readonly offered: number; readonly out: number }[] = []
  /** First verdict that was not good since `mark`, ms after it. */
  private markedAt = 0
  badAfterMs: number | null = null
  badCause: string | null = null

  constructor(options: LegOptions = {}) {
    this.kbps = options.kbps ?? 2_500
    this.linkKbps = this.kbps * 4
    this.acknowledges = options.acknowledges ?? 'yes'
    this.stepBytes = options.stepBytes ?? 50_000
    this.roundTripMs = options.roundTripMs ?? 30
    this.at = options.phaseMs ?? 0
  }

  mark(): this {
    this.markedAt = this.at
    this.badAfterMs = null
    this.badCause = null
    return this
  }

  run(ms: number, each?: (leg: Leg) => void): this {
    const end = this.at + ms
    while (this.at < end) {
      this.at += 10
      each?.(this)
      this.step()
      if (this.at % sampleMs === 0) this.sample()
    }
    return this
  }

  /** Sent at once: a cut's kept group, a warm start. */
  burst(bytes: number): this {
    this.offer(bytes)
    return this
  }

  private offer(bytes: number): void {
    this.offered += bytes
    if (this.sent - this.arrived > this.dropAtBytes) this.dropped += 1
    else this.sent += bytes
  }

  private step(): void {
    // A frame each 30 ms or so: a fifth of all bytes in the keyframe.
    const perMs = this.kbps / 8
    if (this.at % 30 === 0) this.offer(perMs * 30 * 0.8)
    if (this.at % 2_000 === 0) this.offer(perMs * 2_000 * 0.2)
    const through = Math.min(this.sent - this.arrived, (this.linkKbps / 8) * 10)
    this.arrived += through
    const due = Math.floor(this.arrived / this.stepBytes) * this.stepBytes
    if (due > (this.inFlight.at(-1)?.bytes ?? this.acknowledged)) {
      this.inFlight.push({ at: this.at + this.roundTripMs, bytes: due })
    }
    const [next] = this.inFlight
    if (next !== undefined && next.at <= this.at && this.linkKbps > 0) {
      this.inFlight.shift()
      this.acknowledged = next.bytes
      this.acknowledgedAt = this.at
    }
    const out = this.acknowledges === 'no' ? this.sent - this.queued() : this.acknowledged
    this.history.push({ at: this.at, offered: this.offered, out })
    if (this.history.length > 101) this.history.shift()
  }

  /** The system swallows 1 MB before anything waits in our memory (measured). */
  private queued(): number {
    return Math.max(0, this.sent - this.arrived - 1_000_000)
  }

  private sample(): void {
    const [old] = this.history
    const rate = (now: number, before: number): number => ((now - before) * 8) / 1_000
    const out = this.acknowledges === 'no' ? this.sent - this.queued() : this.acknowledged
    const witness = this.acknowledges === 'yes'
    const sample: DestinationState = {
      id: 'main',
      leg: this.leg,
      on: 'first',
      hasOther: false,
      confirmed: this.confirmed,
      problem: this.problem,
      acknowledges: this.acknowledges,
      bytesSent: this.sent,
      bytesAcknowledged: witness && this.acknowledged > 0 ? this.acknowledged : null,
      acknowledgedAgeMs: witness && this.acknowledged > 0 ? this.at - this.acknowledgedAt : null,
      backlogBytes: witness ? this.sent - this.acknowledged : this.queued(),
      usualBacklogBytes: witness ? 2 * this.stepBytes : 0,
      queuedBytes: this.queued(),
      sentKbps: rate(out, old?.out ?? 0),
      offeredKbps: rate(this.offered, old?.offered ?? 0),
      droppedFrames: this.dropped,
      uptimeMs: this.at,
      retryInMs: null,
      sessions: this.sessions,
    }
    this.health = observeDestination(this.health, sample, this.at, defaultPolicy)
    const { verdict, causes } = assessDestination(this.health, this.at, defaultPolicy)
    if (verdict !== 'bad' || this.badAfterMs !== null) return
    this.badAfterMs = this.at - this.markedAt
    this.badCause = causes[0]?.code ?? null
  }

  get verdict(): string {
    const { verdict, causes } = assessDestination(this.health, this.at, defaultPolicy)
    return verdict === 'good' ? 'good' : `${verdict} ${causes[0]?.code ?? ''}`
  }
}

/** The same numbers each time (mulberry32). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
