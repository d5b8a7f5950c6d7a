import type { OperatorEvent, RestorePoint } from '../core/events'
import type { Notice } from '../core/failover'
import type { Policy } from '../core/policy'
import type { Problem, Result } from '../core/problem'
import type { SystemId } from '../core/words'
import type { ApiCommand, CommandReply } from '../shared/contract'
import type { Snapshot } from '../shared/snapshot'
import type { Destinations } from './lineup/destination'
import type { ChangeLimits } from './settings/change-limits'
import type { Carried } from './engine'
import type { ProgramExecutor } from './execute/execute-program'
import type {
  Clock,
  CrashNote,
  IngestPort,
  JournalPort,
  Logger,
  ObsPort,
  SourceSpec,
  WatchPort,
} from './ports'

/** One pull system of the lineup: its ingest, what it pulls, and how that may be named on a screen. */
export interface PullSystem {
  readonly id: SystemId
  readonly kind: 'pull' | 'slate'
  readonly ingest: IngestPort
  /** Null: a part of it is a secret that is not at hand. Then it is watched, and pulled once the secret is there. */
  readonly source: SourceSpec | null
  /** Without credentials. */
  readonly label: string
  /** Route `program`: encoded to look like OBS's picture. */
  readonly convert: boolean
}

/** Route `program`. */
export interface ProgramPath extends ProgramExecutor {
  /** What a screen calls each destination. */
  readonly labels: ReadonlyMap<string, string>
}

export interface AppPorts {
  readonly version: string
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: JournalPort
  readonly policy: Policy
  readonly obs: ObsPort | null
  readonly pulls: readonly PullSystem[]
  readonly watch: WatchPort
  /** Null: route `direct`. */
  readonly program: ProgramPath | null
  readonly destinations: Destinations
  readonly autoArm: boolean
  /** The point to go on from, already judged for its age. */
  readonly restored: RestorePoint
  /** What the app before this one knew, where the set-up was changed; null: the process has just begun. */
  readonly carried: Carried | null
  /** False: it could not be written, and is handed in again. */
  saveRestorePoint(point: RestorePoint): boolean
  /** Problems of the set-up that stand apart from OBS, destination and ingests. */
  standingProblems(): readonly Problem[]
  readonly rehearsal: RehearsalPort | null
  /** Tells of processes of ours that ended by a mistake of their own. Answers the way out. */
  onCrash(listener: (note: CrashNote) => void): () => void
  /** Main channel: a rehearsal runs beside it. */
  rehearsing(): boolean
  settingsRevision(): number
  /** Wall clock of the newest picture of a system; null: none. */
  pictureWall(id: SystemId): number | null
  /** Asked to end: answered first, done then. */
  shutdown(carrier: boolean): void
  /** OBS begins to stream, or is connected. */
  onObsStream(): void
}

/** What a rehearsal adds: faults on command and the gap they cost. */
export interface RehearsalPort {
  fault(fault: string): Promise<Result<void>>
  view(): NonNullable<Snapshot['rehearsal']>
  onChange(listener: () => void): void
  /** What the streamer is told: a hold kept a switch back, the stream is over. */
  heard(notice: Notice): void
}

export interface App {
  start(): void
  snapshot(): Snapshot
  onChange(listener: () => void): () => void
  command(command: ApiCommand, by: OperatorEvent['by']): Promise<CommandReply>
  live(): boolean
  /** What stands in the way of a changed set-up. */
  changeLimits(): ChangeLimits
  /** What the next app goes on from. */
  handOver(): { readonly point: RestorePoint; readonly carried: Carried }
  /** Arms by itself when OBS goes live, or does not. */
  setAutoArm(on: boolean): void
  /** Something that the snapshot shows from elsewhere has changed. */
  touch(): void
  /** Ends watching. What is on air stays on air. The ingests of `leave` are not closed. */
  stop(leave?: ReadonlySet<SystemId>): Promise<void>
  /** This process ends by a mistake: decides nothing any more, and saves what the next one goes on from. */
  halt(): Promise<void>
}
