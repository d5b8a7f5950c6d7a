import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ProgramService } from '../../../../src/carrier/program/program-service'
import { fail, ok, problem } from '../../../../src/core/problem'
import type { ProgramDestination } from '../../../../src/shared/carrier/program'
import { FakeFeed, FakePublisher, isKeyframe, isPicture, markOf } from './program-fakes'

const frameMs = 40
const target = (id: string, key = 'KEY', url = `rtmp://${id}/live`): ProgramDestination => ({
  id,
  target: { url, key, auth: null },
  other: null,
})

describe('the program', () => {
  let made: FakePublisher[]
  let feeds: Map<string, FakeFeed>
  let running: Set<FakeFeed>
  let held: Set<string>
  let leases: [readonly string[], number][]
  let ffmpeg: boolean
  let room: ProgramService

  beforeEach(() => {
    vi.useFakeTimers()
    made = []
    held = new Set()
    leases = []
    ffmpeg = true
    running = new Set()
    feeds = new Map([
      ['obs-like', new FakeFeed(1)],
      ['backup', new FakeFeed(2)],
      ['slate', new FakeFeed(3)],
    ])
    room = new ProgramService({
      pulled: (id) => feeds.get(id) ?? null,
      lease: (ids, generation) => leases.push([ids, generation]) > 0,
      isHeld: (id) => held.has(id),
      ffmpeg: () => Promise.resolve(ffmpeg ? ok(null) : fail('ffmpeg-missing')),
      createPublisher: (to, ackWindowBytes) => {
        const publisher = new FakePublisher(to, ackWindowBytes)
        made.push(publisher)
        return publisher
      },
      now: () => performance.now(),
      random: () => 0.5,
      changed: () => undefined,
      mishap: () => undefined,
    })
    for (const [id, feed] of feeds) room.program.attach(id, feed)
  })
  afterEach(async () => {
    await room.dispose()
    vi.useRealTimers()
  })

  const feed = (id: string): FakeFeed => feeds.get(id)!
  let frames = 0
  /** Time passes; the feeds that run bring 25 pictures a second, each twelfth a keyframe. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 5) {
      await vi.advanceTimersByTimeAsync(Math.min(5, left))
      if (performance.now() % frameMs >= 5) continue
      frames += 1
      for (const each of running) each.picture(frames % 12 === 0 ? 'keyframe' : 'inter')
    }
  }
  const run = (id: string): void => {
    feed(id).picture('keyframe')
    running.add(feed(id))
  }
  const freeze = (id: string): void => void running.delete(feed(id))
  const start = (id: string, generation: number, destinations = [target('main')], deadlineMs = 5_000) =>
    room.start({ feed: id, generation, destinations, deadlineMs })
  const live = async (id: string, destinations = [target('main')]): Promise<void> => {
    run(id)
    await pass(200)
    const started = start(id, 1, destinations)
    await pass(20)
    for (const publisher of made) publisher.accept()
    await pass(100)
    for (const publisher of made) publisher.acknowledge()
    await pass(50)
    expect(await started).toEqual({ ok: true, value: { proof: 'acknowledged' } })
  }
  const cut = () => room.program.lastCut()
  const pictures = (publisher = made[0]!) => publisher.written.filter(isPicture)
  const expectRising = (publisher = made[0]!): void => {
    const times = pictures(publisher).map(({ timestampMs }) => timestampMs)
    expect(times.filter((each, i) => i > 0 && each <= times[i - 1]!)).toEqual([])
  }

  it('sends every destination the same, and is proven by the first', async () => {
    await live('obs-like', [target('main'), target('second')])
    const [first, second] = made.map((publisher) => pictures(publisher))
    expect(first!.length).toBeGreaterThan(3)
    expect(second).toEqual(first)
    expect(leases).toEqual([[['main', 'second'], 1]])
  })

  it('cuts on a keyframe in the same session; the proof is of media after the cut', async () => {
    await live('obs-like')
    run('backup')
    await pass(200)
    let answer: unknown = null
    void start('backup', 2).then((reply) => (answer = reply))
    // What was sent before the cut arrives: that proves nothing about the backup.
    const before = made[0]!.written.filter((tag) => markOf(tag) === 1)
    made[0]!.set({ bytesAcknowledged: before.reduce((sum, { payload }) => sum + payload.length, 0) })
    await pass(200)
    expect(answer).toBeNull()
    made[0]!.acknowledge()
    await pass(50)
    expect(answer).toEqual({ ok: true, value: { proof: 'acknowledged' } })
    expect(made).toHaveLength(1)
    const after = pictures().filter((tag) => markOf(tag) === 2)
    expect(isKeyframe(after[0]!)).toBe(true)
    expectRising()
    expect(cut()).toMatchObject({ seq: 2, from: 'obs-like', to: 'backup', why: 'asked' })
  })

  it('stays as it is when the feed asked for brings nothing in time', async () => {
    await live('obs-like')
    const started = start('backup', 2, [target('main')], 1_000)
    await pass(1_100)
    expect(await started).toMatchObject({ ok: false, problem: { code: 'source-no-media' } })
    expect(room.program.onFeed).toBe('obs-like')
  })

  it('cuts in the moment its feed ends, to the first of the order that shows something', async () => {
    await live('obs-like')
    run('backup')
    run('slate')
    await pass(1_000)
    freeze('backup')
    await pass(800)
    room.program.setGuard({ order: ['obs-like', 'backup', 'slate'], freezeMs: 700 })
    freeze('obs-like')
    feed('obs-like').end()
    expect(room.program.onFeed).toBe('slate')
    expect(cut()).toMatchObject({ from: 'obs-like', to: 'slate', why: 'feed-ended' })
    await pass(200)
    expect(cut()!.gapMs).toBeLessThanOrEqual(120)
    expectRising()
  })

  it('leaves a frozen feed within 50 ms of the limit, and not before it', async () => {
    await live('obs-like')
    run('backup')
    room.program.setGuard({ order: ['backup'], freezeMs: 700 })
    await pass(1_000)
    freeze('obs-like')
    await pass(640)
    expect(room.program.onFeed).toBe('obs-like')
    await pass(120)
    expect(room.program.onFeed).toBe('backup')
    expect(cut()).toMatchObject({ why: 'feed-frozen' })
    // What a viewer missed, not how close the squeezed timestamps are.
    expect(cut()!.gapMs).toBeGreaterThan(700)
    expect(cut()!.gapMs).toBeLessThanOrEqual(800)
  })

  it('stays where nobody is warm and goes as soon as somebody is', async () => {
    await live('obs-like')
    room.program.setGuard({ order: ['backup', 'slate'], freezeMs: 700 })
    freeze('obs-like')
    feed('obs-like').end()
    await pass(5_000)
    expect(room.program.onFeed).toBe('obs-like')
    run('slate')
    await pass(50)
    expect(room.program.onFeed).toBe('slate')
  })

  it('never cuts without a guard, and at once when it is given one', async () => {
    await live('obs-like')
    run('backup')
    freeze('obs-like')
    feed('obs-like').end()
    await pass(5_000)
    expect(room.program.onFeed).toBe('obs-like')
    room.program.setGuard({ order: ['backup'], freezeMs: 700 })
    expect(room.program.onFeed).toBe('backup')
  })

  it('does not leave a feed that came back before anybody was warm', async () => {
    await live('obs-like')
    room.program.setGuard({ order: ['backup'], freezeMs: 700 })
    freeze('obs-like')
    feed('obs-like').end()
    await pass(100)
    run('obs-like')
    await pass(1_000)
    run('backup')
    await pass(1_000)
    expect(room.program.onFeed).toBe('obs-like')
  })

  it('gives a publisher that took over the time that is left', async () => {
    await live('obs-like')
    run('backup')
    room.program.setGuard({ order: ['backup'], freezeMs: 700 })
    await pass(2_000)
    freeze('obs-like')
    feed('obs-like').takenOver()
    await pass(400)
    expect(room.program.onFeed).toBe('obs-like')
    await pass(400)
    expect(room.program.onFeed).toBe('backup')
  })

  it('fences: a start that waits for its feed does not begin after a stop', async () => {
    const waiting = start('backup', 4)
    await pass(100)
    expect(await room.stop({ generation: 5, mode: 'abrupt', deadlineMs: 1_000 })).toEqual(ok(null))
    run('backup')
    await pass(1_000)
    expect(await waiting).toMatchObject({ ok: false, problem: { code: 'stale-generation' } })
    expect(made).toHaveLength(0)
    expect(await start('backup', 4)).toMatchObject({ ok: false, problem: { code: 'stale-generation' } })
    expect(room.program.live).toBe(false)
  })

  it('a stop holds the leases of what it stopped', async () => {
    await live('obs-like', [target('main'), target('second')])
    await room.stop({ generation: 9, mode: 'clean', deadlineMs: 1_000 })
    expect(leases.at(-1)).toEqual([['main', 'second'], 9])
    expect(made.map(({ closes }) => closes)).toEqual([['clean'], ['clean']])
    expect(await room.stop({ generation: 8, mode: 'clean', deadlineMs: 1_000 })).toMatchObject({ ok: false })
  })

  it('does not take a destination that a direct publication has', async () => {
    run('obs-like')
    held.add('main')
    expect(await start('obs-like', 1)).toMatchObject({ ok: false, problem: { code: 'refused-busy' } })
    expect(made).toHaveLength(0)
  })

  it('answers a new key by what the destination says to it, not by what it said to the old one', async () => {
    run('obs-like')
    const wrong = start('obs-like', 1, [target('main', 'WRONG')])
    await pass(20)
    made[0]!.refuse(problem('destination-auth'))
    await pass(50)
    expect(await wrong).toMatchObject({ ok: false, problem: { code: 'destination-auth' } })
    expect(room.program.onAir).toBe(false)
    const right = start('obs-like', 2, [target('main', 'RIGHT')])
    await pass(50)
    made[1]!.accept()
    await pass(100)
    made[1]!.acknowledge()
    await pass(200)
    made[1]!.acknowledge()
    await pass(50)
    expect(await right).toEqual({ ok: true, value: { proof: 'acknowledged' } })
  })

  it('a destination that is taken away says goodbye, the others go on', async () => {
    await live('obs-like', [target('main'), target('second')])
    void start('obs-like', 2, [target('second')])
    await pass(200)
    expect(made.map(({ closes }) => closes)).toEqual([['clean'], []])
    const before = made[1]!.written.length
    await pass(200)
    expect(made[1]!.written.length).toBeGreaterThan(before)
  })

  it('asks for acknowledgements that suit the slowest feed that may come', async () => {
    feed('obs-like').kbps = 6_000
    await live('obs-like')
    feed('slate').kbps = 1_200
    void start('obs-like', 2, [target('main'), target('second')])
    await pass(20)
    expect(made.map(({ ackWindowBytes }) => ackWindowBytes)).toEqual([50_000, 22_500])
  })

  it('says so when SRT is wanted and there is no ffmpeg', async () => {
    ffmpeg = false
    run('obs-like')
    const srt = target('main', 'publish:x', 'srt://main:8890')
    expect(await start('obs-like', 1, [srt])).toMatchObject({
      ok: false,
      problem: { code: 'ffmpeg-missing' },
    })
    expect(made).toHaveLength(0)
  })
})
