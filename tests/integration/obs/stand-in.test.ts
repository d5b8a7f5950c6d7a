import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { StandInObs, StandInOptions } from '../../../src/rehearsal/obs'
import { startStandInObs } from '../../../src/rehearsal/obs'
import type { Nginx } from '../../support/peers/nginx'
import { startNginx } from '../../support/peers/nginx'
import { peerDir } from '../../support/cleanup'
import { suite } from '../../support/suite'
import { freePort, until } from '../../support/wait'
import { streamStates, watchObs } from './watched'
import type { Watched } from './watched'

const key = 'show'

suite('faults of a stand-in OBS, as the adapter sees them', ['ffmpeg', 'nginx'], () => {
  let nginx: Nginx
  const ends: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    nginx = await startNginx({ dropIdleMs: 20_000 })
    ends.push(() => nginx.stop())
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })

  const start = async (options: Partial<StandInOptions> = {}): Promise<StandInObs> => {
    const obs = await startStandInObs({ destination: { server: nginx.rtmpUrl, key }, ...options })
    ends.push(() => obs.close())
    return obs
  }
  const watch = (config: Parameters<typeof watchObs>[0]): Watched => {
    const watched = watchObs(config)
    ends.push(() => watched.port.close())
    return watched
  }
  /** Identified, without a password. */
  const connected = async (options: Partial<StandInOptions> = {}): Promise<[StandInObs, Watched]> => {
    const obs = await start(options)
    const watched = watch({ port: obs.port })
    await watched.sees('obs-connection', ({ state }) => state === 'connected')
    return [obs, watched]
  }
  const live = async (options: Partial<StandInOptions> = {}): Promise<[StandInObs, Watched]> => {
    const [obs, watched] = await connected(options)
    expect(await watched.port.start(20_000)).toMatchObject({ ok: true })
    await nginx.untilMedia(key, { bytes: 100_000 })
    await watched.sees('obs-status', ({ reply }) => (reply?.bytes ?? 0) > 0)
    watched.forget()
    return [obs, watched]
  }
  const problemIs = (watched: Watched, code: string): Promise<unknown> =>
    until(() => watched.port.status().problem?.code === code, {
      timeoutMs: 10_000,
      what: `the problem ${code}, not ${JSON.stringify(watched.port.status().problem)}`,
    })

  it('asks for a password that it does not know', async () => {
    const obs = await start({ password: 'right' })
    const watched = watch({ port: obs.port })
    await problemIs(watched, 'obs-password-needed')
    await watched.sees('obs-connection', ({ state, code }) => state === 'closed' && code === 4009)
  })

  it('does not knock again with a refused password, but does with another from the files', async () => {
    const configDir = peerDir('stand-in')
    const obs = await start({ password: 'right', configDir })
    const ini = (password: string): string =>
      `[OBSWebSocket]\nServerEnabled=true\nServerPort=${obs.port}\nAuthRequired=true\nServerPassword=${password}\n`
    writeFileSync(join(configDir, 'global.ini'), ini('wrong'))
    const watched = watch({ configDir })
    await problemIs(watched, 'obs-auth-failed')
    writeFileSync(join(configDir, 'global.ini'), ini('right'))
    await watched.sees('obs-connection', ({ state }) => state === 'connected')
    const refusals = watched.events.filter((event) => event.kind === 'obs-connection' && event.code === 4009)
    expect(refusals).toHaveLength(1)
    expect(watched.logged()).not.toContain('right')
    expect(watched.logged()).not.toContain('wrong')
  })

  it('stays away once it was thrown out', async () => {
    const [obs, watched] = await connected()
    obs.kick()
    await watched.sees('obs-connection', ({ state, code }) => state === 'closed' && code === 4011)
    await problemIs(watched, 'obs-kicked')
    // The process loop still looks each second, and must not lead it back.
    watched.forget()
    await watched.sees('obs-process')
    expect(watched.events.some((event) => event.kind === 'obs-connection')).toBe(false)
    expect(watched.port.status().connected).toBe(false)
  })

  it.each(['no-json', 'no-sense'] as const)('calls %s rubbish, and recovers', async (kind) => {
    const [obs, watched] = await connected()
    obs.rubbish(kind)
    await watched.sees('obs-status', ({ error }) => error === 'garbage')
    expect(await watched.port.readDestination()).toMatchObject({
      ok: false,
      problem: { code: 'obs-garbage' },
    })
    expect(await watched.port.start(2_000)).toMatchObject({ ok: false, problem: { code: 'obs-garbage' } })
    expect(watched.port.status().problem).toMatchObject({ code: 'obs-garbage' })
    obs.rubbish(null)
    watched.forget()
    await watched.sees('obs-status', ({ reply }) => reply !== null)
    expect(watched.port.status().problem).toBeNull()
  })

  it('says so when what answers is no OBS', async () => {
    const port = await freePort()
    const server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: () => 'obswebsocket.json',
    })
    server.on('connection', (socket: WebSocket) => socket.send('hello?'))
    ends.push(() => {
      for (const client of server.clients) client.terminate()
      return new Promise((resolve) => server.close(resolve))
    })
    const watched = watch({ port })
    await problemIs(watched, 'obs-garbage')
  })

  it('gives up on a port that takes the connection and says nothing', async () => {
    const obs = await start()
    obs.freeze()
    const watched = watch({ port: obs.port })
    await problemIs(watched, 'obs-timeout')
    obs.thaw()
    await watched.sees('obs-connection', ({ state }) => state === 'connected')
  })

  it('answers all that waits when the connection closes', async () => {
    const [obs, watched] = await connected()
    obs.freeze()
    const destination = watched.port.readDestination()
    const stop = watched.port.stop(30_000, 'clean')
    await obs.kill()
    expect(await destination).toMatchObject({ ok: false, problem: { code: 'obs-closed' } })
    expect(await stop).toMatchObject({ ok: false, problem: { code: 'obs-closed' } })
  })

  it('sends one start, however often it is told', async () => {
    const [obs, watched] = await connected()
    const results = await Promise.all([watched.port.start(20_000), watched.port.start(20_000)])
    expect(results.map((result) => (result.ok ? 'ok' : result.problem.code)).sort()).toEqual([
      'obs-busy',
      'ok',
    ])
    expect(obs.running()).toBe(true)
    expect(streamStates(watched)).toEqual(['starting', 'started'])
  })

  it('waits for a start that the user made in OBS', async () => {
    const [obs, watched] = await connected()
    obs.pressStart()
    await watched.sees('obs-stream', ({ state }) => state === 'starting')
    expect(await watched.port.start(20_000)).toMatchObject({ ok: true })
    expect(obs.running()).toBe(true)
    expect(streamStates(watched)).toEqual(['starting', 'started'])
  })

  it('says that a dialog may block OBS, and that the start timed out', async () => {
    const [obs, watched] = await connected()
    obs.dialog(true)
    const result = watched.port.start(5_000)
    await problemIs(watched, 'obs-start-failed')
    expect(await result).toEqual({
      ok: false,
      problem: { code: 'obs-start-timeout', params: { cause: 'not-begun' } },
    })
    obs.dialog(false)
    await watched.sees('obs-stream', ({ state }) => state === 'started')
    expect(watched.port.status().problem).toBeNull()
  })

  it('forces a stop that hangs with a second StopStream', async () => {
    const [obs, watched] = await live()
    obs.stallEncoder(true)
    expect(await watched.port.stop(2_000, 'clean')).toMatchObject({
      ok: false,
      problem: { code: 'obs-stop-timeout' },
    })
    // Nobody asks again: the ladder goes on by itself.
    await watched.sees('obs-stream', ({ state }) => state === 'stopped')
    expect(streamStates(watched)).toEqual(['stopping', 'stopped'])
    expect(watched.logged()).toContain('second time')
  })

  it('a frozen OBS that was told to stop does so when it thaws', async () => {
    const [obs, watched] = await live()
    obs.freeze()
    await watched.sees('obs-status', ({ error }) => error === 'timeout')
    expect(await watched.port.stop(3_000, 'clean')).toMatchObject({
      ok: false,
      problem: { code: 'obs-timeout' },
    })
    obs.thaw()
    await watched.sees('obs-stream', ({ state }) => state === 'stopped')
  })

  it('sees a connection that breaks with reconnect off: STOPPED without STOPPING', async () => {
    const [obs, watched] = await live({ profile: { 'Output/Reconnect': 'false' } })
    obs.dropConnection()
    await watched.sees('obs-stream', ({ state }) => state === 'stopped')
    expect(streamStates(watched)).toEqual(['stopped'])
    await watched.sees('obs-status', ({ reply }) => reply?.active === false)
  })

  it('sees a reconnect of OBS 28, which tells of none', async () => {
    const [obs, watched] = await live({ version: '28' })
    obs.dropConnection()
    await watched.sees('obs-status', ({ reply }) => reply?.reconnecting === true && reply.active)
    await watched.sees('obs-status', ({ reply }) => reply?.reconnecting === false && reply.bytes > 0)
    expect(streamStates(watched)).toEqual([])
  })

  it('sees a black hole as OBS shows it: bytes flat, congestion, drops; a stop in it takes until the send fails', async () => {
    const [obs, watched] = await live()
    obs.blackhole(true)
    await watched.sees('obs-status', ({ reply }) => reply !== null && reply.congestion === 1)
    const dropping = await watched.sees('obs-status', ({ reply }) => (reply?.skippedFrames ?? 0) > 30)
    expect(dropping.reply).toMatchObject({ active: true, reconnecting: false })
    watched.forget()
    await watched.sees('obs-status', ({ reply }) => reply !== null && reply.bytes === dropping.reply?.bytes)
    expect(await watched.port.stop(40_000, 'clean')).toMatchObject({ ok: true })
    // The far end heard nothing of it: a ghost holds the key.
    expect((await nginx.stream(key))?.publishing).toBe(true)
    obs.blackhole(false)
  })

  it('sees a narrow link as drops, and its end as none', async () => {
    const [obs, watched] = await live({ bitrateKbps: 1_500 })
    obs.narrow(400)
    await watched.sees('obs-status', ({ reply }) => (reply?.skippedFrames ?? 0) > 30, 30_000)
    obs.narrow(null)
    watched.forget()
    const healed = await watched.sees('obs-status', ({ reply }) => reply !== null && reply.congestion < 0.3)
    const bytes = healed.reply?.bytes ?? 0
    await watched.sees('obs-status', ({ reply }) => (reply?.bytes ?? 0) > bytes + 200_000)
  })

  it('ends its stream and its ffmpeg when it is killed', async () => {
    const [obs] = await live()
    await obs.kill()
    await until(async () => (await nginx.stream(key)) === undefined, {
      timeoutMs: 5_000,
      what: 'the publisher to be gone',
    })
    await obs.revive()
    expect(obs.running()).toBe(true)
  })
})
