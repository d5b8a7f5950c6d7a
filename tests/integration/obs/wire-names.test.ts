import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPublisher } from '../../../src/carrier/publish'
import { nginxStatWitness } from '../../../src/engine/watch/nginx-stat'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startObs, type Obs } from '../../support/peers/obs'
import {
  startRecordingServer,
  type RecordingServer,
  type SaidNames,
} from '../../support/peers/recording-server'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

/** The long table was recorded into tests/fixtures/obs-wire-names.json; here one of each kind is asked of the OBS that is here. */
const table: readonly (readonly [path: string, key: string])[] = [
  ['/live', 'show%2Fmain?sign=ab%3D%3D'],
  ['/live', 'cam.flv?x=1'],
  ['/live', 'cam.mp4'],
  ['/live', '?slist=ab%2Dc.mp3&y=1'],
  ['/live', '%ff%00%C3%A4'],
  ['/live', 'a% 5c%2'],
  ['/live', ' spaced ä '],
  ['/app{1}', 'k'],
  ['/live#x', 'k'],
  ['/app?auth="q"&t=a#b', 'k'],
  ['/./a/../li%2Fve//', 'k'],
  ['/li ve/ü?x=1/', 'FB-1-0-AbC?s_bl=1&a=Ab&b#c'],
  ['/live/k', ''],
]

suite('what a real OBS and the backup’s publisher say', ['obs', 'ffmpeg'], () => {
  let server: RecordingServer
  let obs: Obs

  beforeAll(async () => {
    server = await startRecordingServer()
    obs = await startObs({ server: `rtmp://127.0.0.1:${server.port}/live`, key: 'k', reconnect: false })
  })
  afterAll(async () => {
    await obs.stop()
    server.stop()
  })

  const nextSaid = async (start: () => Promise<unknown>): Promise<SaidNames> => {
    const before = server.said.length
    await start()
    return until(() => server.said[before], { timeoutMs: 10_000, what: 'a publish' })
  }

  it.each(table)('is the same for %j and key %j', async (path, key) => {
    const url = `rtmp://127.0.0.1:${server.port}${path}`
    await obs.call('SetStreamServiceSettings', {
      streamServiceType: 'rtmp_custom',
      streamServiceSettings: { server: url, key, use_auth: false },
    })
    const obsSaid = await nextSaid(() => obs.startStream())
    await obs.stopStream()
    const publisher = createPublisher({ url, key, auth: null })
    const said = await nextSaid(() => publisher.accepted)
    await publisher.close('abrupt')
    expect(said).toEqual(obsSaid)
  })
})

suite('the witness of a server', ['nginx'], () => {
  let nginx: Nginx
  beforeAll(async () => {
    nginx = await startNginx()
  })
  afterAll(() => nginx.stop())

  it.each([
    ['', 'show%2Fmain?sign=ab%3D%3D'],
    ['/', 'cam.flv?x=1'],
    ['', 'a%2Db<&>"c'],
    ['', 'cam.mp4'],
    ['?auth="q"&t=a#b', 'k1'],
    ['/_definst_', 'k2'],
    ['/', 'ä b%3Fx'],
  ])('looks where the stream is: %j, %j', async (more, key) => {
    const url = `${nginx.rtmpUrl}${more}`
    const publisher = createPublisher({ url, key, auth: null })
    expect(await publisher.accepted).toBeNull()
    const destination = {
      id: 'main',
      url,
      key,
      auth: null,
      takeover: { kind: 'none' },
      graceMs: null,
    } as const
    const witness = nginxStatWitness({ url: `${nginx.statUrl}/stat`, destination: () => destination })
    expect(await witness.look(5_000)).toMatchObject({ kind: 'seen' })
    await publisher.close('clean')
    await until(async () => (await witness.look(5_000)).kind === 'absent', {
      timeoutMs: 5_000,
      what: 'the stream to be gone',
    })
  })
})
