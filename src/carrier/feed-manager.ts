import { fail, ok, type Problem, type Result } from '../core/problem'
import { flvHeader, muxTag } from '../media/flv'
import { maxKeyframeBytes } from '../shared/carrier/control'
import type {
  CarrierReplies,
  CarrierRequestOf,
  CarrierSource,
  CarrierState,
  FeedState,
  FfmpegPlaces,
  PublicationState,
} from '../shared/carrier/control'
import { obsFeed } from '../shared/carrier/program'
import { observe, untilWarm } from './feed/await-feed'
import { Feed, type FeedDeps, type FeedTimings } from './feed/feed'
import type { MediaFeed } from './feed/media-feed'
import { findFfmpeg } from './ffmpeg'
import { ProgramService } from './program/program-service'
import { feedFormat } from './program/session'
import { Publication, type PublicationDeps } from './direct/publication'
import type { Publisher, PublishTarget } from './publish/publisher'

export interface MediaRoomDeps {
  readonly version: string
  /** `ffmpeg`: the one to use, for what is not RTMP. */
  readonly createPublisher: (target: PublishTarget, ffmpeg: string, ackWindowBytes?: number) => Publisher
  readonly now: () => number
  readonly random: () => number
  readonly attended: () => boolean
  readonly changed: () => void
  /** A fault of our own in one feed or connection, which alone is ended for it. */
  readonly mishap: (error: unknown, where: string) => void
  readonly timings?: FeedTimings
}

type Request<K extends keyof CarrierReplies> = Omit<CarrierRequestOf<K>, 'id' | 'kind'>
type Reply<K extends keyof CarrierReplies> = Promise<Result<CarrierReplies[K]>>

interface Slot {
  readonly feed: Feed
  publication: Publication | null
  /** Counts publish and unpublish: an order that had to wait sees whether another came. */
  orders: number
}

/** All feeds and publications. No policy: it does what it is told, and refuses orders under an old lease. */
export class FeedManager {
  private readonly slots = new Map<string, Slot>()
  /** Highest lease ever seen, by destination and by feed. */
  private readonly leases = new Map<string, number>()
  private places: FfmpegPlaces = { configured: null, bundled: null }
  private found: ReturnType<typeof findFfmpeg> | null = null

  /** What ffmpeg was found last: for SRT publishers of the program, which begin at once. */
  private ffmpegPath = 'ffmpeg'
  readonly program: ProgramService

  constructor(private readonly deps: MediaRoomDeps) {
    this.program = new ProgramService({
      pulled: (id) => this.slots.get(id)?.feed ?? null,
      createPublisher: (target, ackWindowBytes) =>
        deps.createPublisher(target, this.ffmpegPath, ackWindowBytes),
      now: deps.now,
      random: deps.random,
      changed: deps.changed,
      mishap: deps.mishap,
      lease: (destinations, generation) => this.leaseAll(destinations, generation),
      isHeld: (destination) => this.isHeldByAnother('', destination),
      ffmpeg: () => this.ffmpeg(),
    })
  }

  configure(places: FfmpegPlaces): void {
    const same = places.configured === this.places.configured && places.bundled === this.places.bundled
    this.places = places
    if (!same) this.found = null
  }

  /** Looked for once; a failure is looked for again. */
  async ffmpeg(): Reply<'ffmpeg'> {
    this.found ??= findFfmpeg(this.places)
    const found = await this.found
    if (found.ok) this.ffmpegPath = found.value.path
    else this.found = null
    return found
  }

  private feedDeps(): FeedDeps {
    const { now, random, timings, mishap } = this.deps
    const ffmpeg = async (): Promise<{ readonly path: string } | Problem> => {
      const found = await this.ffmpeg()
      return found.ok ? found.value : found.problem
    }
    return { ffmpeg, now, random, mishap, ...(timings === undefined ? {} : { timings }) }
  }

  async probe({ source, deadlineMs }: Request<'probe'>): Reply<'probe'> {
    const feed = Feed.open(source, this.feedDeps())
    if (!(feed instanceof Feed)) return { ok: false, problem: feed }
    try {
      return await observe(feed, deadlineMs)
    } finally {
      feed.dispose()
    }
  }

  async prepare({ feed: id, source, deadlineMs }: Request<'prepare'>): Reply<'prepare'> {
    const known = this.slots.get(id)
    let feed = known?.feed
    if (known !== undefined && !sameSource(known.feed.source, source)) {
      if (known.publication?.onAir === true || this.program.program.onFeed === id) return fail('refused-busy')
      this.program.program.detach(id)
      known.feed.dispose()
      this.slots.delete(id)
      feed = undefined
    }
    if (feed === undefined) {
      const opened = Feed.open(source, this.feedDeps())
      if (!(opened instanceof Feed)) return { ok: false, problem: opened }
      feed = opened
      feed.onChange(this.deps.changed)
      this.slots.set(id, { feed, publication: null, orders: 0 })
      this.program.program.attach(id, feed)
      this.deps.changed()
    }
    const warm = await untilWarm(feed, deadlineMs)
    return warm.ok ? ok(null) : warm
  }

  async release({ feed: id }: Request<'release'>): Reply<'release'> {
    const slot = this.slots.get(id)
    if (slot?.publication?.onAir === true || this.program.program.onFeed === id) return fail('refused-busy')
    this.program.program.detach(id)
    await slot?.publication?.stop('abrupt')
    slot?.feed.dispose()
    this.slots.delete(id)
    this.deps.changed()
    return ok(null)
  }

  /** The newest whole picture of a feed as a small FLV file in base64; null: there is none, or it is too large. */
  keyframe({ feed: id }: Request<'keyframe'>): string | null {
    const feed = id === obsFeed ? this.program.received : this.slots.get(id)?.feed
    const [header, picture] = feed?.warm === true ? feed.cache.keyframe() : []
    if (header === undefined || picture === undefined) return null
    if (picture.payload.length > maxKeyframeBytes) return null
    const parts = [flvHeader(), muxTag(header), muxTag({ ...picture, timestampMs: 0 })]
    return Buffer.concat(parts).toString('base64')
  }

  async publish(request: Request<'publish'>): Reply<'publish'> {
    const { feed: id, destination, generation, target, overlap, deadlineMs } = request
    if (this.isStale(id, destination, generation)) return fail('stale-generation')
    const slot = this.slots.get(id)
    if (slot === undefined) return fail('ingest-not-prepared')
    this.lease(id, destination, generation)
    const known = slot.publication
    const same = known?.options.generation === generation && known.options.destination === destination
    if (known?.onAir === true && same) return known.start(deadlineMs)
    const isTaken = () =>
      !overlap && (this.isHeldByAnother(id, destination) || this.program.program.holds(destination))
    if (isTaken()) return fail('destination-busy')
    const begun = this.deps.now()
    const order = (slot.orders += 1)
    await known?.stop('abrupt')
    const warm = await untilWarm(slot.feed, deadlineMs)
    if (!warm.ok) return warm
    const ffmpeg = await this.ffmpeg()
    if (!ffmpeg.ok) return ffmpeg
    // Another order may have come meanwhile.
    if (this.slots.get(id) !== slot || slot.orders !== order) return fail('stale-generation')
    if (this.isStale(id, destination, generation)) return fail('stale-generation')
    if (isTaken()) return fail('destination-busy')
    const { createPublisher, now, random, attended, changed } = this.deps
    const create = (to: PublishTarget) => createPublisher(to, ffmpeg.value.path)
    const deps: PublicationDeps = { create, now, random, attended, changed }
    const publication = new Publication({ feed: slot.feed, destination, generation, target }, deps)
    slot.publication = publication
    return publication.start(Math.max(1, deadlineMs - (now() - begun)))
  }

  async unpublish({ feed: id, generation, mode }: Request<'unpublish'>): Reply<'unpublish'> {
    const slot = this.slots.get(id)
    const publication = slot?.publication ?? null
    if (this.isStale(id, publication?.options.destination ?? null, generation))
      return fail('stale-generation')
    this.lease(id, publication?.options.destination ?? null, generation)
    if (slot !== undefined) slot.orders += 1
    await publication?.stop(mode)
    if (slot?.publication === publication) slot.publication = null
    this.deps.changed()
    return ok(null)
  }

  private isStale(feed: string, destination: string | null, generation: number): boolean {
    const seen = (key: string) => this.leases.get(key) ?? -1
    return (
      generation < seen(`feed ${feed}`) ||
      (destination !== null && generation < seen(`destination ${destination}`))
    )
  }

  /** For destinations of the program; false: one of them is under a newer lease. */
  private leaseAll(destinations: readonly string[], generation: number): boolean {
    const keys = destinations.map((destination) => `destination ${destination}`)
    if (keys.some((key) => generation < (this.leases.get(key) ?? -1))) return false
    for (const key of keys) this.leases.set(key, generation)
    return true
  }

  private lease(feed: string, destination: string | null, generation: number): void {
    this.leases.set(`feed ${feed}`, generation)
    if (destination !== null) this.leases.set(`destination ${destination}`, generation)
  }

  private isHeldByAnother(id: string, destination: string): boolean {
    return [...this.slots].some(
      ([other, { publication }]) =>
        other !== id && publication?.onAir === true && publication.options.destination === destination,
    )
  }

  /** An engine came: broken publications wait for its decision. */
  attend(): void {
    for (const { publication } of this.slots.values()) publication?.attend()
  }

  /** The engine went. */
  leave(): void {
    for (const { publication } of this.slots.values()) publication?.leave()
  }

  get onAir(): boolean {
    return (
      this.program.program.onAir ||
      [...this.slots.values()].some(({ publication }) => publication?.onAir === true)
    )
  }

  state(): CarrierState {
    return {
      pid: process.pid,
      version: this.deps.version,
      onAir: this.onAir,
      feeds: [
        ...[...this.slots].map(([id, { feed, publication }]) =>
          feedState(id, feed, publication?.state() ?? null),
        ),
        ...(this.program.received === null ? [] : [feedState(obsFeed, this.program.received, null)]),
      ],
      program: this.program.state(),
    }
  }

  /** Ends everything; publications go abruptly unless they were stopped before. */
  async dispose(): Promise<void> {
    await this.program.dispose()
    for (const { feed, publication } of this.slots.values()) {
      await publication?.stop('abrupt')
      feed.dispose()
    }
    this.slots.clear()
  }
}

function feedState(id: string, feed: MediaFeed, publication: PublicationState | null): FeedState {
  const rates = feed.rates()
  const { video, audio, broken } = feed.leftOut
  return {
    id,
    kind: feed.kind,
    leg: feed.leg,
    warm: feed.warm,
    mediaAgeMs: feed.mediaAgeMs(),
    cpuShare: feed.cpuShare(),
    tracks: [...feed.tracks()],
    format: feedFormat(feed.cache),
    ...(video + audio + broken === 0 ? {} : { leftOut: feed.leftOut }),
    bitrateKbps: rates?.bitrateKbps ?? null,
    fps: rates?.fps ?? null,
    uptimeMs: feed.uptimeMs(),
    restarts: feed.restarts,
    problem: feed.problem,
    publication,
  }
}

const sameSource = (a: CarrierSource, b: CarrierSource): boolean =>
  a.url === b.url &&
  a.transport === b.transport &&
  a.loop === b.loop &&
  JSON.stringify(a.convert) === JSON.stringify(b.convert)
