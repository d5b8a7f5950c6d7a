import type { Problem } from '../../core/problem'
import type { Leg, Track } from '../../core/words'
import type { FlvTag } from '../../media/flv'
import type { LeftOut } from '../../media/tags/first-tracks'
import type { GopCache } from '../../media/gop-cache'

/** A subscriber's view: `epoch` changes when the source was opened again, and with it every timestamp. */
export type TagListener = (tag: FlvTag, epoch: number) => void

/** A source of FLV tags that keeps its headers and last group of pictures, pulled by ffmpeg or received from OBS. */
export interface MediaFeed {
  readonly kind: 'pull' | 'receive'
  readonly cache: GopCache
  readonly epoch: number
  readonly leg: Leg
  /** Headers and a keyframe are kept and media arrives: it could go on air at once. */
  readonly warm: boolean
  /** Latched until media arrives again. */
  readonly problem: Problem | null
  readonly restarts: number
  /** Where its timestamps stand against our clock (media/arrival-clock); null: nothing arrived in this run. */
  readonly originMs: number | null
  /** Since its last picture (or sound, where it has no picture) arrived, ms: its heartbeat; null: none in this run. */
  mediaAgeMs(): number | null
  uptimeMs(): number | null
  rates(): { readonly bitrateKbps: number; readonly fps: number } | null
  tracks(): readonly Track[]
  /** Tracks beside the first of their kind that this run brought: none of them is carried. */
  readonly leftOut: LeftOut
  /** Processor time of the process that converts it, in share of one core; null: none, or not known. */
  cpuShare(): number | null
  /** Every tag, after it was put into the cache. */
  onTag(listener: TagListener): () => void
  onChange(listener: () => void): () => void
  /** Its connection or process has ended, told at once. */
  onEnd(listener: () => void): () => void
  dispose(): void
}
