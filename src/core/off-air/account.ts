import type { NotSwitched } from '../failover/not-switched'
import type { CauseCode } from '../health'
import type { SystemId } from '../words'

/** How well the length of an off-air time is known. */
export type OffAirBound =
  /** The splicer measured it between its two pictures. */
  | 'measured'
  /** From the last sample that showed media to the proof: a sample's distance too long at most. */
  | 'about'
  /** It may have begun before, end later, or the clock stood still in it. */
  | 'at-least'
  /** Media was found flowing again, and nobody saw since when. */
  | 'at-most'
  /** Nobody saw it begin. `wholeMs` is what is known of it. */
  | 'not-known'

/** What the time went to, ms, in the order in which it passed. They sum to the whole. */
export interface OffAirParts {
  /** From the last media that reached viewers until it was noticed. */
  readonly noticeMs: number
  /** From then until a switch was begun, or until it was over without one. */
  readonly waitMs: number
  /** On systems that were tried and could not take over. */
  readonly failedMs: number
  /** From the beginning of the switch that worked until its media was proven. */
  readonly switchMs: number
}

/** How long viewers had nothing, as far as can be known. All ms are whole, none is negative. */
export interface OffAir {
  /** 0: the stream stayed on air. */
  readonly wholeMs: number
  readonly bound: OffAirBound
  readonly parts: OffAirParts
  /** `healed`: it came back by itself; `ended`: the stream ended first. */
  readonly how: 'switched' | 'healed' | 'ended'
  /** What kept a switch from being begun, each once, in the order met. */
  readonly waitedFor: readonly NotSwitched[]
  /** Who failed, and of what; null: nobody did, it was a planned switch. */
  readonly of: { readonly system: SystemId; readonly cause: CauseCode } | null
}

/** Moments of one stretch without media, ms on one clock. */
export interface Stretch {
  /** The last media that reached viewers; null: nobody saw it. */
  readonly start: number | null
  readonly noticedAt: number | null
  /** The first switch begun in it, and the last: that which worked. */
  readonly begunAt: number | null
  readonly lastBegunAt: number | null
  /** Media seen again, or the end of the stream. */
  readonly end: number
}

export const noParts: OffAirParts = { noticeMs: 0, waitMs: 0, failedMs: 0, switchMs: 0 }

/**
 * The parts of one stretch. Moments outside of it count as its nearer end: who noticed before media stopped (frames were
 * dropped, then OBS was told to stop) lost no time by noticing.
 */
export function partsOf({ start, noticedAt, begunAt, lastBegunAt, end }: Stretch): OffAirParts {
  const last = whole(end)
  const first = Math.min(whole(start ?? noticedAt ?? begunAt ?? end), last)
  const within = (from: number, moment: number): number => Math.min(Math.max(whole(moment), from), last)
  const noticed = within(first, noticedAt ?? first)
  const begun = within(noticed, begunAt ?? last)
  const lastBegun = within(begun, lastBegunAt ?? begun)
  return {
    noticeMs: noticed - first,
    waitMs: begun - noticed,
    failedMs: lastBegun - begun,
    switchMs: last - lastBegun,
  }
}

/** Without a negative zero. */
const whole = (ms: number): number => Math.round(ms) + 0

export const addParts = (one: OffAirParts, other: OffAirParts): OffAirParts => ({
  noticeMs: one.noticeMs + other.noticeMs,
  waitMs: one.waitMs + other.waitMs,
  failedMs: one.failedMs + other.failedMs,
  switchMs: one.switchMs + other.switchMs,
})

export const wholeOf = ({ noticeMs, waitMs, failedMs, switchMs }: OffAirParts): number =>
  noticeMs + waitMs + failedMs + switchMs

/** Least known first: what is less well known colours the sum. */
const leastKnown: readonly OffAirBound[] = ['not-known', 'at-least', 'at-most', 'about', 'measured']

export const weaker = (one: OffAirBound, other: OffAirBound): OffAirBound =>
  leastKnown.indexOf(one) < leastKnown.indexOf(other) ? one : other
