import { createMediaMtxPort } from '../../../src/engine/ingest/mediamtx/port'
import { startMediaMtx } from '../../support/peers/mediamtx'
import { memoryLogger, testClock } from '../../support/app/port-deps'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { ingestContract } from './contract'

suite('a real MediaMTX', ['mediamtx', 'nginx', 'ffmpeg'], () => {
  ingestContract({
    name: 'mediamtx',
    create: async () => {
      const server = await startMediaMtx()
      const source = await startSource({ keyintSec: 1 })
      const port = createMediaMtxPort({
        systemId: 'backup',
        config: {
          kind: 'mediamtx',
          url: server.apiUrl,
          username: '',
          password: '',
          fingerprint: null,
          path: 'understudy-backup',
        },
        logger: memoryLogger(),
        clock: testClock,
      })
      return {
        port,
        source: { spec: { url: source.url }, stop: () => source.kill() },
        breakIngest: () => server.freeze(),
        dispose: async () => {
          server.thaw()
          await server.stop()
          await source.stop()
        },
      }
    },
  })
})
