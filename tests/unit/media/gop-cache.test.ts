import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAmf } from '../../../src/media/amf0'
import type { FlvTag } from '../../../src/media/flv'
import { GopCache } from '../../../src/media/gop-cache'
import { classify } from '../../../src/media/tags/tags'

const sized = (head: number[], bytes: number, fill = 0): Uint8Array => {
  const payload = new Uint8Array(Math.max(bytes, head.length)).fill(fill)
  payload.set(head)
  return payload
}
const videoHeader = (version = 1): FlvTag => ({
  type: 9,
  timestampMs: 0,
  payload: Uint8Array.of(0x17, 0, 0, 0, 0, version),
})
const audioHeader: FlvTag = { type: 8, timestampMs: 0, payload: Uint8Array.of(0xaf, 0, 0x11, 0x90) }
const metadata: FlvTag = { type: 18, timestampMs: 0, payload: encodeAmf(['onMetaData', { width: 1 }]) }
const key = (timestampMs: number, bytes = 100): FlvTag => ({
  type: 9,
  timestampMs,
  payload: sized([0x17, 1], bytes),
})
const inter = (timestampMs: number, bytes = 100): FlvTag => ({
  type: 9,
  timestampMs,
  payload: sized([0x27, 1], bytes),
})
const sound = (timestampMs: number, bytes = 20): FlvTag => ({
  type: 8,
  timestampMs,
  payload: sized([0xaf, 1], bytes),
})
const times = (tags: readonly FlvTag[]) => tags.map((tag) => tag.timestampMs)
const fill = (cache: GopCache, tags: readonly FlvTag[]) => {
  for (const tag of tags) cache.push(tag)
}

describe('GopCache', () => {
  it('starts with metadata and headers, then from the keyframe', () => {
    const cache = new GopCache({ minBytes: 0 })
    fill(cache, [
      inter(1),
      metadata,
      audioHeader,
      videoHeader(),
      inter(2),
      sound(3),
      key(4),
      sound(5),
      inter(6),
    ])
    expect(cache.start()).toEqual([metadata, videoHeader(), audioHeader, key(4), sound(5), inter(6)])
  })

  it('keeps older groups until the newer ones hold the least asked for', () => {
    const cache = new GopCache({ minBytes: 1000 })
    fill(cache, [videoHeader(), key(1, 900), inter(2, 300), key(3, 900)])
    expect(times(cache.start().slice(1))).toEqual([1, 2, 3])
    expect(times(cache.latest().slice(1))).toEqual([3])
    fill(cache, [inter(4, 200), key(5, 10)])
    expect(times(cache.start().slice(1))).toEqual([3, 4, 5])
  })

  it('drops a group that is too large and waits for the next keyframe', () => {
    const cache = new GopCache({ maxBytes: 1000, minBytes: 0 })
    fill(cache, [videoHeader(), key(1, 500), inter(2, 400), inter(3, 200)])
    expect([cache.warm, cache.keptBytes]).toEqual([false, 0])
    fill(cache, [inter(4), sound(5)])
    expect(cache.start()).toEqual([videoHeader()])
    cache.push(key(6))
    expect(times(cache.start())).toEqual([0, 6])
  })

  it('forgets media that a new decoder header makes undecodable, not at a repeated one', () => {
    const cache = new GopCache()
    fill(cache, [videoHeader(), key(1), videoHeader()])
    expect(cache.warm).toBe(true)
    cache.push(videoHeader(2))
    expect(cache.start()).toEqual([videoHeader(2)])
  })

  it('keeps sound alone by the same rule', () => {
    const cache = new GopCache({ minBytes: 50 })
    fill(cache, [audioHeader, ...[1, 2, 3, 4, 5, 6].map((at) => sound(at))])
    expect(times(cache.start())).toEqual([0, 4, 5, 6])
  })

  it('forgets sound that came before the first picture', () => {
    const cache = new GopCache()
    fill(cache, [audioHeader, sound(1), sound(2), videoHeader(), key(3)])
    expect(times(cache.start())).toEqual([0, 0, 3])
  })

  it('holds its bounds and begins with a keyframe, whatever comes', () => {
    const tag = fc.oneof(
      fc.nat(900).map((bytes) => key(1, bytes)),
      fc.nat(900).map((bytes) => inter(1, bytes)),
      fc.nat(200).map((bytes) => sound(1, bytes)),
      fc.nat(2).map((version) => videoHeader(version)),
    )
    fc.assert(
      fc.property(fc.array(tag, { maxLength: 80 }), (tags) => {
        const cache = new GopCache({ maxBytes: 2000, maxTags: 12, minBytes: 300 })
        cache.push(videoHeader())
        for (const one of tags) {
          cache.push(one)
          const media = cache.start().slice(cache.headers().length)
          const first = media[0] === undefined ? null : classify(media[0])
          if (first !== null) expect(first.kind === 'video' && first.part).toBe('keyframe')
          expect(media.length).toBeLessThanOrEqual(12)
          expect(media.reduce((sum, each) => sum + each.payload.length, 0)).toBe(cache.keptBytes)
          expect(cache.keptBytes).toBeLessThanOrEqual(2000)
        }
      }),
    )
  })
})
