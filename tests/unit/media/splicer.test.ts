import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArrivalClock } from '../../../src/media/arrival-clock'
import type { FlvTag } from '../../../src/media/flv'
import { GopCache } from '../../../src/media/gop-cache'
import { Splicer, type FeedRun } from '../../../src/media/splicer'

interface Shape {
  readonly feed: string
  readonly fps: number
  readonly gopFrames: number
  /** Timestamp of its first tag. */
  readonly startMs: number
  readonly header: number
}

/** A feed in simulated time: video at its rate, sound every 21 ms, and headers of its own. */
class SimFeed {
  readonly cache = new GopCache()
  readonly clock = new ArrivalClock()
  epoch = 1
  private video = 0
  private audio = 0
  private bornAt: number | null = null

  constructor(
    readonly shape: Shape,
    private readonly jitter: () => number = () => 0,
  ) {}

  run(): FeedRun {
    return { feed: this.shape.feed, epoch: this.epoch, cache: this.cache, originMs: this.clock.originMs }
  }

  restart(): void {
    this.epoch += 1
    this.cache.clear()
    this.clock.reset()
    this.bornAt = null
    this.video = 0
    this.audio = 0
  }

  /** Everything due by `atMs`, with headers first. */
  until(atMs: number): FlvTag[] {
    const out: FlvTag[] = []
    const { fps, gopFrames, startMs, header } = this.shape
    if (this.bornAt === null) {
      this.bornAt = atMs
      out.push({ type: 9, timestampMs: startMs >>> 0, payload: Uint8Array.of(0x17, 0, 0, 0, 0, header) })
      out.push({ type: 8, timestampMs: startMs >>> 0, payload: Uint8Array.of(0xaf, 0, header, 0x10) })
    }
    const sinceMs = atMs - this.bornAt
    for (;;) {
      const videoMs = (this.video * 1000) / fps
      const audioMs = this.audio * 21
      if (Math.min(videoMs, audioMs) > sinceMs - this.jitter()) return out
      if (videoMs <= audioMs) {
        const key = this.video % gopFrames === 0
        const payload = Uint8Array.of(key ? 0x17 : 0x27, 1, 0, 0, 33, header, this.video & 255)
        out.push({ type: 9, timestampMs: (startMs + Math.round(videoMs)) >>> 0, payload })
        this.video += 1
      } else {
        out.push({ type: 8, timestampMs: (startMs + audioMs) >>> 0, payload: Uint8Array.of(0xaf, 1, header) })
        this.audio += 1
      }
    }
  }

  take(tag: FlvTag, atMs: number): void {
    this.cache.push(tag)
    this.clock.push(tag.timestampMs, atMs)
  }
}

interface Sent {
  readonly tag: FlvTag
  readonly atMs: number
  readonly feed: string
}

/** Runs feeds through a splicer in steps of 5 ms. */
function play(
  feeds: readonly SimFeed[],
  untilMs: number,
  turn: (atMs: number, cut: (feed: SimFeed) => void) => void,
  dead: (feed: SimFeed, atMs: number) => boolean = () => false,
): { readonly sent: readonly Sent[]; readonly splicer: Splicer } {
  const splicer = new Splicer()
  const sent: Sent[] = []
  const record = (tags: readonly FlvTag[], atMs: number, feed: string): void => {
    for (const tag of tags) sent.push({ tag, atMs, feed })
  }
  for (let atMs = 1_000_000; atMs < 1_000_000 + untilMs; atMs += 5) {
    for (const feed of feeds) {
      if (dead(feed, atMs - 1_000_000)) continue
      for (const tag of feed.until(atMs)) {
        feed.take(tag, atMs)
        record(splicer.push(feed.run(), tag, atMs), atMs, feed.shape.feed)
      }
    }
    turn(atMs - 1_000_000, (feed) => {
      record(splicer.cut(feed.run(), atMs), atMs, feed.shape.feed)
    })
  }
  return { sent, splicer }
}

const isHeader = ({ payload }: FlvTag): boolean => payload[1] === 0
const isKey = ({ tag }: Sent): boolean => tag.type === 9 && tag.payload[0] === 0x17 && !isHeader(tag)

function expectSound(sent: readonly Sent[]): void {
  for (const type of [8, 9] as const) {
    const times = sent
      .filter(({ tag }) => tag.type === type && !isHeader(tag))
      .map(({ tag }) => tag.timestampMs)
    for (let i = 1; i < times.length; i += 1) expect(times[i]).toBeGreaterThan(times[i - 1] ?? 0)
  }
}

const a = { feed: 'obs', fps: 60, gopFrames: 120, startMs: 0, header: 1 }
const b = { feed: 'backup', fps: 30, gopFrames: 60, startMs: 987_654, header: 2 }

describe('Splicer', () => {
  it('cuts at once from the kept group, beginning with headers and a keyframe', () => {
    const feeds = [new SimFeed(a), new SimFeed(b)]
    const { sent, splicer } = play(
      feeds,
      12_000,
      (atMs, cut) => {
        if (atMs === 3_000) cut(feeds[0]!)
        if (atMs === 8_030) cut(feeds[1]!)
      },
      (feed, atMs) => feed.shape.feed === 'obs' && atMs > 8_000,
    )
    expectSound(sent)
    const after = sent.filter(({ feed }) => feed === 'backup')
    expect(after.slice(0, 2).every(({ tag }) => isHeader(tag))).toBe(true)
    expect(isKey(after[2]!)).toBe(true)
    expect(splicer.onFeed).toBe('backup')
    // 60 frames at most fit by then, 1 ms apart.
    expect(after[0]!.atMs - 1_008_000).toBeLessThanOrEqual(100)
    expect(splicer.lastGapMs).toBeLessThanOrEqual(60)
  })

  it('leaves out what is not media: metadata and the end of a sequence, plain and enhanced', () => {
    const feed = new SimFeed(a)
    const { splicer } = play([feed], 100, (atMs, cut) => {
      if (atMs === 50) cut(feed)
    })
    const end = { type: 9, timestampMs: 100, payload: Uint8Array.of(0x17, 2, 0, 0, 0) } as const
    const enhancedEnd = {
      type: 9,
      timestampMs: 100,
      payload: Uint8Array.of(0x92, 0x68, 0x76, 0x63, 0x31),
    } as const
    const data = { type: 18, timestampMs: 100, payload: Uint8Array.of(2, 0, 0) } as const
    for (const tag of [end, enhancedEnd, data]) expect(splicer.push(feed.run(), tag, 1_000_100)).toEqual([])
  })

  it('waits for a keyframe where the feed kept none', () => {
    const feeds = [new SimFeed(a), new SimFeed(b)]
    const { sent, splicer } = play(feeds, 10_000, (atMs, cut) => {
      if (atMs === 3_000) cut(feeds[0]!)
      if (atMs === 6_005) {
        // A new format: what was kept cannot be decoded any more.
        feeds[1]!.cache.push({ type: 9, timestampMs: 0, payload: Uint8Array.of(0x17, 0, 0, 0, 0, 9) })
        cut(feeds[1]!)
      }
    })
    expectSound(sent)
    const first = sent.find(({ feed }) => feed === 'backup')
    expect(first === undefined ? 0 : first.atMs).toBeGreaterThan(1_007_900)
    expect(splicer.waitingFor).toBeNull()
  })

  it('goes on with a feed that was opened anew', () => {
    const feed = new SimFeed(a)
    const { sent } = play([feed], 12_000, (atMs, cut) => {
      if (atMs === 1_000) cut(feed)
      if (atMs === 6_000) feed.restart()
    })
    expectSound(sent)
    expect(sent.at(-1)!.tag.timestampMs).toBeGreaterThan(10_900)
  })

  it('survives timestamps that wrap and that jump', () => {
    const feed = new SimFeed({ ...a, startMs: 2 ** 32 - 3_000 })
    const { sent } = play([feed], 9_000, (atMs, cut) => {
      if (atMs === 1_000) cut(feed)
    })
    expectSound(sent)
    expect(sent.at(-1)!.tag.timestampMs).toBeLessThan(9_000)
    expect(sent.at(-1)!.tag.timestampMs).toBeGreaterThan(8_900)
  })

  it('stays in step and behind the wall clock over 1,000 cuts back and forth, whatever the feeds and their jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.array(fc.integer({ min: 100, max: 900 }), { minLength: 40, maxLength: 60 }),
        (seed, waits) => {
          let state = seed
          const jitter = (): number => {
            state = (Math.imul(state, 1103515245) + 12345) >>> 0
            return (state >>> 16) % 15
          }
          const feeds = [new SimFeed(a, jitter), new SimFeed(b, jitter)]
          const times = waits.map(
            (
              (sum) => (wait: number) =>
                (sum += wait - (wait % 5))
            )(2_500),
          )
          let next = 0
          const { sent } = play(feeds, (times.at(-1) ?? 0) + 1_000, (atMs, cut) => {
            if (next < times.length && atMs >= times[next]!) {
              cut(feeds[next % 2]!)
              next += 1
            }
          })
          expectSound(sent)
          // Nothing is sent before its time, but for jitter and spacing of the frame that set the clock.
          const aheadBy = sent.map(({ tag, atMs }) => tag.timestampMs - atMs)
          const first = sent.findIndex(({ atMs }) => atMs > sent[0]!.atMs)
          const zero = Math.max(...aheadBy.slice(0, first))
          expect(Math.max(...aheadBy.slice(first)) - zero).toBeLessThanOrEqual(40)
          const last = (type: 8 | 9): number =>
            sent.filter(({ tag }) => tag.type === type && !isHeader(tag)).at(-1)?.tag.timestampMs ?? 0
          expect(Math.abs(last(8) - last(9))).toBeLessThan(60)
        },
      ),
      { numRuns: 20 },
    )
  })
})
