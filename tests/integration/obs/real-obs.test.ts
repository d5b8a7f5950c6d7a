import { startObs } from '../../support/peers/obs'
import { suite } from '../../support/suite'
import { adapterSees } from './shared-list'

suite('a real OBS', ['obs', 'nginx'], () => {
  adapterSees('a real OBS', async ({ server, key }) => {
    const obs = await startObs({ server, key })
    return {
      ...obs,
      version: /^\d+\.\d+\.\d+/,
      hasProcess: true,
      call: (request) => obs.call(request),
      setServer: async (url, streamKey) => {
        await obs.call('SetStreamServiceSettings', {
          streamServiceType: 'rtmp_custom',
          streamServiceSettings: { server: url, key: streamKey, use_auth: false },
        })
      },
    }
  })
})
