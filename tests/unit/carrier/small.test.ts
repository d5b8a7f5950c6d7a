import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../src/carrier/process/backoff'
import { ffmpegVersionOf } from '../../../src/shared/ffmpeg/ffmpeg-version'
import { FeedMeter } from '../../../src/carrier/feed/meter'
import { Timeline } from '../../../src/carrier/direct/timeline'

describe('backoffMs', () => {
  it('doubles up to 8 s and stays there', () => {
    expect([0, 1, 2, 3, 4, 5, 99].map((attempt) => backoffMs(attempt, 0.5))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ])
  })
  it('is spread by a fifth', () => {
    expect(backoffMs(0, 0)).toBe(400)
    expect(backoffMs(0, 1)).toBe(600)
  })
})

describe('ffmpegVersionOf', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright', 5],
    ['ffmpeg version n7.1 Copyright', 7],
    ['ffmpeg version 4.4.2-0ubuntu0.22.04.1', 4],
    ['ffmpeg version N-118193-g5f38c82536', Infinity],
    ['ffmpeg version 2024-12-11-git-a518b5540d', Infinity],
  ])('%s', (text, major) => {
    expect(ffmpegVersionOf(text)?.major).toBe(major)
  })
  it('knows what is no ffmpeg', () => {
    expect(ffmpegVersionOf('hello')).toBeNull()
  })
})

describe('Timeline', () => {
  it('begins at 0, whatever the feed says', () => {
    const timeline = new Timeline()
    timeline.begin(5_000, 100)
    expect([5_000, 5_033, 5_010].map((ms) => timeline.map(ms, 100))).toEqual([0, 33, 10])
  })

  it('goes on after the feed began anew, by the time that really passed', () => {
    const timeline = new Timeline()
    timeline.begin(5_000, 0)
    timeline.map(7_000, 2_000)
    timeline.begin(0, 6_500)
    expect(timeline.map(0, 6_500)).toBe(6_500)
    expect(timeline.map(33, 6_533)).toBe(6_533)
  })

  it('never goes back when two runs follow at once', () => {
    const timeline = new Timeline()
    timeline.begin(0, 0)
    timeline.map(3_000, 0)
    timeline.begin(90_000, 1)
    expect(timeline.map(90_000, 1)).toBe(3_020)
  })
})

describe('FeedMeter', () => {
  const frame = (kind: 'key' | 'inter', timestampMs: number, composition = 0) => ({
    type: 9 as const,
    timestampMs,
    payload: Uint8Array.from([
      kind === 'key' ? 0x17 : 0x27,
      1,
      (composition >> 16) & 0xff,
      (composition >> 8) & 0xff,
      composition & 0xff,
      ...new Uint8Array(995),
    ]),
  })

  it('measures rate, frame rate and keyframe spacing', () => {
    let now = 0
    const meter = new FeedMeter(() => now)
    for (let index = 0; index <= 75; index += 1) {
      now = index * 40
      meter.push(frame(index % 50 === 0 ? 'key' : 'inter', index * 40))
    }
    expect(meter.gopSec).toBe(2)
    expect(meter.bFrames).toBe(false)
    expect(meter.rates()?.fps).toBeCloseTo(25, -1)
    expect(meter.rates()?.bitrateKbps).toBeGreaterThan(180)
    now += 5_000
    expect(meter.rates()).toBeNull()
  })

  it('sees B-frames by their composition time', () => {
    const meter = new FeedMeter(() => 0)
    meter.push(frame('inter', 0, 66))
    expect(meter.bFrames).toBe(true)
  })
})
