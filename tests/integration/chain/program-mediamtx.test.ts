import { afterAll, beforeAll, expect, it } from 'vitest'
import { startMediaMtx, type MediaMtx } from '../../support/peers/mediamtx'
import { startObs, type Obs } from '../../support/peers/obs'
import { startSource, type Source } from '../../support/peers/source'
import { onAir, system, type Stoppable } from '../../support/app/stage'
import { suite } from '../../support/suite'
import { startUnderstudy, type Understudy } from '../../support/app/understudy'
import { startViewer, type Viewer } from '../../support/peers/viewer'
import { freePort, until } from '../../support/wait'

const key = 'door-k3y-of-this-machine'

/** The same path to another kind of platform: one that cuts its readers with the publisher, so that they judge the session. */
suite('a stream on the program path to MediaMTX', ['obs', 'nginx', 'ffmpeg', 'mediamtx'], () => {
  const owned: Stoppable[] = []
  const own = <T extends Stoppable>(peer: T): T => {
    owned.push(peer)
    return peer
  }
  let platform: MediaMtx
  let camera: Source
  let obs: Obs
  let understudy: Understudy
  let viewer: Viewer
  /** MediaMTX turns readers away until it has looked at the tracks. */
  let connections = 0

  beforeAll(async () => {
    const port = await freePort()
    platform = own(await startMediaMtx())
    // As OBS's picture: MediaMTX tells its readers the decoder's settings once only.
    camera = own(await startSource({ keyintSec: 2, size: '640x360' }))
    obs = own(await startObs({ server: `rtmp://127.0.0.1:${port}/live`, key }))
    understudy = own(
      await startUnderstudy({
        route: 'program',
        program: { port, key },
        obs: { host: obs.host, port: obs.port, password: obs.password },
        destination: { url: `${platform.rtmpUrl}/live`, key: 'program' },
        backups: [{ source: { url: camera.url } }],
        policy: { program: { returnAfterMs: 2_000 } },
      }),
    )
    await understudy.until('the backup warm', (now) => system(now, 'backup').readiness === 'ready')
  })

  afterAll(async () => {
    for (const peer of owned.reverse()) await peer.stop()
  })

  const expectUnbroken = async (): Promise<void> => {
    await viewer.untilFrames(20)
    expect(viewer.connections()).toBe(connections)
    const times = viewer.arrivals().map(({ timestampMs }) => timestampMs)
    expect(times.filter((each, i) => i > 0 && each <= times[i - 1]!)).toEqual([])
    const { program } = await understudy.snapshot()
    expect(program?.destinations).toMatchObject([{ sessions: 1, acknowledges: 'yes', proof: 'acknowledged' }])
  }

  it('is one session through OBS’s death, return, and cuts by hand', async () => {
    await obs.startStream()
    await understudy.until('OBS on air, armed', (now) => onAir(now, 'obs') && now.armed)
    viewer = own(startViewer(`${platform.rtmpUrl}/live/program`))
    await viewer.untilFrames(10)
    connections = viewer.connections()
    await obs.kill()
    await understudy.until('the backup on air', (now) => onAir(now, 'backup'))
    await expectUnbroken()
    await obs.restart()
    await obs.startStream()
    await understudy.until('OBS on air again', (now) => onAir(now, 'obs'), 40_000)
    for (const kind of ['backup-now', 'obs-now'] as const) {
      expect(await understudy.command({ kind })).toEqual({ ok: true })
      await understudy.until(kind, (now) => onAir(now, kind === 'obs-now' ? 'obs' : 'backup'))
      await expectUnbroken()
    }
  })

  it('says goodbye at the end', async () => {
    await understudy.command({ kind: 'end-stream' })
    await understudy.until('offline', (now) => now.phase.kind === 'offline')
    await until(() => viewer.connections() > connections, {
      timeoutMs: 20_000,
      what: 'the readers to be let go',
    })
  })
})
