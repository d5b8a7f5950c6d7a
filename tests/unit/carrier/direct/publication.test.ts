import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TagListener } from '../../../../src/carrier/feed/media-feed'
import { Publication, type FeedView } from '../../../../src/carrier/direct/publication'
import { refusal } from '../../../../src/carrier/publish/final-refusal'
import type { Publisher, PublisherStatus, PublishTarget } from '../../../../src/carrier/publish/publisher'
import { problem, type Problem } from '../../../../src/core/problem'
import type { Leg } from '../../../../src/core/words'
import type { FlvTag } from '../../../../src/media/flv'
import { GopCache } from '../../../../src/media/gop-cache'

const target: PublishTarget = { url: 'rtmp://host/live', key: 'KEY', auth: null }
const tag = (bytes: readonly number[], timestampMs: number): FlvTag => ({
  type: 9,
  timestampMs,
  payload: Uint8Array.from(bytes),
})
const header = tag([0x17, 0, 0, 0, 0, 1, 2, 3], 0)
const key = (ms: number) => tag([0x17, 1, 0, 0, 0, 9, 9], ms)
const inter = (ms: number) => tag([0x27, 1, 0, 0, 0, 9, 9], ms)

/** A connection whose other end is the test. */
class FakePublisher implements Publisher {
  readonly written: FlvTag[] = []
  readonly closes: string[] = []
  readonly accepted: Promise<Problem | null>
  accept: (problem: Problem | null) => void = () => undefined
  private listeners: (() => void)[] = []
  private now: PublisherStatus = {
    state: 'connecting',
    problem: null,
    bytesSent: 0,
    bytesAcknowledged: null,
    acknowledgedAgeMs: null,
    backlogBytes: 0,
    usualBacklogBytes: 50_000,
    queuedBytes: 0,
    droppedFrames: 0,
  }

  constructor() {
    this.accepted = new Promise((resolve) => (this.accept = resolve))
  }
  write(each: FlvTag) {
    this.written.push(each)
    this.now = { ...this.now, bytesSent: this.now.bytesSent + each.payload.length }
  }
  close(mode: 'clean' | 'abrupt') {
    this.closes.push(mode)
    return Promise.resolve()
  }
  status() {
    return this.now
  }
  onChange(listener: () => void) {
    this.listeners.push(listener)
  }
  set(change: Partial<PublisherStatus>) {
    this.now = { ...this.now, ...change }
    for (const listener of this.listeners) listener()
  }
}

class FakeFeed implements FeedView {
  readonly cache = new GopCache()
  epoch = 1
  leg: Leg = 'up'
  private listeners = new Set<TagListener>()
  onTag(listener: TagListener) {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  push(each: FlvTag) {
    this.cache.push(each)
    for (const listener of this.listeners) listener(each, this.epoch)
  }
  restart() {
    this.epoch += 1
    this.cache.clear()
  }
}

describe('Publication', () => {
  let made: FakePublisher[]
  let feed: FakeFeed
  let attended: boolean

  beforeEach(() => {
    vi.useFakeTimers()
    made = []
    attended = true
    feed = new FakeFeed()
    for (const each of [header, key(7_000), inter(7_040)]) feed.push(each)
  })
  afterEach(() => vi.useRealTimers())

  const publication = () =>
    new Publication(
      { feed, destination: 'platform', generation: 4, target },
      {
        create: () => {
          const publisher = new FakePublisher()
          made.push(publisher)
          return publisher
        },
        now: () => performance.now(),
        random: () => 0.5,
        attended: () => attended,
        changed: () => undefined,
      },
    )
  const last = () => made.at(-1)!
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  const up = async () => {
    const on = publication()
    const started = on.start(10_000)
    last().accept(null)
    await pass(0)
    last().set({ state: 'publishing', bytesAcknowledged: 50_000 })
    expect(await started).toEqual({ ok: true, value: { proof: 'acknowledged' } })
    return on
  }

  it('sends headers and what the feed kept, from 0, and is proven by an acknowledgement', async () => {
    const on = publication()
    const started = on.start(10_000)
    last().accept(null)
    await pass(0)
    feed.push(inter(7_080))
    expect(last().written.map((each) => each.timestampMs)).toEqual([0, 0, 40, 80])
    expect(on.state().leg).toBe('connecting')
    last().set({ bytesAcknowledged: 10 })
    expect(await started).toEqual({ ok: true, value: { proof: 'acknowledged' } })
    expect(on.state()).toMatchObject({ leg: 'up', problem: null })
    expect(on.onAir).toBe(true)
  })

  it('calls a destination that acknowledges nothing no more than accepting', async () => {
    const started = publication().start(10_000)
    last().accept(null)
    await pass(2_900)
    let settled = false
    void started.then(() => (settled = true))
    await pass(0)
    expect(settled).toBe(false)
    await pass(200)
    expect(await started).toEqual({ ok: true, value: { proof: 'accepted' } })
  })

  it('is stalled, not accepted, while everything waits in the socket', async () => {
    const started = publication().start(5_000)
    last().accept(null)
    await pass(0)
    last().set({ backlogBytes: last().status().bytesSent })
    await pass(5_100)
    expect(await started).toMatchObject({ ok: false, problem: { code: 'destination-stalled' } })
    expect(last().closes).toEqual(['abrupt'])
  })

  it('hands a refusal back at once, does not try again, and lets the destination go', async () => {
    attended = false
    const on = publication()
    const started = on.start(10_000)
    last().accept(problem('destination-busy'))
    expect(await started).toMatchObject({ ok: false, problem: { code: 'destination-busy' } })
    await pass(60_000)
    expect(made).toHaveLength(1)
    expect(on.onAir).toBe(false)
    expect(on.state()).toMatchObject({ leg: 'failed', problem: { code: 'destination-busy' } })
  })

  it('has a deadline for an answer that never comes', async () => {
    const started = publication().start(4_000)
    await pass(4_000)
    expect(await started).toMatchObject({ ok: false, problem: { code: 'timeout' } })
    expect(last().closes).toEqual(['abrupt'])
  })

  it('a stop overtakes a start', async () => {
    const on = publication()
    const started = on.start(10_000)
    await on.stop('clean')
    const before = last().written.length
    feed.push(key(9_000))
    last().accept(null)
    expect(await started).toMatchObject({ ok: false, problem: { code: 'stale-generation' } })
    expect(last().closes).toEqual(['clean'])
    expect(last().written).toHaveLength(before)
    expect(on.onAir).toBe(false)
  })

  it('hands media over from the start: over SRT nothing connects before there is some', () => {
    void publication().start(10_000)
    expect(last().status().state).toBe('connecting')
    expect(last().written.length).toBeGreaterThan(1)
  })

  it('carries on over a restart of the feed: new headers, a keyframe, rising time', async () => {
    await up()
    const before = last().written.length
    await pass(4_000)
    feed.restart()
    feed.push(inter(0))
    expect(last().written).toHaveLength(before)
    feed.push(header)
    feed.push(key(120))
    feed.push(inter(160))
    const after = last().written.slice(before)
    expect(after.map((each) => each.payload[1])).toEqual([0, 1, 1])
    expect(after[1]!.timestampMs).toBeGreaterThan(4_000)
    expect(after[2]!.timestampMs - after[1]!.timestampMs).toBe(40)
  })

  it('leaves a broken connection to the engine that is there', async () => {
    const on = await up()
    last().set({ state: 'failed', problem: problem('destination-closed') })
    expect(on.state()).toMatchObject({ leg: 'failed', problem: { code: 'destination-closed' } })
    expect(on.onAir).toBe(false)
    await pass(60_000)
    expect(made).toHaveLength(1)
  })

  it('connects again by itself while no engine is there, with growing waits', async () => {
    const on = await up()
    attended = false
    last().set({ state: 'failed', problem: problem('destination-closed') })
    expect(on.onAir).toBe(true)
    await pass(500)
    expect(made).toHaveLength(2)
    last().accept(problem('destination-busy'))
    await pass(900)
    expect(made).toHaveLength(2)
    await pass(100)
    expect(made).toHaveLength(3)
    last().accept(null)
    await pass(0)
    last().set({ bytesAcknowledged: 1 })
    await pass(0)
    expect(on.state()).toMatchObject({ leg: 'up', retries: 2, generation: 4 })
  })

  it('connects again when its engine went before it could decide about the break', async () => {
    const on = await up()
    last().set({ state: 'failed', problem: problem('destination-closed') })
    await pass(10_000)
    expect(made).toHaveLength(1)
    attended = false
    on.leave()
    expect(on.onAir).toBe(true)
    await pass(600)
    expect(made).toHaveLength(2)
    // One that was never up, or that was stopped, is not its business.
    await on.stop('abrupt')
    on.leave()
    await pass(60_000)
    expect(made).toHaveLength(2)
  })

  it('is not ended by a refusal that names neither key nor account', async () => {
    const on = await up()
    await pass(4_000)
    attended = false
    last().set({ state: 'failed', problem: problem('destination-closed') })
    for (const why of [
      problem('destination-refused', { reason: 'closed at publish' }),
      refusal('destination-auth', { host: 'host', reason: 'NetStream.Publish.Denied' }, false),
      problem('destination-busy'),
    ]) {
      const { length } = made
      await pass(9_600)
      expect(made).toHaveLength(length + 1)
      last().accept(why)
      await pass(0)
      expect(on.onAir).toBe(true)
    }
    on.attend()
    on.leave()
    expect(on.onAir).toBe(true)
  })

  it('goes on with growing waits where a session lives for a moment, and begins anew after one that held', async () => {
    const on = await up()
    attended = false
    const broken = { state: 'failed', problem: problem('destination-closed') } as const
    const next = async (): Promise<number> => {
      const { length } = made
      const from = performance.now()
      while (made.length === length) await pass(50)
      last().accept(null)
      await pass(0)
      last().set({ bytesAcknowledged: 1 })
      await pass(30)
      return Math.round((performance.now() - from) / 100) * 100
    }
    last().set(broken)
    const waits: number[] = []
    for (let i = 0; i < 4; i += 1) {
      waits.push(await next())
      last().set(broken)
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000])
    await next()
    await pass(2_500)
    last().set(broken)
    expect(await next()).toBe(500)
    await on.stop('abrupt')
  })

  it('does not try again what no second try changes', async () => {
    const on = await up()
    attended = false
    last().set({ state: 'failed', problem: problem('destination-closed') })
    await pass(500)
    last().accept(problem('destination-auth'))
    await pass(60_000)
    expect(made).toHaveLength(2)
    expect(on.onAir).toBe(false)
  })

  it('gives up when nobody can expect the broadcast any more', async () => {
    const on = await up()
    attended = false
    last().set({ state: 'failed', problem: problem('destination-closed') })
    for (let minute = 0; minute < 11 * 60; minute += 1) {
      await pass(1_000)
      last().accept(problem('destination-unreachable'))
    }
    await pass(20_000)
    expect(on.onAir).toBe(false)
  })

  it('waits for the decision of an engine that comes', async () => {
    const on = await up()
    attended = false
    last().set({ state: 'failed', problem: problem('destination-closed') })
    attended = true
    on.attend()
    await pass(60_000)
    expect(made).toHaveLength(1)
    expect(on.state().leg).toBe('failed')
  })

  it('shows a stall by the age of what waits for an acknowledgement, not while the feed itself is silent', async () => {
    const on = await up()
    last().set({ acknowledgedAgeMs: 3_500, backlogBytes: 60_000 })
    expect(on.state().leg).toBe('stalled')
    // A destination that acknowledges every 2.5 MB leaves as much open while all is well.
    last().set({ usualBacklogBytes: 5_000_000 })
    expect(on.state().leg).toBe('up')
    last().set({ usualBacklogBytes: 50_000 })
    feed.leg = 'stalled'
    expect(on.state().leg).toBe('up')
  })
})
