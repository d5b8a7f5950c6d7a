import type { Channel } from '../../shared/contract'
import type { History } from '../../shared/history/history'
import type { Preflight } from '../../shared/settings/settings'
import type { ActiveSetup } from '../compose'
import { toJpeg } from './stills/jpeg'
import type { Clock, Logger, ObsExamination, Still } from '../ports'
import { preflightOf } from './preflight'
import type { PreflightFacts } from './preflight/facts'
import type { AddRoutes } from '../server/routes/route'
import { inspectionRoutes } from '../server/routes/inspection'
import { ChannelInspection, type ViewerPicture } from './channel'
import { createFfmpegFinder } from './ffmpeg'
import { ScratchCarrier } from './scratch-carrier'
import { createTester, examineMs } from './tester'

export type { ViewerPicture } from './channel'

export interface InspectionOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  /** Null: there is no such channel now. */
  history(channel: Channel): { history(since: number): History } | null
  /** Some page of it is visible. */
  isWatched(channel: Channel): boolean
  secretsIn(): PreflightFacts['secretsIn']
  /** The last rehearsal that was passed. */
  rehearsed(): PreflightFacts['rehearsed']
}

export interface Inspection {
  readonly routes: AddRoutes
  /** A channel has begun, or has another set-up now. `viewer`: a rehearsal's. */
  enter(channel: Channel, world: ActiveSetup, viewer: ViewerPicture | null): void
  /** A channel is over. */
  leave(channel: Channel): void
  pictureWall(channel: Channel, id: string): number | null
  stop(): void
}

/** Pictures, checks and tests of a running engine: looks, and changes nothing. Outlives a change of the set-up. */
export function createInspection(options: InspectionOptions): Inspection {
  const { clock, logger, dataDir } = options
  const channels = new Map<Channel, ChannelInspection>()
  const main = (): ActiveSetup | null => channels.get('main')?.world ?? null
  const ffmpegName = (): string | null => main()?.config.ffmpeg ?? null
  const findFfmpeg = createFfmpegFinder(() => clock.monotonicMs())
  const scratchCarrier = new ScratchCarrier({ dataDir, ffmpeg: ffmpegName, clock, logger })

  /** One ffmpeg at a time, over both channels. */
  let converting: Promise<unknown> = Promise.resolve()
  const convert = (still: Still, deadlineMs: number): Promise<Uint8Array | null> => {
    const run = converting.then(async () => {
      if (still.kind === 'jpeg') return still.bytes
      const ffmpeg = await findFfmpeg(ffmpegName())
      return ffmpeg.ok ? toJpeg(ffmpeg.value.path, still, deadlineMs) : null
    })
    converting = run.catch(() => undefined)
    return run
  }

  async function preflight(): Promise<Preflight> {
    const world = main()
    const [examined, ffmpeg] = await Promise.all([
      world?.obs?.examine(examineMs) ?? nothingSeen,
      findFfmpeg(ffmpegName()),
    ])
    const now = world?.app.snapshot()
    const status = world?.obs?.status()
    return preflightOf({
      obs: {
        ...examined,
        connected: status?.connected ?? false,
        version: status?.version ?? null,
        problem: status?.problem ?? null,
      },
      destination: now?.destination ?? { label: null, source: null, problem: null },
      backups: (now?.systems ?? []).filter(({ kind }) => kind === 'pull'),
      ffmpeg: ffmpeg.ok ? ffmpeg.value : { problem: ffmpeg.problem },
      secretsIn: options.secretsIn(),
      rehearsed: options.rehearsed(),
      program: now?.program !== undefined,
      armed: now?.armed ?? false,
      autoArm: world?.config.autoArm ?? true,
    })
  }

  const leave = (channel: Channel): void => {
    channels.get(channel)?.stop()
    channels.delete(channel)
  }

  return {
    routes: inspectionRoutes({
      history: (channel) => options.history(channel),
      pictures: (channel) => channels.get(channel) ?? null,
      viewer: (channel) => channels.get(channel)?.viewer ?? null,
      preflight,
      test: createTester({ main, scratchCarrier, clock, logger }),
    }),
    enter: (channel, world, viewer) => {
      const known = channels.get(channel)
      if (known === undefined) {
        const watched = (): boolean => options.isWatched(channel)
        channels.set(channel, new ChannelInspection({ watched, toJpeg: convert, clock }, world, viewer))
        return
      }
      known.world = world
      known.viewer = viewer
    },
    leave,
    pictureWall: (channel, id) => channels.get(channel)?.pictureWall(id) ?? null,
    stop: () => {
      leave('main')
      leave('rehearsal')
      scratchCarrier.close()
    },
  }
}

const nothingSeen: ObsExamination = {
  installed: false,
  webSocket: null,
  running: null,
  streaming: false,
  recording: null,
  stopCutsRecording: null,
  tracks: [],
}
