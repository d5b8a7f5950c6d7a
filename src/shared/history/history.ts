import type { SystemId } from '../../core/words'

/** What the charts show, kept by the engine: `GET /api/history`. Two samples a second for eight hours. */
export const historyStepMs = 500
export const historyKeepMs = 8 * 3_600_000

export const historySeries = ['bitrateKbps', 'dropShare', 'congestion', 'fps'] as const
export type HistorySeries = (typeof historySeries)[number]

/** One system's columns, of equal length, oldest first. NaN: nothing was known then. */
export interface SystemHistory {
  readonly id: SystemId
  /** Wall clock, ms since epoch. */
  readonly wall: Float64Array
  readonly values: Readonly<Record<HistorySeries, Float32Array>>
}

export interface History {
  readonly systems: readonly SystemHistory[]
  /** Moments to mark: when another system went on air (id), or nobody was (null). */
  readonly onAir: readonly { readonly wall: number; readonly id: SystemId | null }[]
}
