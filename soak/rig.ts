import { installedElectron } from '../scripts/electron.mjs'
import { startDesktop } from '../tests/support/desktop/desktop'
import { launchShell, type Shell } from '../tests/support/desktop/electron'
import type { Place } from '../tests/support/peers/netns'
import { startNginx, type Nginx } from '../tests/support/peers/nginx'
import { startObs, type Obs } from '../tests/support/peers/obs'
import { startSource, type Source } from '../tests/support/peers/source'
import type { Stoppable } from '../tests/support/app/stage'
import { startUnderstudy, type Understudy } from '../tests/support/app/understudy'
import { freePort, until } from '../tests/support/wait'
import { startWitness, type Witness } from '../tests/support/peers/witness'

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

export interface RigOptions {
  /** Where the platform lives; this machine unless told. */
  readonly platform?: Place
  /** Of OBS's picture; 800 unless told. */
  readonly videoBitrateKbps?: number
  /** A file for the standby picture; none unless told. */
  readonly slate?: string
}

export async function openRig(own: Own, options: RigOptions = {}): Promise<Rig> {
  const key = 'soak-k3y-of-the-door'
  const port = await freePort()
  const platform = own(await startNginx({ ...options.platform, dropIdleMs: 5_000 }))
  const camera = own(await startSource({ bitrateKbps: 900, keyintSec: 2, size: '640x360' }))
  const obs = own(
    await startObs({
      server: `rtmp://127.0.0.1:${port}/live`,
      key,
      videoBitrateKbps: options.videoBitrateKbps ?? 800,
    }),
  )
  const understudy = own(
    await startUnderstudy({
      route: 'program',
      program: { port, key },
      obs: { host: obs.host, port: obs.port, password: obs.password },
      destination: { url: platform.rtmpUrl, key: 'program' },
      backups: [{ source: { url: camera.url } }],
      ...(options.slate === undefined ? {} : { slate: { file: options.slate } }),
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
  const witness = startWitness(`${platform.controlRtmpUrl}/program`)
  own({ stop: () => witness.stop() })
  await until(() => witness.report().frames > 30, { timeoutMs: 20_000, what: 'a picture at the reader' })
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
