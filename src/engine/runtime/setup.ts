import type { Policy } from '../../core/policy'
import type { Config } from '../../shared/settings/config'

/** Everything that an app is made from. */
export interface Setup {
  /** Secrets included. */
  readonly config: Config
  readonly policy: Policy
  /** Names of secrets that belong to it and are not at hand. */
  readonly missing: readonly string[]
  /** OBS is lent to a rehearsal: it is not watched, and nothing switches for what it does there. */
  readonly withoutObs?: boolean
}
