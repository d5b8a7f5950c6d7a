import { performance } from 'node:perf_hooks'
import { readRtmp } from './rtmp-reader'
import type { RtmpMedia, RtmpReader } from './rtmp-reader'
import { until } from '../wait'

/** One video frame's arrival. All times are `performance.now()` of this process, ms. */
export interface Arrival {
  readonly at: number
  readonly timestampMs: number
  readonly bytes: number
  readonly key: boolean
  /** False while a decoder could show nothing: from a join or a new publisher's headers to the next keyframe. */
  readonly shown: boolean
}

/** A silence between two arrivals, or since the last one. */
export interface Gap {
  readonly gapMs: number
  readonly startedAt: number
}

/** Which arrivals end a silence, and over which time it is looked for. */
export interface GapOptions {
  /** `media` (the default): any video frame. `picture`: only frames that a decoder could show. */
  readonly of?: 'media' | 'picture'
  /** Silences that ended before are left out; one that began before counts whole. */
  readonly since?: number
}

/** A reader of the destination that measures what a viewer would miss. */
export interface Viewer {
  /** This process's clock, for `since`. */
  readonly now: () => number
  /** The longest silence, the present one included. Zero before the first frame. */
  readonly longestGap: (options?: GapOptions) => Gap
  /** Every silence of at least `minMs`, in order. */
  readonly gaps: (minMs: number, options?: GapOptions) => readonly Gap[]
  /** Undefined before the first frame. */
  readonly lastArrivalAt: () => number | undefined
  /** Video frames that arrived at or after `since`. */
  readonly framesSince: (since: number) => number
  /** Resolves when `count` (1) frames have arrived after the call. */
  readonly untilFrames: (count?: number, timeoutMs?: number) => Promise<void>
  readonly arrivals: () => readonly Arrival[]
  /** Connections made so far; 1 as long as the server has never cut the viewer. */
  readonly connections: () => number
  /** How each ended connection ended. */
  readonly cuts: () => readonly string[]
  readonly stop: () => Promise<void>
}

/** Pause before connecting again where the server refuses or is away; the first try after a cut comes at once. */
const RETRY_MS = 50

/**
 * Watches `url` (`rtmp://host:port/app/name`) until stopped, reconnecting at once when cut.
 *
 * nginx-rtmp keeps a viewer through a change of publisher and sends it the new one's headers and frames on the same
 * connection, so a gap here is the publisher's, not a reconnect's; only a dead worker cuts viewers. A viewer that joins
 * (or joins again) gets its first frame at the next keyframe, as nginx-rtmp waits for one (`wait_key`). MediaMTX cuts
 * its readers with the publisher.
 */
export function startViewer(url: string): Viewer {
  const target = parse(url)
  const arrivals: Arrival[] = []
  const cuts: string[] = []
  let connections = 0
  let stopped = false
  let awaitsKey = true
  let reader: RtmpReader | undefined
  let wake: () => void = () => undefined

  const onMedia = ({ kind, timestampMs, payload }: RtmpMedia): void => {
    if (kind !== 'video' || payload.length < 2) return
    // FLV VideoTagHeader: frame type in the high bits, for AVC a packet type of 0 for the sequence header and 1 for
    // frames; Enhanced RTMP (high bit set) has the packet type in the low bits (0 header, 1 and 3 frames).
    const first = payload[0]!
    const enhanced = (first & 0x80) !== 0
    const packetType = enhanced ? first & 0x0f : payload[1]!
    if (packetType === 0) awaitsKey = true
    if (enhanced ? packetType !== 1 && packetType !== 3 : packetType !== 1) return
    const key = ((first >> 4) & 7) === 1
    if (key) awaitsKey = false
    arrivals.push({ at: performance.now(), timestampMs, bytes: payload.length, key, shown: !awaitsKey })
  }
  const watch = async (): Promise<void> => {
    let lastStart = -Infinity
    for (;;) {
      const pauseMs = Math.max(0, lastStart + RETRY_MS - performance.now())
      if (pauseMs > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, pauseMs)
        })
      }
      if (isStopped()) return
      lastStart = performance.now()
      awaitsKey = true
      connections++
      reader = readRtmp({ ...target, onMedia })
      cuts.push(await reader.closed)
    }
  }
  const isStopped = (): boolean => stopped
  const done = watch()

  const gaps = (minMs: number, { of = 'media', since = -Infinity }: GapOptions = {}): readonly Gap[] => {
    const times = arrivals.filter((each) => of === 'media' || each.shown).map((each) => each.at)
    return times
      .map((at, index): Gap & { readonly endedAt: number } => {
        const endedAt = times[index + 1] ?? performance.now()
        return { startedAt: at, gapMs: endedAt - at, endedAt }
      })
      .filter((gap) => gap.gapMs >= minMs && gap.endedAt >= since)
      .map(({ startedAt, gapMs }) => ({ startedAt, gapMs }))
  }
  const framesSince = (since: number): number => arrivals.filter((each) => each.at >= since).length
  return {
    now: () => performance.now(),
    gaps,
    longestGap: (options) =>
      gaps(0, options).reduce((longest, gap) => (gap.gapMs > longest.gapMs ? gap : longest), {
        gapMs: 0,
        startedAt: performance.now(),
      }),
    lastArrivalAt: () => arrivals.at(-1)?.at,
    framesSince,
    untilFrames: async (count = 1, timeoutMs = 15_000) => {
      const since = performance.now()
      await until(() => framesSince(since) >= count, {
        timeoutMs,
        what: `${count} frames at the viewer`,
        everyMs: 10,
      })
    },
    arrivals: () => arrivals,
    connections: () => connections,
    cuts: () => cuts,
    stop: async () => {
      stopped = true
      wake()
      reader?.close()
      await done
    },
  }
}

function parse(url: string): {
  readonly host: string
  readonly port: number
  readonly app: string
  readonly name: string
} {
  const parts = /^rtmp:\/\/([^/:]+)(?::(\d+))?\/([^/]+)\/(.+)$/.exec(url)
  if (parts === null) throw new Error('a viewer needs rtmp://host:port/app/name')
  return { host: parts[1]!, port: Number(parts[2] ?? 1935), app: parts[3]!, name: parts[4]! }
}
