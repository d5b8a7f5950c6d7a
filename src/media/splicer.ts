import { signedStep } from './arrival-clock'
import { scaleComposition } from './tags/composition'
import type { FlvTag } from './flv'
import type { GopCache } from './gop-cache'
import { classify } from './tags/tags'

/** One run of a feed, as the splicer sees it: a new epoch has timestamps of its own. */
export interface FeedRun {
  readonly feed: string
  readonly epoch: number
  readonly cache: Pick<GopCache, 'headers' | 'latest' | 'warm'>
  /** ArrivalClock's: with it a mapped time does not run ahead of the wall clock; null: nothing arrived. */
  readonly originMs: number | null
}

/** A timestamp this far from the one before it, either way, is a new clock and not a pause or jitter. */
const jumpMs = 10_000

interface OnAir {
  readonly feed: string
  readonly epoch: number
  /** Added to the run's unwrapped timestamps for program time. One for sound and picture: they stay in step. */
  offsetMs: number
  /** Last timestamp as it came, and unwrapped. */
  rawMs: number
  runMs: number
}

/**
 * Many feeds in, one endless program out: FLV tags with one rising clock. A cut begins on a keyframe, at once from the group
 * of pictures that the feed kept: those frames are squeezed into the time since the last frame sent (decoders catch up;
 * the kept sound is left out), so that program time never runs ahead of the wall clock. Where that time has fewer
 * milliseconds than the group has frames, nothing goes out until it has enough or a new keyframe comes.
 * Headers go out where they differ; metadata and ends of sequences stay behind.
 *
 * Pure and O(1) a tag, a cut apart. Times are monotonic ms; program time begins at 0 and wraps at 2^32 on the wire.
 */
export class Splicer {
  private zeroAt: number | null = null
  private air: OnAir | null = null
  private awaited: string | null = null
  private videoMs: number | null = null
  private audioMs: number | null = null
  /** Last video of what was on before the cut that waits or was made last. */
  private beforeCutMs: number | null = null
  private gapOfCutMs: number | null = null
  private gapOpen = false
  private videoHeader: Uint8Array | null = null
  private audioHeader: Uint8Array | null = null

  /** The feed whose media goes out; null before the first cut, or while one waits. */
  get onFeed(): string | null {
    return this.air?.feed ?? null
  }

  /** The feed that the program waits for. */
  get waitingFor(): string | null {
    return this.awaited
  }

  /** Last cut: from the last video frame before it to the first one after it, in program time; null: there was none before. */
  get lastGapMs(): number | null {
    return this.gapOfCutMs
  }

  /** The program moves to this run, or begins with it. What is to be sent at once; empty where it has to wait. */
  cut(run: FeedRun, atMs: number): readonly FlvTag[] {
    if (this.air?.feed === run.feed && this.air.epoch === run.epoch && this.awaited === null) return []
    this.air = null
    this.awaited = run.feed
    this.beforeCutMs = this.videoMs
    this.gapOpen = true
    return this.begin(run, atMs)
  }

  /** A tag of any feed, already in its run's cache. */
  push(run: FeedRun, tag: FlvTag, atMs: number): readonly FlvTag[] {
    if (this.awaited === run.feed) return this.begin(run, atMs)
    const { air } = this
    if (air?.feed !== run.feed) return []
    // Its source was opened again: another clock, and perhaps another picture.
    if (air.epoch !== run.epoch) return this.cut(run, atMs)
    return this.live(air, tag, atMs)
  }

  private nowMs(atMs: number): number {
    return this.zeroAt === null ? 0 : atMs - this.zeroAt
  }

  private begin(run: FeedRun, atMs: number): readonly FlvTag[] {
    if (!run.cache.warm || run.originMs === null) return []
    const media = run.cache.latest().filter((tag) => isFrame(tag))
    const newest = media.at(-1)
    if (newest === undefined) return []
    if (this.zeroAt === null) return this.first(run, media, run.originMs, newest)
    const pictures = media.filter((tag) => tag.type === 9)
    const roomMs = Math.floor(this.nowMs(atMs)) - (this.videoMs ?? -1)
    if (pictures.length > roomMs) return []
    this.enter(run, run.originMs - this.zeroAt, newest)
    const out = this.headersOf(run.cache.headers(), this.videoMs ?? 0)
    for (const tag of this.squeezed(pictures, atMs)) out.push(...this.send(tag))
    return out
  }

  /** The program begins: the whole group as it came, begun in the past by as much as it lasts. */
  private first(run: FeedRun, media: readonly FlvTag[], originMs: number, newest: FlvTag): readonly FlvTag[] {
    const oldest = media.reduce(
      (least, tag) => Math.min(least, signedStep(newest.timestampMs, tag.timestampMs)),
      0,
    )
    this.zeroAt = newest.timestampMs + oldest + originMs
    const air = this.enter(run, originMs - this.zeroAt, newest)
    const out = this.headersOf(run.cache.headers(), 0)
    for (const tag of media) {
      const runMs = air.runMs + signedStep(newest.timestampMs, tag.timestampMs)
      out.push(...this.send({ ...tag, timestampMs: runMs + air.offsetMs }))
    }
    return out
  }

  private enter(run: FeedRun, offsetMs: number, newest: FlvTag): OnAir {
    this.air = {
      feed: run.feed,
      epoch: run.epoch,
      offsetMs,
      rawMs: newest.timestampMs,
      runMs: newest.timestampMs,
    }
    this.awaited = null
    return this.air
  }

  /** The group's pictures between the last frame sent and now, evenly; in their own spacing where there is room for it. */
  private squeezed(pictures: readonly FlvTag[], atMs: number): readonly FlvTag[] {
    const first = pictures[0]
    const last = pictures.at(-1)
    const { air } = this
    if (first === undefined || last === undefined || air === null) return []
    const endMs = Math.floor(this.nowMs(atMs))
    const fromMs = this.videoMs ?? -1
    const ownMs = signedStep(first.timestampMs, last.timestampMs)
    // The newest one stands where live ones will go on, if that is after all others fit in before it.
    const liveMs = Math.round(air.runMs + air.offsetMs)
    const toMs = Math.min(endMs, Math.max(liveMs, fromMs + pictures.length))
    if (toMs - ownMs > fromMs)
      return pictures.map((tag) => ({
        ...tag,
        timestampMs: toMs - signedStep(tag.timestampMs, last.timestampMs),
      }))
    const spacingMs = (toMs - fromMs) / pictures.length
    const share = ownMs > 0 ? (spacingMs * Math.max(1, pictures.length - 1)) / ownMs : 0
    return pictures.map((tag, i) =>
      scaleComposition({ ...tag, timestampMs: Math.floor(fromMs + spacingMs * (i + 1)) }, share),
    )
  }

  private live(air: OnAir, tag: FlvTag, atMs: number): readonly FlvTag[] {
    const info = classify(tag)
    if (info.kind !== 'video' && info.kind !== 'audio') return []
    if (info.part === 'end') return []
    const stepMs = signedStep(air.rawMs, tag.timestampMs)
    const nowMs = this.nowMs(atMs)
    if (info.part === 'header') {
      return this.headersOf([tag], (tag.type === 9 ? this.videoMs : this.audioMs) ?? 0)
    }
    // Colour information and the like: belongs to the picture before it.
    if (info.part === 'other') return [{ ...tag, timestampMs: (this.videoMs ?? 0) >>> 0 }]
    air.rawMs = tag.timestampMs
    air.runMs += stepMs
    // A new clock inside one run: it goes on from now. Nor may program time run ahead of the wall clock.
    if (Math.abs(stepMs) > jumpMs || air.runMs + air.offsetMs > nowMs) air.offsetMs = nowMs - air.runMs
    return this.send({ ...tag, timestampMs: air.runMs + air.offsetMs })
  }

  /** Rising by at least 1 ms a track. */
  private send(tag: FlvTag): readonly FlvTag[] {
    const wantedMs = Math.floor(tag.timestampMs)
    if (tag.type === 9) {
      this.videoMs = Math.max(wantedMs, (this.videoMs ?? -1) + 1)
      if (this.gapOpen) {
        this.gapOpen = false
        this.gapOfCutMs = this.beforeCutMs === null ? null : this.videoMs - this.beforeCutMs
      }
      return [{ ...tag, timestampMs: this.videoMs >>> 0 }]
    }
    this.audioMs = Math.max(wantedMs, (this.audioMs ?? -1) + 1)
    return [{ ...tag, timestampMs: this.audioMs >>> 0 }]
  }

  /** Decoder headers that differ from what the far end has. */
  private headersOf(headers: readonly FlvTag[], programMs: number): FlvTag[] {
    return headers.flatMap((tag): FlvTag[] => {
      if (tag.type === 18) return []
      const known = tag.type === 9 ? this.videoHeader : this.audioHeader
      if (known !== null && sameBytes(known, tag.payload)) return []
      if (tag.type === 9) this.videoHeader = tag.payload
      else this.audioHeader = tag.payload
      return [{ ...tag, timestampMs: programMs >>> 0 }]
    })
  }
}

function isFrame(tag: FlvTag): boolean {
  const info = classify(tag)
  if (info.kind === 'video') return info.part === 'keyframe' || info.part === 'inter'
  return info.kind === 'audio' && info.part === 'frame'
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || (a.length === b.length && a.every((byte, i) => byte === b[i]))
