import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineAddress, EngineLook } from '../../../../src/main/engine/find'
import { EngineLink, type LinkState } from '../../../../src/main/engine/link'
import type { EngineStart } from '../../../../src/main/engine/process'
import type { SocketEvents } from '../../../../src/main/engine/socket'
import { makeSnapshot } from '../../../support/story/snapshots'

const engineOf = (pid: number): EngineAddress => ({ url: `http://127.0.0.1:${pid}/`, token: 't', pid })

/** A world of engines: what the lock says now, how the next start goes, and every socket that was opened. */
class World {
  look: EngineLook = { kind: 'none' }
  nextStart: EngineStart['ok'] | 'refused' | 'died' = true
  starts = 0
  readonly killed: number[] = []
  readonly sockets: { readonly engine: EngineAddress; readonly events: SocketEvents; closed: boolean }[] = []
  readonly states: LinkState[] = []
  snapshots = 0
  secretsChanges = 0
  readonly link = new EngineLink(
    {
      look: () => Promise.resolve(this.look),
      start: () => {
        this.starts += 1
        return Promise.resolve(this.started())
      },
      open: (engine, events) => {
        const socket = { engine, events, closed: false }
        this.sockets.push(socket)
        return { close: () => (socket.closed = true) }
      },
      kill: (pid) => {
        this.killed.push(pid)
        this.look = { kind: 'none' }
      },
      monotonicMs: () => Date.now(),
      log: () => undefined,
    },
    {
      state: (state) => this.states.push(state),
      snapshot: () => (this.snapshots += 1),
      secretsChanged: () => (this.secretsChanges += 1),
    },
  )

  runs(pid: number): void {
    this.look = { kind: 'found', engine: engineOf(pid) }
  }
  /** The newest socket breaks. */
  breaks(how: 'goodbye' | 'lost' = 'lost'): void {
    this.sockets.at(-1)!.events.closed(how)
  }
  kinds(): readonly string[] {
    return this.states.map(({ kind }) => kind)
  }
  private started(): EngineStart {
    if (this.nextStart === 'refused')
      return { ok: false, how: 'refused', text: 'The file is wrong.', exitCode: 2 }
    if (this.nextStart === 'died') return { ok: false, how: 'died', text: 'It ended.', exitCode: 1 }
    const pid = 100 + this.starts
    this.runs(pid)
    return { ok: true, engine: engineOf(pid) }
  }
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)

describe('the link to the engine', () => {
  let world: World
  beforeEach(() => {
    vi.useFakeTimers()
    world = new World()
  })
  afterEach(() => {
    world.link.close()
    vi.useRealTimers()
  })

  it('attaches to an engine that runs, and starts none', async () => {
    world.runs(7)
    world.link.begin()
    await settle()
    expect(world.link.engine).toEqual(engineOf(7))
    expect(world.starts).toBe(0)
    world.sockets[0]!.events.snapshot(makeSnapshot())
    world.sockets[0]!.events.secretsChanged()
    expect([world.snapshots, world.secretsChanges]).toEqual([1, 1])
  })

  it('starts one where none runs', async () => {
    world.link.begin()
    await settle()
    expect(world.kinds()).toEqual(['starting', 'running'])
    expect(world.link.engine?.pid).toBe(101)
  })

  it('gives an engine that has just begun its time', async () => {
    world.look = { kind: 'silent', pid: 7, certain: true }
    world.link.begin()
    await vi.advanceTimersByTimeAsync(5_000)
    world.runs(7)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(world.link.engine?.pid).toBe(7)
    expect([world.starts, world.killed.length]).toEqual([0, 0])
  })

  it('ends one that holds the lock and answers nobody, and starts another', async () => {
    world.look = { kind: 'silent', pid: 7, certain: true }
    world.link.begin()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(world.killed).toEqual([7])
    expect(world.link.engine?.pid).toBe(101)
  })

  it('never ends a process that may be somebody else', async () => {
    world.look = { kind: 'silent', pid: 7, certain: false }
    world.nextStart = 'refused'
    world.link.begin()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(world.killed).toEqual([])
    expect(world.link.state.kind).toBe('failed')
  })

  it('opens the socket again where only that broke, slower each time, and the page never hears of it', async () => {
    world.runs(7)
    world.link.begin()
    await settle()
    world.breaks()
    await vi.advanceTimersByTimeAsync(249)
    expect(world.sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(world.sockets).toHaveLength(2)
    world.breaks()
    await vi.advanceTimersByTimeAsync(499)
    expect(world.sockets).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(world.sockets).toHaveLength(3)
    expect(world.kinds()).toEqual(['starting', 'running'])
  })

  it('starts a dead engine again, at once the first time and then with growing pauses', async () => {
    world.link.begin()
    await settle()
    const waits: number[] = []
    for (let death = 1; death <= 4; death += 1) {
      world.look = { kind: 'none' }
      const since = Date.now()
      const before = world.starts
      world.breaks()
      while (world.starts === before) await vi.advanceTimersByTimeAsync(100)
      waits.push(Date.now() - since)
      await settle()
    }
    expect(waits.map((wait) => Math.round(wait / 1_000))).toEqual([0, 1, 2, 5])
    expect(world.link.engine?.pid).toBe(105)
  })

  it('forgets earlier deaths once an engine ran well', async () => {
    world.link.begin()
    await settle()
    world.look = { kind: 'none' }
    world.breaks()
    await vi.advanceTimersByTimeAsync(61_000)
    world.look = { kind: 'none' }
    world.breaks()
    await vi.advanceTimersByTimeAsync(100)
    expect(world.link.state).toMatchObject({ kind: 'running', engine: { pid: 103 } })
  })

  it('does not spin where the engine says why it will not run; tries again when asked', async () => {
    world.nextStart = 'refused'
    world.link.begin()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(world.starts).toBe(1)
    expect(world.link.state).toMatchObject({ kind: 'failed', text: 'The file is wrong.', exitCode: 2 })
    world.nextStart = true
    world.link.begin()
    await settle()
    expect(world.link.state.kind).toBe('running')
  })

  it('asks a person after an engine died at once a few times', async () => {
    world.nextStart = 'died'
    world.link.begin()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(world.link.state.kind).toBe('failed')
    expect(world.starts).toBe(6)
  })

  it('leaves an engine ended that was asked to end', async () => {
    world.runs(7)
    world.link.begin()
    await settle()
    world.breaks('goodbye')
    await vi.advanceTimersByTimeAsync(1_000)
    world.look = { kind: 'none' }
    await vi.advanceTimersByTimeAsync(60_000)
    expect(world.link.state.kind).toBe('ended')
    expect(world.starts).toBe(0)
  })

  it('follows to another engine that took the place', async () => {
    world.runs(7)
    world.link.begin()
    await settle()
    world.runs(8)
    world.breaks()
    await settle()
    expect(world.link.engine?.pid).toBe(8)
  })

  it('hears nothing more once it is closed', async () => {
    world.runs(7)
    world.link.begin()
    await settle()
    world.link.close()
    const states = world.states.length
    expect(world.sockets[0]!.closed).toBe(true)
    world.sockets[0]!.events.snapshot(makeSnapshot())
    world.breaks()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([world.snapshots, world.states.length, world.starts]).toEqual([0, states, 0])
  })
})
