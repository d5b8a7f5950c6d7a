import { expect, it } from 'vitest'
import { startMediaMtx } from '../../support/peers/mediamtx'
import { suite } from '../../support/suite'
import { onAir, returnToObs, told, untilBackup, useStage, type Stage } from './stage'

const { open, own } = useStage()

/** The same chain with the backup on a remote MediaMTX instead of the carrier. */
async function openRemote(): Promise<Stage> {
  const server = own(await startMediaMtx({ config: {} }))
  return open({ reconnect: false, ingest: { kind: 'mediamtx', url: server.apiUrl } })
}

suite(
  'faults of a real OBS, backup on a real MediaMTX',
  ['obs', 'nginx', 'ffmpeg', 'netns', 'mediamtx'],
  () => {
    it('the ingest drops OBS, which does not reconnect', async () => {
      const stage = await openRemote()
      await stage.platform.dropPublisher('live', 'program')
      await untilBackup(stage, 'server')
      await returnToObs(stage)
    })

    it("OBS's own link goes black", async () => {
      const stage = await openRemote()
      stage.lab.ownLink.blackhole()
      await untilBackup(stage, 'server')
      stage.lab.ownLink.restore()
      await returnToObs(stage)
    })

    it('the user stops the stream: over, not failed', async () => {
      const stage = await openRemote()
      await stage.obs.stopStream()
      const now = await stage.understudy.until('the end', (each) => each.phase.kind === 'offline')
      expect(told(now)).not.toContain('switching')
      expect(onAir(now, 'backup')).toBe(false)
    })
  },
)
