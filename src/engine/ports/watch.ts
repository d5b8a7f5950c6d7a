import type { WitnessEvent } from '../../core/events'
import type { Result } from '../../core/problem'
import type { Proof, ProofKind } from '../../core/words'
import type { Emit } from './common'

/** Looks at the destination from outside, whatever OBS or the backup say. */
export interface WatchPort {
  /** Kinds this watch can give, strongest first. Empty: there is no witness. */
  readonly kinds: readonly ProofKind[]
  /** Begin looking regularly (every `everyMs`). */
  open(emit: Emit<WitnessEvent>): void
  close(): Promise<void>
  /** Resolves once media is seen arriving after the call, or with `proof-missing`. */
  prove(deadlineMs: number): Promise<Result<Proof>>
}
