import type { Snapshot } from '../../../src/shared/snapshot'
import { startLab, type Lab } from '../peers/netns'
import { startNginx, type Nginx } from '../peers/nginx'
import { startObs, type Obs } from '../peers/obs'
import { startSource, type Source } from '../peers/source'
import { startUnderstudy, type Understudy, type UserConfig } from './understudy'
import { startViewer, type Viewer } from '../peers/viewer'

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
  /** The backup's ingest as in a config; the embedded carrier unless told. */
  readonly ingest?: Readonly<Record<string, unknown>>
}

export interface Stoppable {
  readonly stop: () => void | Promise<void>
}

/** OBS is live, the backup is warm and Understudy is armed. */
export async function openStage(
  own: <T extends Stoppable>(peer: T) => T,
  options: StageOptions = {},
): Promise<Stage> {
  const peers = await openPeers(own, options)
  const { obs, platform, camera } = peers
  const understudy = own(
    await startUnderstudy({
      obs: { host: obs.host, port: obs.port, password: obs.password },
      destination: { witnesses: [{ kind: 'nginx-stat', url: `${platform.statUrl}/stat` }] },
      backups: [
        { source: { url: camera.url }, ...(options.ingest === undefined ? {} : { ingest: options.ingest }) },
      ],
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
  return { ...peers, viewer, understudy }
}

/** The peers without Understudy: what OBS does alone. */
export async function openPeers(
  own: <T extends Stoppable>(peer: T) => T,
  options: Pick<StageOptions, 'reconnect'> = {},
): Promise<Omit<Stage, 'viewer' | 'understudy'>> {
  const lab = own(startLab())
  const platform = own(await startNginx({ ...lab.platform, dropIdleMs: 5_000 }))
  const camera = own(await startSource({ bitrateKbps: 900, keyintSec: 1 }))
  const reconnect = options.reconnect ?? true
  const obs = own(await startObs({ ...lab.obs, server: platform.rtmpUrl, key: 'program', reconnect }))
  return { lab, platform, obs, camera }
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
