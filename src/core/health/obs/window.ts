import type { ObsStreamStatus } from '../../events'

/** One answered GetStreamStatus of a running stream. */
export interface StreamSample {
  readonly at: number
  readonly bytes: number
  readonly skipped: number
  readonly total: number
  readonly congestion: number
}

/** Samples older than this are forgotten; longer than any window the detectors look at. */
const keepMs = 15_000
/** A hole this long between two answers says nothing about what happened inside it: start again. */
const maxGapMs = 6_000

export const toSample = (at: number, status: ObsStreamStatus): StreamSample => ({
  at,
  bytes: status.bytes,
  skipped: status.skippedFrames,
  total: status.totalFrames,
  congestion: status.congestion,
})

/** Any counter that went backwards was restarted by OBS (at every connect attempt): a new epoch. */
export function isNewEpoch(before: StreamSample, after: StreamSample): boolean {
  return after.bytes < before.bytes || after.skipped < before.skipped || after.total < before.total
}

/** The window with one sample more; a new epoch or a long hole re-baselines instead of giving a difference. */
export function pushSample(samples: readonly StreamSample[], sample: StreamSample): readonly StreamSample[] {
  const last = samples.at(-1)
  if (last === undefined || isNewEpoch(last, sample) || sample.at - last.at > maxGapMs) return [sample]
  return [...samples.filter((old) => sample.at - old.at <= keepMs), sample]
}

/** The newest sample that is at least `windowMs` older than the last one, or the oldest there is. */
export function baseOf(samples: readonly StreamSample[], windowMs: number): StreamSample | undefined {
  const last = samples.at(-1)
  if (last === undefined) return undefined
  return samples.findLast((sample) => sample.at <= last.at - windowMs) ?? samples[0]
}

/** What changed between the window's base and its last sample. */
export interface Difference {
  readonly spanMs: number
  readonly bytes: number
  readonly skipped: number
  readonly total: number
}

export function difference(samples: readonly StreamSample[], windowMs: number): Difference | null {
  const base = baseOf(samples, windowMs)
  const last = samples.at(-1)
  if (base === undefined || last === undefined || last.at <= base.at) return null
  return {
    spanMs: last.at - base.at,
    bytes: last.bytes - base.bytes,
    skipped: last.skipped - base.skipped,
    total: last.total - base.total,
  }
}

export function bitrateKbps(samples: readonly StreamSample[], windowMs: number): number | null {
  const diff = difference(samples, windowMs)
  return diff === null ? null : (diff.bytes * 8) / diff.spanMs
}

/** 0..1; a mean, because in a stall OBS's figure saw-tooths with every keyframe. */
export function meanCongestion(samples: readonly StreamSample[], windowMs: number): number | null {
  const last = samples.at(-1)
  if (last === undefined) return null
  const recent = samples.filter((sample) => sample.at >= last.at - windowMs)
  return recent.reduce((sum, sample) => sum + sample.congestion, 0) / recent.length
}

/** For how long, between answers, no byte has gone out. */
export function bytesFlatMs(samples: readonly StreamSample[]): number {
  const last = samples.at(-1)
  if (last === undefined) return 0
  const moved = samples.findLastIndex((sample) => sample.bytes !== last.bytes)
  const since = samples[moved + 1] ?? last
  return last.at - since.at
}

/** Times of the samples in the window that showed new drops. */
export function dropRises(samples: readonly StreamSample[], windowMs: number): readonly number[] {
  const last = samples.at(-1)
  if (last === undefined) return []
  return samples
    .filter((sample, index) => {
      const before = samples[index - 1]
      return before !== undefined && sample.skipped > before.skipped && sample.at > last.at - windowMs
    })
    .map((sample) => sample.at)
}
