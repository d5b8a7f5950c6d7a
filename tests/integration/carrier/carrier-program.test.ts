import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Destination, ProgramPort, ProgramTarget } from '../../../src/engine/ports'
import { carrierHost, carrierLock, killCarrier } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startProcess, type RigProcess } from '../../support/process'
import { sourceArgs, startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { startViewer, type Viewer } from '../../support/peers/viewer'
import { until } from '../../support/wait'

const key = 'door-k3y-of-this-machine'

suite('program path of the carrier', ['nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let camera: Source
  let dataDir: string
  let host: Awaited<ReturnType<typeof carrierHost>>['host']
  let program: ProgramPort
  const closers: (() => unknown)[] = []

  beforeEach(async () => {
    nginx = await startNginx()
    camera = await startSource({ keyintSec: 2 })
    dataDir = peerDir('carrier-data')
    ;({ host } = await carrierHost(dataDir))
    program = host.program({ port: 0, key })
    expect(await program.prepare({ deadlineMs: 10_000 })).toMatchObject({ ok: true })
    const backup = host.port('backup')
    expect(await backup.prepare({ url: camera.url }, { deadlineMs: 20_000 })).toMatchObject({ ok: true })
  })

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    host.close()
    await killCarrier(dataDir)
    await camera.stop()
    await nginx.stop()
  })

  const encoder = async (word = key, size: '320x180' | '640x360' = '640x360'): Promise<RigProcess> => {
    const args = sourceArgs({ size }, `${program.status().ingestUrl ?? ''}/${word}`)
    const child = await startProcess({ name: 'encoder', command: 'ffmpeg', args })
    closers.push(() => child.stop(0))
    return child
  }
  const target = (id: string, name: string, other: string | null = null): ProgramTarget => {
    const at = (stream: string): Destination => ({
      id,
      url: nginx.rtmpUrl,
      key: stream,
      auth: null,
      takeover: { kind: 'none' },
      graceMs: null,
    })
    return { id, destination: at(name), other: other === null ? null : at(other) }
  }
  const view = (name: string): Viewer => {
    const viewer = startViewer(`${nginx.rtmpUrl}/${name}`)
    closers.push(() => viewer.stop())
    return viewer
  }
  const start = (system: string, generation: number, targets = [target('main', 'program')]) =>
    program.start({ system, generation, targets, deadlineMs: 15_000 })
  const onFeed = (feed: string): Promise<unknown> =>
    until(() => program.status().onFeed === feed, { timeoutMs: 20_000, what: `${feed} on the program` })
  const publisher = async (name = 'program'): Promise<string | undefined> =>
    (await nginx.stream(name))?.publisher?.id

  const expectUnbroken = (viewer: Viewer): void => {
    const times = viewer.arrivals().map(({ timestampMs }) => timestampMs)
    expect(times.filter((each, i) => i > 0 && each <= times[i - 1]!)).toEqual([])
    expect(viewer.connections()).toBe(1)
  }

  it('cuts between OBS and a backup in one unbroken publish session', async () => {
    await encoder()
    await program.untilWarm('obs', 20_000)
    expect(await start('obs', 1)).toMatchObject({ ok: true, value: { kind: 'acknowledged' } })
    const viewer = view('program')
    await viewer.untilFrames(10)
    const session = await publisher()
    for (let i = 2; i <= 9; i += 1) {
      expect(await start(i % 2 === 0 ? 'backup' : 'obs', i)).toMatchObject({ ok: true })
      await viewer.untilFrames(15)
    }
    expect(await publisher()).toBe(session)
    expect(program.status().destinations).toMatchObject([{ sessions: 1, acknowledges: 'yes', leg: 'up' }])
    expect(program.status().lastCut).toMatchObject({ seq: 9, from: 'backup', to: 'obs', why: 'asked' })
    expectUnbroken(viewer)
  })

  it('cuts by itself when OBS dies or freezes, as its guard allows, and never without one', async () => {
    const obs = await encoder()
    await program.untilWarm('obs', 20_000)
    await start('obs', 1)
    await program.guard({ order: ['backup'], freezeMs: 700 })
    const viewer = view('program')
    await viewer.untilFrames(10)
    const session = await publisher()
    obs.kill('SIGKILL')
    await onFeed('backup')
    expect(program.status().lastCut).toMatchObject({ from: 'obs', to: 'backup', why: 'feed-ended' })
    await viewer.untilFrames(30)

    const again = await encoder()
    await program.untilWarm('obs', 20_000)
    await start('obs', 2)
    await viewer.untilFrames(30)
    again.kill('SIGSTOP')
    await onFeed('backup')
    expect(program.status().lastCut).toMatchObject({ why: 'feed-frozen' })
    await viewer.untilFrames(30)
    // Another OBS with the right key takes the place of the one that hangs.
    await encoder()
    await until(() => program.status().visits.some(({ what }) => what === 'took-over'), {
      timeoutMs: 20_000,
      what: 'the takeover',
    })
    await program.untilWarm('obs', 20_000)
    await start('obs', 3)
    await viewer.untilFrames(30)
    expect(await publisher()).toBe(session)
    expectUnbroken(viewer)

    await program.guard(null)
    await camera.kill()
    await start('obs', 4)
    expect(program.status().onFeed).toBe('obs')
  })

  it('turns strangers away with a code, and OBS does not notice', async () => {
    await encoder()
    await program.untilWarm('obs', 20_000)
    const stranger = await encoder('not-the-key')
    await stranger.exited
    const noise = connect({ host: '127.0.0.1', port: Number(new URL(program.status().ingestUrl ?? '').port) })
    noise.on('error', () => undefined)
    noise.write('GET / HTTP/1.1\r\n\r\n'.repeat(400))
    closers.push(() => noise.destroy())
    const refused = (): readonly unknown[] =>
      program.status().visits.flatMap(({ what, problem }) => (what === 'refused' ? [problem?.code] : []))
    await until(() => refused().includes('ingest-key-wrong') && refused().includes('ingest-malformed'), {
      timeoutMs: 20_000,
      what: 'both to be refused',
    })
    expect(JSON.stringify(program.status())).not.toContain('not-the-key')
    expect(program.status().visits.filter(({ what }) => what === 'left')).toEqual([])
    expect(program.status().obsPublishing).toBe(true)
  })

  it('lets nobody in any more once the set-up streams directly, not even with a new carrier', async () => {
    await encoder()
    await program.untilWarm('obs', 20_000)
    const { port } = new URL(program.status().ingestUrl ?? '')
    const answers = (): Promise<boolean> =>
      new Promise((resolve) => {
        const caller = connect({ host: '127.0.0.1', port: Number(port) })
        caller.once('connect', () => resolve(true)).once('error', () => resolve(false))
        closers.push(() => caller.destroy())
      })
    expect(await answers()).toBe(true)
    host.leaveProgram()
    await until(async () => !(await answers()), { timeoutMs: 20_000, what: 'the door to be shut' })
    const before = carrierLock(dataDir)?.pid
    await killCarrier(dataDir)
    // What is known of the dead one stays readable for a while: only the new one's own word counts.
    const anew = (): boolean => {
      const lock = carrierLock(dataDir)
      const { warm, stale, problem } = host.port('backup').status()
      return lock !== null && lock.pid !== before && warm && !stale && problem === null
    }
    await until(anew, { timeoutMs: 20_000, what: 'a new carrier that pulls' })
    expect(program.status().ingestUrl).toBeNull()
  })

  it('connects again by itself where a destination drops it, and the other destination does not notice', async () => {
    const both = [target('main', 'program'), target('second', 'second')]
    await start('backup', 1, both)
    const second = view('second')
    await second.untilFrames(10)
    const session = await publisher('second')
    expect(await nginx.dropPublisher('live', 'program')).toBe(true)
    await until(() => program.status().destinations[0]?.sessions === 2, {
      timeoutMs: 20_000,
      what: 'the second session',
    })
    await nginx.untilMedia('program', { bytes: 100_000 })
    await until(() => program.status().destinations[0]?.confirmed, {
      timeoutMs: 20_000,
      what: 'the second session to have held',
    })
    expect(await publisher('second')).toBe(session)
    expect(program.status().destinations[1]).toMatchObject({ sessions: 1 })
    // One of them is taken away: it says goodbye, the other stays.
    await start('backup', 2, [both[1]!])
    await until(async () => (await publisher('program')) === undefined, {
      timeoutMs: 20_000,
      what: 'the goodbye',
    })
    expectUnbroken(second)
  })

  it('a destination that freezes costs the other one nothing and goes on in its session', async () => {
    const far = await startNginx()
    closers.push(() => far.stop())
    const second = target('second', 'second')
    const away = { ...second, destination: { ...second.destination, url: far.rtmpUrl } }
    const sample = (id: string) => program.status().destinations.find((each) => each.id === id)
    expect(await start('backup', 1, [target('main', 'program'), away])).toMatchObject({ ok: true })
    const viewer = view('program')
    await viewer.untilFrames(10)
    await far.untilMedia('second', { bytes: 100_000 })
    far.freeze()
    closers.push(() => far.thaw())
    await until(() => sample('second')?.leg === 'stalled' && (sample('second')?.droppedFrames ?? 0) > 0, {
      timeoutMs: 30_000,
      what: 'the frozen one to drop pictures',
    })
    await viewer.untilFrames(30)
    expect(sample('main')).toMatchObject({ leg: 'up', droppedFrames: 0, sessions: 1 })
    far.thaw()
    await far.untilMedia('second', { bytes: 100_000 })
    await until(() => sample('second')?.leg === 'up', { timeoutMs: 20_000, what: 'the thawed one' })
    expect(sample('second')).toMatchObject({ sessions: 1 })
    expectUnbroken(viewer)
  })

  it('leaves an ingest for the other one of the same destination', async () => {
    await start('backup', 1, [target('main', 'program', 'other')])
    expect(await program.redirect('main', 'other')).toMatchObject({ ok: true })
    await nginx.untilMedia('other', { bytes: 100_000 })
    expect(await publisher('program')).toBeUndefined()
    expect(program.status().destinations).toMatchObject([{ on: 'other', hasOther: true }])
  })

  it('is on air again by itself after the carrier was killed', async () => {
    await encoder()
    await program.untilWarm('obs', 20_000)
    await start('obs', 1)
    await nginx.untilMedia('program', { bytes: 100_000 })
    await killCarrier(dataDir)
    await until(() => program.status().live && !program.status().stale, {
      timeoutMs: 20_000,
      what: 'a new carrier',
    })
    await nginx.untilMedia('program', { bytes: 100_000 })
    expect(program.status().onFeed).toBe('backup')
    await encoder()
    await program.untilWarm('obs', 20_000)
    expect(await start('obs', 2)).toMatchObject({ ok: true })
  })
})
