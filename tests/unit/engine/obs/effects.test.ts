import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEffects } from '../../../../src/engine/obs/effects'
import type { Session } from '../../../../src/engine/obs/session'
import type { Clock, Logger } from '../../../../src/engine/ports'

const silent = (): void => undefined
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent }
const clock: Clock = { monotonicMs: () => Date.now(), wallMs: () => Date.now() }

/** An OBS whose stop takes as long as the test wants. */
function setUp() {
  const obs = { active: true, told: [] as string[] }
  const session: Session = {
    call: (request, reply) => {
      if (request === 'GetStreamStatus') {
        const value = reply.parse({
          outputActive: obs.active,
          outputReconnecting: false,
          outputDuration: 0,
          outputBytes: 0,
          outputSkippedFrames: 0,
          outputTotalFrames: 0,
          outputCongestion: 0,
        })
        return Promise.resolve({ ok: true, value })
      }
      obs.told.push(request)
      return Promise.resolve({ ok: true, value: reply.parse(undefined) })
    },
    unanswered: () => 0,
    onEvent: silent,
    onLate: silent,
    onClosed: silent,
    drop: silent,
  }
  const effects = createEffects({ session: () => session, clock, logger, lastLogCause: () => null })
  return { obs, effects }
}

describe('start and stop of OBS', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('a start waits for the stop that is under way', async () => {
    const { obs, effects } = setUp()
    const stopped = effects.stop(40_000, 'clean')
    await vi.advanceTimersByTimeAsync(1_000)
    void effects.start(20_000)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(obs.told).toEqual(['StopStream'])
    obs.active = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await stopped).toEqual({ ok: true })
    expect(obs.told).toEqual(['StopStream', 'StartStream'])
  })

  it('a start that waits is called off by a stop that was asked later', async () => {
    const { obs, effects } = setUp()
    void effects.stop(40_000, 'clean')
    await vi.advanceTimersByTimeAsync(1_000)
    const started = effects.start(20_000)
    await vi.advanceTimersByTimeAsync(500)
    const stopped = effects.stop(40_000, 'clean')
    obs.active = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await stopped).toEqual({ ok: true })
    expect(await started).toEqual({ ok: false, problem: { code: 'stale-generation' } })
    expect(obs.told).toEqual(['StopStream'])
  })
})
