import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Destination } from '../../../../src/carrier/program/destination'
import { refusal } from '../../../../src/carrier/publish/final-refusal'
import { problem, type Problem } from '../../../../src/core/problem'
import type { ProgramDestination } from '../../../../src/shared/carrier/program'
import { FakePublisher, header, keyframe } from './program-fakes'

const at = (url: string, key = 'KEY') => ({ url, key, auth: null })
const place: ProgramDestination = {
  id: 'main',
  target: at('rtmp://first/live'),
  other: at('rtmp://other/live'),
}
const params = (reason: string) => ({ host: 'first', reason })
const closed = problem('destination-closed')
/** All that a platform answers without naming the key or the account, and all that happens on the way to its yes. */
const passing: Readonly<Record<string, Problem>> = {
  'a close at publish': problem('destination-refused', params('closed at publish')),
  'a close at connect': problem('destination-refused', params('closed at connect')),
  'a close at the handshake': problem('destination-protocol', params('closed at the handshake')),
  denied: refusal('destination-auth', params('NetStream.Publish.Denied'), false),
  rejected: refusal('destination-refused', params('NetConnection.Connect.Rejected'), false),
  busy: refusal('destination-busy', params('NetStream.Publish.BadName'), false),
  unreachable: problem('destination-unreachable', params('ECONNREFUSED')),
  tls: problem('destination-tls', params('ECONNRESET')),
}
const named: Readonly<Record<string, Problem>> = {
  'a wrong key': refusal('destination-auth', params('NetStream.Publish.Denied'), true),
  'a login that failed': problem('destination-auth', params('failed')),
  'an unknown protocol': problem('destination-unsupported'),
}

describe('a destination that is turned away', () => {
  let made: FakePublisher[]
  let destination: Destination
  const fresh = (resumed = false): void => {
    made = []
    destination = new Destination(
      place,
      {
        create: (target) => {
          const publisher = new FakePublisher(target)
          made.push(publisher)
          return publisher
        },
        now: () => performance.now(),
        random: () => 0.5,
        changed: () => undefined,
        kept: () => [header(1), keyframe(1, 0)],
      },
      resumed,
    )
  }
  beforeEach(() => {
    vi.useFakeTimers()
    fresh()
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
    last().acknowledge()
  }
  const onAir = async (): Promise<void> => {
    await up()
    await pass(4_000)
  }
  const untilNext = async (): Promise<number> => {
    const { length } = made
    const from = performance.now()
    while (made.length === length && performance.now() - from < 60_000) await pass(50)
    return performance.now() - from
  }
  const refuse = async (why: Problem): Promise<void> => {
    last().refuse(why)
    await pass(0)
  }

  it.each(Object.entries(passing))('comes back after %s in a running broadcast', async (_name, why) => {
    for (const times of [1, 2, 12]) {
      await onAir()
      last().break(closed)
      await untilNext()
      for (let i = 0; i < times; i += 1) {
        await refuse(why)
        expect(destination.alive).toBe(true)
        expect(destination.refused).toBeNull()
        expect(destination.sample()).toMatchObject({ leg: 'connecting' })
        expect(destination.sample().problem?.code).not.toBe('destination-auth')
        expect(await untilNext()).toBeLessThanOrEqual(8_050)
      }
      await up()
      expect(destination.sample()).toMatchObject({ leg: 'up', problem: null })
    }
  })

  it.each(Object.entries(named))('ends with %s, however long it was on air', async (_name, why) => {
    await onAir()
    last().break(closed)
    await untilNext()
    await refuse(passing['denied']!)
    await untilNext()
    await refuse(why)
    expect(destination.refused).toEqual(why)
    await pass(120_000)
    expect(made).toHaveLength(3)
    expect(destination.sample()).toMatchObject({ leg: 'failed', problem: why, retryInMs: null })
  })

  it('takes a no for an answer at the first start, and after a session that lived for a moment', async () => {
    await refuse(passing['a close at publish']!)
    expect(destination.refused).toMatchObject({ code: 'destination-refused' })
    await destination.stop('abrupt')
    fresh()
    await up()
    await pass(30)
    last().break(closed)
    await untilNext()
    await refuse(passing['denied']!)
    expect(destination.refused).toMatchObject({ code: 'destination-auth' })
  })

  it('goes on where its broadcast was on air before its carrier was made', async () => {
    await destination.stop('abrupt')
    fresh(true)
    await refuse(passing['a close at publish']!)
    expect(destination.refused).toBeNull()
    await untilNext()
    await up()
    expect(destination.sample().leg).toBe('up')
  })

  it('is not given up at its other ingest either; a new key is a first start', async () => {
    await onAir()
    destination.redirect('other')
    await refuse(passing['rejected']!)
    expect(destination.refused).toBeNull()
    destination.update({ ...place, target: at('rtmp://first/live', 'NEW'), other: null })
    await refuse(passing['rejected']!)
    expect(destination.refused).toMatchObject({ code: 'destination-refused' })
  })

  it('asks ever more rarely, also where sessions live for a moment between two refusals', async () => {
    await onAir()
    last().break(closed)
    await untilNext()
    const waits: number[] = []
    for (let i = 0; i < 6; i += 1) {
      if (i % 2 === 0) await refuse(passing['a close at publish']!)
      else {
        await up()
        await pass(30)
        last().break(closed)
      }
      waits.push(await untilNext())
    }
    expect(waits.map((ms) => Math.round(ms / 100) * 100)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000])
    await onAir()
    last().break(closed)
    expect(destination.sample().retryInMs).toBe(0)
  })

  it('never stops trying and never asks more often than twice a second, whatever is answered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...Object.values(passing), 'drop' as const), {
          minLength: 1,
          maxLength: 15,
        }),
        async (answers) => {
          await destination.stop('abrupt')
          fresh()
          await onAir()
          last().break(closed)
          await untilNext()
          for (const answer of answers) {
            if (answer === 'drop') {
              await up()
              last().break(closed)
            } else await refuse(answer)
            const waited = await untilNext()
            expect(waited).toBeGreaterThanOrEqual(500)
            expect(waited).toBeLessThanOrEqual(8_050)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a session that counts', () => {
  let publisher: FakePublisher
  let destination: Destination
  const open = (url = 'rtmp://first/live'): void => {
    destination = new Destination(
      { id: 'main', target: at(url), other: null },
      {
        create: (target) => (publisher = new FakePublisher(target)),
        now: () => performance.now(),
        random: () => 0.5,
        changed: () => undefined,
        kept: () => [header(1), keyframe(1, 0)],
      },
    )
  }
  beforeEach(() => void vi.useFakeTimers())
  afterEach(async () => {
    await destination.stop('abrupt')
    vi.useRealTimers()
  })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
  const confirmed = (): boolean | undefined => destination.sample().confirmed

  it('has stayed acknowledged for 2 s', async () => {
    open()
    publisher.accept()
    await pass(300)
    publisher.acknowledge()
    expect(confirmed()).toBe(false)
    await pass(1_900)
    expect(confirmed()).toBe(false)
    await pass(200)
    expect(confirmed()).toBe(true)
    publisher.break(closed)
    expect(confirmed()).toBe(false)
  })

  it('begins anew where acknowledgements stop coming', async () => {
    open()
    publisher.accept()
    await pass(0)
    publisher.acknowledge()
    await pass(500)
    publisher.set({ backlogBytes: 400_000, acknowledgedAgeMs: 1_600 })
    await pass(3_000)
    expect(confirmed()).toBe(false)
    publisher.set({ backlogBytes: 0, acknowledgedAgeMs: 0 })
    expect(confirmed()).toBe(false)
    await pass(2_100)
    expect(confirmed()).toBe(true)
  })

  it('has taken media for 5 s where nothing is acknowledged, for 2 s where that is known', async () => {
    open()
    publisher.accept()
    await pass(0)
    publisher.set({ bytesSent: 400_000 })
    await pass(4_900)
    expect(confirmed()).toBe(false)
    await pass(200)
    expect(confirmed()).toBe(true)
    publisher.break(closed)
    await pass(0)
    publisher.accept()
    await pass(1_900)
    expect(confirmed()).toBe(false)
    await pass(200)
    expect(confirmed()).toBe(true)
  })

  it('is none while all of it waits in our own memory, nor while nothing was sent', async () => {
    open('srt://first:8890')
    publisher.accept()
    await pass(0)
    publisher.set({ bytesSent: 400_000, queuedBytes: 400_000 })
    await pass(20_000)
    expect(confirmed()).toBe(false)
    publisher.set({ queuedBytes: 0 })
    await pass(100)
    expect(confirmed()).toBe(true)
  })
})
