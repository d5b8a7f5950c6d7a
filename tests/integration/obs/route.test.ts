import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CommandReply } from '../../../src/shared/contract'
import type { ObsRouteView } from '../../../src/shared/settings/obs-route'
import type { SettingsReply, SettingsView } from '../../../src/shared/settings/settings'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startObs, type Obs } from '../../support/peers/obs'
import { testClip } from '../../support/media/clip'
import { suite } from '../../support/suite'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { freePort, until } from '../../support/wait'

const key = 'live_4711_KeyOfTheStreamer'

suite('pointing a real OBS at this PC and back', ['obs', 'nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let obs: Obs
  let understudy: Understudy
  let port: number

  beforeEach(async () => {
    nginx = await startNginx()
    obs = await startObs({ server: nginx.rtmpUrl, key })
    port = await freePort()
    understudy = await startUnderstudy({
      obs: { port: obs.port, password: obs.password },
      program: { port },
      backups: [{ source: { url: testClip() } }],
      autoArm: false,
    })
    await connected()
  }, 90_000)
  afterEach(async () => {
    await understudy.stop()
    await obs.stop()
    await nginx.stop()
  }, 60_000)

  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(`${understudy.url()}api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${understudy.token()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    return (await reply.json()) as T
  }
  const view = (): Promise<ObsRouteView> => ask<ObsRouteView>('obs/route')
  const connected = (): Promise<unknown> =>
    until(async () => (await view()).state !== 'unknown', { timeoutMs: 20_000, what: 'OBS to be connected' })
  const route = (action: 'point' | 'restore', more: object = {}): Promise<CommandReply> =>
    ask<CommandReply>('obs/route', { action, consent: true, ...more })
  const service = () => obs.call('GetStreamServiceSettings')
  const file = (profile = 'Rig'): string =>
    readFileSync(join(obs.configDir, 'basic', 'profiles', profile, 'service.json'), 'utf8')
  /** OBS writes its file anew in its own order: a file of its own hand is the one to compare with. */
  const setService = async (type: string, settings: Readonly<Record<string, string | boolean>>) => {
    await obs.call('SetStreamServiceSettings', {
      streamServiceType: type,
      streamServiceSettings: settings,
    })
    return file()
  }
  const filesOf = (dir: string): readonly string[] =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name))

  it('takes the key over and gives everything back as it was', async () => {
    const before = await setService('rtmp_custom', { server: nginx.rtmpUrl, key, bwtest: false })
    expect(await view()).toMatchObject({ state: 'elsewhere', restorable: false, now: nginx.rtmpUrl })
    expect(await route('point')).toEqual({ ok: true })
    expect(await service()).toMatchObject({
      streamServiceType: 'rtmp_custom',
      streamServiceSettings: { server: `rtmp://127.0.0.1:${port}/live`, use_auth: false },
    })
    expect(file()).not.toContain(key)
    expect(await view()).toMatchObject({ state: 'pointed', restorable: true, before: nginx.rtmpUrl })
    const settings = await ask<SettingsView>('settings')
    expect(settings).toMatchObject({
      route: { route: 'program' },
      destination: { url: nginx.rtmpUrl, key: { set: true } },
    })
    // The key is in the private file of secrets and in no other.
    expect(filesOf(understudy.dataDir).filter((each) => readFileSync(each, 'utf8').includes(key))).toEqual([
      join(understudy.dataDir, 'secrets.json'),
    ])
    // A second click changes nothing that could be given back.
    expect(await route('point')).toEqual({ ok: true })
    expect(await route('restore')).toEqual({ ok: true })
    expect(file()).toBe(before)
    expect(await view()).toMatchObject({ state: 'elsewhere', restorable: false, before: null })
    expect(await ask<SettingsView>('settings')).toMatchObject({
      route: { route: 'direct' },
      destination: { url: null, key: { set: false } },
    })
    expect(existsSync(join(understudy.dataDir, 'secrets.json'))).toBe(true)
    expect(readFileSync(join(understudy.dataDir, 'secrets.json'), 'utf8')).not.toContain('service-before')
  }, 90_000)

  it('then streams to the platform through this PC, with the streamer’s own key, and directly after', async () => {
    const before = await setService('rtmp_custom', { server: nginx.rtmpUrl, key })
    const arrives = async (what: string): Promise<string> =>
      (await until(async () => (await nginx.stream(key))?.publisher ?? false, { timeoutMs: 30_000, what })).id
    expect(await route('point')).toEqual({ ok: true })
    await obs.startStream()
    await arrives('the stream at the platform')
    await understudy.until(
      'OBS on air through the program',
      ({ onAir, program }) => onAir === 'obs' && program?.onFeed === 'obs',
    )
    // Nothing of OBS is changed under a stream, though it would be OBS itself that refuses.
    expect(await route('restore')).toMatchObject({ ok: false, problem: { code: 'obs-route-live' } })
    expect(await view()).toMatchObject({ state: 'pointed', streaming: true, account: false })
    await obs.stopStream()
    await understudy.until('the stream to have ended', ({ phase }) => phase.kind === 'offline', 60_000)
    await until(async () => (await nginx.stream(key))?.publisher === undefined, {
      timeoutMs: 15_000,
      what: 'nobody to publish',
    })
    expect(await route('restore')).toEqual({ ok: true })
    expect(file()).toBe(before)
    await obs.startStream()
    await arrives('the stream of OBS itself')
    expect((await understudy.snapshot()).program ?? null).toBeNull()
  }, 150_000)

  it('gives back a service of another type', async () => {
    const before = await setService('rtmp_common', {
      service: 'Twitch',
      server: 'auto',
      key,
      bwtest: true,
      protocol: 'RTMPS',
    })
    expect(await route('point')).toEqual({ ok: true })
    expect((await service()).streamServiceType).toBe('rtmp_custom')
    expect(file()).not.toContain('bwtest')
    expect(await route('restore')).toEqual({ ok: true })
    expect(file()).toBe(before)
  }, 90_000)

  it('keeps each profile’s own, whatever is clicked in between', async () => {
    const before = await setService('rtmp_custom', { server: nginx.rtmpUrl, key })
    expect(await route('point')).toEqual({ ok: true })
    await obs.call('CreateProfile', { profileName: 'Second' })
    const other = { server: `${nginx.rtmpUrl}2`, key: 'key-of-the-second', use_auth: false }
    await setService('rtmp_custom', other)
    const second = file('Second')
    await connected()
    expect(await view()).toMatchObject({ state: 'elsewhere', restorable: false, keptFor: ['Rig'] })
    // Nothing is kept of this one, and the other's is not put over it.
    expect(await route('restore')).toMatchObject({ ok: false, problem: { code: 'obs-route-profile' } })
    expect(file('Second')).toBe(second)
    // Two places to send to: a person says which.
    expect(await route('point')).toMatchObject({ ok: false, problem: { code: 'obs-route-two' } })
    expect(file('Second')).toBe(second)
    expect(await route('point', { destination: 'mine' })).toEqual({ ok: true })
    expect(await route('restore')).toEqual({ ok: true })
    expect(file('Second')).toBe(second)
    await obs.call('SetCurrentProfile', { profileName: 'Rig' })
    await until(async () => (await view()).profile === 'Rig', {
      timeoutMs: 10_000,
      what: 'the first profile',
    })
    // The route is direct again, so nobody listens where this profile streams to.
    expect(await view()).toMatchObject({ state: 'moved', restorable: true })
    expect(await route('restore')).toEqual({ ok: true })
    expect(file()).toBe(before)
  }, 120_000)

  it('still knows what to give back after the port was changed', async () => {
    const before = await setService('rtmp_custom', { server: nginx.rtmpUrl, key })
    expect(await route('point')).toEqual({ ok: true })
    const { route: had } = await ask<SettingsView>('settings')
    const other = await freePort()
    const value = { route: had.route, port: other, otherUrl: had.otherUrl, more: [] }
    expect(await ask<SettingsReply>('settings', { section: 'route', value })).toMatchObject({ ok: true })
    await connected()
    expect(await view()).toMatchObject({ state: 'moved', restorable: true })
    expect(await route('point')).toEqual({ ok: true })
    expect(await service()).toMatchObject({
      streamServiceSettings: { server: `rtmp://127.0.0.1:${other}/live` },
    })
    expect((await ask<SettingsView>('settings')).destination.url).toBe(nginx.rtmpUrl)
    expect(await route('restore')).toEqual({ ok: true })
    expect(file()).toBe(before)
  }, 90_000)

  it('changes nothing while OBS streams, and no recording ever', async () => {
    const before = await setService('rtmp_custom', { server: nginx.rtmpUrl, key })
    await obs.call('StartRecord')
    const recording = async (): Promise<boolean> => (await obs.call('GetRecordStatus')).outputActive
    await until(recording, { timeoutMs: 15_000, what: 'OBS to record' })
    await obs.startStream()
    const settings = await ask<SettingsView>('settings')
    expect(await route('point')).toMatchObject({ ok: false, problem: { code: 'obs-route-live' } })
    expect(file()).toBe(before)
    expect(await view()).toMatchObject({ restorable: false })
    expect(await ask<SettingsView>('settings')).toEqual(settings)
    await obs.stopStream()
    await understudy.until('the stream to have ended', ({ phase }) => phase.kind === 'offline', 60_000)
    expect(await route('point')).toEqual({ ok: true })
    expect(await route('restore')).toEqual({ ok: true })
    expect(await recording()).toBe(true)
  }, 150_000)

  it('says so when a connected account puts its own key in', async () => {
    expect(await route('point')).toEqual({ ok: true })
    // As OBS does with an account at each start (OAuth.cpp).
    await setService('rtmp_custom', { key: 'key-of-the-account' })
    await obs.call('StartStream')
    await understudy.until('the account to be named', ({ problems }) =>
      problems.some(({ code }) => code === 'obs-account-connected'),
    )
    expect(await view()).toMatchObject({ state: 'pointed', account: true })
  }, 90_000)
})
