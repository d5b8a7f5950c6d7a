import { join } from 'node:path'
import type { Policy } from '../core/policy'
import { problem, type Problem } from '../core/problem'
import type { Config } from '../shared/settings/config'
import { redactUrl } from '../shared/addresses/redact'
import { createApp, type App, type ProgramPath, type PullSystem, type RehearsalPort } from './app'
import { Destinations } from './lineup/destination'
import { obsSystem } from './execute/execute-program'
import { createCarrierHost, type CarrierHost } from './ingest/carrier'
import { createMediaMtxPort } from './ingest/mediamtx/port'
import { createObsPort } from './obs/port'
import { isDoor } from './settings/obs-route-plan'
import { nodePath, outDir, version } from './paths'
import type { Clock, CrashNote, IngestPort, Logger, ObsPort, ProgramPort, Remembers } from './ports'
import { pullEntries, secretsOf, type PullEntry } from './lineup/backup-entries'
import type { Built, ChannelFactory, Prepared } from './runtime/channel'
import { Crashes } from './runtime/crashes'
import type { Setup } from './runtime/setup'
import { LatchedProblems } from './runtime/latched-problems'
import { Journal } from './store/journal/journal'
import { journalFault } from './store/journal/journal-reader'
import { createRestoreStore } from './store/restore-point'
import { lastWritten, pointToResume } from './store/resume'
import { createWatch } from './watch/watch'

/** One set-up in force, as far as it can be looked at. Secrets included. */
export interface ActiveSetup {
  readonly app: App
  readonly obs: ObsPort | null
  readonly pulls: readonly PullSystem[]
  /** Null: route `direct`. */
  readonly program: ProgramPort | null
  readonly destinations: Destinations
  readonly config: Config
}

/** What a channel is to the rest of the engine, beside its set-up. */
export interface ChannelFactoryOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  /** Told of every secret that passes, so that none reaches a log. */
  readonly onSecret: (secret: string) => void
  readonly remembers: Remembers
  /** A rehearsal: stand-ins under it, and nothing of an earlier run is taken over. */
  readonly rehearsal: RehearsalPort | null
  /** Problems that stand apart from this channel's own parts. */
  readonly problems: () => readonly Problem[]
  /** How the engine before this one ended, where that was a mistake. */
  readonly crash: CrashNote | null
  readonly rehearsing: () => boolean
  readonly settingsRevision: () => number
  /** Wall clock of the newest picture of a system; null: none. */
  readonly pictureWall: (id: string) => number | null
  /** Told of the parts of each set-up that is now in force: for what looks at them (pictures, checks, tests). */
  readonly onActiveSetup: (world: ActiveSetup) => void
  readonly shutdown: (carrier: boolean) => void
  /** OBS begins to stream: what it says of itself may be other now. */
  readonly onObsStream?: () => void
}

/** Joins the concrete adapters to an app: the one place that names them. */
export async function createChannelFactory(options: ChannelFactoryOptions): Promise<ChannelFactory> {
  const { dataDir, clock, logger } = options
  const standing = new LatchedProblems()
  const restore = createRestoreStore(join(dataDir, 'restore-point.json'))
  const journalDir = join(dataDir, 'journal')
  const lastAliveWall = lastWritten(journalDir)
  const restored = restore.load()
  standing.set('restored', restored.problem)
  standing.set('journal', await journalFault(journalDir))
  const crashes = new Crashes(clock, dataDir)
  if (options.crash !== null) crashes.add(options.crash)
  const carriers = new Carriers(options, (note) => crashes.add(note))

  function build(setup: Setup, parts: Parts, from: Parameters<Prepared['build']>[0]): Built {
    const { config } = setup
    const obs = setup.withoutObs === true ? null : createObsPort({ config: config.obs, clock, logger })
    const pulls = parts.entries.map((entry): PullSystem => ({
      id: entry.id,
      kind: entry.kind,
      source: entry.source,
      label: entry.label,
      convert: entry.convert,
      ingest: openIngest(entry, parts.carrier, options),
    }))
    const destinations = new Destinations(
      config.destination,
      obs,
      options.remembers,
      options.onSecret,
      setup.missing.some((name) => name.startsWith('destination.')),
      (url) => isDoor(url, config.program.port),
    )
    if (config.route === 'direct') carriers.leaveProgram()
    const program = openProgramPath(config, parts, destinations, obs !== null)
    const journal = new Journal({
      dir: journalDir,
      maxBytes: config.journal.maxMegabytes * 1024 * 1024,
      logger,
    })
    const watch = createWatch({
      witnesses: config.destination.witnesses,
      destination: () => {
        const current = destinations.current()
        return current.ok ? current.value : null
      },
      ffmpegPath: parts.ffmpegPath,
      clock,
      logger,
    })
    // A rehearsal's destination is new each time: there is nothing to go on from.
    const found = options.rehearsal === null ? restored.point : null
    const app = createApp({
      version,
      clock,
      logger,
      journal,
      policy: adoptingSoon(setup, parts.entries, from?.carried.onAir ?? null),
      obs,
      pulls,
      watch,
      program,
      destinations,
      autoArm: config.autoArm,
      restored: from?.point ?? pointToResume(found, lastAliveWall, clock.wallMs()),
      carried: from?.carried ?? null,
      saveRestorePoint: (point) => {
        const failed = restore.save(point)
        standing.set('restore', failed)
        return failed === null
      },
      standingProblems: () => [
        ...standing.problems(),
        ...options.problems(),
        ...crashes.problems(),
        ...present(journal.problem()),
        ...present(parts.carrier?.problem() ?? null),
      ],
      rehearsal: options.rehearsal,
      onCrash: (listener) => crashes.tell(listener),
      rehearsing: options.rehearsing,
      settingsRevision: options.settingsRevision,
      pictureWall: options.pictureWall,
      shutdown: options.shutdown,
      onObsStream: options.onObsStream ?? (() => undefined),
    })
    options.onActiveSetup({ app, obs, pulls, program: program?.port ?? null, destinations, config })
    return { app, ingests: new Map(pulls.map(({ id, ingest }) => [id, ingest])) }
  }

  return {
    async prepare(setup) {
      for (const secret of secretsOf(setup.config)) options.onSecret(secret)
      const entries = pullEntries(setup.config, setup.missing)
      const carrier = await carriers.for(setup, entries)
      const ffmpeg = carrier === null ? null : await carrier.ffmpeg()
      const parts: Parts = {
        entries,
        carrier,
        ffmpegPath: ffmpeg?.ok === true ? ffmpeg.value.path : 'ffmpeg',
      }
      return {
        entries,
        build: (from) => {
          standing.set('ffmpeg', ffmpeg === null || ffmpeg.ok ? null : ffmpeg.problem)
          standing.set('set-up', entries.length === 0 ? problem('no-candidate') : null)
          standing.set('locked', setup.missing.length > 0 ? problem('secrets-locked') : null)
          return build(setup, parts, from)
        },
      }
    },
    close: (end) => carriers.close(end || options.rehearsal !== null),
  }
}

/**
 * Over a change of the set-up the carrier's word on its own backup is there at once: a dead OBS is then not waited for as
 * after a restart. Any other owner (OBS, a remote server) has to be reached first.
 */
function adoptingSoon({ policy }: Setup, entries: readonly PullEntry[], onAir: string | null): Policy {
  const ours = entries.some(({ id, ingest }) => id === onAir && ingest.kind === 'carrier')
  const adoptMs = ours ? Math.min(policy.failover.adoptMs, soonMs) : policy.failover.adoptMs
  return { ...policy, failover: { ...policy.failover, adoptMs } }
}

const soonMs = 1_500

interface Parts {
  readonly entries: readonly PullEntry[]
  readonly carrier: CarrierHost | null
  readonly ffmpegPath: string
}

const present = <T>(value: T | null): readonly T[] => (value === null ? [] : [value])

/** The carrier runs where a backup is embedded, and stays attached over changes of the set-up. */
class Carriers {
  private host: CarrierHost | null = null
  private ffmpeg: string | null = null

  constructor(
    private readonly options: ChannelFactoryOptions,
    private readonly onCrash: (note: CrashNote) => void,
  ) {}

  /** The carrier for a set-up; one that runs already, on air perhaps, is attached to. Null: it needs none. */
  async for({ config }: Setup, entries: readonly PullEntry[]): Promise<CarrierHost | null> {
    if (config.route === 'direct' && !entries.some((entry) => entry.ingest.kind === 'carrier')) return null
    if (this.host !== null) {
      if (this.ffmpeg !== config.ffmpeg) await this.host.useFfmpeg(config.ffmpeg)
      this.ffmpeg = config.ffmpeg
      return this.host
    }
    // One that an earlier rehearsal left on air feeds a destination that is gone.
    if (this.options.rehearsal !== null) await this.make(config.ffmpeg).end()
    this.host = this.make(config.ffmpeg)
    this.ffmpeg = config.ffmpeg
    // What fails here stands as the carrier's own problem, and it goes on trying.
    await this.host.attach()
    return this.host
  }

  /** Only once a set-up on route `direct` is in force: until then the one before may go on. */
  leaveProgram(): void {
    this.host?.leaveProgram()
  }

  async close(end: boolean): Promise<void> {
    if (end) await this.host?.end()
    this.host?.close()
  }

  private make(ffmpeg: string | null): CarrierHost {
    const { dataDir, logger, clock } = this.options
    return createCarrierHost({
      dataDir,
      nodePath: nodePath(),
      entry: join(outDir, 'carrier', 'index.mjs'),
      ffmpeg,
      logger,
      clock,
      onCrash: this.onCrash,
    })
  }
}

/** The program path of a set-up; null: route `direct`. */
function openProgramPath(
  { route, program: { port, key, more } }: Config,
  { carrier, entries }: Parts,
  destinations: Destinations,
  withObs: boolean,
): ProgramPath | null {
  if (route === 'direct' || carrier === null) return null
  const path = carrier.program({ port, key })
  const targets = (): ReturnType<ProgramPath['targets']> => destinations.targets(more)
  path.useTargets(() => {
    const found = targets()
    return found.ok ? found.value : []
  })
  const pulled = entries.filter(({ ingest }) => ingest.kind === 'carrier').map(({ id }) => id)
  const main = destinations.current()
  return {
    port: path,
    systems: new Set([...(withObs ? [obsSystem] : []), ...pulled]),
    targets,
    labels: new Map([
      ['main', main.ok ? redactUrl(main.value.url) : 'main'],
      ...more.map(({ id, name }) => [id, name] as const),
    ]),
  }
}

function openIngest(
  entry: PullEntry,
  carrier: CarrierHost | null,
  options: ChannelFactoryOptions,
): IngestPort {
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
