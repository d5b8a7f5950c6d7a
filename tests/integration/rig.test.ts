import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import OBSWebSocket from 'obs-websocket-js/json'
import { groupRuns } from '../support/cleanup'
import { startLab } from '../support/peers/netns'
import type { Lab } from '../support/peers/netns'
import { startNginx } from '../support/peers/nginx'
import type { Nginx } from '../support/peers/nginx'
import { startObs } from '../support/peers/obs'
import type { Obs } from '../support/peers/obs'
import { startMediaMtx } from '../support/peers/mediamtx'
import { startProcess } from '../support/process'
import { startSource } from '../support/peers/source'
import type { Source } from '../support/peers/source'
import { suite } from '../support/suite'
import { startViewer } from '../support/peers/viewer'
import type { Viewer } from '../support/peers/viewer'
import { freePort, listening, until } from '../support/wait'

/** What a test started, ended in reverse whatever happens. */
const started: { readonly stop: () => void | Promise<void> }[] = []
function own<T extends { readonly stop: () => void | Promise<void> }>(peer: T): T {
  started.push(peer)
  return peer
}
async function stopAll(): Promise<void> {
  for (const peer of started.splice(0).reverse()) await peer.stop()
}

const bytesOf = async (nginx: Nginx, name: string): Promise<number> =>
  (await nginx.stream(name))?.bytesIn ?? 0

/** Resolves when a stream's bytes have stood still over a run of looks. */
async function untilFlat(nginx: Nginx, name: string): Promise<void> {
  let last = -1
  let same = 0
  const flat = async (): Promise<boolean> => {
    const now = await bytesOf(nginx, name)
    same = now === last ? same + 1 : 0
    last = now
    return same >= 5
  }
  await until(flat, { timeoutMs: 20_000, what: `${name}'s bytes to stand still`, everyMs: 200 })
}

describe('waiting', () => {
  it('names what it waited for and the last error', async () => {
    const never = until(() => Promise.reject(new Error('not there')), {
      timeoutMs: 30,
      what: 'the moon',
      everyMs: 5,
    })
    await expect(never).rejects.toThrow('waited 30 ms for the moon (last error: not there)')
  })

  it('gives up on a look that hangs', async () => {
    const hangs = until(() => new Promise<boolean>(() => undefined), { timeoutMs: 30, what: 'an answer' })
    await expect(hangs).rejects.toThrow('an answer')
  })

  it('finds a port that nobody listens on', async () => {
    expect(await listening(await freePort())).toBe(false)
  })
})

describe('processes', () => {
  afterEach(stopAll)

  it('stop ends children, also frozen ones and those that ignore SIGTERM', async () => {
    const script = 'trap "" TERM; sleep 1000 & echo started; kill -STOP $$; wait'
    const shell = own(await startProcess({ name: 'shell', command: 'sh', args: ['-c', script] }))
    await until(() => shell.log().includes('started'), { timeoutMs: 5000, what: 'the child' })
    expect(groupRuns(shell.pid)).toBe(true)
    await shell.stop(50)
    expect(shell.running()).toBe(false)
    expect(groupRuns(shell.pid)).toBe(false)
    await shell.stop()
  })

  it('says that a program is not there', async () => {
    const start = startProcess({ name: 'nothing', command: 'no-such-program', args: [] })
    await expect(start).rejects.toThrow('no-such-program did not start')
  })
})

suite('nginx-rtmp, a source and a viewer', ['nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let source: Source
  let viewer: Viewer
  beforeEach(async () => {
    nginx = own(await startNginx())
    source = own(await startSource({ publishTo: `${nginx.rtmpUrl}/cam` }))
    viewer = own(startViewer(source.url))
    await viewer.untilFrames(10)
  })
  afterEach(stopAll)

  it('tells who publishes, and nobody else', async () => {
    await nginx.untilMedia('cam', { bytes: 50_000 })
    const streams = await nginx.stat()
    expect(streams).toHaveLength(1)
    expect(streams[0]).toMatchObject({ app: 'live', name: 'cam', publishing: true, clients: 2 })
    expect(streams[0]?.publisher?.address).toBe('127.0.0.1')
  })

  it('a second publisher is refused while the first, even frozen, holds the name', async () => {
    source.freeze()
    await expect(startSource({ publishTo: source.url })).rejects.toThrow('ended first')
    source.thaw()
    await viewer.untilFrames(10)
  })

  it('a viewer stays through a change of publisher, and measures its gap', async () => {
    await source.kill()
    await until(async () => (await nginx.stream('cam'))?.publishing === false, {
      timeoutMs: 5000,
      what: 'the end',
    })
    const silentFrom = viewer.now()
    await source.restart()
    const backAt = viewer.now()
    await viewer.untilFrames(10)
    expect(viewer.connections()).toBe(1)
    const gap = viewer.longestGap()
    expect(gap.startedAt).toBeLessThan(silentFrom)
    expect(gap.startedAt + gap.gapMs).toBeGreaterThan(silentFrom)
    expect(gap.startedAt + gap.gapMs).toBeLessThanOrEqual(backAt + 5000)
    expect(viewer.arrivals().filter((each) => each.key).length).toBeGreaterThan(0)
  })

  it('drops a publisher', async () => {
    expect(await nginx.dropPublisher('live', 'cam')).toBe(true)
    await until(() => !source.running(), { timeoutMs: 10_000, what: 'the dropped publisher to end' })
    expect(await nginx.dropPublisher('live', 'cam')).toBe(false)
  })

  it('freezes and thaws', async () => {
    nginx.freeze()
    await expect(nginx.stat()).rejects.toThrow()
    nginx.thaw()
    await viewer.untilFrames(10)
    expect(viewer.connections()).toBe(1)
  })

  it('a killed worker cuts everybody, another one serves', async () => {
    const before = nginx.workerPid()
    nginx.killWorker()
    await until(() => viewer.connections() > 1, { timeoutMs: 5000, what: 'the viewer to be cut' })
    await until(() => nginx.workerPid() !== before, { timeoutMs: 5000, what: 'another worker' })
    await source.restart()
    await viewer.untilFrames(10)
  })

  it('drop_idle_publisher lets a silent one go', async () => {
    const quick = own(await startNginx({ dropIdleMs: 1000 }))
    const camera = own(await startSource({ publishTo: `${quick.rtmpUrl}/cam` }))
    camera.freeze()
    const gone = async (): Promise<boolean> => (await quick.stream('cam'))?.publishing !== true
    await until(gone, { timeoutMs: 10_000, what: 'the silent publisher to be dropped' })
  })
})

suite('a real OBS', ['obs', 'nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let obs: Obs
  beforeEach(async () => {
    nginx = own(await startNginx())
    obs = own(await startObs({ server: nginx.rtmpUrl, key: 'program' }))
  })
  afterEach(stopAll)

  /** Listens as an operator's program would; resolves with what was seen once the socket closes. */
  async function witness(): Promise<{ readonly events: string[]; readonly closed: Promise<number> }> {
    const client = new OBSWebSocket()
    const events: string[] = []
    client.on('ExitStarted', () => events.push('ExitStarted'))
    client.on('StreamStateChanged', ({ outputState }) => events.push(outputState))
    const closed = new Promise<number>((resolve) =>
      client.on('ConnectionClosed', ({ code }) => resolve(code)),
    )
    await client.connect(obs.wsUrl, obs.password)
    return { events, closed }
  }

  it('publishes what a viewer sees, with a keyframe every two seconds', async () => {
    await obs.startStream()
    const viewer = own(startViewer(`${nginx.rtmpUrl}/program`))
    const keys = (): readonly number[] =>
      viewer
        .arrivals()
        .filter((each) => each.key)
        .map((each) => each.timestampMs)
    await until(() => keys().length >= 3, { timeoutMs: 20_000, what: 'three keyframes' })
    expect((keys()[2]! - keys()[1]!) / 1000).toBeCloseTo(2, 0)
    expect((await nginx.stream('program'))?.publishing).toBe(true)
    await obs.stopStream()
    await until(async () => (await nginx.stream('program'))?.publishing !== true, {
      timeoutMs: 5000,
      what: 'the end',
    })
  })

  it('quits by its menu while live: ExitStarted, then socket and process gone; and starts again', async () => {
    await obs.startStream()
    const seen = await witness()
    await obs.quit()
    // Mostly 1001, but 1006 when the process is gone before its close frame has left: ExitStarted came before either.
    expect([1001, 1006]).toContain(await seen.closed)
    expect(seen.events).toContain('ExitStarted')
    expect(seen.events).not.toContain('OBS_WEBSOCKET_OUTPUT_STOPPED')
    expect(obs.running()).toBe(false)
    expect(await obs.exited()).toEqual({ code: 0, signal: null })
    await obs.restart()
    expect((await obs.call('GetStreamStatus')).outputActive).toBe(false)
  })

  it('killed: 1006; frozen: no answer on an open socket', async () => {
    obs.freeze()
    await expect(obs.call('GetVersion')).rejects.toThrow('OBS to answer GetVersion')
    obs.thaw()
    const seen = await witness()
    await obs.kill()
    expect(await seen.closed).toBe(1006)
    expect(obs.running()).toBe(false)
  })

  it('gives up at once when its own reconnect is off', async () => {
    const steady = own(await startObs({ server: nginx.rtmpUrl, key: 'steady', reconnect: false }))
    await steady.startStream()
    await nginx.untilMedia('steady')
    await nginx.dropPublisher('live', 'steady')
    const stopped = async (): Promise<boolean> => !(await steady.call('GetStreamStatus')).outputActive
    await until(stopped, { timeoutMs: 10_000, what: 'OBS to stop' })
  })
})

suite('links that are harmed', ['netns', 'obs', 'nginx', 'ffmpeg'], () => {
  let lab: Lab
  let nginx: Nginx
  let obs: Obs
  let other: Source
  beforeEach(async () => {
    lab = own(startLab())
    nginx = own(await startNginx(lab.platform))
    obs = own(await startObs({ ...lab.obs, server: nginx.rtmpUrl, key: 'program' }))
    await obs.startStream()
    await nginx.untilMedia('program', { bytes: 50_000 })
    other = own(await startSource({ publishTo: `${nginx.rtmpUrl}/other` }))
  })
  afterEach(stopAll)

  it("OBS's own link black: OBS's bytes stop, another publisher's do not; both flow after", async () => {
    lab.ownLink.blackhole()
    await untilFlat(nginx, 'program')
    const before = await bytesOf(nginx, 'program')
    await nginx.untilMedia('other', { bytes: 100_000 })
    expect(await bytesOf(nginx, 'program')).toBe(before)
    expect((await nginx.stream('program'))?.publishing).toBe(true)
    expect((await obs.call('GetStreamStatus')).outputActive).toBe(true)
    lab.ownLink.restore()
    await nginx.untilMedia('program', { bytes: 50_000, timeoutMs: 40_000 })
  })

  it('the shared link black: everybody stops, the judge still sees', async () => {
    const viewer = own(startViewer(`${nginx.controlRtmpUrl}/other`))
    await viewer.untilFrames(5)
    lab.sharedLink.blackhole()
    await untilFlat(nginx, 'program')
    await untilFlat(nginx, 'other')
    expect(other.running()).toBe(true)
    lab.sharedLink.restore()
    await nginx.untilMedia('other', { bytes: 50_000, timeoutMs: 40_000 })
    await viewer.untilFrames(10)
    expect(viewer.connections()).toBe(1)
  })

  it("OBS's own link at 30 %: OBS drops frames, another publisher loses nothing", async () => {
    lab.ownLink.narrow(250)
    const drops = async (): Promise<boolean> => (await obs.call('GetStreamStatus')).outputSkippedFrames > 0
    await until(drops, { timeoutMs: 60_000, what: 'OBS to drop frames', everyMs: 250 })
    await nginx.untilMedia('other', { bytes: 100_000 })
    lab.ownLink.restore()
    await nginx.untilMedia('program', { bytes: 100_000, timeoutMs: 40_000 })
  })
})

suite('MediaMTX', ['mediamtx', 'ffmpeg'], () => {
  afterEach(stopAll)

  it('serves, loses API-made paths when its file is written and when it restarts', async () => {
    const server = own(await startMediaMtx())
    const info = async (): Promise<unknown> => (await fetch(`${server.apiUrl}/v3/info`)).json()
    const made = async (): Promise<number> =>
      (await fetch(`${server.apiUrl}/v3/config/paths/get/made`)).status
    const make = (): Promise<Response> =>
      fetch(`${server.apiUrl}/v3/config/paths/add/made`, { method: 'POST', body: '{}' })
    const before = await info()
    expect(before).toMatchObject({ version: expect.stringMatching(/^v\d+\.\d+/) as unknown })

    await make()
    expect(await made()).toBe(200)
    await server.touchConfig()
    await until(async () => (await made()) === 404, { timeoutMs: 5000, what: 'the path to be lost' })
    expect(await info()).toEqual(before)

    await make()
    await server.restart()
    expect(await made()).toBe(404)
    expect(await info()).not.toEqual(before)
  })

  it('hands a source to a viewer', async () => {
    const server = own(await startMediaMtx())
    const source = own(await startSource({ publishTo: `${server.rtmpUrl}/live/cam` }))
    const viewer = own(startViewer(source.url))
    await viewer.untilFrames(10)
  })
})
