import { afterAll, beforeAll, expect, it } from 'vitest'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startObs, type Obs } from '../../support/peers/obs'
import { startSource, type Source } from '../../support/peers/source'
import { onAir, system, type Stoppable } from '../../support/app/stage'
import { suite } from '../../support/suite'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { startViewer, type Viewer } from '../../support/peers/viewer'
import { freePort, until } from '../../support/wait'

const key = 'door-k3y-of-this-machine'

/** The whole chain on route `program`, real OBS and real platform; one evening, in order. */
suite('a stream on the program path', ['obs', 'nginx', 'ffmpeg'], () => {
  const owned: Stoppable[] = []
  const own = <T extends Stoppable>(peer: T): T => {
    owned.push(peer)
    return peer
  }
  let platform: Nginx
  let camera: Source
  let obs: Obs
  let understudy: Understudy
  let viewer: Viewer
  let session: string | undefined

  beforeAll(async () => {
    const port = await freePort()
    platform = own(await startNginx({ dropIdleMs: 5_000 }))
    camera = own(await startSource({ bitrateKbps: 900, keyintSec: 1 }))
    obs = own(await startObs({ server: `rtmp://127.0.0.1:${port}/live`, key }))
    understudy = own(
      await startUnderstudy({
        route: 'program',
        program: { port, key },
        obs: { host: obs.host, port: obs.port, password: obs.password },
        destination: { url: platform.rtmpUrl, key: 'program' },
        backups: [{ source: { url: camera.url } }],
        policy: { program: { returnAfterMs: 2_000 } },
      }),
    )
    await understudy.until('the backup warm', (now) => system(now, 'backup').readiness === 'ready')
  })

  afterAll(async () => {
    for (const peer of owned.reverse()) await peer.stop()
  })

  const publisher = async (): Promise<string | undefined> => (await platform.stream('program'))?.publisher?.id

  /** One session at the platform, one viewer, and a clock that only rises. */
  const expectUnbroken = async (): Promise<void> => {
    await viewer.untilFrames(20)
    expect(await publisher()).toBe(session)
    expect(viewer.connections()).toBe(1)
    const times = viewer.arrivals().map(({ timestampMs }) => timestampMs)
    expect(times.filter((each, i) => i > 0 && each <= times[i - 1]!)).toEqual([])
  }

  it('goes live when Start is pressed in OBS, which publishes to this PC only', async () => {
    await obs.startStream()
    const now = await understudy.until(
      'OBS on air, armed',
      (each) => onAir(each, 'obs') && each.armed && system(each, 'obs').verdict === 'good',
    )
    expect(now.program).toMatchObject({
      onFeed: 'obs',
      ingest: { obsPublishing: true },
      destinations: [{ id: 'main', leg: 'up', sessions: 1 }],
    })
    expect(JSON.stringify(now)).not.toContain(key)
    viewer = own(startViewer(`${platform.rtmpUrl}/program`))
    await viewer.untilFrames(10)
    session = await publisher()
    expect(session).toBeDefined()
  })

  it('survives OBS’s death unseen, tells it, and returns by itself once OBS is well again', async () => {
    await obs.kill()
    const now = await understudy.until('the backup on air', (each) => onAir(each, 'backup'))
    expect(now.timeline.map(({ notice }) => notice.code)).toContain('switched')
    expect(now.program?.lastCut).toMatchObject({ from: 'obs', to: 'backup', why: 'feed-ended' })
    expect(now.incident?.offAir).toMatchObject({ bound: 'measured', wholeMs: now.program?.lastCut?.gapMs })
    await expectUnbroken()
    await obs.restart()
    await obs.startStream()
    await understudy.until('OBS on air again', (each) => onAir(each, 'obs'), 40_000)
    await expectUnbroken()
  })

  it('cuts away from an OBS that froze', async () => {
    obs.freeze()
    const now = await understudy.until('the backup on air', (each) => onAir(each, 'backup'))
    expect(now.program?.lastCut).toMatchObject({ why: 'feed-frozen' })
    obs.thaw()
    await understudy.until('OBS on air again', (each) => onAir(each, 'obs'), 40_000)
    await expectUnbroken()
  })

  it('obeys: to the backup and back by hand, and nothing by itself under a hold', async () => {
    expect(await understudy.command({ kind: 'backup-now' })).toEqual({ ok: true })
    const there = await understudy.until('the backup on air', (each) => onAir(each, 'backup'))
    // What viewers missed of a cut is what the splicer measured between its pictures.
    const gapMs = there.program?.lastCut?.gapMs
    expect(there.timeline[0]?.notice).toMatchObject({
      code: 'switched',
      offAir: { bound: 'measured', wholeMs: gapMs, of: null },
    })
    expect(await understudy.command({ kind: 'obs-now' })).toEqual({ ok: true })
    await understudy.until('OBS on air', (each) => onAir(each, 'obs'))
    await understudy.command({ kind: 'hold', forMs: null })
    await understudy.until('held', (each) => each.hold !== null)
    obs.freeze()
    await understudy.until('OBS seen to be bad', (each) => system(each, 'obs').verdict === 'bad')
    expect((await understudy.snapshot()).program?.onFeed).toBe('obs')
    obs.thaw()
    await understudy.until('OBS well', (each) => system(each, 'obs').verdict === 'good')
    await understudy.command({ kind: 'release' })
    await expectUnbroken()
  })

  it('stays on air when the engine is killed, cuts without it, and the next engine adopts that', async () => {
    await understudy.kill()
    await viewer.untilFrames(30)
    await obs.kill()
    await viewer.untilFrames(30)
    await understudy.start()
    const now = await understudy.until('the backup adopted', (each) => onAir(each, 'backup'))
    expect(now.program?.destinations).toMatchObject([{ sessions: 1 }])
    expect(now.incident?.offAir).toMatchObject({ bound: 'at-least', wholeMs: now.program?.lastCut?.gapMs })
    await expectUnbroken()
  })

  it('ends with a goodbye when the operator ends it', async () => {
    await obs.restart()
    await understudy.command({ kind: 'end-stream' })
    await understudy.until('offline', (each) => each.phase.kind === 'offline')
    await until(async () => (await publisher()) === undefined, { timeoutMs: 20_000, what: 'the goodbye' })
  })
})
