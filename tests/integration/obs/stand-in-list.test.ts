import OBSWebSocket from 'obs-websocket-js/json'
import type { OBSRequestTypes, OBSResponseTypes } from 'obs-websocket-js/json'
import type { StandInObs } from '../../../src/rehearsal/obs'
import { startStandInObs } from '../../../src/rehearsal/obs'
import { peerDir } from '../../support/cleanup'
import { suite } from '../../support/suite'
import { adapterSees } from './shared-list'

const password = 'a\\b"c d'

async function call<R extends keyof OBSRequestTypes>(
  obs: StandInObs,
  request: R,
  data?: OBSRequestTypes[R],
): Promise<OBSResponseTypes[R]> {
  const client = new OBSWebSocket()
  await client.connect(obs.wsUrl, password)
  const reply = await client.call(request, data)
  await client.disconnect()
  return reply
}

for (const version of ['29', '32'] as const) {
  suite(`the stand-in OBS ${version}`, ['ffmpeg', 'nginx'], () => {
    adapterSees(`the stand-in OBS ${version}`, async (destination) => {
      const configDir = peerDir('stand-in')
      const obs = await startStandInObs({ destination, password, configDir, version })
      return {
        configDir,
        port: obs.port,
        password,
        version: new RegExp(`^${version}\\.`),
        hasProcess: false,
        call: (request) => call(obs, request),
        setServer: (server, key) =>
          call(obs, 'SetStreamServiceSettings', {
            streamServiceType: 'rtmp_custom',
            streamServiceSettings: { server, key },
          }),
        kill: obs.kill,
        restart: obs.revive,
        freeze: obs.freeze,
        thaw: obs.thaw,
        quit: obs.quit,
        stop: obs.close,
      }
    })
  })
}
