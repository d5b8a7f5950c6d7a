import { describe, expect, it } from 'vitest'
import { fail, ok, type Result } from '../../../../src/core/problem'
import { Destinations } from '../../../../src/engine/lineup/destination'
import type { ObsPort, RememberedDestination } from '../../../../src/engine/ports'
import { configSchema } from '../../../../src/shared/settings/config'

const yesterday: RememberedDestination = { url: 'rtmp://a/app', key: 'key-of-yesterday', auth: null }
const today: RememberedDestination = { url: 'rtmp://b/app', key: 'key-of-today', auth: null }

function setUp(answer: () => Result<RememberedDestination>) {
  const disk: { held: RememberedDestination | null } = { held: yesterday }
  const secrets: string[] = []
  const obs: ObsPort = {
    open: () => undefined,
    close: () => Promise.resolve(),
    start: () => Promise.resolve(fail('obs-unreachable')),
    stop: () => Promise.resolve(fail('obs-unreachable')),
    readDestination: () => Promise.resolve(answer()),
    readService: () => Promise.resolve(fail('obs-unreachable')),
    writeService: () => Promise.resolve(fail('obs-unreachable')),
    examine: () => Promise.reject(new Error('not asked here')),
    still: () => Promise.resolve(null),
    status: () => ({ connected: false, address: '', version: null, problem: null }),
  }
  const remembers = {
    load: () => disk.held,
    save: (destination: RememberedDestination) => void (disk.held = destination),
    forget: () => void (disk.held = null),
  }
  const destinations = new Destinations(configSchema.parse({}).destination, obs, remembers, (secret) =>
    secrets.push(secret),
  )
  return { destinations, disk, secrets }
}

describe('where the stream goes', () => {
  it('is what OBS said last while OBS does not answer', async () => {
    const { destinations, secrets } = setUp(() => fail('obs-unreachable'))
    expect(destinations.current()).toMatchObject({ ok: true, value: yesterday })
    await destinations.refresh()
    expect(destinations.current()).toMatchObject({ ok: true, value: yesterday })
    expect(secrets).toContain('key-of-yesterday')
  })

  it('follows OBS from one stream to the next', async () => {
    const { destinations, disk, secrets } = setUp(() => ok(today))
    await destinations.refresh()
    expect(destinations.current()).toMatchObject({ ok: true, value: today })
    expect(disk.held).toEqual(today)
    expect(secrets).toContain('key-of-today')
  })

  it('is never the old place once OBS streams to one that cannot be used', async () => {
    const { destinations, disk } = setUp(() => fail('destination-unsupported', { protocol: 'WHIP' }))
    await destinations.refresh()
    expect(destinations.current()).toEqual({
      ok: false,
      problem: { code: 'destination-unsupported', params: { protocol: 'WHIP' } },
    })
    expect(disk.held).toBeNull()
  })
})
