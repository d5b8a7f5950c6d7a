import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Destination } from '../../../../src/carrier/program/destination'
import { problem } from '../../../../src/core/problem'
import type { ProgramDestination } from '../../../../src/shared/carrier/program'
import { FakePublisher, header, inter, keyframe } from './program-fakes'

const at = (url: string, key = 'KEY') => ({ url, key, auth: null })
const place = (change: Partial<ProgramDestination> = {}): ProgramDestination => ({
  id: 'main',
  target: at('rtmp://first/live'),
  other: at('rtmp://other/live'),
  ...change,
})
const kept = [header(1), keyframe(1, 4_000), inter(1, 4_033)]
const closed = problem('destination-closed')
const busy = problem('destination-busy')

describe('a destination of the program', () => {
  let made: FakePublisher[]
  let destination: Destination

  beforeEach(() => {
    vi.useFakeTimers()
    made = []
    destination = new Destination(place(), {
      create: (target) => {
        const publisher = new FakePublisher(target)
        made.push(publisher)
        return publisher
      },
      now: () => performance.now(),
      random: () => 0.5,
      changed: () => undefined,
      kept: () => kept,
    })
  })
  afterEach(async () => {
    await destination.stop('abrupt')
    vi.useRealTimers()
  })

  const last = (): FakePublisher => made.at(-1)!
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  const up = async (): Promise<void> => {
    last().accept()
    await pass(0)
  }
  /** Waits until another connection is tried; how long that took, ms. */
  const untilNext = async (): Promise<number> => {
    const { length } = made
    const from = performance.now()
    while (made.length === length && performance.now() - from < 20_000) await pass(10)
    return performance.now() - from
  }

  it('connects again at once after a break, beginning with what the program kept', async () => {
    await up()
    await pass(4_000)
    last().break(closed)
    expect(destination.sample()).toMatchObject({ leg: 'connecting', problem: closed, retryInMs: 0 })
    await pass(0)
    expect(made).toHaveLength(2)
    expect(last().written).toEqual(kept)
    await up()
    expect(destination.sample()).toMatchObject({ leg: 'up', problem: null, sessions: 2, retryInMs: null })
  })

  it('asks less and less often where it is let in and thrown out at once', async () => {
    const waits: number[] = []
    for (let i = 0; i < 4; i += 1) {
      await up()
      last().break(closed)
      waits.push(await untilNext())
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000])
  })

  it('asks by the schedule of a ghost while its key is held', async () => {
    const waits: number[] = []
    for (let i = 0; i < 7; i += 1) {
      last().refuse(busy)
      await pass(0)
      waits.push(await untilNext())
    }
    expect(waits).toEqual([500, 1_000, 1_000, 2_000, 3_000, 5_000, 5_000])
  })

  it('gives an attempt up that is never answered', async () => {
    await pass(10_000)
    expect(made[0]!.closes).toEqual(['abrupt'])
    expect(destination.problem).toMatchObject({ code: 'timeout' })
    await pass(500)
    expect(made).toHaveLength(2)
  })

  it.each(['destination-auth', 'destination-refused', 'destination-unsupported'] as const)(
    'takes %s for an answer until it is ordered again, and then forgets it',
    async (code) => {
      last().refuse(problem(code))
      await pass(60_000)
      expect(made).toHaveLength(1)
      expect(destination.alive).toBe(false)
      expect(destination.sample()).toMatchObject({ leg: 'failed', problem: { code } })
      destination.update(place())
      expect(made).toHaveLength(2)
      expect(destination.alive).toBe(true)
      expect(destination.problem).toBeNull()
    },
  )

  it('leaves for the other ingest at once and comes back', async () => {
    await up()
    expect(destination.redirect('other')).toBe(true)
    expect(made[0]!.closes).toEqual(['abrupt'])
    expect(last().target.url).toBe('rtmp://other/live')
    expect(last().written).toEqual(kept)
    await up()
    // What the first one says now is of no interest any more.
    made[0]!.break(closed)
    expect(destination.sample()).toMatchObject({ on: 'other', leg: 'up', sessions: 2 })
    expect(destination.redirect('first')).toBe(true)
    expect(last().target.url).toBe('rtmp://first/live')
  })

  it('knows no other ingest where there is none', async () => {
    destination.update(place({ other: null }))
    expect(destination.redirect('other')).toBe(false)
    await pass(0)
    expect(made).toHaveLength(1)
  })

  it('keeps its connection while the place it is connected to is the same', async () => {
    await up()
    destination.update(place({ other: at('rtmp://elsewhere/live') }))
    destination.update(place({ other: null }))
    destination.update(place({ target: at('rtmp://first/live', 'KEY?takeover=7') }))
    expect(made).toHaveLength(1)
    destination.update(place({ target: at('rtmp://first/live', 'ANOTHER') }))
    expect(made.map(({ closes }) => closes)).toEqual([['abrupt'], []])
  })

  it('returns to the first ingest where the other one is taken out of the settings', async () => {
    destination.redirect('other')
    await up()
    destination.update(place({ other: null }))
    expect(last().target.url).toBe('rtmp://first/live')
    expect(destination.sample().on).toBe('first')
  })

  it('tells a silent witness from one that is only young', async () => {
    await up()
    last().set({ bytesSent: 400_000 })
    await pass(4_900)
    expect(destination.sample().acknowledges).toBe('unknown')
    await pass(200)
    expect(destination.sample().acknowledges).toBe('no')
    last().acknowledge()
    expect(destination.sample().acknowledges).toBe('yes')
  })

  it('does not take bytes for taken that still wait in our own memory', async () => {
    await up()
    last().set({ bytesSent: 400_000, queuedBytes: 300_000 })
    await pass(6_000)
    expect(destination.sample().acknowledges).toBe('unknown')
  })

  it('is stalled when more than usual is open and the last acknowledgement is old', async () => {
    await up()
    last().set({ bytesSent: 500_000, bytesAcknowledged: 300_000, acknowledgedAgeMs: 2_000 })
    expect(destination.sample().leg).toBe('up')
    last().set({ backlogBytes: 200_000 })
    expect(destination.sample().leg).toBe('stalled')
  })

  it('sums what was dropped over all its sessions', async () => {
    await up()
    last().set({ droppedFrames: 7 })
    await pass(4_000)
    last().break(closed)
    await pass(0)
    await up()
    last().set({ droppedFrames: 2 })
    expect(destination.sample().droppedFrames).toBe(9)
  })

  it('says goodbye when stopped and never comes back', async () => {
    await up()
    await destination.stop('clean')
    made[0]!.break(closed)
    await pass(60_000)
    expect(made[0]!.closes).toEqual(['clean'])
    expect(made).toHaveLength(1)
  })

  it('does not come back when it was stopped between two attempts', async () => {
    last().refuse(busy)
    await pass(0)
    await destination.stop('abrupt')
    await pass(60_000)
    expect(made).toHaveLength(1)
  })
})
