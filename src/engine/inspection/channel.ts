import type { ActiveSetup } from '../compose'
import { StillCache, roundMs, type StillSource } from './stills/still-cache'
import type { Clock, Still } from '../ports'

/** What a viewer of a rehearsal's destination sees. */
export interface ViewerPicture {
  /** Somebody looks: go on for a few seconds. */
  look(): void
  jpeg(): Uint8Array | null
  /** Each picture as it comes; null: there will be none any more. Returns the way out. */
  play(show: (jpeg: Uint8Array | null) => void): () => void
}

export interface ChannelOptions {
  readonly watched: () => boolean
  readonly toJpeg: (still: Still, deadlineMs: number) => Promise<Uint8Array | null>
  readonly clock: Clock
}

const tickMs = 500
/** A server elsewhere sends up to a group of pictures for each: some Mbit. */
const remoteMs = 12_000

/** Pictures of one channel, over all its set-ups, until `stop`. */
export class ChannelInspection {
  private readonly cache: StillCache
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly options: ChannelOptions,
    /** The set-up in force. */
    public world: ActiveSetup,
    /** Null: no rehearsal. */
    public viewer: ViewerPicture | null,
  ) {
    this.cache = new StillCache({ ...options, sources: () => this.sources() })
    this.timer = setInterval(() => this.tick(), tickMs)
    this.timer.unref()
  }

  private tick(): void {
    if (this.options.watched()) this.viewer?.look()
    void this.cache.tick()
  }

  picture(id: string): Uint8Array | null {
    if (id !== 'viewer') return this.cache.picture(id)?.jpeg ?? null
    this.viewer?.look()
    return this.viewer?.jpeg() ?? null
  }

  pictureWall(id: string): number | null {
    return this.cache.pictureWall(id)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private sources(): readonly StillSource[] {
    const { app, obs, pulls, program } = this.world
    // An OBS in trouble is not asked for pictures: they cost it a little (docs/facts/obs.md 7.4).
    const paused = app.snapshot().systems.some(({ id, verdict }) => id === 'obs' && verdict === 'bad')
    return [
      ...(obs === null
        ? []
        : [
            {
              id: 'obs',
              paused: paused && program === null,
              everyMs: roundMs,
              // On route `program` its last keyframe lies here already and costs OBS nothing.
              still: async (deadlineMs: number) =>
                (await program?.still('obs', deadlineMs)) ?? (paused ? null : await obs.still(deadlineMs)),
            },
          ]),
      ...pulls.map(({ id, ingest }) => ({
        id,
        paused: false,
        everyMs: ingest.kind === 'carrier' ? roundMs : remoteMs,
        still: (deadlineMs: number) => ingest.still(deadlineMs),
      })),
    ]
  }
}
