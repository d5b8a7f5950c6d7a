import type { CarrierGuard, Command } from '../../../src/core/failover'
import { compareFormats, type SessionFormat } from '../../../src/core/compare-tracks'
import type { ProgramCut, DestinationState, ProgramFeed } from '../../../src/core/program'
import { tickMs, type Story } from './story'
import type { Outcome } from './story-types'

type Start = Extract<Command, { readonly kind: 'start' }>
type Stop = Extract<Command, { readonly kind: 'stop' }>
type Own = Extract<Command, { readonly kind: 'guard' | 'redirect' }>
type Done = (outcome: Outcome) => void

/** Bytes a second that the program offers: 2.5 Mbit/s. */
const rate = 312_500

/** The program in a carrier: feeds, a cut at once, a guard that cuts by itself, one destination that acknowledges. */
export class StoryProgram {
  live = false
  onFeed: string | null = null
  generation: number | null = null
  guard: CarrierGuard | null = null
  lastCut: ProgramCut | null = null
  /** The carrier answers. */
  answers = true
  /** Media of the feed arrives; its connection is there all the same. */
  readonly frozen = new Set<string>()
  /** How much of what is offered the way to the destination lets through, 0..1. */
  link = 1
  hasOther = false
  on: 'first' | 'other' = 'first'
  /** The first ingest takes nothing; the other one does. */
  firstFrozen = false
  leg: DestinationState['leg'] = 'up'
  /** Undefined: a carrier that does not say. */
  confirmed: boolean | undefined
  problem: DestinationState['problem'] = null
  more: readonly DestinationState[] = []
  /** What each feed sends; one that is not here does not say. */
  readonly formats = new Map<string, SessionFormat>()
  /** Tracks beside the first of their kind. */
  readonly leftOut = new Map<string, NonNullable<ProgramFeed['leftOut']>>()
  /** How long a destination takes that is connected anew, ms. */
  connectMs = 500
  private session: { readonly seq: number; readonly format: SessionFormat } | null = null
  private sent = 0
  private acknowledged = 0
  private arrived = 0
  private acknowledgedAt = 0
  private sessions = 1
  private readonly mediaAt = new Map<string, number>()

  constructor(private readonly world: Story) {}

  private connected(feed: string): boolean {
    const { obs, backup, slate } = this.world
    if (feed === 'obs') return obs.process && (obs.output === 'live' || obs.output === 'stopping')
    if (feed === 'backup') return backup.source
    return slate?.source === true
  }

  private warm(feed: string): boolean {
    return this.connected(feed) && !this.frozen.has(feed) && (this.ageMs(feed) ?? Infinity) < 700
  }

  private ageMs(feed: string): number | null {
    const at = this.mediaAt.get(feed)
    return at === undefined ? null : this.world.now - at
  }

  start({ system, generation }: Start, done: Done): void {
    const { world } = this
    const put = (): void => {
      if (!this.warm(system)) {
        done({ ok: false, problem: { code: 'source-no-media' } })
        return
      }
      if (!this.live) this.fresh()
      this.live = true
      this.generation = generation
      this.cut(system, 'asked')
      // Each change is pushed before the order is answered.
      this.tellStatus()
      done({ ok: true, proof: { kind: 'acknowledged', at: world.now } })
    }
    if (system === 'obs' && world.obs.output === 'off') {
      world.obs.pressStart()
      world.after(1_000, put)
    } else {
      world.after(60, put)
    }
  }

  private fresh(): void {
    this.sent = 0
    this.acknowledged = 0
    this.arrived = 0
    this.acknowledgedAt = this.world.now
    this.sessions = 1
    this.session = null
  }

  stop({ system, mode }: Stop, done: Done): void {
    this.world.after(30, () => {
      this.end()
      if (system === 'obs' && mode === 'clean' && this.world.obs.output !== 'off') this.world.obs.stop(done)
      else done({ ok: true })
    })
  }

  private end(): void {
    this.live = false
    this.onFeed = null
    this.generation = null
  }

  obey(command: Own, done: Done): void {
    if (command.kind === 'guard') this.guard = command.guard
    else {
      this.on = command.to
      this.sessions += 1
      this.sent = 0
      this.acknowledged = 0
      this.arrived = 0
      this.acknowledgedAt = this.world.now
    }
    this.world.after(20, () => {
      done({ ok: true })
    })
  }

  /** The carrier was killed and a new one took its place. */
  die(): void {
    this.end()
    this.guard = null
    this.lastCut = null
    this.mediaAt.clear()
  }

  /** At once where the program runs; else as long as nothing was on it, as the splicer measures it. */
  cut(to: string, why: ProgramCut['why'], gapMs = this.pauseMs()): void {
    if (this.onFeed === to) return
    const renewed = !this.fits(to)
    const seq = (this.lastCut?.seq ?? 0) + 1
    this.lastCut = {
      seq,
      from: this.onFeed,
      to,
      why,
      gapMs: renewed ? null : gapMs,
      ...(renewed ? { renewed } : {}),
    }
    this.onFeed = to
    const format = this.formats.get(to)
    if (format !== undefined && (renewed || this.session === null))
      this.session = { seq: (this.session?.seq ?? -1) + 1, format }
    if (!renewed) return
    this.leg = 'connecting'
    this.sessions += 1
    this.world.after(this.connectMs, () => (this.leg = 'up'))
  }

  private fits(feed: string): boolean {
    const next = this.formats.get(feed)
    if (this.session === null || next === undefined) return true
    return compareFormats(this.session.format, next).length === 0
  }

  private pauseMs(): number {
    const ageMs = this.onFeed === null ? 0 : (this.ageMs(this.onFeed) ?? 0)
    // Media comes at each tick.
    return ageMs > tickMs ? ageMs : 40
  }

  private feeds(): readonly string[] {
    return ['obs', 'backup', ...(this.world.slate === null ? [] : ['slate'])]
  }

  private watch(): void {
    const { guard, onFeed } = this
    if (!this.live || guard === null || onFeed === null) return
    const ended = !this.connected(onFeed)
    const frozen = (this.ageMs(onFeed) ?? 0) > guard.freezeMs
    const able = guard.order.filter((feed) => feed !== onFeed && this.warm(feed))
    const next = able.find((feed) => this.fits(feed)) ?? able[0]
    if ((ended || frozen) && next !== undefined) {
      this.cut(next, ended ? 'feed-ended' : 'feed-frozen', Math.max(this.pauseMs(), ended ? 40 : 720))
    }
  }

  sample(): void {
    const { world } = this
    for (const feed of this.feeds()) {
      const hung = feed === 'obs' && world.obs.frozen
      if (this.connected(feed) && !this.frozen.has(feed) && !hung) this.mediaAt.set(feed, world.now)
    }
    this.watch()
    if (this.live) this.publish()
    this.tellStatus()
  }

  private tellStatus(): void {
    this.world.tell({
      kind: 'program-status',
      stale: !this.answers,
      live: this.live,
      generation: this.generation,
      onFeed: this.onFeed,
      lastCut: this.lastCut,
      feeds: this.feeds().map((feed): ProgramFeed => ({
        system: feed,
        leg: this.connected(feed) ? 'up' : 'idle',
        warm: this.connected(feed) && this.mediaAt.has(feed),
        mediaAgeMs: this.ageMs(feed),
        ...said('format', this.formats.get(feed)),
        ...said('leftOut', this.leftOut.get(feed)),
      })),
      ...(this.session === null ? {} : { session: this.live ? this.session : null }),
      destinations: [this.destination(), ...this.more],
    })
  }

  private publish(): void {
    const { now } = this.world
    this.sent += rate / 4
    const link = this.firstFrozen && this.on === 'first' ? 0 : this.link
    this.arrived = link === 1 ? this.sent : Math.min(this.sent, this.arrived + (rate / 4) * link)
    const open = Math.floor(this.arrived / 50_000) * 50_000
    if (link > 0 && this.leg === 'up' && open > this.acknowledged) {
      this.acknowledged = open
      this.acknowledgedAt = now
    }
  }

  private destination(): DestinationState {
    return {
      id: 'main',
      leg: this.live ? this.leg : 'idle',
      on: this.on,
      hasOther: this.hasOther,
      confirmed: this.confirmed,
      problem: this.problem,
      acknowledges: 'yes',
      bytesSent: this.sent,
      bytesAcknowledged: this.acknowledged,
      acknowledgedAgeMs: this.live ? this.world.now - this.acknowledgedAt : null,
      backlogBytes: this.sent - this.acknowledged,
      usualBacklogBytes: 100_000,
      queuedBytes: 0,
      sentKbps: 2_500 * this.link,
      offeredKbps: 2_500,
      droppedFrames: 0,
      uptimeMs: this.live ? 0 : null,
      retryInMs: null,
      sessions: this.sessions,
    }
  }
}

/** A field where there is something to say. */
const said = <K extends string, V>(name: K, value: V | undefined): { readonly [key in K]?: V } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: V })
