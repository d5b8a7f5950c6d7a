import { describe, expect, it } from 'vitest'
import { fail, ok, problem, type Problem, type Result } from '../../../../src/core/problem'
import { ObsRoute } from '../../../../src/engine/settings/obs-route'
import type { ObsPort, ObsService } from '../../../../src/engine/ports'
import { applyChange } from '../../../../src/engine/settings/apply'
import { configSchema, type Config } from '../../../../src/shared/settings/config'

const own: ObsService = {
  type: 'rtmp_custom',
  settings: { server: 'rtmp://tv.example/app', key: 'stream-key' },
}
const disk = { isFile: () => true, isDirectory: () => true }

/** An OBS, a set-up and a vault, each of which can be told to fail. */
class World {
  config: Config = configSchema.parse({ program: { key: 'door-key' } })
  service: ObsService = own
  profile = 'Untitled'
  streaming = false
  /** A set-up that was just changed does not know yet whether anything is on air, for so many looks. */
  unsettledFor = 0
  vault: string | null = null
  vaultFails: Problem | null = null
  changeFails: Problem | null = null
  /** Answers of the next writes; done where there is none. */
  writes: ((service: ObsService) => Result<void>)[] = []
  /** OBS does not answer any more. */
  gone = false
  changes = 0

  private readonly obs: ObsPort = {
    open: () => undefined,
    close: () => Promise.resolve(),
    start: () => Promise.reject(new Error('not here')),
    stop: () => Promise.reject(new Error('not here')),
    examine: () => Promise.reject(new Error('not here')),
    still: () => Promise.resolve(null),
    status: () => ({ connected: !this.gone, address: '', version: null, problem: null }),
    readDestination: () => {
      const { server, key } = this.service.settings
      return Promise.resolve(ok({ url: String(server), key: String(key), auth: null }))
    },
    readService: () =>
      Promise.resolve(
        this.gone
          ? fail('obs-unreachable')
          : ok({ ...this.service, profile: this.profile, streaming: this.streaming }),
      ),
    writeService: (service) => {
      const answer = this.gone ? fail('obs-unreachable') : (this.writes.shift()?.(service) ?? ok(undefined))
      if (answer.ok) this.service = service
      return Promise.resolve(answer)
    },
  }

  readonly route = new ObsRoute({
    obs: () => this.obs,
    config: () => this.config,
    change: (changes) => {
      if (this.changeFails !== null) return Promise.resolve(this.changeFails)
      for (const change of changes) {
        const applied = applyChange(this.config, change, disk)
        if (!applied.ok) throw new Error(JSON.stringify(applied.faults))
        this.config = applied.config
      }
      this.changes += 1
      this.unsettledFor = 3
      return Promise.resolve(null)
    },
    kept: {
      load: () => this.vault,
      save: (text) => {
        if (this.vaultFails === null) this.vault = text
        return this.vaultFails
      },
    },
    streaming: () => false,
    unsettled: () => this.unsettledFor-- > 0,
    pause: () => Promise.resolve(),
  })

  point(more: { readonly destination?: 'mine' | 'obs' } = {}) {
    return this.route.run({ action: 'point', consent: true, ...more })
  }
  restore() {
    return this.route.run({ action: 'restore', consent: true })
  }
}

const pointed = { server: 'rtmp://127.0.0.1:19350/live', key: 'door-key', use_auth: false }

describe('pointing OBS here', () => {
  it('is one change of the set-up, and then OBS’s', async () => {
    const world = new World()
    expect(await world.point()).toEqual(ok(undefined))
    expect(world.changes).toBe(1)
    expect(world.service).toEqual({ type: 'rtmp_custom', settings: pointed })
    expect(world.config).toMatchObject({
      route: 'program',
      destination: { url: 'rtmp://tv.example/app', key: 'stream-key' },
    })
    expect(await world.restore()).toEqual(ok(undefined))
    expect(world.service).toEqual(own)
    expect(world.config).toMatchObject({ route: 'direct', destination: { url: null, key: '' } })
    expect(world.vault).toBeNull()
  })

  it('changes nothing where OBS’s own settings could not be kept', async () => {
    const world = new World()
    world.vaultFails = problem('disk-full')
    expect(await world.point()).toMatchObject({ problem: { code: 'disk-full' } })
    expect([world.service, world.changes, world.config.route]).toEqual([own, 0, 'direct'])
  })

  it('changes nothing in OBS where the set-up refuses', async () => {
    const world = new World()
    world.changeFails = problem('refused-busy')
    expect(await world.point()).toMatchObject({ problem: { code: 'refused-busy' } })
    expect([world.service, world.vault]).toEqual([own, null])
  })

  it('takes the set-up back where OBS refuses', async () => {
    const world = new World()
    const before = world.config
    world.writes = [() => fail('obs-route-live')]
    expect(await world.point()).toMatchObject({ problem: { code: 'obs-route-live' } })
    expect([world.service, world.vault]).toEqual([own, null])
    expect(world.config).toEqual(before)
  })

  it('puts OBS’s own settings back where it kept something else', async () => {
    const world = new World()
    world.writes = [
      () => {
        world.service = { type: 'rtmp_common', settings: { service: 'Twitch', server: 'auto' } }
        return fail('obs-timeout')
      },
    ]
    expect(await world.point()).toMatchObject({ problem: { code: 'obs-timeout' } })
    expect([world.service, world.vault, world.config.route]).toEqual([own, null, 'direct'])
  })

  it('keeps the key where OBS is gone in the middle, and gives it back later', async () => {
    const world = new World()
    world.writes = [
      () => {
        world.service = { type: 'rtmp_common', settings: { service: 'Twitch', server: 'auto' } }
        world.gone = true
        return fail('obs-closed')
      },
    ]
    expect(await world.point()).toMatchObject({ problem: { code: 'obs-closed' } })
    expect(world.vault).toContain('stream-key')
    world.gone = false
    expect(await world.route.view()).toMatchObject({ restorable: true })
    expect(await world.restore()).toEqual(ok(undefined))
    expect(world.service).toEqual(own)
  })

  it('never keeps its own door as OBS’s own settings', async () => {
    const world = new World()
    await world.point()
    const kept = world.vault
    expect(await world.point()).toEqual(ok(undefined))
    expect(world.vault).toBe(kept)
    world.vault = null
    world.config = { ...world.config, destination: { ...world.config.destination, url: null, key: '' } }
    expect(await world.point()).toMatchObject({ problem: { code: 'destination-missing' } })
    expect(world.vault).toBeNull()
  })
})

describe('giving back', () => {
  it('keeps what it has until OBS has it', async () => {
    const world = new World()
    await world.point()
    const { vault } = world
    const stubborn = { type: 'rtmp_custom', settings: { ...pointed } }
    world.writes = [() => fail('obs-timeout')]
    expect(await world.restore()).toMatchObject({ problem: { code: 'obs-timeout' } })
    expect([world.vault, world.service, world.config.route]).toEqual([vault, stubborn, 'program'])
    expect(await world.restore()).toEqual(ok(undefined))
    expect(world.service).toEqual(own)
  })

  it('leaves a destination alone that was changed meanwhile', async () => {
    const world = new World()
    await world.point()
    world.config = {
      ...world.config,
      destination: { ...world.config.destination, url: 'rtmp://new.example/app' },
    }
    await world.restore()
    expect(world.config.destination.url).toBe('rtmp://new.example/app')
  })

  it('gives a profile its own and no other’s', async () => {
    const world = new World()
    await world.point()
    world.profile = 'Second'
    const second = { type: 'rtmp_custom', settings: { server: 'rtmp://two.example/app', key: 'second-key' } }
    world.service = second
    expect(await world.restore()).toMatchObject({
      problem: { code: 'obs-route-profile', params: { profile: 'Untitled' } },
    })
    expect(world.service).toEqual(second)
    expect(await world.point({ destination: 'mine' })).toEqual(ok(undefined))
    world.profile = 'Untitled'
    world.service = { type: 'rtmp_custom', settings: pointed }
    expect(await world.restore()).toEqual(ok(undefined))
    expect(world.service).toEqual(own)
    expect(world.vault).toContain('second-key')
  })

  it('is refused while OBS streams', async () => {
    const world = new World()
    await world.point()
    world.streaming = true
    expect(await world.restore()).toMatchObject({ problem: { code: 'obs-route-live' } })
    expect(world.service.settings).toEqual(pointed)
  })
})
