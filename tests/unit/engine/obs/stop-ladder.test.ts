import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Answer, Session } from '../../../../src/engine/obs/session'
import { createStopLadder } from '../../../../src/engine/obs/stop-ladder'
import type { Clock, Logger } from '../../../../src/engine/ports'

const silent = (): void => undefined
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent }
const clock: Clock = { monotonicMs: () => Date.now(), wallMs: () => Date.now() }

/** An OBS of a few lines: what it was told and when, since the begin. */
function fakeSession(obs: { active: boolean; stopCode?: number }) {
  const begun = Date.now()
  const told: { readonly request: string; readonly atMs: number }[] = []
  const session: Session = {
    call: (request, reply) => {
      if (request === 'GetStreamStatus') {
        const parsed = reply.safeParse({
          outputActive: obs.active,
          outputReconnecting: false,
          outputDuration: 0,
          outputBytes: 0,
          outputSkippedFrames: 0,
          outputTotalFrames: 0,
          outputCongestion: 0,
        })
        if (!parsed.success) throw new Error('the fake answers rubbish')
        return Promise.resolve({ ok: true, value: parsed.data })
      }
      told.push({ request, atMs: Date.now() - begun })
      const answer: Answer<never> | null =
        obs.stopCode === undefined ? null : { ok: false, error: { kind: 'refused', code: obs.stopCode } }
      return Promise.resolve(answer ?? { ok: true, value: reply.parse(undefined) })
    },
    unanswered: () => 0,
    onEvent: silent,
    onLate: silent,
    onClosed: silent,
    drop: silent,
  }
  return { session, told }
}

describe('the stop ladder', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const make = (session: Session, startPending = (): boolean => false) => {
    const ended = vi.fn<() => void>()
    return {
      ended,
      ladder: createStopLadder({ session: () => session, clock, logger, startPending, onEnd: ended }),
    }
  }

  it('tells again after 1.5 s when it may not drain', async () => {
    const { session, told } = fakeSession({ active: true })
    const { ladder } = make(session)
    ladder.hurry()
    const result = ladder.ended(3_000)
    await vi.advanceTimersByTimeAsync(1_000)
    const first = told.filter((each) => each.request === 'StopStream').length
    await vi.advanceTimersByTimeAsync(2_500)
    expect(await result).toEqual({ ok: false, problem: { code: 'obs-stop-timeout' } })
    expect([first, told.filter((each) => each.request === 'StopStream').length]).toEqual([1, 2])
  })

  it('tells once, again after 5 s, and presses the hotkey once after 20 s', async () => {
    const { session, told } = fakeSession({ active: true })
    const { ladder, ended } = make(session)
    const result = ladder.ended(30_000)
    await vi.advanceTimersByTimeAsync(31_000)
    expect(await result).toEqual({ ok: false, problem: { code: 'obs-stop-timeout' } })
    expect(told.map(({ request }) => request)).toEqual(['StopStream', 'StopStream', 'TriggerHotkeyByName'])
    const [first, second, third] = told.map(({ atMs }) => atMs)
    expect(first).toBeLessThan(500)
    expect(second).toBeGreaterThan(5_000)
    expect(second).toBeLessThan(6_500)
    expect(third).toBeGreaterThan(20_000)
    expect(third).toBeLessThan(21_500)
    expect(ended).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(31_000)
    expect(ended).toHaveBeenCalledOnce()
    expect(told).toHaveLength(3)
  })

  it('says nothing to an OBS that does not stream', async () => {
    const { session, told } = fakeSession({ active: false })
    const { ladder } = make(session)
    const result = ladder.ended(1_000)
    await vi.advanceTimersByTimeAsync(100)
    expect(await result).toEqual({ ok: true, value: undefined })
    expect(told).toEqual([])
  })

  it('waits for the end of a first connect, which cannot be cancelled', async () => {
    let pending = true
    const obs = { active: false }
    const { session, told } = fakeSession(obs)
    const { ladder } = make(session, () => pending)
    const result = ladder.ended(20_000)
    await vi.advanceTimersByTimeAsync(7_000)
    expect(told).toEqual([])
    pending = false
    obs.active = true
    await vi.advanceTimersByTimeAsync(500)
    expect(told.map(({ request }) => request)).toEqual(['StopStream'])
    obs.active = false
    await vi.advanceTimersByTimeAsync(500)
    expect(await result).toEqual({ ok: true, value: undefined })
  })

  it('tells again when OBS says that it does not run though it does', async () => {
    const obs: { active: boolean; stopCode?: number } = { active: true, stopCode: 501 }
    const { session, told } = fakeSession(obs)
    const { ladder } = make(session)
    const result = ladder.ended(10_000)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told.length).toBeGreaterThan(2)
    delete obs.stopCode
    await vi.advanceTimersByTimeAsync(300)
    obs.active = false
    await vi.advanceTimersByTimeAsync(300)
    expect(await result).toEqual({ ok: true, value: undefined })
  })

  it('leaves an OBS alone that the operator has started again', async () => {
    const { session, told } = fakeSession({ active: true })
    const { ladder } = make(session)
    const result = ladder.ended(10_000)
    await vi.advanceTimersByTimeAsync(1_000)
    ladder.cancel()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await result).toMatchObject({ ok: false, problem: { code: 'obs-stop-timeout' } })
    expect(told).toHaveLength(1)
  })
})
