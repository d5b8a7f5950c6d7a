import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstTracks } from '../../../../src/media/tags/first-tracks'
import type { FlvTag } from '../../../../src/media/flv'
import { GopCache } from '../../../../src/media/gop-cache'
import { classify, describeTracks } from '../../../../src/media/tags/tags'

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0))
const video = (...bytes: number[]): FlvTag => ({ type: 9, timestampMs: 7, payload: Uint8Array.from(bytes) })
const audio = (...bytes: number[]): FlvTag => ({ type: 8, timestampMs: 7, payload: Uint8Array.from(bytes) })
const u24 = (value: number): number[] => [value >> 16, (value >> 8) & 255, value & 255]

// Multitrack messages as enhanced RTMP v2 writes them; OBS writes `one` (obs-outputs/flv-mux.c).
const one = (head: number, packet: number, fourCc: string, id: number, ...data: number[]): number[] => [
  head,
  packet,
  ...ascii(fourCc),
  id,
  ...data,
]
type Part = readonly [id: number, ...data: number[]]
const sized = ([id, ...data]: Part): number[] => [id, ...u24(data.length), ...data]
const many = (head: number, packet: number, fourCc: string, ...parts: readonly Part[]): number[] => [
  head,
  0x10 | packet,
  ...ascii(fourCc),
  ...parts.flatMap(sized),
]
const manyCodecs = (
  head: number,
  packet: number,
  ...parts: readonly (readonly [string, Part])[]
): number[] => [head, 0x20 | packet, ...parts.flatMap(([fourCc, part]) => [...ascii(fourCc), ...sized(part)])]
const keyMulti = 0x96
const interMulti = 0xa6
const soundMulti = 0x95

const passed = (tracks: FirstTracks, ...tags: readonly FlvTag[]): number[][] =>
  tags.flatMap((tag) => {
    const { tag: out } = tracks.push(tag)
    return out === null ? [] : [[...out.payload]]
  })
const aac0 = [0xaf, 0, 0x11, 0x90]
const frame0 = [0xaf, 1, 5]
const avc = [1, 0x64, 0, 0x1f, 0xff]

describe('the first track of each kind', () => {
  it('is that of plain messages where OBS sends a VOD track', () => {
    const tracks = new FirstTracks()
    const sent = [
      audio(...aac0),
      video(0x17, 0, 0, 0, 0, ...avc),
      audio(...one(soundMulti, 0, 'mp4a', 1, 0x12, 0x10)),
      audio(...frame0),
      audio(...one(soundMulti, 1, 'mp4a', 1, 9, 9)),
    ]
    expect(passed(tracks, ...sent)).toEqual([aac0, [0x17, 0, 0, 0, 0, ...avc], frame0])
    expect(tracks.leftOut).toEqual({ video: 0, audio: 1, broken: 0 })
  })

  it('in the kept headers and group too, also where nobody filtered', () => {
    const cache = new GopCache()
    for (const tag of [
      audio(...aac0),
      video(0x17, 0, 0, 0, 0, ...avc),
      audio(...one(soundMulti, 0, 'mp4a', 1, 0x12, 0x10)),
      video(...one(keyMulti, 0, 'avc1', 1, ...avc)),
      video(0x17, 1, 0, 0, 0, 1),
      video(...one(keyMulti, 1, 'avc1', 1, 0, 0, 0, 1)),
      video(...many(keyMulti, 1, 'avc1', [2, 0, 0, 0, 1], [3, 0, 0, 0, 1])),
    ])
      cache.push(tag)
    expect(cache.headers().map(({ payload }) => payload[0])).toEqual([0x17, 0xaf])
    expect(cache.latest().slice(2)).toHaveLength(1)
  })

  it.each([
    ['AVC header', one(keyMulti, 0, 'avc1', 0, ...avc), [0x17, 0, 0, 0, 0, ...avc]],
    ['AVC keyframe', one(keyMulti, 1, 'avc1', 0, 0, 0, 33, 5), [0x17, 1, 0, 0, 33, 5]],
    ['AVC frame without composition time', one(interMulti, 3, 'avc1', 0, 5), [0x27, 1, 0, 0, 0, 5]],
    ['AVC end', one(keyMulti, 2, 'avc1', 0), [0x17, 2, 0, 0, 0]],
    ['HEVC keyframe', one(keyMulti, 1, 'hvc1', 0, 0, 0, 0, 5), [0x91, ...ascii('hvc1'), 0, 0, 0, 5]],
    ['AV1 header', one(keyMulti, 0, 'av01', 0, 0x81), [0x90, ...ascii('av01'), 0x81]],
    ['HDR colours', one(0x86, 4, 'hvc1', 0, 2, 0), [0x84, ...ascii('hvc1'), 2, 0]],
    ['MPEG-2 TS header', one(keyMulti, 5, 'av01', 0, 1), [0x95, ...ascii('av01'), 1]],
    [
      'part of many',
      many(keyMulti, 1, 'hvc1', [2, 0, 0, 0, 7], [0, 0, 0, 0, 5], [1, 0, 0, 0, 6]),
      [0x91, ...ascii('hvc1'), 0, 0, 0, 5],
    ],
    [
      'part of many codecs',
      manyCodecs(keyMulti, 1, ['av01', [1, 6]], ['avc1', [0, 0, 0, 0, 5]]),
      [0x17, 1, 0, 0, 0, 5],
    ],
    [
      'ModEx before multitrack',
      [0x97, 2, 0, 0, 0, 0x06, ...one(0, 1, 'avc1', 0, 0, 0, 0, 5).slice(1)],
      [0x17, 1, 0, 0, 0, 5],
    ],
  ])('taken out of a multitrack message: %s', (_, bytes, wanted) => {
    expect(passed(new FirstTracks(), video(...bytes))).toEqual([wanted])
  })

  it.each([
    ['AAC header', one(soundMulti, 0, 'mp4a', 0, 0x11, 0x90), [[0xaf, 0, 0x11, 0x90]]],
    ['AAC frame', many(soundMulti, 1, 'mp4a', [1, 9], [0, 5]), [[0xaf, 1, 5]]],
    [
      'Opus frame',
      manyCodecs(soundMulti, 1, ['mp4a', [1, 9]], ['Opus', [0, 5]]),
      [[0x91, ...ascii('Opus'), 5]],
    ],
    ['layout of Opus', one(soundMulti, 4, 'Opus', 0, 1, 2), [[0x94, ...ascii('Opus'), 1, 2]]],
    ['layout of AAC, which its header tells', one(soundMulti, 4, 'mp4a', 0, 1, 2), []],
    ['two ModEx', [0x97, 0, 0, 0x07, 0, 0, 0x05, ...one(0, 1, 'mp4a', 0, 5).slice(1)], [[0xaf, 1, 5]]],
    [
      'a long ModEx',
      [0x97, 0xff, 1, 0, ...Array<number>(257).fill(0), 0x05, ...one(0, 1, 'mp4a', 0, 5).slice(1)],
      [[0xaf, 1, 5]],
    ],
  ])('taken out of a multitrack message: %s', (_, bytes, wanted) => {
    expect(passed(new FirstTracks(), audio(...bytes))).toEqual(wanted)
  })

  it('keeps the form in which a feed sends it', () => {
    const tracks = new FirstTracks()
    const header = [0x90, ...ascii('mp4a'), 0x11, 0x90]
    expect(passed(tracks, audio(...header), audio(...many(soundMulti, 1, 'mp4a', [0, 5], [1, 9])))).toEqual([
      header,
      [0x91, ...ascii('mp4a'), 5],
    ])
  })

  it('is the lowest that is sent, where 0 is not', () => {
    const tracks = new FirstTracks()
    const only1 = audio(...one(soundMulti, 0, 'mp4a', 1, 0x11, 0x90))
    expect(passed(tracks, only1, audio(...one(soundMulti, 1, 'mp4a', 1, 5)))).toEqual([
      [0xaf, 0, 0x11, 0x90],
      [0xaf, 1, 5],
    ])
    expect(tracks.leftOut.audio).toBe(0)
    // From here it stays: another one would change what viewers have been told.
    expect(passed(tracks, audio(...aac0), audio(...frame0))).toEqual([])
    expect(tracks.leftOut.audio).toBe(1)
    const many31 = new FirstTracks()
    expect(passed(many31, video(...many(keyMulti, 0, 'av01', [3, 9], [1, 5])))).toEqual([
      [0x90, ...ascii('av01'), 5],
    ])
  })

  it('is 0 also where the header of another came before it', () => {
    const tracks = new FirstTracks()
    const first = one(soundMulti, 0, 'mp4a', 1, 0x12, 0x10)
    passed(tracks, audio(...first))
    expect(
      passed(tracks, audio(...aac0), audio(...one(soundMulti, 1, 'mp4a', 1, 9)), audio(...frame0)),
    ).toEqual([aac0, frame0])
  })

  it('leaves colours, layouts and ends of other tracks behind, and counts each track once', () => {
    const tracks = new FirstTracks()
    const others = [
      video(...one(0x86, 4, 'hvc1', 1, 2, 0)),
      video(...one(keyMulti, 2, 'hvc1', 1)),
      video(...one(keyMulti, 0, 'hvc1', 2, 1)),
      audio(...one(soundMulti, 4, 'Opus', 1, 1, 2)),
    ]
    passed(
      tracks,
      video(0x90, ...ascii('hvc1'), 1),
      video(0x91, ...ascii('hvc1'), 0, 0, 0, 1),
      audio(...frame0),
    )
    expect(passed(tracks, ...others)).toEqual([])
    expect(tracks.leftOut).toEqual({ video: 2, audio: 1, broken: 0 })
  })

  it('hands on what has no track: metadata, commands to the player, plain messages', () => {
    const script: FlvTag = { type: 18, timestampMs: 0, payload: Uint8Array.of(2) }
    const tags = [
      script,
      video(0xd1, 0),
      video(0x57, 0),
      video(),
      audio(),
      audio(0x2f, 1),
      video(0x94, ...ascii('hvc1')),
    ]
    const tracks = new FirstTracks()
    expect(tags.map((tag) => tracks.push(tag).tag)).toEqual(tags)
  })

  it.each([
    ['no FourCC', [0x91, 1, 2]],
    ['no track id', [keyMulti, 0x01, ...ascii('avc1')]],
    ['a track longer than the message', [keyMulti, 0x11, ...ascii('avc1'), 0, 0, 0, 9, 1]],
    [
      'a second track longer than the message',
      [...many(keyMulti, 1, 'avc1', [0, 0, 0, 0, 5]), 1, 0xff, 0xff, 0xff],
    ],
    ['a cut-off size', [...many(keyMulti, 1, 'avc1', [0, 0, 0, 0, 5]), 1, 0]],
    ['a cut-off FourCC', [keyMulti, 0x21, 0x61, 0x76]],
    ['no track at all', [keyMulti, 0x11, ...ascii('avc1')]],
    ['a ModEx longer than the message', [0x97, 200, 1, 2, 3]],
    ['a long ModEx without its size', [0x97, 0xff]],
    ['ModEx and nothing behind it', [0x97, 0, 0]],
    ['multitrack within multitrack', one(keyMulti, 6, 'avc1', 0, 1)],
    ['an unknown layout', [keyMulti, 0x31, ...ascii('avc1'), 0, 1]],
    ['an empty frame', one(keyMulti, 1, 'avc1', 0)],
    ['nothing behind the multitrack type', [keyMulti]],
  ])('drops with a code what is damaged: %s', (_, bytes) => {
    const tracks = new FirstTracks()
    const { tag, fault } = tracks.push(video(...bytes))
    expect(tag).toBeNull()
    expect(fault?.code).toMatch(/^(truncated|bad-structure|unsupported)$/)
    expect(tracks.leftOut.broken).toBe(1)
  })

  it('never throws, and never lets a second track through', () => {
    const heads = fc.constantFrom(0x95, 0x96, 0xa6, 0x97, 0x86, 0x90, 0x17, 0xaf)
    fc.assert(
      fc.property(
        fc.constantFrom(8 as const, 9 as const),
        heads,
        fc.uint8Array({ maxLength: 40 }),
        (type, head, rest) => {
          const { tag } = new FirstTracks().push({
            type,
            timestampMs: 0,
            payload: Uint8Array.of(head, ...rest),
          })
          if (tag === null || tag.payload.length === 0) return
          expect(classify(tag).kind).toBe(type === 9 ? 'video' : 'audio')
          describeTracks(null, type === 9 ? tag.payload : null, type === 8 ? tag.payload : null)
          // What has gone through once goes through as it is.
          expect(new FirstTracks().push(tag).tag).toEqual(tag)
        },
      ),
    )
  })
})
