import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Nginx } from '../../support/peers/nginx'
import { startNginx } from '../../support/peers/nginx'
import { until } from '../../support/wait'
import type { Watched } from './watched'
import { streamStates, watchObs } from './watched'

/** What the list needs of an OBS, the real one or the stand-in. */
export interface ObsPeer {
  readonly configDir: string
  readonly port: number
  readonly password: string
  readonly version: RegExp
  /** Its process can be looked for: the stand-in has none of its own. */
  readonly hasProcess: boolean
  /** A request of another client, answered with the reply's data. */
  readonly call: (
    request: 'GetStreamStatus' | 'GetStats' | 'GetStreamServiceSettings' | 'GetVersion',
  ) => Promise<object>
  readonly setServer: (server: string, key: string) => Promise<void>
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  readonly freeze: () => void
  readonly thaw: () => void
  readonly quit: () => Promise<void>
  readonly stop: () => Promise<void>
}

const key = 'show-4711'

/** As an OBS 29.0.2 answered. */
const replyFields = {
  GetStreamStatus: [
    'outputActive',
    'outputBytes',
    'outputCongestion',
    'outputDuration',
    'outputReconnecting',
    'outputSkippedFrames',
    'outputTimecode',
    'outputTotalFrames',
  ],
  GetStats: [
    'activeFps',
    'availableDiskSpace',
    'averageFrameRenderTime',
    'cpuUsage',
    'memoryUsage',
    'outputSkippedFrames',
    'outputTotalFrames',
    'renderSkippedFrames',
    'renderTotalFrames',
    'webSocketSessionIncomingMessages',
    'webSocketSessionOutgoingMessages',
  ],
  GetStreamServiceSettings: ['streamServiceSettings', 'streamServiceType'],
  GetVersion: [
    'availableRequests',
    'obsVersion',
    'obsWebSocketVersion',
    'platform',
    'platformDescription',
    'rpcVersion',
    'supportedImageFormats',
  ],
} as const

/**
 * What the adapter sees of an OBS, told once and held against the real one and the stand-in, so that the stand-in
 * stays honest. One OBS for the list: the tests are its day, in order.
 */
export function adapterSees(
  name: string,
  start: (options: { readonly server: string; readonly key: string }) => Promise<ObsPeer>,
): void {
  describe(`the adapter on ${name}`, () => {
    let nginx: Nginx
    let obs: ObsPeer
    let watched: Watched

    beforeAll(async () => {
      nginx = await startNginx({ dropIdleMs: 5_000 })
      obs = await start({ server: nginx.rtmpUrl, key })
      watched = watchObs({ configDir: obs.configDir })
    })
    afterAll(async () => {
      await watched.port.close()
      await obs.stop()
      await nginx.stop()
    })

    it('finds it by its own files and reads its profile', async () => {
      await watched.sees('obs-connection', ({ state }) => state === 'connected')
      const profile = await watched.sees('obs-profile')
      expect(profile).toMatchObject({
        fps: 30,
        protocol: 'rtmp',
        reconnect: { enabled: true, delaySec: 2, maxRetries: 25 },
        dynamicBitrate: false,
        logReadable: true,
      })
      expect(profile.version).toMatch(obs.version)
      await watched.sees('obs-process', ({ running }) => running === (obs.hasProcess ? true : null))
      await watched.sees('obs-status', ({ reply }) => reply?.active === false)
      await watched.sees('obs-stats', ({ reply }) => reply !== null && reply.renderTotalFrames > 0)
      expect(watched.port.status()).toMatchObject({ connected: true, problem: null })
    })

    it('answers with the fields of obs-websocket 5', async () => {
      for (const [request, fields] of Object.entries(replyFields))
        expect([request, Object.keys(await obs.call(request as keyof typeof replyFields)).sort()]).toEqual([
          request,
          fields,
        ])
    })

    it('gives a small picture of its scene', async () => {
      const still = await watched.port.still(10_000)
      expect(still?.kind).toBe('jpeg')
      if (still?.kind !== 'jpeg') return
      expect([still.bytes[0], still.bytes[1]]).toEqual([0xff, 0xd8])
      expect(still.bytes.length).toBeGreaterThan(500)
    })

    it('says what it will send, and that it does not record', async () => {
      const { installed, webSocket, running, streaming, recording, tracks } =
        await watched.port.examine(10_000)
      expect({ installed, webSocket, running, streaming, recording }).toEqual({
        installed: true,
        webSocket: 'on',
        running: true,
        streaming: false,
        recording: false,
      })
      expect(tracks).toMatchObject([
        { type: 'video', codec: 'h264', fps: 30 },
        { type: 'audio', codec: 'aac' },
      ])
    })

    it('reads its destination', async () => {
      expect(await watched.port.readDestination()).toEqual({
        ok: true,
        value: { url: nginx.rtmpUrl, key, auth: null },
      })
    })

    it('tells a server that refuses the connection', async () => {
      // A port below those that are given out by chance: a free one may be somebody else's by the time OBS comes.
      await obs.setServer('rtmp://127.0.0.1:1/live', key)
      watched.forget()
      expect(await watched.port.start(20_000)).toEqual({
        ok: false,
        problem: { code: 'obs-start-failed', params: { cause: 'connect-failed' } },
      })
      expect(streamStates(watched)).toEqual(['starting', 'stopped'])
      await obs.setServer(nginx.rtmpUrl, key)
    })

    it('starts it', async () => {
      watched.forget()
      expect(await watched.port.start(20_000)).toEqual({ ok: true, value: undefined })
      expect(streamStates(watched)).toEqual(['starting', 'started'])
      await nginx.untilMedia(key)
      const first = await watched.sees('obs-status', ({ reply }) => (reply?.bytes ?? 0) > 0)
      await watched.sees('obs-status', ({ reply }) => (reply?.bytes ?? 0) > (first.reply?.bytes ?? 0))
    })

    it('is content with a start of what runs', async () => {
      watched.forget()
      expect(await watched.port.start(5_000)).toEqual({ ok: true, value: undefined })
      expect(streamStates(watched)).toEqual([])
    })

    it('sees its own reconnect: active all the while, with new counters', async () => {
      const before = await watched.sees('obs-status', ({ reply }) => reply?.active === true)
      watched.forget()
      expect(await nginx.dropPublisher('live', key)).toBe(true)
      await watched.sees('obs-stream', ({ state }) => state === 'reconnecting')
      await watched.sees('obs-status', ({ reply }) => reply?.reconnecting === true && reply.active)
      await watched.sees('obs-stream', ({ state }) => state === 'reconnected')
      const after = await watched.sees(
        'obs-status',
        ({ reply }) => reply?.reconnecting === false && reply.bytes > 0,
      )
      expect(after.reply?.active).toBe(true)
      expect(before.reply?.totalFrames).toBeGreaterThan(0)
      await nginx.untilMedia(key)
    })

    it('sees it freeze and thaw on an open socket', async () => {
      watched.forget()
      obs.freeze()
      await until(
        () =>
          watched.events.filter((event) => event.kind === 'obs-status' && event.error === 'timeout').length >=
          3,
        { timeoutMs: 20_000, what: 'three unanswered questions' },
      )
      expect(watched.events.some((event) => event.kind === 'obs-connection')).toBe(false)
      obs.thaw()
      watched.forget()
      await watched.sees('obs-status', ({ reply }) => reply !== null)
    })

    it('stops it, and its log says that a user did', async () => {
      watched.forget()
      expect(await watched.port.stop(20_000, 'clean')).toEqual({ ok: true, value: undefined })
      await watched.sees('obs-stream', ({ state }) => state === 'stopped')
      expect(streamStates(watched)).toEqual(['stopping', 'stopped'])
      await watched.sees('obs-log', ({ cause }) => cause === 'user-stop')
      expect(await watched.port.stop(5_000, 'clean')).toEqual({ ok: true, value: undefined })
    })

    it('sees it killed: 1006, a refused reconnect, and no process', async () => {
      watched.forget()
      await obs.kill()
      await watched.sees('obs-connection', ({ state, code }) => state === 'closed' && code === 1006)
      await watched.sees('obs-connection', ({ state }) => state === 'refused')
      if (obs.hasProcess) await watched.sees('obs-process', ({ running }) => running === false)
      expect(watched.port.status()).toMatchObject({ connected: false, problem: { code: 'obs-unreachable' } })
      expect(await watched.port.start(1_000)).toMatchObject({
        ok: false,
        problem: { code: 'obs-unreachable' },
      })
      expect(await watched.port.stop(1_000, 'clean')).toMatchObject({
        ok: false,
        problem: { code: 'obs-unreachable' },
      })
    })

    it('comes back when it is started again', async () => {
      watched.forget()
      await obs.restart()
      await watched.sees('obs-connection', ({ state }) => state === 'connected')
      await watched.sees('obs-profile')
    })

    it('sees it quit while live: ExitStarted, then the end of the socket', async () => {
      expect(await watched.port.start(20_000)).toEqual({ ok: true, value: undefined })
      watched.forget()
      await obs.quit()
      const closed = await watched.sees('obs-connection', ({ state }) => state === 'closed')
      // Measured on OBS 29: mostly 1001, but 1006 when the process is gone before its close frame has left.
      expect([1001, 1006]).toContain(closed.code)
      const kinds = watched.events.map((event) => event.kind)
      expect(kinds).toContain('obs-exit')
      expect(kinds.indexOf('obs-exit')).toBeLessThan(kinds.indexOf('obs-connection'))
    })

    it('tells no secret', () => {
      expect(watched.logged()).not.toContain(key)
      expect(watched.logged()).not.toContain(obs.password)
      expect(JSON.stringify(watched.events)).not.toContain(key)
    })
  })
}
