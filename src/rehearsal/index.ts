import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Notice } from '../core/failover'
import { fail, ok } from '../core/problem'
import type { Result } from '../core/problem'
import { classify } from '../media/tags/tags'
import { configSchema } from '../shared/settings/config'
import type { Config } from '../shared/settings/config'
import type { RehearsalFault, RehearsalView } from '../shared/snapshot'
import { startBackupPicture } from './backup-picture'
import { startDestination } from './destination'
import type { DestinationStandIn } from './destination'
import type { Faults, ObsStream } from './faults'
import { carryOut, installedFaults, programFaults, standInFaults } from './faults'
import { tryFfmpeg } from './ffmpeg'
import { borrowObs, giveBack, owesObs } from './installed-obs'
import type { ObsAddress } from './installed-obs'
import { makeIngestPlace, type IngestPlace } from './ingest-place'
import { startStandInObs, type StandInObs } from './obs'
import { programSeen, publisherSeen, toldLateMs } from './viewer/seen-sender'
import { GapMeter } from './viewer/viewer-gap'
import { ViewerPicture } from './viewer/viewer-picture'

export type { ObsAddress } from './installed-obs'

export interface RehearsalOptions {
  readonly ffmpegPath: string
  readonly logger: {
    info(message: string, data?: Readonly<Record<string, unknown>>): void
    warn(message: string, data?: Readonly<Record<string, unknown>>): void
  }
  readonly obs: 'stand-in' | 'installed'
  /** Default: `direct`. */
  readonly route?: 'direct' | 'program'
  /** Finds the OBS of this PC; needed for `installed`, and to give back what an earlier rehearsal borrowed. */
  readonly findObs?: () => Promise<Result<ObsAddress>>
  /** Private directory: the stand-in's files, and OBS's own stream settings while they are borrowed. */
  readonly workDir: string
  monotonicMs(): number
  wallMs(): number
}

/** The whole thing on this PC: nothing leaves it. */
export interface Rehearsal {
  /** What the engine is composed with. */
  readonly config: Config
  /** Route `program`: where the carrier has to open its ingest; OBS sends there. Null on route `direct`. */
  readonly ingest: IngestPlace | null
  /** Makes a fault, or heals all of them. `rehearsal-no-effect` where OBS does not carry the stream. */
  fault(name: RehearsalFault): Promise<Result<void>>
  view(): RehearsalView
  /** Called when the view has changed. */
  onChange(listener: () => void): void
  /** What the engine tells its streamer: a hold kept a switch back, the stream is over, or live again. */
  heard(notice: Notice): void
  /** What a viewer of the destination sees, moving while somebody looks. */
  readonly viewer: Pick<ViewerPicture, 'look' | 'jpeg' | 'play'>
  /** The rehearsal's own place: where viewers would look. */
  readonly destination: DestinationStandIn
  stop(): Promise<void>
}

const app = 'live'
const sourceApp = 'source'
const sourceName = 'backup'
/** What OBS calls itself behind the stream key, so that a fault finds its connection and not the backup's. */
const obsFrom = 'obs'
/** 1.2 Mbit/s with a keyframe a second, as the backup. */
const bitrateKbps = 1_200
/** The engine has connected by then, or finds OBS live. */
const goLiveMs = 1_500

/** Starts destination, OBS (unless it is the installed one) and backup picture; the stand-in goes live by itself. */
export async function startRehearsal(options: RehearsalOptions): Promise<Result<Rehearsal>> {
  const { ffmpegPath, logger } = options
  const usable = await tryFfmpeg(ffmpegPath, ['-version'], 10_000)
  if (!usable.ok) return usable
  const key = `rehearsal-${randomBytes(6).toString('hex')}`
  const started = await startDestination({
    now: () => options.monotonicMs(),
    keys: { [app]: [key], [sourceApp]: [sourceName] },
    cutPlayers: [sourceApp],
  })
  if (!started.ok) return started
  const destination = started.value
  const stream: ObsStream = { app, name: key, from: obsFrom }
  const ingest = options.route === 'program' ? await makeIngestPlace() : null
  const obs = await startObs(options, destination, stream, ingest)
  if (!obs.ok) {
    await destination.stop()
    return obs
  }
  const sourceUrl = `${destination.url(sourceApp)}/${sourceName}`
  const picture = await startBackupPicture({
    ffmpegPath,
    url: sourceUrl,
    onRestart: () => logger.warn('The backup picture of the rehearsal ended and is started again'),
  })

  const seen = ingest === null ? publisherSeen(obsFrom) : programSeen()
  const meter = new GapMeter(ingest === null ? 0 : toldLateMs)
  const listeners: (() => void)[] = []
  const changed = (): void => {
    for (const listener of listeners) listener()
  }
  const viewer = new ViewerPicture({ ffmpegPath, ...clocks(options), onPicture: changed })
  const leave = destination.watch(app, key, (tag) => {
    viewer.take(tag)
    const what = classify(tag)
    const frame = what.kind === 'video' && (what.part === 'keyframe' || what.part === 'inter')
    if (!frame) return
    if (meter.frame(options.monotonicMs(), seen.now(destination.farEnd(app, key)))) changed()
  })
  const measure = (fault: RehearsalFault): void => {
    const at = options.monotonicMs()
    if (fault === 'heal') meter.heal(at)
    else if (fault === 'quit') meter.over()
    else meter.begin(fault, at)
    changed()
  }
  let stopping: Promise<void> | null = null

  logger.info('Rehearsal started', { destination: destination.url(app), obs: options.obs })
  return ok({
    config: configSchema.parse({
      obs: obs.value.address,
      destination: {
        url: destination.url(app),
        key,
        witnesses: [{ kind: 'nginx-stat', url: destination.statUrl }],
      },
      ...(ingest === null ? {} : { route: 'program', program: ingest }),
      backups: [{ source: { url: sourceUrl } }],
      ffmpeg: ffmpegPath === 'ffmpeg' ? null : ffmpegPath,
      journal: { maxMegabytes: 4 },
    } satisfies Record<string, unknown>),
    ingest,
    destination,
    viewer,
    fault: async (fault) => {
      const plan = obs.value.faults(fault)
      if (plan.kind === 'make' || plan.measure) measure(fault)
      logger.info('Fault in the rehearsal', { fault, made: plan.kind === 'make' })
      return carryOut(plan)
    },
    view: () => ({
      obs: options.obs,
      route: options.route ?? 'direct',
      ...meter.view(),
      viewerPictureWall: viewer.wall(),
    }),
    onChange: (listener) => void listeners.push(listener),
    heard: (notice) => {
      seen.heard(notice)
      if (notice.code === 'stream-ended') meter.over()
      else if (notice.code === 'stream-started' || notice.code === 'switched') meter.live()
      else if (notice.code === 'not-switched' && notice.because === 'hold') meter.hold()
      else return
      changed()
    },
    stop: () => {
      stopping ??= (async () => {
        leave()
        viewer.stop()
        await obs.value.stop()
        await picture.stop()
        await destination.stop()
      })()
      return stopping
    },
  })
}

const clocks = (options: RehearsalOptions) => ({
  monotonicMs: () => options.monotonicMs(),
  wallMs: () => options.wallMs(),
})

/** The OBS at hand, ready to be watched. */
interface RehearsalObs {
  readonly address: ObsAddress
  readonly faults: Faults
  readonly stop: () => Promise<void>
}

async function startObs(
  options: RehearsalOptions,
  destination: DestinationStandIn,
  stream: ObsStream,
  ingest: IngestPlace | null,
): Promise<Result<RehearsalObs>> {
  const { logger, workDir } = options
  const server =
    ingest === null
      ? { server: destination.url(stream.app), key: `${stream.name}?from=${stream.from}` }
      : { server: `rtmp://127.0.0.1:${ingest.port}/${app}`, key: ingest.key }
  const found = options.findObs === undefined ? fail('obs-not-found') : await options.findObs()

  if (options.obs === 'installed') {
    if (!found.ok) return found
    const address = found.value
    const borrowed = await borrowObs(address, workDir, server)
    if (!borrowed.ok) return borrowed
    return ok({
      address,
      faults:
        ingest === null ? installedFaults(destination, stream) : programFaults(null, destination, stream),
      stop: async () => {
        const returned = await giveBack(address, workDir)
        if (!returned.ok)
          logger.warn('OBS did not get its stream settings back; the next rehearsal tries again', {
            code: returned.problem.code,
          })
      },
    })
  }

  if (found.ok && owesObs(workDir)) await giveBack(found.value, workDir)
  const configDir = join(workDir, 'stand-in-obs')
  const obs = await startStandInObs({
    ffmpeg: options.ffmpegPath,
    password: randomBytes(9).toString('base64url'),
    configDir,
    bitrateKbps,
    gopSec: 1,
    destination: server,
    // So that a dropped OBS stays away until somebody does something about it.
    profile: { 'Output/Reconnect': 'false' },
  })
  const goLive = ingest === null ? pressOnce(obs) : pressUntilLive(obs)
  return ok({
    address: { host: '127.0.0.1', port: obs.port, password: obs.password, configDir },
    faults:
      ingest === null
        ? standInFaults(obs, destination, stream, bitrateKbps)
        : programFaults(obs, destination, stream),
    stop: async () => {
      goLive()
      await obs.close()
    },
  })
}

function pressOnce(obs: StandInObs): () => void {
  const timer = setTimeout(() => obs.pressStart(), goLiveMs)
  return () => clearTimeout(timer)
}

/** The carrier opens its ingest in its own time: pressed again until OBS got through, once. */
function pressUntilLive(obs: StandInObs): () => void {
  const timer = setInterval(() => {
    if (obs.streaming()) clearInterval(timer)
    else obs.pressStart()
  }, goLiveMs)
  return () => clearInterval(timer)
}
