import { ArrivalClock } from '../src/media/arrival-clock'
import type { FlvTag } from '../src/media/flv'
import { GopCache } from '../src/media/gop-cache'
import { Splicer, type FeedRun } from '../src/media/splicer'
import { classify, describeTracks, metadataOf } from '../src/media/tags/tags'

/** A feed's memory in the fuzz: small, so that its bound is reached. */
const cacheBytes = 20_000

class Feed {
  readonly cache = new GopCache({ maxBytes: cacheBytes, maxTags: 500 })
  private readonly clock = new ArrivalClock()

  constructor(readonly name: string) {}

  take(tag: FlvTag, atMs: number): void {
    this.cache.push(tag)
    const info = classify(tag)
    if ('part' in info && (info.part === 'keyframe' || info.part === 'inter' || info.part === 'frame'))
      this.clock.push(tag.timestampMs, atMs)
  }

  run(): FeedRun {
    return { feed: this.name, epoch: 1, cache: this.cache, originMs: this.clock.originMs }
  }
}

/** The program with a healthy feed and one that is what is fuzzed: whatever comes of that one, the program goes on. */
export class Stage {
  private readonly splicer = new Splicer()
  private readonly bad = new Feed('bad')
  private readonly good = new Feed('good')
  private atMs = 1_000_000
  private last: Record<8 | 9, number> = { 8: -1, 9: -1 }
  private frames = 0
  /** What the program did that it never may; null: nothing. */
  wrong: string | null = null

  constructor() {
    this.feedGood()
    this.out(this.splicer.cut(this.good.run(), this.atMs))
    this.out(this.splicer.cut(this.bad.run(), this.atMs))
  }

  take(tag: FlvTag): void {
    this.atMs += 7
    this.bad.take(tag, this.atMs)
    this.out(this.splicer.push(this.bad.run(), tag, this.atMs))
    const headers = this.bad.cache.headers()
    const [meta] = headers.filter(({ type }) => type === 18)
    describeTracks(
      meta === undefined ? null : metadataOf(meta),
      headers.find(({ type }) => type === 9)?.payload ?? null,
      headers.find(({ type }) => type === 8)?.payload ?? null,
    )
    if (this.bad.cache.keptBytes > cacheBytes + 16 * 1024 * 1024) this.wrong ??= 'cache-unbounded'
  }

  /** The fuzzed feed has ended: can the program still show the other one? */
  end(): void {
    this.atMs += 700
    for (let i = 0; i < 20; i += 1) this.feedGood()
    const before = this.frames
    this.out(this.splicer.cut(this.good.run(), this.atMs))
    for (let i = 0; i < 40; i += 1) this.feedGood()
    if (this.frames === before) this.wrong ??= 'program-stands'
  }

  private goodFrames = 0
  private feedGood(): void {
    this.atMs += 33
    const key = this.goodFrames % 10 === 0
    const timestampMs = this.goodFrames * 33
    this.goodFrames += 1
    const send = (tag: FlvTag): void => {
      this.good.take(tag, this.atMs)
      this.out(this.splicer.push(this.good.run(), tag, this.atMs))
    }
    if (this.goodFrames === 1) send({ type: 9, timestampMs, payload: Uint8Array.of(0x17, 0, 0, 0, 0, 1) })
    send({ type: 9, timestampMs, payload: Uint8Array.of(key ? 0x17 : 0x27, 1, 0, 0, 0, 1) })
  }

  private out(tags: readonly FlvTag[]): void {
    for (const tag of tags) {
      const info = classify(tag)
      if (tag.type === 18) this.wrong ??= 'metadata-sent'
      if (!('part' in info) || (info.part !== 'keyframe' && info.part !== 'inter' && info.part !== 'frame'))
        continue
      const type = tag.type === 8 ? 8 : 9
      // Program time may wrap where a feed's clock has jumped by weeks.
      const step = (tag.timestampMs - this.last[type]) | 0
      if (this.last[type] >= 0 && step <= 0) this.wrong ??= 'not-monotonic'
      this.last[type] = tag.timestampMs
      this.frames += 1
    }
  }
}
