import { describe, expect, it } from 'vitest'
import { firstVariant, isHls, lastSegment } from '../../../../src/engine/watch/hls'

const list = (sequence: number, ...segments: readonly string[]): string =>
  [
    '#EXTM3U',
    `#EXT-X-MEDIA-SEQUENCE:${sequence}`,
    ...segments.flatMap((name) => ['#EXTINF:2.0,', name]),
  ].join('\n')

describe('an HLS playlist', () => {
  it.each([
    ['https://cdn/live/index.m3u8?sig=1', true],
    ['http://cdn/live.flv', false],
    ['rtmp://host/app/x.m3u8', false],
    ['nothing', false],
  ])('is known by its address: %s', (url, expected) => {
    expect(isHls(url)).toBe(expected)
  })

  it('moves with each new segment, not by being asked again', () => {
    expect(lastSegment(list(1, 'a.ts', 'b.ts'))).toBe(lastSegment(list(1, 'a.ts', 'b.ts')))
    expect(lastSegment(list(2, 'b.ts', 'c.ts'))).not.toBe(lastSegment(list(1, 'a.ts', 'b.ts')))
    // One name for every segment, told apart by the number.
    expect(lastSegment(list(2, 'x.ts'))).not.toBe(lastSegment(list(1, 'x.ts')))
  })

  it('that is none has no segments', () => {
    expect(lastSegment('<html>')).toBeNull()
  })

  it('of several streams leads to the first', () => {
    expect(firstVariant('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n')).toBe('low/index.m3u8')
    expect(firstVariant(list(1, 'a.ts'))).toBeNull()
  })
})
