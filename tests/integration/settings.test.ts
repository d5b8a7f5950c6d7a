import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startDestination, type DestinationStandIn } from '../../src/rehearsal/destination'
import { startStandInObs, type StandInObs } from '../../src/rehearsal/obs'
import type { CommandReply, ServerMessage } from '../../src/shared/contract'
import type { SecretsHandOver } from '../../src/shared/key-store'
import type { SettingsReply, SettingsView } from '../../src/shared/settings/settings'
import { testClip } from '../support/media/clip'
import { onAir, system, told, type Stoppable } from '../support/app/stage'
import { suite } from '../support/suite'
import { startUnderstudy, type Understudy } from '../support/app/understudy'
import { until } from '../support/wait'

const app = 'live'
const key = 'live_0815_KeyOfTheStream'
const password = 'WordOfTheSocket'
const camera = 'rtsp://watcher:WordOfTheCamera@127.0.0.1:9/yard'

const carrier = { kind: 'carrier' as const }
const keep = { id: 'backup', source: { transport: 'tcp' as const }, ingest: carrier }
const second = { id: 'second', source: { url: testClip(), transport: 'tcp' as const }, ingest: carrier }
const remote = { id: 'remote', source: { url: camera, transport: 'tcp' as const }, ingest: carrier }

suite('settings of an engine that is on air', ['ffmpeg'], () => {
  let destination: DestinationStandIn
  let obs: StandInObs
  let understudy: Understudy
  const owned: Stoppable[] = []

  async function ask<T>(
    path: string,
    body?: unknown,
    method = body === undefined ? 'GET' : 'POST',
  ): Promise<T> {
    const reply = await fetch(`${understudy.url()}api/${path}`, {
      method,
      headers: { authorization: `Bearer ${understudy.token()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    return (await reply.json()) as T
  }
  const change = (section: string, value: unknown): Promise<SettingsReply> =>
    ask<SettingsReply>('settings', { section, value })
  const fileOf = (name: string): string => readFileSync(join(understudy.dataDir, name), 'utf8')
  const publisher = (): number | null => destination.farEnd(app, key).publisherId

  beforeAll(async () => {
    const started = await startDestination()
    if (!started.ok) throw new Error(started.problem.code)
    destination = started.value
    owned.push(destination)
    obs = await startStandInObs({
      password,
      destination: { server: destination.url(app), key },
      profile: { 'Output/Reconnect': 'false' },
    })
    owned.push({ stop: () => obs.close() })
    understudy = await startUnderstudy({
      obs: { port: obs.port, password },
      destination: { witnesses: [{ kind: 'nginx-stat', url: destination.statUrl }] },
      backups: [{ source: { url: testClip() } }],
      // A return by itself would come between.
    })
    owned.push(understudy)
  }, 60_000)

  afterAll(async () => {
    for (const peer of owned.reverse()) await peer.stop()
  }, 60_000)

  it('names every fault by its field, and saves nothing', async () => {
    const before = fileOf('config.json')
    const backups = await change('backups', [
      keep,
      { ...second, id: 'backup' },
      { ...second, id: 'obs', source: { url: 'gopher://x', transport: 'tcp' } },
    ])
    expect(backups).toMatchObject({
      ok: false,
      faults: [
        { path: '1.id', text: 'is used above already' },
        { path: '2.id', text: 'is a name that Understudy keeps for itself' },
        { path: '2.source.url' },
      ],
    })
    expect(await change('obs', { host: '', port: 0, configDir: null })).toMatchObject({
      ok: false,
      faults: [
        { path: 'host', text: 'is missing' },
        { path: 'port', text: 'must be at least 1' },
      ],
    })
    expect(fileOf('config.json')).toBe(before)
    expect((await ask<SettingsView>('settings')).revision).toBe(1)
  })

  it('rehearses beside the real stream, until that is live', async () => {
    expect(await ask<CommandReply>('rehearsal', { action: 'start' })).toEqual({ ok: true })
    expect((await understudy.snapshot()).rehearsing).toBe(true)
    await until(async () => onAir(await ask('snapshot?channel=rehearsal'), 'obs'), {
      timeoutMs: 30_000,
      what: 'the rehearsal to be live',
    })
    expect((await understudy.snapshot()).onAir).toBeNull()
    obs.pressStart()
    await understudy.until(
      'the real stream live and the rehearsal over',
      (now) => onAir(now, 'obs') && !now.rehearsing,
    )
    expect(await ask<CommandReply>('snapshot?channel=rehearsal')).toMatchObject({ ok: false })
    expect(await ask<CommandReply>('rehearsal', { action: 'start' })).toMatchObject({
      ok: false,
      problem: { code: 'rehearsal-live' },
    })
  }, 60_000)

  it('takes a second backup while the first is on air, and leaves the stream alone', async () => {
    await understudy.until('the backup to be ready', (now) => system(now, 'backup').readiness === 'ready')
    expect(await understudy.command({ kind: 'backup-now' })).toEqual({ ok: true })
    await understudy.until('the backup on air', (now) => onAir(now, 'backup'))
    const session = publisher()
    const before = told(await understudy.snapshot())
    const messages: ServerMessage[] = []
    const socket = new WebSocket(`${understudy.url().replace('http', 'ws')}api/socket`, {
      headers: { authorization: `Bearer ${understudy.token()}` },
    })
    let closed = false
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as ServerMessage))
    socket.on('close', () => (closed = true))
    let tags = 0
    const leave = destination.watch(app, key, () => (tags += 1))
    await until(() => messages.length > 0 && tags > 0, { timeoutMs: 10_000, what: 'page and viewer' })

    expect(await change('backups', [keep, second, remote])).toMatchObject({
      ok: true,
      settings: { revision: 2 },
    })
    await understudy.until(
      'both backups, the first still on air',
      (now) => onAir(now, 'backup') && system(now, 'second').readiness === 'ready',
    )
    const seen = tags
    await until(() => tags > seen, { timeoutMs: 5_000, what: 'the viewer to see more' })
    leave()
    const now = await understudy.snapshot()
    expect(publisher()).toBe(session)
    expect(told(now)).toEqual(before)
    expect(now.armed).toBe(true)
    expect(now.settingsRevision).toBe(2)
    expect(closed).toBe(false)
    expect(messages.some((each) => each.type === 'patch' && each.patch.settingsRevision === 2)).toBe(true)
    expect(messages.some((each) => each.type === 'secrets-changed')).toBe(true)
    const blind = [...understudy.log().matchAll(/"blindMs":(\d+)/g)].map((found) => Number(found[1]))
    expect(Math.max(...blind)).toBeLessThan(2_000)
    socket.terminate()
  }, 60_000)

  it('refuses what would touch the backup on air, in words', async () => {
    const session = publisher()
    const refused = { ok: false, faults: [], next: 'Bring OBS back first.' }
    expect(await change('backups', [second])).toMatchObject(refused)
    expect(
      await change('backups', [{ ...keep, source: { url: '/dev/null', transport: 'tcp' } }]),
    ).toMatchObject({
      ok: false,
      faults: [{ path: '0.source.url' }],
    })
    expect(
      await change('backups', [{ ...second, id: 'backup', source: { ...second.source, transport: 'udp' } }]),
    ).toMatchObject(refused)
    expect(
      await change('destination', { url: 'rtmp://127.0.0.1:9/x', takeover: { kind: 'none' }, graceMs: null }),
    ).toMatchObject(refused)
    expect((await understudy.snapshot()).settingsRevision).toBe(2)
    expect(publisher()).toBe(session)
  })

  it('keeps secrets apart, and an engine that lacks them says so', async () => {
    expect(fileOf('config.json')).not.toMatch(/WordOf/)
    expect(fileOf('secrets.json')).toContain('WordOfTheCamera')
    const handed = await ask<SecretsHandOver>('secrets')
    expect(Object.keys(handed.secrets).sort()).toEqual([
      'backup.remote.url',
      'destination.remembered',
      'obs.password',
    ])
    await ask('secrets', { ...handed, keptIn: 'key-store' }, 'PUT')
    expect(fileOf('secrets.json')).not.toMatch(/WordOf|KeyOf/)
    expect((await ask<SettingsView>('settings')).secretsIn).toBe('key-store')

    const session = publisher()
    await understudy.kill()
    await understudy.start()
    await understudy.until(
      'the backup adopted by an engine without its secrets',
      (now) => onAir(now, 'backup') && now.problems.some(({ code }) => code === 'secrets-locked'),
    )
    expect((await ask<SettingsView>('settings')).obs.password.set).toBe(true)
    await ask('secrets', { ...handed, keptIn: 'key-store' }, 'PUT')
    await understudy.until(
      'the secrets taken over',
      (now) =>
        onAir(now, 'backup') &&
        now.problems.every(({ code }) => code !== 'secrets-locked') &&
        system(now, 'obs').readiness === 'ready',
    )
    expect(publisher()).toBe(session)
    expect(fileOf('secrets.json')).not.toMatch(/WordOf|KeyOf/)
    expect(understudy.log()).not.toMatch(/WordOf|KeyOf/)
    expect(
      JSON.stringify([await understudy.snapshot(), await ask('settings'), understudy.journal()]),
    ).not.toMatch(/WordOf|KeyOf/)
  }, 60_000)

  it('is changed in everything once OBS is back', async () => {
    await understudy.until('OBS to be ready', (now) => system(now, 'obs').readiness === 'ready')
    expect(await understudy.command({ kind: 'obs-now' })).toEqual({ ok: true })
    await understudy.until('OBS on air', (now) => onAir(now, 'obs'))
    const session = publisher()
    expect(await change('backups', [second])).toMatchObject({ ok: true })
    expect(await change('policy', { failover: { adoptMs: 4_000 } })).toMatchObject({ ok: true })
    const now = await understudy.until(
      'OBS on air with one other backup',
      (each) =>
        onAir(each, 'obs') && each.systems.length === 2 && system(each, 'second').readiness === 'ready',
    )
    expect(now.armed).toBe(true)
    expect(publisher()).toBe(session)
  }, 60_000)

  it('is changed while OBS is dead and a backup carries the stream', async () => {
    expect(await understudy.command({ kind: 'backup-now' })).toEqual({ ok: true })
    await understudy.until('the backup on air', (now) => onAir(now, 'second'))
    await obs.close()
    await understudy.until('OBS to be seen gone', (now) => system(now, 'obs').readiness !== 'ready')
    const session = publisher()
    expect(await change('slate', { file: testClip() })).toMatchObject({ ok: true })
    await understudy.until(
      'the slate beside the backup on air',
      (now) => onAir(now, 'second') && system(now, 'slate').readiness === 'ready',
    )
    expect(publisher()).toBe(session)
  }, 60_000)
})
