import type { NotSwitched } from '../failover/not-switched'
import type { CauseCode } from '../health'
import type { SystemId } from '../words'
import type { OffAirBound, OffAirParts } from './account'

/** What the core remembers of what viewers get. A plain value; times in ms. */
export interface OffAirMemory {
  /** When media last went out, by the word of who sent it; null: it was not seen in this stream. */
  readonly sentAt: number | null
  /** When the far end last had media; null: it says nothing. */
  readonly seenAt: number | null
  /** Nothing goes out since `sentAt`; null: nothing is known to be wrong. */
  readonly broken: Broken | null
  /** The clock stood still since `sentAt`: the PC slept. */
  readonly slept: boolean
  /** `sentAt` comes from the engine before this one. */
  readonly restored: boolean
  /** When it was noticed that something is wrong; null: it was not. */
  readonly noticedAt: number | null
  readonly of: { readonly system: SystemId; readonly cause: CauseCode } | null
  /** Switches begun since. */
  readonly begun: { readonly first: number; readonly last: number; readonly to: SystemId } | null
  readonly waitedFor: readonly NotSwitched[]
  /** Stretches that are over, and were not told yet. */
  readonly past: { readonly parts: OffAirParts; readonly bound: OffAirBound } | null
}

export interface Broken {
  readonly by: 'sender' | 'far-end'
  /** Only concluded from counters that stand still. */
  readonly silent: boolean
  /** What went out before did arrive. */
  readonly sure: boolean
  /** Nothing is missed where it lasts less than this, ms: the counters may just not have been looked at. */
  readonly enoughMs: number
}

export const nothingSeen: OffAirMemory = {
  sentAt: null,
  seenAt: null,
  broken: null,
  slept: false,
  restored: false,
  noticedAt: null,
  of: null,
  begun: null,
  waitedFor: [],
  past: null,
}
