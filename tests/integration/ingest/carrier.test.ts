import { carrierHost, carrierLock, killCarrier } from '../../support/app/carrier'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { ingestContract } from './contract'

suite('the carrier', ['nginx', 'ffmpeg'], () => {
  ingestContract({
    name: 'carrier',
    create: async () => {
      const { host, dataDir } = await carrierHost()
      const source = await startSource({ keyintSec: 1 })
      return {
        port: host.port('backup'),
        source: { spec: { url: source.url }, stop: () => source.kill() },
        breakIngest: () => {
          const lock = carrierLock(dataDir)
          if (lock !== null) process.kill(lock.pid, 'SIGSTOP')
        },
        dispose: async () => {
          host.close()
          await killCarrier(dataDir)
          await source.stop()
        },
      }
    },
  })
})
