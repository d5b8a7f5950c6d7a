import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Program } from '../../../../src/carrier/program/program'
import { problem } from '../../../../src/core/problem'
import { classify } from '../../../../src/media/tags/tags'
import type { ProgramDestination } from '../../../../src/shared/carrier/program'
import { FakeFeed, FakePublisher } from './program-fakes'

const target = (id: string): ProgramDestination => ({
  id,
  target: { url: `rtmp://${id}/live`, key: 'KEY', auth: null },
  other: null,
})

/** Codecs of all that went to one connection. */
function carried({ written }: FakePublisher): string[] {
  const codecs = written.flatMap((tag) => {
    const info = classify(tag)
    return info.kind === 'video' || info.kind === 'audio' ? [info.codec] : []
  })
  return [...new Set(codecs)].sort()
}

describe('a session carries one picture codec and one sound format', () => {
  let made: FakePublisher[]
  let feeds: Record<'obs' | 'backup' | 'slate', FakeFeed>
  let running: Set<FakeFeed>
  let program: Program

  beforeEach(() => {
    vi.useFakeTimers()
    made = []
    running = new Set()
    feeds = { obs: new FakeFeed(1), backup: new FakeFeed(2), slate: new FakeFeed(3) }
    feeds.obs.codec = 'hevc'
    const known = new Map<string, FakeFeed>(Object.entries(feeds))
    program = new Program({
      feed: (id) => known.get(id) ?? null,
      createPublisher: (to, ackWindowBytes) => {
        const publisher = new FakePublisher(to, ackWindowBytes)
        made.push(publisher)
        return publisher
      },
      now: () => performance.now(),
      random: () => 0.5,
      changed: () => undefined,
    })
    for (const [id, feed] of known) program.attach(id, feed)
  })
  afterEach(async () => {
    await program.stop('abrupt')
    program.dispose()
    vi.useRealTimers()
  })

  let frames = 0
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 40) {
      await vi.advanceTimersByTimeAsync(40)
      frames += 1
      for (const each of running) each.picture(frames % 12 === 0 ? 'keyframe' : 'inter')
      // The far end is quick: it takes each connection and all that comes.
      for (const publisher of made.filter(({ closes }) => closes.length === 0)) {
        if (publisher.status().state === 'connecting') publisher.accept()
        publisher.acknowledge()
      }
    }
  }
  const run = (...ids: readonly (keyof typeof feeds)[]): void => {
    for (const id of ids) {
      feeds[id].picture('keyframe')
      running.add(feeds[id])
    }
  }
  let generation = 0
  const start = async (id: keyof typeof feeds, ids = ['main']): Promise<unknown> => {
    let reply: unknown = null
    generation += 1
    void program.start(id, generation, ids.map(target), 5_000).then((answer) => (reply = answer))
    await pass(400)
    return reply
  }
  const acknowledged = { ok: true, value: { proof: 'acknowledged' } }
  const open = (): FakePublisher[] => made.filter(({ closes }) => closes.length === 0)

  it('an asked cut to another codec is a new session at every destination, and is proven there', async () => {
    run('obs', 'backup')
    expect(await start('obs', ['main', 'second'])).toEqual(acknowledged)
    expect(program.sessionState()).toMatchObject({ seq: 0, format: { video: 'hevc' } })
    expect(await start('backup', ['main', 'second'])).toEqual(acknowledged)
    expect(made.map(carried)).toEqual([['hevc'], ['hevc'], ['h264'], ['h264']])
    // Without a goodbye, which ends the broadcast on some platforms.
    expect(made.slice(0, 2).map(({ closes }) => closes)).toEqual([['abrupt'], ['abrupt']])
    expect(program.lastCut()).toMatchObject({ from: 'obs', to: 'backup', renewed: true, gapMs: null })
    expect(program.sessionState()).toMatchObject({ seq: 1, format: { video: 'h264' } })
    const first = open()[0]!.written.find((tag) => tag.type === 9)!
    expect(classify(first)).toMatchObject({ part: 'header', codec: 'h264' })
    expect(first.timestampMs).toBe(0)
  })

  it('a cut to the same codec stays in its session', async () => {
    run('backup', 'slate')
    await start('backup')
    await start('slate')
    expect(made).toHaveLength(1)
    expect(program.lastCut()).toMatchObject({ to: 'slate', renewed: false })
  })

  it('the guard takes whoever fits first, and another codec where nobody else is there', async () => {
    feeds.slate.codec = 'hevc'
    run('obs', 'backup', 'slate')
    await start('obs')
    program.setGuard({ order: ['backup', 'slate'], freezeMs: 400 })
    running.delete(feeds.obs)
    feeds.obs.end()
    await pass(200)
    expect(program.lastCut()).toMatchObject({ to: 'slate', why: 'feed-ended', renewed: false })
    expect(made).toHaveLength(1)
    running.delete(feeds.slate)
    feeds.slate.end()
    await pass(200)
    expect(program.lastCut()).toMatchObject({ to: 'backup', renewed: true })
    expect(made.map(carried)).toEqual([['hevc'], ['h264']])
  })

  it('OBS set to another codec and started again begins a new session with its first keyframe', async () => {
    run('obs')
    await start('obs')
    feeds.obs.takenOver()
    feeds.obs.codec = 'h264'
    running.delete(feeds.obs)
    feeds.obs.picture('inter')
    expect(made).toHaveLength(1)
    feeds.obs.picture('keyframe')
    running.add(feeds.obs)
    await pass(400)
    expect(made.map(carried)).toEqual([['hevc'], ['h264']])
    expect(program.lastCut()).toMatchObject({ seq: 1 })
    expect(program.sessionState()).toMatchObject({ seq: 1 })
    expect(program.onFeed).toBe('obs')
  })

  it('a codec that changes within one connection of OBS, too', async () => {
    run('obs')
    await start('obs')
    feeds.obs.codec = 'h264'
    await pass(1_000)
    expect(made.map(carried)).toEqual([['hevc'], ['h264']])
  })

  it('sound with another sample rate is a new session: who copies it into segments plays it at the wrong pitch', async () => {
    feeds.obs.codec = 'h264'
    feeds.obs.rate = 48_000
    feeds.backup.rate = 44_100
    feeds.slate.rate = 48_000
    run('obs', 'backup', 'slate')
    await start('obs')
    await start('slate')
    expect(made).toHaveLength(1)
    await start('backup')
    expect(made).toHaveLength(2)
    expect(program.sessionState()).toMatchObject({ seq: 1, format: { audio: 'aac', sampleRateHz: 44_100 } })
  })

  it('a feed without sound is no other sound', async () => {
    feeds.obs.codec = 'h264'
    feeds.obs.rate = 48_000
    run('obs', 'backup')
    await start('obs')
    await start('backup')
    expect(made).toHaveLength(1)
  })

  it('a destination that refuses for good is left alone, and the others go on', async () => {
    run('obs', 'backup')
    let reply: unknown = null
    void program
      .start('obs', 50, [target('main'), target('second')], 5_000)
      .then((answer) => (reply = answer))
    await vi.advanceTimersByTimeAsync(20)
    made[1]!.refuse(problem('destination-auth'))
    await pass(400)
    expect(reply).toEqual(acknowledged)
    program.setGuard({ order: ['backup'], freezeMs: 400 })
    running.delete(feeds.obs)
    feeds.obs.end()
    await pass(400)
    expect(made).toHaveLength(3)
    expect(carried(made[2]!)).toEqual(['h264'])
  })

  it('a session that is made anew by a break begins with what it carries', async () => {
    run('obs', 'backup')
    await start('obs')
    await start('backup')
    open()[0]!.break(problem('destination-closed'))
    await pass(1_000)
    expect(made.map(carried)).toEqual([['hevc'], ['h264'], ['h264']])
  })
})
