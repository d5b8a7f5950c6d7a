import { homedir } from 'node:os'
import { join } from 'node:path'
import { ok, type Result } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import type { RehearsalPort } from '../app-ports'
import { defaultObsPort, discoverObs } from '../obs/installed/discover'
import { diskFiles } from '../obs/installed/files'
import type { Clock, Logger } from '../ports'
import type { ViewerPicture } from '../inspection'
import { ensureDataDir } from '../store/data-dir'

interface ObsPlace {
  readonly host: string
  readonly port: number
  readonly password: string | null
  readonly configDir: string | null
}

/** Where the config says that OBS is, else where OBS's own files say. */
async function findObs(config: Config): Promise<Result<ObsPlace>> {
  const { obs } = config
  const system = { platform: process.platform, env: process.env, home: homedir() }
  const found = await discoverObs(diskFiles, system, obs.configDir)
  if (!found.ok && obs.port === null) return found
  return ok({
    host: obs.host,
    port: obs.port ?? (found.ok ? found.value.port : defaultObsPort),
    password: obs.password ?? (found.ok ? found.value.password : null),
    configDir: found.ok ? found.value.configDir : obs.configDir,
  })
}

export interface OpenRehearsal {
  readonly config: Config
  /** A rehearsal keeps its journal and restore point apart from the real ones. */
  readonly dataDir: string
  readonly port: RehearsalPort
  /** What a viewer of its destination sees. */
  readonly viewer: ViewerPicture
  stop(): Promise<void>
}

export interface RehearsalOptions {
  readonly obs: 'stand-in' | 'installed'
  readonly route: 'direct' | 'program'
  readonly dataDir: string
  /** The user's own config: where OBS is, which ffmpeg. */
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
}

/** The stand-ins are loaded only when they are wanted. */
export async function openRehearsal(options: RehearsalOptions): Promise<Result<OpenRehearsal>> {
  const dir = ensureDataDir(join(options.dataDir, 'rehearsal'))
  if (!dir.ok) return dir
  const { startRehearsal } = await import('../../rehearsal')
  const started = await startRehearsal({
    ffmpegPath: options.config.ffmpeg ?? 'ffmpeg',
    logger: options.logger,
    obs: options.obs,
    route: options.route,
    workDir: dir.value,
    findObs: () => findObs(options.config),
    monotonicMs: () => options.clock.monotonicMs(),
    wallMs: () => options.clock.wallMs(),
  })
  if (!started.ok) return started
  const rehearsal = started.value
  return ok({
    config: rehearsal.config,
    dataDir: dir.value,
    port: rehearsal,
    viewer: rehearsal.viewer,
    stop: () => rehearsal.stop(),
  })
}
