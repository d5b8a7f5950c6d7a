import { readRtmp, type RtmpMedia, type RtmpReader } from './rtmp-reader'

/** What a reader at the platform has seen so far. Times are `performance.now()` of this process, ms. */
export interface WitnessReport {
  readonly frames: number
  readonly sounds: number
  readonly connected: boolean
  /** Timestamps that did not rise, over both tracks. */
  readonly backward: number
  /** Longest time between two video frames arriving. */
  readonly longestGapMs: number
  /** Most that sound and picture were apart from where they were at the beginning, in program time against arrival. */
  readonly driftMs: number
}

/** A reader of the platform that keeps only numbers: it may watch for hours. */
export interface Witness {
  readonly report: () => WitnessReport
  /** The longest gap from now on. */
  readonly mark: () => () => number
  readonly lastFrameAt: () => number | null
  readonly stop: () => void
}

interface Track {
  count: number
  last: number
  lastAt: number
  backward: number
  /** Slow mean of (arrival - timestamp): where this track stands against the clock. */
  lag: number | null
  lagAtFirst: number | null
}

const track = (): Track => ({ count: 0, last: -1, lastAt: 0, backward: 0, lag: null, lagAtFirst: null })
/** Weight of one frame in the slow mean. */
const weight = 0.02
/** Frames until the mean means something. */
const settled = 200

/** @param url `rtmp://host:port/app/name` */
export function startWitness(url: string): Witness {
  const { hostname, port, pathname } = new URL(url)
  const [, app = '', name = ''] = pathname.split('/')
  const picture = track()
  const sound = track()
  let longestGapMs = 0
  let sinceMark = 0
  let driftMs = 0
  let connected = true
  const take = ({ kind, timestampMs, payload }: RtmpMedia): void => {
    // Sequence headers say nothing about time.
    if (payload.length < 2 || payload[1] === 0) return
    const at = performance.now()
    const one = kind === 'video' ? picture : sound
    if (timestampMs <= one.last) one.backward += 1
    if (kind === 'video' && one.count > 0) {
      longestGapMs = Math.max(longestGapMs, at - one.lastAt)
      sinceMark = Math.max(sinceMark, at - one.lastAt)
    }
    one.count += 1
    one.last = timestampMs
    one.lastAt = at
    one.lag = one.lag === null ? at - timestampMs : one.lag + weight * (at - timestampMs - one.lag)
    if (one.count === settled) one.lagAtFirst = one.lag
    const [a, b] = [picture, sound].map(({ lag, lagAtFirst }) =>
      lag === null || lagAtFirst === null ? null : lag - lagAtFirst,
    )
    if (typeof a === 'number' && typeof b === 'number') driftMs = Math.abs(a - b)
  }
  const reader: RtmpReader = readRtmp({
    host: hostname,
    port: Number(port === '' ? 1935 : port),
    app,
    name,
    onMedia: take,
  })
  void reader.closed.then(() => (connected = false))
  return {
    report: () => ({
      frames: picture.count,
      sounds: sound.count,
      connected,
      backward: picture.backward + sound.backward,
      longestGapMs: Math.round(longestGapMs),
      driftMs: Math.round(driftMs * 10) / 10,
    }),
    mark: () => {
      sinceMark = 0
      return () => Math.round(Math.max(sinceMark, picture.count > 0 ? performance.now() - picture.lastAt : 0))
    },
    lastFrameAt: () => (picture.count > 0 ? picture.lastAt : null),
    stop: () => reader.close(),
  }
}
