import { installedElectron } from '../scripts/electron.mjs'
import { startDesktop } from '../tests/support/desktop'
import { launchShell, type Shell } from '../tests/support/electron'
import { startNginx, type Nginx } from '../tests/support/nginx'
import { startObs, type Obs } from '../tests/support/obs'
import { startSource, type Source } from '../tests/support/source'
import type { Stoppable } from '../tests/support/stage'
import { startUnderstudy, type Understudy } from '../tests/support/understudy'
import { freePort } from '../tests/support/wait'
import { startWitness, type Witness } from '../tests/support/witness'

type Own = <T extends Stoppable>(peer: T) => T

/** A stream on the program path, live, with everything that can be killed. */
export interface Rig {
  readonly platform: Nginx
  readonly camera: Source
  readonly obs: Obs
  readonly understudy: Understudy
  readonly witness: Witness
  /**
   * The desktop app on the same data directory, started and killed: while it runs it would start a killed engine itself. Null:
   * there is no Electron here.
   */
  readonly shell: { readonly kill: () => Promise<void>; readonly start: () => Promise<void> } | null
}

export const freezeMs = 700

export async function openRig(own: Own): Promise<Rig> {
  const key = 'soak-k3y-of-the-door'
  const port = await freePort()
  const platform = own(await startNginx({ dropIdleMs: 5_000 }))
  const camera = own(await startSource({ bitrateKbps: 900, keyintSec: 2, size: '640x360' }))
  const obs = own(await startObs({ server: `rtmp://127.0.0.1:${port}/live`, key }))
  const understudy = own(
    await startUnderstudy({
      route: 'program',
      program: { port, key },
      obs: { host: obs.host, port: obs.port, password: obs.password },
      destination: { url: platform.rtmpUrl, key: 'program' },
      backups: [{ source: { url: camera.url } }],
      policy: {
        program: { returnAfterMs: 3_000, freezeMs },
        failover: { governorMaxSwitches: 100_000, settleMs: 500 },
      },
    }),
  )
  await understudy.until('the backup warm', (now) =>
    now.systems.some(({ id, readiness }) => id === 'backup' && readiness === 'ready'),
  )
  await obs.startStream()
  await understudy.until('live and armed', (now) => now.program?.onFeed === 'obs' && now.armed)
  await platform.untilMedia('program', { bytes: 100_000 })
  const witness = startWitness(`${platform.rtmpUrl}/program`)
  own({ stop: () => witness.stop() })
  return { platform, camera, obs, understudy, witness, shell: await openShell(own, understudy) }
}

async function openShell(own: Own, understudy: Understudy): Promise<Rig['shell']> {
  if (installedElectron() === null) return null
  const desktop = own(await startDesktop())
  let running: Shell | null = null
  const start = async (): Promise<void> => {
    running = await launchShell({ desktop, dataDir: understudy.dataDir })
    await running.page()
  }
  const kill = async (): Promise<void> => {
    await running?.kill()
    running = null
  }
  own({ stop: kill })
  return { kill, start }
}
