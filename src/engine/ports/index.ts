/**
 * What the engine needs from outside. Adapters import this folder and the pure rooms, never each other; `compose.ts` names
 * concrete ones. No call throws for an expected failure: it answers a Problem.
 */
export type { TrackDifference } from '../../core/compare-tracks'
export type { Clock, Logger, CrashNote, Emit, Still } from './common'
export type { Destination, RememberedDestination, Remembers } from './destination'
export type { ObsService, ObsServiceNow, ObsExamination, ObsPort, ObsPortStatus } from './obs'
export type {
  IngestCapabilities,
  SourceSpec,
  ProbeReport,
  IngestStatus,
  StartOptions,
  IngestPort,
} from './ingest'
export type { ProgramGuard, ProgramTarget, ProgramStatus, ProgramPort } from './program'
export type { WatchPort } from './watch'
export type { JournalEntry, JournalPort } from './journal'
