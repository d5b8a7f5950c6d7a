import { afterEach, expect } from 'vitest'
import type { ProofKind } from '../../../src/core/words'
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
  /** The backup's ingest as in a config; the embedded carrier unless told. */
  readonly ingest?: Readonly<Record<string, unknown>>
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

/** The backup is on air with proof, and media of it reaches the viewer. */
export async function untilBackup(stage: Stage, proof: ProofKind = 'acknowledged'): Promise<void> {
  const now = await stage.understudy.until('the backup on air', (each) => onAir(each, 'backup'), 90_000)
  expect(now.phase).toMatchObject({ kind: 'on-air', system: 'backup', proof })
  await stage.viewer.untilFrames(30)
  expect((await stage.platform.stream('program'))?.publishing).toBe(true)
}

/** By command, OBS carries the stream again, proven by the platform's own word. */
export async function returnToObs(stage: Stage): Promise<void> {
  await stage.understudy.until('OBS ready', (now) => system(now, 'obs').readiness === 'ready', 60_000)
  expect(await stage.understudy.command({ kind: 'obs-now' })).toEqual({ ok: true })
  const now = await stage.understudy.until('OBS on air', (each) => onAir(each, 'obs'), 60_000)
  expect(now.phase).toMatchObject({ kind: 'on-air', system: 'obs', proof: 'server' })
  await stage.viewer.untilFrames(30)
}

/** One publisher at any time is nginx's to enforce; this asserts who was told what, in order. */
export function commandsOf(stage: Stage): readonly string[] {
  return stage.understudy
    .journal()
    .flatMap((entry) => (entry.type === 'command' && entry.command.kind !== 'notice' ? [entry.command] : []))
    .map((command) => `${command.kind} ${command.system}`)
}
