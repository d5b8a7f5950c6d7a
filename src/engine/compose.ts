import { join } from 'node:path'
import { ok, problem, type Problem, type Result } from '../core/problem'
import type { Config } from '../shared/config'
import { createApp, type PullSystem } from './app'
import type { Args } from './args'
import { Destinations } from './destination'
import { createCarrierHost, type CarrierHost } from './ingest/carrier'
import { createMediaMtxPort } from './ingest/mediamtx/port'
import { createObsPort } from './obs/port'
import { nodePath, outDir, version } from './paths'
import type { Clock, IngestPort, Logger } from './ports'
import { pullEntries, secretsOf, type PullEntry } from './pulls'
import { chooseMode, openRehearsal } from './rehearse'
import { HistoryKeeper, keepHistory } from './history'
import { createServer } from './server'
import { sightRoutes } from './server/sight-routes'
import type { LoadedConfig } from './store/config-file'
import { Journal } from './store/journal'
import { journalFault } from './store/journal-reader'
import { createLogger } from './store/logger'
import { rememberDestination } from './store/remembered-destination'
import { createRestoreStore } from './store/restore-point'
import { lastWritten, pointToResume } from './store/resume'
import { loadToken } from './store/token'
import { createRedactor } from '../shared/redact'
import { createWatch } from './watch/watch'

export interface Composed {
  readonly host: string
  readonly port: number
  readonly token: string
  /** What is said on the terminal once it runs. */
  readonly greeting: readonly string[]
  onShutdown(listener: (carrier: boolean) => void): void
  /** Ends the engine. What is on air stays on air unless `carrier`. */
  close(carrier: boolean): Promise<void>
}

export interface ComposeOptions {
  readonly args: Args
  readonly dataDir: string
  readonly loaded: LoadedConfig
  readonly clock: Clock
}

/** Joins the concrete adapters to the engine: the one place that names them. */
export async function compose(options: ComposeOptions): Promise<Result<Composed>> {
  const { args, dataDir, loaded, clock } = options
  const token = loadToken(join(dataDir, 'token'))
  if (!token.ok) return token
  const secrets = new Set([token.value, ...secretsOf(loaded.config)])
  const logger = createLogger({
    dir: join(dataDir, 'logs'),
    name: 'engine',
    wallMs: () => clock.wallMs(),
    redact: (text) => createRedactor([...secrets])(text),
    stderr: null,
  })

  const mode = await chooseMode(args, loaded)
  const rehearsal = mode.rehearse
    ? await openRehearsal({
        obs: args.rehearsalObs ? 'installed' : 'stand-in',
        dataDir,
        logger,
        clock,
        config: loaded.config,
      })
    : null
  if (rehearsal !== null && !rehearsal.ok) return rehearsal
  const config = rehearsal?.value.config ?? loaded.config
  for (const secret of secretsOf(config)) secrets.add(secret)

  const standing = new Standing()
  const parts = await connect({
    config,
    dataDir: rehearsal?.value.dataDir ?? dataDir,
    clock,
    logger,
    standing,
    secrets,
    fresh: rehearsal !== null,
  })
  const restored = parts.restore.load()
  standing.set('restored', restored.problem)
  standing.set('journal', await journalFault(join(parts.dataDir, 'journal')))
  let shutdown: (carrier: boolean) => void = () => undefined

  const app = createApp({
    version,
    clock,
    logger,
    journal: parts.journal,
    policy: loaded.policy,
    obs: parts.obs,
    pulls: parts.pulls,
    watch: parts.watch,
    destinations: parts.destinations,
    autoArm: config.autoArm,
    // A rehearsal's destination is new each time: there is nothing to go on from.
    restored: pointToResume(rehearsal === null ? restored.point : null, parts.lastAliveWall, clock.wallMs()),
    saveRestorePoint: (point) => {
      const failed = parts.restore.save(point)
      standing.set('restore', failed)
      return failed === null
    },
    standingProblems: () => [
      ...standing.problems(),
      ...present(parts.journal.problem()),
      ...present(parts.carrier?.problem() ?? null),
    ],
    rehearsal: rehearsal?.value.port ?? null,
    rehearsing: () => false,
    settingsRevision: () => 1,
    pictureWall: () => null,
    shutdown: (carrier) => setImmediate(() => shutdown(carrier)),
  })
  const history = new HistoryKeeper()
  const server = await createServer({
    host: config.server.host,
    port: args.port ?? config.server.port,
    token: token.value,
    staticDir: join(outDir, 'renderer'),
    onCommand: (command, by) => app.command(command, by),
    snapshot: () => app.snapshot(),
    onSnapshot: (listener) => app.onChange(listener),
    routes: [
      sightRoutes({
        channel: (name) => (name === 'main' ? { history: (since) => history.view(since) } : null),
      }),
    ],
    clock,
    logger,
  })
  if (!server.ok) {
    // What this start began ends with it; a carrier that is on air is left to the engine that comes.
    await app.stop()
    parts.carrier?.close()
    await rehearsal?.value.stop()
    return server
  }
  app.start()
  const stopHistory = keepHistory(history, () => app.snapshot())
  return ok({
    host: config.server.host,
    port: server.value.port,
    token: token.value,
    greeting: [
      ...mode.greeting,
      `Understudy ${version} is running. Its page: ${server.value.url}?token=${token.value}`,
    ],
    onShutdown: (listener) => {
      shutdown = listener
    },
    async close(carrier) {
      stopHistory()
      await server.value.close()
      await app.stop()
      if (carrier || rehearsal !== null) await parts.carrier?.end()
      parts.carrier?.close()
      await rehearsal?.value.stop()
    },
  })
}

/** Problems that stand until what caused them is mended, one a place. */
class Standing {
  private readonly found = new Map<string, Problem>()

  set(place: string, found: Problem | null): void {
    if (found === null) this.found.delete(place)
    else this.found.set(place, found)
  }

  problems(): readonly Problem[] {
    return [...this.found.values()]
  }
}

const present = <T>(value: T | null): readonly T[] => (value === null ? [] : [value])

interface ConnectOptions {
  readonly config: Config
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  readonly standing: Standing
  readonly secrets: Set<string>
  /** Nothing of an earlier run may be taken over. */
  readonly fresh: boolean
}

/** The adapters for one config. */
async function connect(options: ConnectOptions) {
  const { config, dataDir, clock, logger, standing, secrets } = options
  const obs = createObsPort({ config: config.obs, clock, logger })
  const entries = pullEntries(config)
  const carrier = await openCarrier(options, entries)
  const pulls: PullSystem[] = entries.map((entry) => ({
    id: entry.id,
    kind: entry.kind,
    source: entry.source,
    label: entry.label,
    ingest: openIngest(entry, carrier, options),
  }))
  const destinations = new Destinations(
    config.destination,
    obs,
    rememberDestination(join(dataDir, 'destination.json'), (reason) => {
      logger.warn('the destination could not be remembered', { reason })
    }),
    (secret) => secrets.add(secret),
  )
  const ffmpeg = carrier === null ? null : await carrier.ffmpeg()
  standing.set('ffmpeg', ffmpeg === null || ffmpeg.ok ? null : ffmpeg.problem)
  if (entries.length === 0) standing.set('set-up', problem('no-candidate'))
  return {
    obs,
    pulls,
    carrier,
    destinations,
    watch: createWatch({
      witnesses: config.destination.witnesses,
      destination: () => {
        const current = destinations.current()
        return current.ok ? current.value : null
      },
      ffmpegPath: ffmpeg?.ok === true ? ffmpeg.value.path : 'ffmpeg',
      clock,
      logger,
    }),
    journal: new Journal({
      dir: join(dataDir, 'journal'),
      maxBytes: config.journal.maxMegabytes * 1024 * 1024,
      logger,
    }),
    restore: createRestoreStore(join(dataDir, 'restore-point.json')),
    dataDir,
    lastAliveWall: lastWritten(join(dataDir, 'journal')),
  }
}

/** The carrier runs where a backup is embedded. One that runs already, on air perhaps, is attached to. */
async function openCarrier(
  options: ConnectOptions,
  entries: readonly PullEntry[],
): Promise<CarrierHost | null> {
  if (!entries.some((entry) => entry.ingest.kind === 'carrier')) return null
  const { dataDir, config, logger, clock } = options
  const host = () =>
    createCarrierHost({
      dataDir,
      nodePath: nodePath(),
      entry: join(outDir, 'carrier', 'index.mjs'),
      ffmpeg: config.ffmpeg,
      logger,
      clock,
    })
  // One that an earlier rehearsal left on air feeds a destination that is gone.
  if (options.fresh) await host().end()
  const carrier = host()
  // What fails here stands as the carrier's own problem, and it goes on trying.
  await carrier.attach()
  return carrier
}

function openIngest(entry: PullEntry, carrier: CarrierHost | null, options: ConnectOptions): IngestPort {
  const { ingest } = entry
  if (ingest.kind === 'mediamtx') {
    return createMediaMtxPort({
      systemId: entry.id,
      config: ingest,
      clock: options.clock,
      logger: options.logger,
    })
  }
  if (carrier === null) throw new Error('a carrier system without a carrier')
  return carrier.port(entry.id)
}
