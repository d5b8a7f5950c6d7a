import type { CoreEvent } from '../../core/events'
import type { Command } from '../../core/failover/commands'
import type { Problem } from '../../core/problem'
import type { SystemId } from '../../core/words'

/** One line of the journal. Holds events, verdicts, commands and results; never a secret. */
export type JournalEntry =
  | {
      readonly type: 'session'
      readonly wall: number
      readonly at: number
      readonly version: string
      readonly policy: unknown
    }
  | { readonly type: 'event'; readonly wall: number; readonly event: CoreEvent }
  | { readonly type: 'command'; readonly wall: number; readonly at: number; readonly command: Command }
  | {
      readonly type: 'verdict'
      readonly wall: number
      readonly at: number
      readonly system: SystemId
      readonly verdict: string
      readonly causes: readonly { readonly code: string }[]
    }

export interface JournalPort {
  append(entry: JournalEntry): void
  /** Force what was appended to the disk: called while an incident is open. */
  sync(): void
  close(): Promise<void>
  /** Latched write problem (disk full): the stream goes on, the page says so. */
  problem(): Problem | null
}
