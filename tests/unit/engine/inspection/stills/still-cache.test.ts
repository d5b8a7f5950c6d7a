import { describe, expect, it } from 'vitest'
import {
  StillCache,
  roundMs,
  type StillSource,
} from '../../../../../src/engine/inspection/stills/still-cache'
import type { Still } from '../../../../../src/engine/ports'

/** A world whose time stands until it is told to go on. */
function open() {
  const world = {
    now: 0,
    watched: false,
    taken: [] as string[],
    broken: false,
    gone: false,
    paused: false,
    backupMs: roundMs,
  }
  const source = (id: string): StillSource => ({
    id,
    everyMs: id === 'backup' ? world.backupMs : roundMs,
    get paused() {
      return world.paused && id === 'obs'
    },
    still: () => {
      world.taken.push(id)
      const still: Still = { kind: 'jpeg', bytes: Uint8Array.of(world.taken.length) }
      return Promise.resolve(world.gone ? null : still)
    },
  })
  let ids = ['obs', 'backup']
  const cache = new StillCache({
    sources: () => ids.map(source),
    watched: () => world.watched,
    toJpeg: (still) => Promise.resolve(world.broken || still.kind !== 'jpeg' ? null : still.bytes),
    clock: { monotonicMs: () => world.now, wallMs: () => 1_000_000 + world.now },
  })
  const pass = async (ms: number): Promise<void> => {
    for (const end = world.now + ms; world.now < end;) {
      world.now += 500
      await cache.tick()
    }
  }
  return { world, cache, pass, remove: (id: string) => (ids = ids.filter((each) => each !== id)) }
}

describe('pictures', () => {
  it('takes none while nobody looks', async () => {
    const { world, cache, pass } = open()
    await pass(60_000)
    expect(world.taken).toEqual([])
    expect(cache.pictureWall('obs')).toBeNull()
  })

  it('takes one of each about every four seconds while a page is visible', async () => {
    const { world, cache, pass } = open()
    world.watched = true
    await cache.tick()
    expect(world.taken).toEqual(['obs', 'backup'])
    await pass(3 * roundMs)
    expect(world.taken.filter((id) => id === 'obs')).toHaveLength(4)
    expect(cache.pictureWall('backup')).toBe(1_000_000 + world.now)
    world.watched = false
    await pass(60_000)
    expect(world.taken.filter((id) => id === 'obs')).toHaveLength(4)
  })

  it('goes on for ten seconds after one was asked for', async () => {
    const { world, cache, pass } = open()
    expect(cache.picture('obs')).toBeNull()
    await pass(60_000)
    // At once, and after 4 and 8 s.
    expect(world.taken.filter((id) => id === 'obs')).toHaveLength(3)
    expect(cache.picture('obs')?.jpeg).toBeInstanceOf(Uint8Array)
  })

  it('asks nothing of an OBS in trouble', async () => {
    const { world, pass } = open()
    world.watched = true
    world.paused = true
    await pass(20_000)
    expect(world.taken).not.toContain('obs')
    expect(world.taken).toContain('backup')
  })

  it('drops a picture that shows the past, and has it back with the next', async () => {
    const { world, cache, pass } = open()
    world.watched = true
    await pass(500)
    world.gone = true
    await pass(8_000)
    expect(cache.pictureWall('obs')).not.toBeNull()
    await pass(20_000)
    expect(cache.pictureWall('obs')).toBeNull()
    world.gone = false
    await pass(4_000)
    expect(cache.pictureWall('obs')).not.toBeNull()
  })

  it('leaves one alone that cannot be developed, longer and longer', async () => {
    const { world, pass } = open()
    world.watched = true
    world.broken = true
    await pass(30 * roundMs)
    const tries = world.taken.filter((id) => id === 'backup').length
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(8)
    world.broken = false
    await pass(8 * roundMs)
    expect(world.taken.filter((id) => id === 'backup').length).toBeGreaterThan(tries)
  })

  it('asks one that is far away more seldom, and keeps its picture meanwhile', async () => {
    const { world, cache, pass } = open()
    world.watched = true
    world.backupMs = 3 * roundMs
    await cache.tick()
    await pass(6 * roundMs)
    expect(world.taken.filter((id) => id === 'backup')).toHaveLength(3)
    expect(world.taken.filter((id) => id === 'obs')).toHaveLength(7)
    expect(cache.pictureWall('backup')).not.toBeNull()
  })

  it('forgets a system that is gone', async () => {
    const { world, cache, pass, remove } = open()
    world.watched = true
    await pass(500)
    remove('backup')
    await pass(roundMs)
    expect(cache.picture('backup')).toBeNull()
  })

  it('survives a system that fails', async () => {
    const cache = new StillCache({
      sources: () => [
        { id: 'obs', paused: false, everyMs: roundMs, still: () => Promise.reject(new Error('broken')) },
      ],
      watched: () => true,
      toJpeg: () => Promise.resolve(null),
      clock: { monotonicMs: () => 0, wallMs: () => 0 },
    })
    await cache.tick()
    expect(cache.picture('obs')).toBeNull()
  })
})
