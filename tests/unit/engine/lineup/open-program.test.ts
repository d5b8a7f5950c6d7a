import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CoreEvent } from '../../../../src/core/events'
import { fail, ok, problem, type Result } from '../../../../src/core/problem'
import { nothing } from '../../../../src/engine/ingest/carrier/program-reading'
import { openProgram } from '../../../../src/engine/lineup/open-program'
import type { ProgramPort, ProgramStatus } from '../../../../src/engine/ports'
import { memoryLogger } from '../../../support/app/port-deps'

const open: ProgramStatus = { ...nothing, ingestUrl: 'rtmp://127.0.0.1:19350/live' }
const taken = problem('ingest-port-in-use', { port: 19350 })

describe('the program path of a set-up', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function setUp(answer: () => Result<void>) {
    let asked = 0
    let status: ProgramStatus = { ...nothing, stale: true }
    const listeners = new Set<(status: ProgramStatus) => void>()
    const events: CoreEvent[] = []
    const port: Pick<ProgramPort, 'prepare' | 'status' | 'onStatus'> = {
      prepare: () => {
        asked += 1
        return Promise.resolve(answer())
      },
      status: () => status,
      onStatus: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const stop = openProgram(port, {
      clock: { monotonicMs: () => 0, wallMs: () => 0 },
      logger: memoryLogger(),
      post: (event) => events.push(event),
      changed: () => undefined,
    })
    const tell = (next: ProgramStatus): void => {
      status = next
      for (const listener of listeners) listener(next)
    }
    return { stop, tell, events, asked: () => asked }
  }

  it('is asked for again until its door opens, and then no more', async () => {
    let answer: Result<void> = fail('ingest-port-in-use', { port: 19350 })
    const { asked, tell } = setUp(() => answer)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(asked()).toBe(3)
    answer = ok(undefined)
    await vi.advanceTimersByTimeAsync(5_000)
    tell(open)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked()).toBe(4)
  })

  it('has its door opened again where a new carrier could not, however often it says so', async () => {
    const { asked, tell, events } = setUp(() => ok(undefined))
    tell(open)
    await vi.advanceTimersByTimeAsync(0)
    expect(asked()).toBe(1)
    for (let i = 0; i < 5; i += 1) tell({ ...nothing, problem: taken })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked()).toBe(2)
    tell(open)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked()).toBe(2)
    expect(events.every(({ kind }) => kind === 'program-status')).toBe(true)
  })

  it('asks for nothing while there is no carrier to open it, nor after it was let go', async () => {
    const { asked, tell, stop } = setUp(() => fail('carrier-lost'))
    await vi.advanceTimersByTimeAsync(0)
    tell({ ...nothing, stale: true })
    stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked()).toBe(1)
  })
})
