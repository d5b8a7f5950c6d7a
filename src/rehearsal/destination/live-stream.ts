import { DropPolicy } from '../../media/drop-policy'
import type { FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { classify } from '../../media/tags/tags'
import type { Line } from './line'
import type { StatClient, StatStream } from './stat-xml'

/** Gets what a player gets: headers, then media from a keyframe, and again so after each change of publisher. */
export type Tap = (tag: FlvTag) => void

/** Who holds the name. */
export interface Holder {
  readonly line: Line
  readonly since: number
  /** As it asked to be taken over others; 0: not at all. */
  readonly priority: number
  /** What the publisher called itself (`?from=`), to tell two with the same key apart; null: nothing. */
  readonly from: string | null
}

interface Viewer {
  policy: DropPolicy
  readonly since: number
}

/** Media over this time make the page's bandwidth, as nginx-rtmp counts it, ms. */
const bandwidthMs = 10_000
/** A player this far behind gets the next keyframe instead of everything. */
const playerLimits = {
  maxAgeMs: Infinity,
  maxQueuedBytes: 4 * 1024 * 1024,
  hardQueuedBytes: 8 * 1024 * 1024,
}

/** One stream name of one application: who publishes it, who watches, what a newcomer gets first. */
export class LiveStream {
  private holder: Holder | null = null
  private readonly players = new Map<Line, Viewer>()
  private readonly taps = new Map<Tap, Viewer>()
  private readonly cache = new GopCache()
  private bytesIn = 0
  private bytesOut = 0
  private lastTimestampMs = 0
  private readonly rateIn: Rate
  private readonly rateOut: Rate
  private readonly createdAt: number

  constructor(
    readonly app: string,
    readonly name: string,
    private readonly now: () => number,
  ) {
    this.createdAt = now()
    this.rateIn = new Rate(this.createdAt)
    this.rateOut = new Rate(this.createdAt)
  }

  get publisher(): Holder | null {
    return this.holder
  }
  get watchers(): readonly Line[] {
    return [...this.players.keys()]
  }
  /** Nobody holds it or looks at it. */
  get isIdle(): boolean {
    return this.holder === null && this.players.size === 0 && this.taps.size === 0
  }

  /** The caller has made sure that nobody holds it. */
  publish(line: Line, { priority, from }: Pick<Holder, 'priority' | 'from'>): void {
    this.holder = { line, since: this.now(), priority, from }
    this.cache.clear()
    for (const viewer of [...this.players.values(), ...this.taps.values()]) viewer.policy = newPolicy()
  }

  release(line: Line): void {
    if (this.holder?.line === line) this.holder = null
  }

  media(tag: FlvTag): void {
    const bytes = tag.payload.length
    this.bytesIn += bytes
    this.rateIn.add(bytes, this.now())
    this.lastTimestampMs = tag.timestampMs
    this.cache.push(tag)
    const what = classify(tag)
    for (const [line, viewer] of this.players)
      if (viewer.policy.admits(what, 0, line.queuedBytes)) this.sendTo(line, tag)
    for (const [tap, viewer] of this.taps) if (viewer.policy.admits(what, 0, 0)) tap(tag)
  }

  /** Headers and the last group of pictures at once, then live. */
  play(line: Line): void {
    const viewer: Viewer = { policy: newPolicy(), since: this.now() }
    this.players.set(line, viewer)
    if (this.holder === null) return
    for (const tag of this.cache.latest())
      if (viewer.policy.admits(classify(tag), 0, line.queuedBytes)) this.sendTo(line, tag)
  }

  leave(line: Line): void {
    this.players.delete(line)
  }

  /** Live only: nothing of what came before. */
  tap(tap: Tap): () => void {
    this.taps.set(tap, { policy: newPolicy(), since: this.now() })
    return () => void this.taps.delete(tap)
  }

  stat(): StatStream {
    const now = this.now()
    const client = (line: Line, since: number, publishing: boolean): StatClient => ({
      id: line.id,
      address: line.address,
      ageMs: now - since,
      publishing,
      timestampMs: this.lastTimestampMs,
    })
    const holder = this.holder
    return {
      name: this.name,
      ageMs: now - this.createdAt,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      bandwidthIn: this.rateIn.bitsPerSecond(now),
      bandwidthOut: this.rateOut.bitsPerSecond(now),
      clients: [
        ...(holder === null ? [] : [client(holder.line, holder.since, true)]),
        ...[...this.players].map(([line, { since }]) => client(line, since, false)),
      ],
    }
  }

  private sendTo(line: Line, tag: FlvTag): void {
    line.send(line.media(tag))
    this.bytesOut += tag.payload.length
    this.rateOut.add(tag.payload.length, this.now())
  }
}

const newPolicy = (): DropPolicy => new DropPolicy(playerLimits)

/** Bits per second over the last whole window, as nginx-rtmp keeps it. */
class Rate {
  private bytes = 0
  private last = 0

  constructor(private since: number) {}

  add(bytes: number, now: number): void {
    this.roll(now)
    this.bytes += bytes
  }

  bitsPerSecond(now: number): number {
    this.roll(now)
    return this.last
  }

  private roll(now: number): void {
    const spanMs = now - this.since
    if (spanMs < bandwidthMs) return
    this.last = Math.round((this.bytes * 8000) / spanMs)
    this.bytes = 0
    this.since = now
  }
}
