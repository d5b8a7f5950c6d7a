import type { LineupEntry } from '../events'
import type { CauseCode } from '../health'
import { initialIngestHealth, type IngestHealth } from '../health/ingest'
import { initialObsHealth, type ObsHealth } from '../health/obs'
import type { Problem } from '../problem'
import type { DestinationRules, Leg, Proof, SystemId } from '../words'
import { nothingSeen, type OffAirMemory } from '../off-air/state'
import type { Reason } from './commands'
import type { NotSwitched } from './not-switched'
import { noProgram, type ProgramMemory } from './program/state'

/** Is no backup ready to take over, since when, and was it told? */
export interface BackupWatch {
  /** Since when it is other than what was told last; null: it is as told. */
  readonly since: number | null
  /** It was told that nobody is ready. */
  readonly told: boolean
}

export const noBackupWatch: BackupWatch = { since: null, told: false }

/** Everything the core remembers. A plain value: serialisable, never changed in place. */
export interface State {
  readonly lineup: readonly LineupEntry[]
  readonly route: 'direct' | 'program'
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
  /** The program of this PC; says nothing on route `direct`. */
  readonly program: ProgramMemory
  readonly ingests: Readonly<Record<SystemId, IngestHealth>>
  /** What each pull system's status said last: used to find strays and to adopt. */
  readonly publishing: Readonly<Record<SystemId, Publishing>>
  /** Streams of OBS up to this one are accounted for: only a later one that others began is a Start pressed in OBS. */
  readonly obsSeq: number
  /** The last stop given to each system, as long as it matters. */
  readonly stops: Readonly<Record<SystemId, Stop>>
  /** Times of automatic switches: what the governor counts. */
  readonly automaticSwitches: readonly number[]
  /** No backup could take over: since when, and was it announced? */
  readonly backupWatch: BackupWatch
  /** What viewers get, and what they missed. */
  readonly offAir: OffAirMemory
  readonly nextCommandId: number
}

export interface Hold {
  readonly since: number
  /** null: until released. */
  readonly until: number | null
}

/** The publish leg of a pull system, as its last status showed it. */
export interface Publishing {
  readonly at: number
  /** Since when the leg has been what it is. */
  readonly since: number
  readonly leg: Leg
  readonly generation: number | null
  readonly stale: boolean
}

export interface Stop {
  /** In flight; null once its result came. */
  readonly commandId: number | null
  readonly givenAt: number
  /** No other stop is given to this system before. */
  readonly until: number
  /** Whoever starts next waits for it, within the policy's `fenceMaxMs`. A hung OBS is not waited for. */
  readonly awaited: boolean
}

/** Where the broadcast is. Every phase has a way out by the operator and by time. */
export type Phase =
  /** No stream. */
  | { readonly kind: 'offline'; readonly lastEnd: 'user' | 'quit' | 'operator' | null }
  /** After a start of the engine: looking for what is on air. */
  | {
      readonly kind: 'adopting'
      readonly until: number
      readonly onAir: SystemId | null
      /** It was being put on air. */
      readonly handover: boolean
    }
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
  /** Who has it, or had it last; null: nobody (going live, or the dark). */
  readonly from: SystemId | null
  readonly to: SystemId
  /** `begins`: the operator goes live; when it fails there is no stream, and no backup is put on air for it. */
  readonly stream: 'begins' | 'continues'
  readonly step: 'fence' | 'start' | 'prove'
  readonly since: number
  readonly reason: Reason
  /**
   * A hold does not undo a switch that is under way (viewers would be left with nothing), but when an automatic one
   * fails under a hold no other system is tried.
   */
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
  /** Who was on air when the operator asked: goes back on air when it fails, even under a hold. */
  readonly fallback: SystemId | null
  /** It was announced as failed; the attempts go on. */
  readonly alarmed: boolean
}

export interface Dark {
  readonly kind: 'dark'
  readonly since: number
  /** Who should carry it. Tried even under a hold and while disarmed: that is no switch. */
  readonly wanted: SystemId
  readonly fallback: SystemId | null
  readonly trying: SystemId | null
  readonly step: 'start' | 'prove'
  /** Command in flight for `trying`. */
  readonly commandId: number | null
  readonly deadline: number
  /** Each system has its own schedule. */
  readonly tried: Readonly<Record<SystemId, Tried>>
  readonly problem: Problem | null
}

export interface Tried {
  readonly count: number
  readonly at: number
}

export function initialState(): State {
  return {
    lineup: [],
    route: 'direct',
    destination: null,
    autoArm: false,
    armed: false,
    hold: null,
    phase: { kind: 'offline', lastEnd: null },
    generation: 0,
    owedFence: false,
    obs: initialObsHealth(),
    program: noProgram,
    ingests: {},
    publishing: {},
    obsSeq: 0,
    stops: {},
    automaticSwitches: [],
    backupWatch: noBackupWatch,
    offAir: nothingSeen,
    nextCommandId: 1,
  }
}

/** A fresh monitor for a pull system that was not in the lineup before. */
export const ingestHealth = (state: State, system: SystemId): IngestHealth =>
  state.ingests[system] ?? initialIngestHealth()
