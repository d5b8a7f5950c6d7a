import type { OperatorEvent } from '../../../core/events'
import type { ApiCommand, CommandReply } from '../../../shared/contract'
import type { Snapshot } from '../../../shared/snapshot'

export type CommandBy = OperatorEvent['by']

/** What a page or a program sees of one channel. */
export interface Surface {
  snapshot(): Snapshot
  command(command: ApiCommand, by: CommandBy): Promise<CommandReply>
}

/** The rehearsal beside the real stream, while there is one. */
export interface RehearsalSurface {
  current(): Surface | null
  /** Calls back when its snapshot would be new, and when it begins or ends; answers how to end that. */
  onChange(listener: () => void): () => void
}

export const noRehearsal: RehearsalSurface = { current: () => null, onChange: () => () => undefined }
