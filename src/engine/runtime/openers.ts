import { ok, type Problem, type Result } from '../../core/problem'
import type { Channel as ChannelName } from '../../shared/contract'
import { createChannelFactory, type ChannelFactoryOptions } from '../compose'
import type { Clock, CrashNote, Logger, ObsPort } from '../ports'
import { openRehearsal } from './rehearse'
import type { Inspection } from '../inspection'
import { forgetful, rememberDestination } from '../store/remembered-destination'
import type { Vault } from '../store/vault'
import { Channel } from './channel'
import type { Setup } from './setup'

export interface ChannelOpenerOptions extends Pick<
  ChannelFactoryOptions,
  'onSecret' | 'settingsRevision' | 'shutdown'
> {
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  /** The user's own, as it is in force now. */
  readonly setup: () => Setup
  readonly rehearsing: () => boolean
  /** Told of OBS with each set-up that is in force. */
  readonly onMainObs: (obs: ObsPort | null) => unknown
  /** Whether OBS still publishes to this PC, looked at as a stream begins. */
  readonly obsRoute: { look(): void; problem(): Problem | null }
  readonly sight: Inspection
  /** How the engine before this one ended, where that was a mistake. */
  readonly crash: CrashNote | null
}

/** A channel that is made and not started, and how it is taken down with everything under it. */
export interface Opened {
  readonly channel: Channel
  /** `carrier`: what is on air through it ends too. A rehearsal's always does. */
  stop(carrier: boolean): Promise<void>
}

/** Opens channels: the real one, and rehearsals on stand-ins. */
export class ChannelOpener {
  constructor(private readonly options: ChannelOpenerOptions) {}

  async main(vault: Vault): Promise<Opened> {
    const { dataDir, logger, setup, rehearsing, sight } = this.options
    const maker = await createChannelFactory({
      ...this.shared('main'),
      onActiveSetup: (world) => {
        this.options.onMainObs(world.obs)
        sight.enter('main', world, null)
      },
      onObsStream: () => this.options.obsRoute.look(),
      dataDir,
      remembers: rememberDestination(vault, (reason) => {
        logger.warn('the destination could not be remembered', { reason })
      }),
      rehearsal: null,
      problems: () => [vault.problem, this.options.obsRoute.problem()].filter((each) => each !== null),
      rehearsing,
      crash: this.options.crash,
    })
    const channel = await Channel.open(maker, setup(), this.options)
    return { channel, stop: (carrier) => channel.close(carrier) }
  }

  /** `name`: which of the two channels it becomes. */
  async standIns(
    obs: 'stand-in' | 'installed',
    name: ChannelName,
    route: 'direct' | 'program' = 'direct',
  ): Promise<Result<Opened>> {
    const { dataDir, clock, logger, setup, sight } = this.options
    const { config, policy } = setup()
    const opened = await openRehearsal({ obs, route, dataDir, logger, clock, config })
    if (!opened.ok) return opened
    const rehearsal = opened.value
    const maker = await createChannelFactory({
      ...this.shared(name),
      onActiveSetup: (world) => sight.enter(name, world, rehearsal.viewer),
      dataDir: rehearsal.dataDir,
      remembers: forgetful,
      rehearsal: rehearsal.port,
      problems: () => [],
      crash: null,
      rehearsing: () => false,
    })
    const channel = await Channel.open(maker, { config: rehearsal.config, policy, missing: [] }, this.options)
    return ok({
      channel,
      stop: async () => {
        sight.leave(name)
        await channel.close(true)
        await rehearsal.stop()
      },
    })
  }

  private shared(name: ChannelName) {
    const { clock, logger, onSecret, settingsRevision, shutdown, sight } = this.options
    const pictureWall = (id: string): number | null => sight.pictureWall(name, id)
    return { clock, logger, onSecret, settingsRevision, shutdown, pictureWall }
  }
}
