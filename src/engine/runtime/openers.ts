import { ok, type Result } from '../../core/problem'
import { createMaker, type MakerOptions } from '../compose'
import type { Clock, Logger } from '../ports'
import { openRehearsal } from '../rehearse'
import { forgetful, rememberDestination } from '../store/remembered-destination'
import type { Vault } from '../store/vault'
import { Channel } from './channel'
import type { Setup } from './setup'

export interface OpenersOptions extends Pick<MakerOptions, 'onSecret' | 'settingsRevision' | 'shutdown'> {
  readonly dataDir: string
  readonly clock: Clock
  readonly logger: Logger
  /** The user's own, as it is in force now. */
  readonly setup: () => Setup
  readonly rehearsing: () => boolean
}

/** A channel that is made and not started, and how it is taken down with everything under it. */
export interface Opened {
  readonly channel: Channel
  /** `carrier`: what is on air through it ends too. A rehearsal's always does. */
  stop(carrier: boolean): Promise<void>
}

/** Opens channels: the real one, and rehearsals on stand-ins. */
export class Openers {
  constructor(private readonly options: OpenersOptions) {}

  async main(vault: Vault): Promise<Opened> {
    const { dataDir, logger, setup, rehearsing } = this.options
    const maker = await createMaker({
      ...this.shared(),
      dataDir,
      remembers: rememberDestination(vault, (reason) => {
        logger.warn('the destination could not be remembered', { reason })
      }),
      rehearsal: null,
      problems: () => (vault.problem === null ? [] : [vault.problem]),
      rehearsing,
    })
    const channel = await Channel.open(maker, setup(), this.options)
    return { channel, stop: (carrier) => channel.close(carrier) }
  }

  async standIns(obs: 'stand-in' | 'installed'): Promise<Result<Opened>> {
    const { dataDir, clock, logger, setup } = this.options
    const { config, policy } = setup()
    const opened = await openRehearsal({ obs, dataDir, logger, clock, config })
    if (!opened.ok) return opened
    const rehearsal = opened.value
    const maker = await createMaker({
      ...this.shared(),
      dataDir: rehearsal.dataDir,
      remembers: forgetful,
      rehearsal: rehearsal.port,
      problems: () => [],
      rehearsing: () => false,
    })
    const channel = await Channel.open(maker, { config: rehearsal.config, policy, missing: [] }, this.options)
    return ok({
      channel,
      stop: async () => {
        await channel.close(true)
        await rehearsal.stop()
      },
    })
  }

  private shared() {
    const { clock, logger, onSecret, settingsRevision, shutdown } = this.options
    return { clock, logger, onSecret, settingsRevision, shutdown, pictureWall: () => null }
  }
}
