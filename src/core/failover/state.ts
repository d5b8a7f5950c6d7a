import type { LineupEntry } from '../events'
import type { CauseCode } from '../health'
import { initialIngestHealth, type IngestHealth } from '../health/ingest'
import { initialObsHealth, type ObsHealth } from '../health/obs'
import type { Problem } from '../problem'
import type { DestinationRules, Proof, SystemId } from '../words'
import type { NotSwitched, Reason } from './commands'

/** Everything the core remembers. A plain value: serialisable, never changed in place. */
export interface State {
  readonly lineup: readonly LineupEntry[]
  readonly destination: DestinationRules | null
  readonly autoArm: boolean
  readonly armed: boolean
  readonly hold: Hold | null
  readonly phase: Phase
  /** Lease on the destination: raised by every start, never goes back. */
  readonly generation: number
  /** OBS could not be fenced: it is stopped as soon as it answers and would publish. */
  readonly owedFence: boolean
  readonly obs: ObsHealth
  readonly ingests: Readonly<Record<SystemId, IngestHealth>>
  /** What each pull system's status said last: used to find strays and to adopt. */
  readonly publishing: Readonly<Record<SystemId, Publishing>>
  /** Stops in flight for systems that should not publish, by system. */
  readonly strays: Readonly<Record<SystemId, Stray>>
  /** Times of automatic switches: what the governor counts. */
  readonly automaticSwitches: readonly number[]
  readonly nextCommandId: number
}

export interface Hold {
  readonly since: number
  /** null: until released. */
  readonly until: number | null
}

export interface Publishing {
  readonly at: number
  readonly up: boolean
  readonly generation: number | null
  readonly stale: boolean
}

/** A stop given to a system that publishes though it is not on air. Given again when its time is over. */
export interface Stray {
  readonly commandId: number
  readonly until: number
}

/** Where the broadcast is. Every phase has a way out by the operator and by time. */
export type Phase =
  /** No stream. */
  | { readonly kind: 'offline'; readonly lastEnd: 'user' | 'quit' | 'operator' | null }
  /** After a start of the engine: looking for what is on air. */
  | { readonly kind: 'adopting'; readonly until: number; readonly onAir: SystemId | null }
  | OnAir
  | Switching
  /** A stream should be on air and nobody is. Tries go on until one works or the operator ends it. */
  | Dark
  /** The operator ends the broadcast: whoever publishes says goodbye. */
  | { readonly kind: 'ending'; readonly until: number; readonly waiting: readonly number[] }

export interface OnAir {
  readonly kind: 'on-air'
  readonly system: SystemId
  readonly since: number
  /** What proved it; null: found on air, not started by us. */
  readonly proof: Proof | null
  /** We switched to it (then a settling time applies). */
  readonly switched: boolean
  /** Since when its verdict is bad; null: it is not. */
  readonly badSince: number | null
  readonly badCause: CauseCode | null
  /** Last reason given for not switching, so that it is told once. */
  readonly notSwitched: NotSwitched | null
  readonly blindTold: boolean
}

export interface Switching {
  readonly kind: 'switching'
  readonly from: SystemId | null
  readonly to: SystemId
  readonly step: 'fence' | 'start' | 'prove'
  readonly since: number
  readonly reason: Reason
  /** Automatic switches may be stopped by a hold; what the operator asked for may not. */
  readonly origin: 'automatic' | 'operator'
  /** The destination takes a second publisher: start first, fence after the proof. */
  readonly overlap: boolean
  /** Command in flight for this step; null between attempts. */
  readonly commandId: number | null
  readonly deadline: number
  readonly attempt: number
  /** When the next attempt is due, between attempts. */
  readonly retryAt: number | null
  readonly problem: Problem | null
  /** Systems tried in this switch and found wanting. */
  readonly failed: readonly SystemId[]
}

export interface Dark {
  readonly kind: 'dark'
  readonly since: number
  /** Who should carry it. */
  readonly wanted: SystemId
  readonly trying: SystemId | null
  readonly commandId: number | null
  readonly deadline: number
  readonly attempt: number
  readonly retryAt: number
  readonly problem: Problem | null
}

export function initialState(): State {
  return {
    lineup: [],
    destination: null,
    autoArm: false,
    armed: false,
    hold: null,
    phase: { kind: 'offline', lastEnd: null },
    generation: 0,
    owedFence: false,
    obs: initialObsHealth(),
    ingests: {},
    publishing: {},
    strays: {},
    automaticSwitches: [],
    nextCommandId: 1,
  }
}

/** A fresh monitor for a pull system that was not in the lineup before. */
export const ingestHealth = (state: State, system: SystemId): IngestHealth =>
  state.ingests[system] ?? initialIngestHealth()
