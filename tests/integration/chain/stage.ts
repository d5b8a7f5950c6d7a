import { afterEach } from 'vitest'
import type { Snapshot } from '../../../src/shared/snapshot'
import { startLab, type Lab } from '../../support/netns'
import { startNginx, type Nginx } from '../../support/nginx'
import { startObs, type Obs } from '../../support/obs'
import { startSource, type Source } from '../../support/source'
import { startUnderstudy, type Understudy, type UserConfig } from '../../support/understudy'
import { startViewer, type Viewer } from '../../support/viewer'

/**
 * The whole chain on real peers: OBS in a namespace of its own, the platform in another, the camera and Understudy on
 * this machine. The viewer and the looks of the test go over a control link that no fault touches.
 */
export interface Stage {
  readonly lab: Lab
  readonly platform: Nginx
  readonly obs: Obs
  readonly camera: Source
  readonly viewer: Viewer
  readonly understudy: Understudy
}

export interface StageOptions {
  readonly reconnect?: boolean
  /** More config, over what the stage needs. */
  readonly config?: UserConfig
  readonly ingest?: () => Promise<Readonly<Record<string, unknown>>>
}

interface Stoppable {
  readonly stop: () => void | Promise<void>
}

/** Everything a test started ends with it, newest first, whatever happened. Call once a file. */
export function useStage(): {
  open(options?: StageOptions): Promise<Stage>
  own<T extends Stoppable>(peer: T): T
} {
  const started: Stoppable[] = []
  const own = <T extends Stoppable>(peer: T): T => {
    started.push(peer)
    return peer
  }
  afterEach(async () => {
    const failures: unknown[] = []
    for (const peer of started.splice(0).reverse()) {
      try {
        await peer.stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  })
  return { own, open: (options = {}) => openStage(own, options) }
}

/** OBS is live, the backup is warm and Understudy is armed. */
async function openStage(own: <T extends Stoppable>(peer: T) => T, options: StageOptions): Promise<Stage> {
  const lab = own(startLab())
  const platform = own(await startNginx({ ...lab.platform, dropIdleMs: 5_000 }))
  const camera = own(await startSource({ bitrateKbps: 900, keyintSec: 1 }))
  const obs = own(
    await startObs({
      ...lab.obs,
      server: platform.rtmpUrl,
      key: 'program',
      reconnect: options.reconnect ?? true,
    }),
  )
  const ingest = options.ingest === undefined ? undefined : await options.ingest()
  const understudy = own(
    await startUnderstudy({
      obs: { host: obs.host, port: obs.port, password: obs.password },
      destination: { witnesses: [{ kind: 'nginx-stat', url: platform.statUrl }] },
      backups: [{ source: { url: camera.url }, ...(ingest === undefined ? {} : { ingest }) }],
      ...options.config,
    }),
  )
  await obs.startStream()
  await understudy.until(
    'OBS on air, the backup warm, armed',
    (now) =>
      onAir(now, 'obs') &&
      now.armed &&
      system(now, 'obs').verdict === 'good' &&
      system(now, 'backup').readiness === 'ready',
  )
  const viewer = own(startViewer(`${platform.controlRtmpUrl}/program`))
  await viewer.untilFrames(10)
  return { lab, platform, obs, camera, viewer, understudy }
}

export const onAir = (now: Snapshot, id: string): boolean =>
  now.phase.kind === 'on-air' && now.phase.system === id

export function system(now: Snapshot, id: string): Snapshot['systems'][number] {
  const found = now.systems.find((each) => each.id === id)
  if (found === undefined) throw new Error(`no system ${id}`)
  return found
}

/** Codes of the notices so far, oldest first. */
export const told = (now: Snapshot): readonly string[] =>
  now.timeline.map((each) => each.notice.code).reverse()
