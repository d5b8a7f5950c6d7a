import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OBSWebSocket } from 'obs-websocket-js/json'
import { afterEach, expect, it } from 'vitest'
import type { Problem, Result } from '../../../src/core/problem'
import { startRehearsal } from '../../../src/rehearsal'
import type { Rehearsal, RehearsalOptions } from '../../../src/rehearsal'
import { startDestination } from '../../../src/rehearsal/destination'
import { startStandInObs } from '../../../src/rehearsal/obs'
import type { StandInObs } from '../../../src/rehearsal/obs'
import { groupRuns } from '../../support/cleanup'
import { suite } from '../../support/suite'
import { useTempDir } from '../../support/temp-dir'
import { startProcess } from '../../support/process'
import { startViewer } from '../../support/peers/viewer'
import { until } from '../../support/wait'

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
/** Linux: the ffmpegs that a process has started and that run. */
const childrenOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child.trim() !== '' && readFileSync(`/proc/${child}/comm`, 'utf8') === 'ffmpeg\n')

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})
const tempDir = useTempDir()

function rehearse(options: Partial<RehearsalOptions> = {}): Promise<Result<Rehearsal>> {
  return startRehearsal({
    ffmpegPath: 'ffmpeg',
    logger: { info: () => undefined, warn: () => undefined },
    obs: 'stand-in',
    workDir: tempDir(),
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    ...options,
  })
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.problem.code}`)
  return result.value
}

const problemOf = (result: Result<unknown>): Problem | null => (result.ok ? null : result.problem)

/** The streamer's view of the OBS that the config names. */
async function control(rehearsal: Rehearsal) {
  const { host, port, password } = rehearsal.config.obs
  const socket = new OBSWebSocket()
  const states: string[] = []
  socket.on('StreamStateChanged', ({ outputState }) => {
    states.push(outputState.replace('OBS_WEBSOCKET_OUTPUT_', ''))
  })
  const closed: number[] = []
  socket.on('ConnectionClosed', ({ code }) => {
    closed.push(code)
  })
  await socket.connect(`ws://${host}:${port ?? 0}`, password ?? undefined)
  opened.push(() => socket.disconnect().catch(() => undefined))
  return {
    socket,
    states,
    closed,
    active: async () => (await socket.call('GetStreamStatus')).outputActive,
  }
}

interface OnAir {
  readonly rehearsal: Rehearsal
  readonly url: string
  readonly key: string
}

async function onAir(options: Partial<RehearsalOptions> = {}): Promise<OnAir> {
  const rehearsal = value(await rehearse(options))
  opened.push(() => rehearsal.stop())
  const url = rehearsal.config.destination.url ?? ''
  const { key } = rehearsal.config.destination
  await untilFrom(rehearsal, 'obs')
  return { rehearsal, url: `${url}/${key}`, key }
}

/** Waits until media of this publisher arrives (the stand-in calls itself obs). */
async function untilFrom(rehearsal: Rehearsal, from: string | null): Promise<void> {
  const { key } = rehearsal.config.destination
  const farEnd = () => rehearsal.destination.farEnd('live', key)
  await until(() => farEnd().publisherId !== null && farEnd().from === from, {
    timeoutMs: 15_000,
    what: `${from ?? 'the backup'} to publish`,
  })
  const before = farEnd().bytesIn
  await until(() => farEnd().bytesIn > before + 30_000, { timeoutMs: 15_000, what: 'media of it' })
}

/** What a controller would do: the backup is pulled and published to the destination. */
async function backupPublishes(rehearsal: Rehearsal, url: string) {
  const source = rehearsal.config.backups[0]?.source.url ?? ''
  const child = await startProcess({
    name: 'backup',
    command: 'ffmpeg',
    args: ['-nostdin', '-loglevel', 'error', '-i', source, '-c', 'copy', '-f', 'flv', url],
  })
  opened.push(() => child.stop())
  return child
}

suite('the rehearsal', ['ffmpeg'], () => {
  it('is live by itself, watched by a real witness page, with another picture to pull', async () => {
    const { rehearsal, url } = await onAir()
    const { config } = rehearsal
    expect(config.destination.witnesses).toEqual([{ kind: 'nginx-stat', url: rehearsal.destination.statUrl }])
    expect(await (await fetch(rehearsal.destination.statUrl)).text()).toContain('<publishing/>')
    const shown = await startProcess({
      name: 'player',
      command: 'ffprobe',
      args: ['-loglevel', 'error', '-show_entries', 'stream=codec_name,width', '-of', 'csv', url],
      pipeStdout: true,
    })
    let tracks = ''
    shown.stdout?.on('data', (bytes: Buffer) => (tracks += bytes.toString()))
    expect((await shown.exited).code).toBe(0)
    expect(tracks).toContain('h264,640')
    expect(tracks).toContain('aac')
    const viewer = startViewer(config.backups[0]?.source.url ?? '')
    opened.push(() => viewer.stop())
    await viewer.untilFrames(30)
    // The carrier must always have 50 kB of it to begin with.
    const bytes = viewer.arrivals().slice(-30)
    expect(bytes.reduce((sum, frame) => sum + frame.bytes, 0)).toBeGreaterThan(50_000)
  })

  it('drop: OBS is thrown out and stays away; the gap lasts until the backup is there', async () => {
    const { rehearsal, url } = await onAir()
    const obs = await control(rehearsal)
    let changes = 0
    rehearsal.onChange(() => changes++)
    const viewer = startViewer(url)
    opened.push(() => viewer.stop())
    await viewer.untilFrames(10)
    expect(await rehearsal.fault('drop')).toEqual({ ok: true, value: undefined })
    expect(rehearsal.view()).toMatchObject({
      lastGapMs: null,
      tries: [{ what: 'drop', gapMs: null, outcome: null }],
    })
    await until(() => obs.states.includes('STOPPED'), { timeoutMs: 10_000, what: 'OBS to stop' })
    expect(obs.states).not.toContain('RECONNECTING')
    expect(await obs.active()).toBe(false)
    const stoppedAt = performance.now()
    expect(problemOf(await rehearsal.fault('drop'))).toEqual({ code: 'rehearsal-no-effect' })
    const backup = await backupPublishes(rehearsal, url)
    const darkMs = performance.now() - stoppedAt
    await untilFrom(rehearsal, null)
    await until(() => rehearsal.view().lastGapMs !== null, { timeoutMs: 15_000, what: 'the gap' })
    expect(backup.running()).toBe(true)
    // Dark for longer than it took to start something; and no longer than somebody outside has seen since.
    expect(rehearsal.view().lastGapMs).toBeGreaterThan(darkMs)
    expect(viewer.longestGap().gapMs).toBeGreaterThan(darkMs)
    expect(changes).toBeGreaterThanOrEqual(2)
    // A second publisher is refused while the backup holds the key: law 1 has a judge.
    await obs.socket.call('StartStream')
    await until(() => obs.states.filter((state) => state === 'STOPPED').length === 2, {
      timeoutMs: 10_000,
      what: 'OBS to be refused',
    })
    expect(rehearsal.destination.farEnd('live', rehearsal.config.destination.key).from).toBeNull()
  })

  it('freeze: OBS hangs and its ghost loses the key; healed, it does not take the stream back', async () => {
    const { rehearsal, url, key } = await onAir()
    const obs = await control(rehearsal)
    value(await rehearsal.fault('freeze'))
    expect(problemOf(await rehearsal.fault('quit'))).toEqual({ code: 'rehearsal-no-effect' })
    await until(() => rehearsal.destination.farEnd('live', key).publisherId === null, {
      timeoutMs: 15_000,
      what: 'the ghost to be let go',
    })
    expect(obs.closed).toEqual([])
    await backupPublishes(rehearsal, url)
    await untilFrom(rehearsal, null)
    await until(() => rehearsal.view().lastGapMs !== null, { timeoutMs: 15_000, what: 'the gap' })
    // The ghost alone held the key for 2 s.
    expect(rehearsal.view().lastGapMs).toBeGreaterThan(2_000)
    value(await rehearsal.fault('heal'))
    await until(() => obs.states.includes('STOPPED'), { timeoutMs: 15_000, what: 'OBS to notice' })
    expect(rehearsal.destination.farEnd('live', key).from).toBeNull()
  })

  it('narrow: OBS loses frames, and recovers when healed', async () => {
    const { rehearsal } = await onAir()
    const obs = await control(rehearsal)
    value(await rehearsal.fault('narrow'))
    await until(async () => (await obs.socket.call('GetStreamStatus')).outputSkippedFrames > 10, {
      timeoutMs: 30_000,
      what: 'dropped frames',
    })
    value(await rehearsal.fault('heal'))
    await until(() => rehearsal.view().lastGapMs !== null, { timeoutMs: 30_000, what: 'the gap' })
    expect(rehearsal.view().tries).toMatchObject([{ what: 'narrow', outcome: 'healed' }])
    expect(await obs.active()).toBe(true)
  })

  it('kill: 1006 and nobody there, until healed; then stopped until somebody starts it', async () => {
    const { rehearsal, key } = await onAir()
    const obs = await control(rehearsal)
    value(await rehearsal.fault('kill'))
    await until(() => obs.closed.length > 0, { timeoutMs: 5_000, what: 'the socket to close' })
    expect(obs.closed).toEqual([1006])
    await expect(control(rehearsal)).rejects.toThrow()
    expect(problemOf(await rehearsal.fault('kill'))).toEqual({ code: 'rehearsal-no-effect' })
    value(await rehearsal.fault('heal'))
    const revived = await control(rehearsal)
    expect(await revived.active()).toBe(false)
    expect(rehearsal.destination.farEnd('live', key).publisherId).toBeNull()
    await revived.socket.call('StartStream')
    await untilFrom(rehearsal, 'obs')
    await until(() => rehearsal.view().lastGapMs !== null, { timeoutMs: 15_000, what: 'the gap' })
  })

  it('quit: OBS says goodbye, and no gap is counted', async () => {
    const { rehearsal } = await onAir()
    const obs = await control(rehearsal)
    let exits = 0
    obs.socket.on('ExitStarted', () => exits++)
    value(await rehearsal.fault('quit'))
    await until(() => obs.closed.length > 0, { timeoutMs: 5_000, what: 'the socket to close' })
    expect(exits).toBe(1)
    expect(obs.closed).toEqual([1001])
    expect(rehearsal.view()).toMatchObject({ lastGapMs: null, tries: [] })
  })

  it.each([
    ['live', []],
    ['with OBS frozen', ['freeze']],
  ])('killed with -9 while %s it leaves no process behind', async (_when, faults) => {
    const script = join(import.meta.dirname, '../../support/app/rehearsal-process.ts')
    const child = await startProcess({
      name: 'rehearsal',
      command: process.execPath,
      args: ['--import', tsx, script, tempDir(), ...faults],
    })
    opened.push(() => child.stop())
    await until(() => child.log().includes('live\n'), {
      timeoutMs: 40_000,
      what: `the rehearsal to be live: ${child.log()}`,
    })
    expect(childrenOf(child.pid)).toHaveLength(2)
    child.kill('SIGKILL')
    await child.exited
    await until(() => !groupRuns(child.pid), { timeoutMs: 10_000, what: 'its ffmpegs to end' })
  })

  it('stopped, it leaves no process behind', async () => {
    const { rehearsal } = await onAir()
    expect(childrenOf(process.pid).length).toBeGreaterThanOrEqual(2)
    await rehearsal.stop()
    await until(() => childrenOf(process.pid).length === 0, { timeoutMs: 5_000, what: 'its ffmpegs to end' })
    await rehearsal.stop()
  })

  it('needs ffmpeg', async () => {
    const path = join(tempDir(), 'ffmpeg')
    expect(problemOf(await rehearse({ ffmpegPath: path }))).toEqual({
      code: 'ffmpeg-missing',
      params: { path },
    })
  })
})

suite('a rehearsal with the OBS that is there', ['ffmpeg'], () => {
  const real = { server: 'rtmp://127.0.0.1:9/app', key: 'the-real-key' }

  async function installed(destination = real): Promise<StandInObs> {
    const obs = await startStandInObs({ password: 'pw', destination, ffmpeg: 'ffmpeg' })
    opened.push(() => obs.close())
    return obs
  }
  const findObs = (obs: StandInObs) => () =>
    Promise.resolve({
      ok: true as const,
      value: { host: '127.0.0.1', port: obs.port, password: obs.password, configDir: null },
    })
  const serviceOf = async (obs: StandInObs): Promise<unknown> => {
    const socket = new OBSWebSocket()
    await socket.connect(obs.wsUrl, obs.password ?? undefined)
    const { streamServiceSettings } = await socket.call('GetStreamServiceSettings')
    await socket.disconnect()
    return streamServiceSettings
  }

  it('borrows its stream settings, makes faults from outside, and gives them back', async () => {
    const obs = await installed()
    const workDir = tempDir()
    const rehearsal = value(await rehearse({ obs: 'installed', findObs: findObs(obs), workDir }))
    opened.push(() => rehearsal.stop())
    const url = rehearsal.config.destination.url ?? ''
    expect(await serviceOf(obs)).toMatchObject({ server: url })
    const kept = join(workDir, 'obs-stream-settings.json')
    if (process.platform !== 'win32') expect(statSync(kept).mode & 0o777).toBe(0o600)
    expect(problemOf(await rehearsal.fault('drop'))).toEqual({ code: 'rehearsal-no-effect' })
    obs.pressStart()
    await untilFrom(rehearsal, 'obs')
    expect(problemOf(await rehearsal.fault('kill'))).toEqual({ code: 'rehearsal-by-hand' })
    value(await rehearsal.fault('drop'))
    // Its own reconnect is on.
    await untilFrom(rehearsal, 'obs')
    await rehearsal.stop()
    expect(await serviceOf(obs)).toMatchObject(real)
    expect(() => readFileSync(kept)).toThrow()
  })

  it('leaves a streaming OBS alone', async () => {
    const elsewhere = value(await startDestination())
    opened.push(() => elsewhere.stop())
    const obs = await installed({ server: elsewhere.url('app'), key: real.key })
    obs.pressStart()
    const bytesIn = (): number => elsewhere.farEnd('app', real.key).bytesIn
    await until(() => bytesIn() > 0, { timeoutMs: 10_000, what: 'OBS to be live' })
    const before = elsewhere.farEnd('app', real.key).publisherId
    expect(problemOf(await rehearse({ obs: 'installed', findObs: findObs(obs) }))).toEqual({
      code: 'rehearsal-obs-live',
    })
    expect(await serviceOf(obs)).toMatchObject({ server: elsewhere.url('app'), key: real.key })
    const then = bytesIn()
    await until(() => bytesIn() > then + 20_000, { timeoutMs: 10_000, what: 'the stream to go on' })
    expect(elsewhere.farEnd('app', real.key).publisherId).toBe(before)
  })

  it('says what is wrong with the OBS it was given', async () => {
    const obs = await installed()
    const wrong = { host: '127.0.0.1', port: obs.port, password: 'no', configDir: null }
    const find = () => Promise.resolve({ ok: true as const, value: wrong })
    expect(problemOf(await rehearse({ obs: 'installed', findObs: find }))).toEqual({
      code: 'obs-auth-failed',
    })
    await obs.kill()
    expect(problemOf(await rehearse({ obs: 'installed', findObs: findObs(obs) }))).toEqual({
      code: 'obs-unreachable',
      params: { address: `127.0.0.1:${obs.port}` },
    })
    expect(problemOf(await rehearse({ obs: 'installed' }))).toEqual({ code: 'obs-not-found' })
  })

  it('after a crash gives back what it borrowed when it starts again', async () => {
    const obs = await installed()
    const workDir = tempDir()
    const first = value(await rehearse({ obs: 'installed', findObs: findObs(obs), workDir }))
    opened.push(() => first.stop())
    const lent = await serviceOf(obs)
    const second = value(await rehearse({ findObs: findObs(obs), workDir }))
    opened.push(() => second.stop())
    expect(lent).not.toMatchObject(real)
    expect(await serviceOf(obs)).toMatchObject(real)
  })
})
