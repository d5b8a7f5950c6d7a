import { homedir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:net'
import { ok, type Result } from '../core/problem'
import type { Config } from '../shared/config'
import type { RehearsalPort } from './app'
import type { Args } from './args'
import { defaultObsPort, discoverObs } from './obs/discover'
import { diskFiles } from './obs/files'
import type { Clock, Logger } from './ports'
import { ensureDataDir } from './store/data-dir'
import type { LoadedConfig } from './store/config-file'

export interface Mode {
  readonly rehearse: boolean
  readonly greeting: readonly string[]
}

/** With no set-up yet and no OBS answering there is nothing to watch: then a rehearsal shows what Understudy does. */
export async function chooseMode(args: Args, loaded: LoadedConfig): Promise<Mode> {
  if (args.rehearsal) return { rehearse: true, greeting: ['Rehearsal: nothing leaves this PC.'] }
  if (loaded.exists || args.headless || (await obsAnswers(loaded.config)))
    return { rehearse: false, greeting: [] }
  return {
    rehearse: true,
    greeting: [
      'Nothing is set up yet and no OBS answers, so this is a rehearsal: nothing leaves this PC.',
      'Start OBS with its WebSocket server on, then start Understudy again to set it up.',
    ],
  }
}

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

/** Does anything listen where OBS would? */
async function obsAnswers(config: Config): Promise<boolean> {
  const place = await findObs(config)
  const port = place.ok ? place.value.port : defaultObsPort
  return new Promise((resolve) => {
    const socket = connect({ host: config.obs.host, port })
    const finish = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(1_500, () => {
      finish(false)
    })
    socket.once('connect', () => {
      finish(true)
    })
    socket.once('error', () => {
      finish(false)
    })
  })
}

export interface OpenRehearsal {
  readonly config: Config
  /** A rehearsal keeps its journal and restore point apart from the real ones. */
  readonly dataDir: string
  readonly port: RehearsalPort
  stop(): Promise<void>
}

export interface RehearsalOptions {
  readonly obs: 'stand-in' | 'installed'
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
  const { startRehearsal } = await import('../rehearsal')
  const started = await startRehearsal({
    ffmpegPath: options.config.ffmpeg ?? 'ffmpeg',
    logger: options.logger,
    obs: options.obs,
    workDir: dir.value,
    findObs: () => findObs(options.config),
    monotonicMs: () => options.clock.monotonicMs(),
    wallMs: () => options.clock.wallMs(),
  })
  if (!started.ok) return started
  const rehearsal = started.value
  return ok({ config: rehearsal.config, dataDir: dir.value, port: rehearsal, stop: () => rehearsal.stop() })
}
