import type { SecretsHandOver } from '../../shared/key-store'
import type { Args } from '../args'
import type { Clock, CrashNote, Logger } from '../ports'
import type { LoadedConfig } from '../store/config/config-file'

export interface RuntimeOptions {
  readonly args: Args
  readonly dataDir: string
  readonly configPath: string
  readonly loaded: LoadedConfig
  /** Out of the desktop app's key store; null: nobody handed anything over. */
  readonly handed: SecretsHandOver | null
  readonly clock: Clock
  /** How the engine before this one ended, where that was a mistake. */
  readonly crash: CrashNote | null
}

export interface Running {
  readonly host: string
  readonly port: number
  readonly token: string
  /** What is said on the terminal once it runs. */
  readonly greeting: readonly string[]
  readonly logger: Logger
  onShutdown(listener: (carrier: boolean) => void): void
  /** This process ends by a mistake: saves what the next one goes on from. */
  halt(): Promise<void>
  /** Ends the engine. What is on air stays on air unless `carrier`. */
  close(carrier: boolean): Promise<void>
}
