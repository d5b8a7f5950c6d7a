import { afterAll, beforeAll, expect, it } from 'vitest'
import { startLab } from '../../support/peers/netns'
import type { Lab } from '../../support/peers/netns'
import { startNginx } from '../../support/peers/nginx'
import type { Nginx } from '../../support/peers/nginx'
import { startObs } from '../../support/peers/obs'
import type { Obs } from '../../support/peers/obs'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { streamStates, watchObs } from './watched'
import type { Watched } from './watched'

const key = 'show'

suite('a real OBS on a link that fails', ['obs', 'nginx', 'ffmpeg', 'netns'], () => {
  let lab: Lab
  let nginx: Nginx
  let obs: Obs
  let watched: Watched

  beforeAll(async () => {
    lab = startLab()
    nginx = await startNginx({ ...lab.platform, dropIdleMs: 30_000 })
    obs = await startObs({ ...lab.obs, server: nginx.rtmpUrl, key, reconnect: false })
    watched = watchObs({ host: obs.host, configDir: obs.configDir })
  })
  afterAll(async () => {
    await watched.port.close()
    await obs.stop()
    await nginx.stop()
    lab.stop()
  })

  it('is told of a key that is held, by its log', async () => {
    await watched.sees('obs-connection', ({ state }) => state === 'connected')
    const holder = await startSource({ publishTo: `${nginx.rtmpUrl}/${key}` })
    expect(await watched.port.start(20_000)).toEqual({
      ok: false,
      problem: { code: 'obs-start-failed', params: { cause: 'key-refused' } },
    })
    await holder.stop()
    await watched.sees('obs-profile', ({ reconnect }) => reconnect?.enabled === false)
  })

  it('sees a black hole, and a stop in it that takes until the send fails', async () => {
    expect(await watched.port.start(20_000)).toMatchObject({ ok: true })
    await nginx.untilMedia(key, { bytes: 200_000 })
    watched.forget()
    lab.ownLink.blackhole()
    await watched.sees('obs-status', ({ reply }) => reply !== null && reply.congestion === 1)
    const dropping = await watched.sees('obs-status', ({ reply }) => (reply?.skippedFrames ?? 0) > 30)
    expect(dropping.reply).toMatchObject({ active: true, reconnecting: false })
    // The caller's patience ends first; the ladder does not.
    expect(await watched.port.stop(2_000, 'clean')).toMatchObject({
      ok: false,
      problem: { code: 'obs-stop-timeout' },
    })
    expect(await watched.port.stop(40_000, 'clean')).toMatchObject({ ok: true })
    expect(streamStates(watched)).toEqual(['stopping', 'stopped'])
    lab.ownLink.restore()
  })
})
