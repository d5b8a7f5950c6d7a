import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Comparison } from '../../../../src/engine/runtime/comparison'
import { fail, ok, type Result } from '../../../../src/core/problem'
import type { RehearsalTry, Snapshot } from '../../../../src/shared/snapshot'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'

/** Rehearsals whose state the test sets. */
class Rehearsals {
  readonly done: string[] = []
  running: Snapshot | null = null
  refusal: Result<void> = ok(undefined)
  private readonly listeners = new Set<() => void>()

  start = (route: string): Promise<Result<void>> => {
    this.done.push(`start ${route}`)
    if (this.refusal.ok) this.show({})
    return Promise.resolve(this.refusal)
  }
  stop = (): Promise<void> => {
    this.done.push('stop')
    this.running = null
    return Promise.resolve()
  }
  snapshot = (): Snapshot | null => this.running
  fault = (name: string): Promise<Result<void>> => {
    this.done.push(name)
    return Promise.resolve(ok(undefined))
  }
  onChange = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  changed = (): void => undefined
  end(): void {
    this.running = null
    for (const listener of [...this.listeners]) listener()
  }
  get followed(): number {
    return this.listeners.size
  }
  show(more: Partial<Snapshot>): void {
    this.running = makeSnapshot({ mode: 'rehearsal', ...more })
    for (const listener of [...this.listeners]) listener()
  }
  ready(): void {
    this.onAirFor(3_000)
  }
  onAirFor(ms: number): void {
    this.show({
      onAir: 'obs',
      wall: 10_000,
      phase: { kind: 'on-air', system: 'obs', sinceWall: 10_000 - ms, proof: 'server' },
      systems: [obsSystem, backupSystem],
    })
  }
  tried(gapMs: number | null): void {
    const tried: RehearsalTry = { id: 1, what: 'kill', gapMs, outcome: gapMs === null ? null : 'switched' }
    this.show({
      rehearsal: {
        obs: 'stand-in',
        route: 'direct',
        viewerPictureWall: null,
        lastGapMs: gapMs,
        tries: [tried],
      },
    })
  }
}

let rehearsals: Rehearsals
let comparison: Comparison
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  rehearsals = new Rehearsals()
  comparison = new Comparison(rehearsals, 'kill')
})
afterEach(() => vi.useRealTimers())

describe('a comparison of the routes', () => {
  it('makes the same fault on one, then on the other, once OBS is on air and a backup is ready', async () => {
    const run = comparison.run()
    await settle()
    expect(rehearsals.done).toEqual(['start direct'])
    rehearsals.onAirFor(2_900)
    await settle()
    expect(rehearsals.done).toEqual(['start direct'])
    rehearsals.ready()
    await settle()
    expect(rehearsals.done).toEqual(['start direct', 'kill'])
    rehearsals.tried(null)
    await settle()
    expect(comparison.view).toMatchObject({ trying: 'direct', direct: null })
    rehearsals.tried(1_900)
    await settle()
    expect(comparison.view).toMatchObject({
      trying: 'program',
      direct: { gapMs: 1_900, outcome: 'switched' },
    })
    rehearsals.ready()
    await settle()
    rehearsals.tried(70)
    await run
    expect(rehearsals.done).toEqual(['start direct', 'kill', 'stop', 'start program', 'kill', 'stop'])
    expect(comparison.running).toBe(false)
    expect(comparison.view).toEqual({
      fault: 'kill',
      trying: null,
      direct: { gapMs: 1_900, outcome: 'switched' },
      program: { gapMs: 70, outcome: 'switched' },
      problem: null,
    })
    expect(rehearsals.followed).toBe(0)
  })

  it('ends with what is wrong when a rehearsal does not begin', async () => {
    rehearsals.refusal = fail('ffmpeg-missing')
    await comparison.run()
    expect(comparison.view).toMatchObject({ trying: null, direct: null, problem: { code: 'ffmpeg-missing' } })
    expect(rehearsals.done).toEqual(['start direct', 'stop'])
  })

  it('does not wait for ever for an OBS that does not get on air, or a gap that does not end', async () => {
    const run = comparison.run()
    await vi.advanceTimersByTimeAsync(60_000)
    await run
    expect(comparison.view).toMatchObject({ trying: null, problem: { code: 'timeout' } })
    expect(rehearsals.done.at(-1)).toBe('stop')

    const again = new Comparison(rehearsals, 'kill')
    const second = again.run()
    await settle()
    rehearsals.ready()
    await vi.advanceTimersByTimeAsync(60_000)
    await second
    expect(again.view).toMatchObject({ trying: null, problem: { code: 'timeout' } })
    expect(rehearsals.followed).toBe(0)
  })

  it('can be ended at any time; what was measured stays', async () => {
    const run = comparison.run()
    await settle()
    rehearsals.ready()
    await settle()
    rehearsals.tried(1_900)
    await settle()
    comparison.cancel()
    await run
    expect(comparison.view).toMatchObject({
      trying: null,
      direct: { gapMs: 1_900 },
      program: null,
      problem: null,
    })
  })

  it('ends when its rehearsal is taken away, as when the real stream goes live', async () => {
    const run = comparison.run()
    await settle()
    rehearsals.end()
    await run
    expect(comparison.view).toMatchObject({ trying: null, problem: { code: 'timeout' } })
  })
})
