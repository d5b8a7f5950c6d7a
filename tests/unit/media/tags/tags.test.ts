import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AmfEcmaArray, encodeAmf } from '../../../../src/media/amf0'
import { parseAvcSps } from '../../../../src/media/tags/sps'
import { classify, describeTracks, metadataOf } from '../../../../src/media/tags/tags'

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const ascii = (text: string) => Array.from(text, (char) => char.charCodeAt(0))
const video = (...payload: number[]) =>
  classify({ type: 9, timestampMs: 0, payload: Uint8Array.from(payload) })
const audio = (...payload: number[]) =>
  classify({ type: 8, timestampMs: 0, payload: Uint8Array.from(payload) })

/** AVC sequence headers as x264 makes them, through ffmpeg 5.1's FLV muxer. */
const high720p30 = hex(
  '17000000000164001fffe1001a6764001facd9405005bb0110000003001000000303c0f183196001000568ebecb22cfdf8f800',
)
const baseline638x358p25 = hex(
  '1700000000' + '0142c01effe100186742c01ed900a02fea6c0440000003004000000c83c58b9201000568cb83cb20',
)
const interlaced422p60 = hex(
  '1700000000017a003effe10019677a003ebcd94078044fcb808800001f48000ea600f8f1ecb001000668fba3cb22c0fef8f800',
)
const aac48kMono = hex('af00119056e500')

describe('classify', () => {
  it('tells the parts of AVC, legacy HEVC and codecs without headers', () => {
    expect(video(0x17, 0)).toMatchObject({ codec: 'h264', part: 'header' })
    expect(video(0x17, 1)).toMatchObject({ codec: 'h264', part: 'keyframe', dataAt: 5 })
    expect(video(0x27, 1)).toMatchObject({ codec: 'h264', part: 'inter' })
    expect(video(0x17, 2)).toMatchObject({ codec: 'h264', part: 'end' })
    expect(video(0x1c, 0)).toMatchObject({ codec: 'hevc', part: 'header' })
    expect(video(0x57, 1)).toMatchObject({ part: 'other' })
    expect(video(0x22)).toMatchObject({ codec: 'h263', part: 'inter' })
    expect(video(0x17)).toMatchObject({ part: 'other' })
  })

  it.each([
    ['hvc1', 'hevc'],
    ['av01', 'av1'],
    ['vp09', 'vp9'],
    ['avc1', 'h264'],
  ])('tells the parts of enhanced RTMP %s', (fourCc, codec) => {
    expect(video(0x90, ...ascii(fourCc))).toMatchObject({ codec, part: 'header', dataAt: 5 })
    expect(video(0x91, ...ascii(fourCc))).toMatchObject({ codec, part: 'keyframe' })
    expect(video(0xa3, ...ascii(fourCc))).toMatchObject({ codec, part: 'inter' })
    expect(video(0x92, ...ascii(fourCc))).toMatchObject({ codec, part: 'end' })
    expect(video(0x94, ...ascii(fourCc))).toMatchObject({ codec, part: 'other' })
  })

  it('looks behind ModEx prefixes and the multitrack byte', () => {
    const modEx = [0x97, 2, 0, 0, 0, 0x06, 0x01] // three bytes of data, then: multitrack, coded frames
    expect(video(...modEx, ...ascii('hvc1'))).toMatchObject({ codec: 'hevc', part: 'keyframe', dataAt: 11 })
    expect(video(0x97, 0xff)).toMatchObject({ codec: 'unknown', part: 'other' })
  })

  it('tells the parts of sound', () => {
    expect(audio(0xaf, 0)).toMatchObject({ codec: 'aac', part: 'header' })
    expect(audio(0xaf, 1)).toMatchObject({ codec: 'aac', part: 'frame' })
    expect(audio(0x2f, 1)).toMatchObject({ codec: 'mp3', part: 'frame' })
    expect(audio(0x90, ...ascii('Opus'))).toMatchObject({ codec: 'opus', part: 'header' })
    expect(audio(0x91, ...ascii('Opus'))).toMatchObject({ codec: 'opus', part: 'frame' })
  })

  it('has a word for anything', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(8 as const, 9 as const, 18 as const),
        fc.uint8Array({ maxLength: 40 }),
        (type, payload) => {
          expect(['video', 'audio', 'metadata', 'other']).toContain(
            classify({ type, timestampMs: 0, payload }).kind,
          )
        },
      ),
    )
    expect(video()).toEqual({ kind: 'other' })
  })
})

describe('metadataOf', () => {
  const script = (...values: Parameters<typeof encodeAmf>[0]) =>
    metadataOf({ type: 18, timestampMs: 0, payload: encodeAmf(values) })

  it('reads onMetaData with and without @setDataFrame, as object and as array', () => {
    expect(script('onMetaData', new AmfEcmaArray({ width: 640 }))).toMatchObject({ width: 640 })
    expect(script('@setDataFrame', 'onMetaData', { width: 640 })).toMatchObject({ width: 640 })
    expect(script('onCuePoint', { width: 640 })).toBeNull()
    expect(script('onMetaData', 5)).toBeNull()
  })
})

describe('describeTracks', () => {
  it('reads size, profile, rate and reordering from real headers', () => {
    expect(describeTracks(null, high720p30, aac48kMono)).toEqual([
      { type: 'video', codec: 'h264', width: 1280, height: 720, fps: 30, profile: 'High', bFrames: true },
      { type: 'audio', codec: 'aac', sampleRateHz: 48000, channels: 2 },
    ])
    expect(describeTracks(null, baseline638x358p25, null)).toEqual([
      {
        type: 'video',
        codec: 'h264',
        width: 638,
        height: 358,
        fps: 25,
        profile: 'Constrained Baseline',
        bFrames: false,
      },
    ])
    expect(describeTracks(null, interlaced422p60, null)).toMatchObject([
      { width: 1920, height: 1080, fps: 59.94, profile: 'High 4:2:2' },
    ])
  })

  it('takes what headers do not say from the metadata, and believes the headers over it', () => {
    const metadata = { width: 10, height: 10, framerate: 29.97, audiosamplerate: 44100, stereo: false }
    expect(describeTracks(metadata, high720p30, Uint8Array.of(0x2f, 0xff))).toEqual([
      { type: 'video', codec: 'h264', width: 1280, height: 720, fps: 29.97, profile: 'High', bFrames: true },
      { type: 'audio', codec: 'mp3', sampleRateHz: 44100, channels: 1 },
    ])
    expect(describeTracks(metadata, Uint8Array.of(0x90, ...ascii('hvc1')), null)).toEqual([
      { type: 'video', codec: 'hevc', width: 10, height: 10, fps: 29.97 },
    ])
  })

  it('reads Opus and escaped AAC configurations', () => {
    const opus = Uint8Array.of(0x90, ...ascii('Opus'), ...ascii('OpusHead'), 1, 6)
    expect(describeTracks(null, null, opus)).toEqual([
      { type: 'audio', codec: 'opus', sampleRateHz: 48000, channels: 6 },
    ])
    // Object type 2, rate escape, 24 bits of 12345 Hz, one channel.
    const bits = '00010' + '1111' + (12345).toString(2).padStart(24, '0') + '0001' + '000'
    const config = (bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))
    expect(describeTracks(null, null, Uint8Array.of(0xaf, 0, ...config))).toMatchObject([
      { sampleRateHz: 12345, channels: 1 },
    ])
  })

  it('survives headers cut anywhere and rubbish', () => {
    for (let length = 0; length <= high720p30.length; length += 1)
      expect(() => describeTracks(null, high720p30.subarray(0, length), null)).not.toThrow()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const sps = parseAvcSps(Uint8Array.of(0x67, ...bytes))
        if (sps !== null) expect(sps.width > 0 && sps.height > 0).toBe(true)
        describeTracks(null, Uint8Array.of(0x17, 0, 0, 0, 0, ...bytes), Uint8Array.of(0xaf, 0, ...bytes))
      }),
    )
  })
})
