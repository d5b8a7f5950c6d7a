import { decodeAmf, AmfEcmaArray, type AmfObject, type AmfValue } from '../amf0'
import { u8 } from '../bytes'
import { audioPacket, isEnhanced, readEnhanced, videoPacket } from './enhanced'
import type { FlvTag } from '../flv'
import { spsOfAvcConfig } from './sps'

/** What a tag is, as far as a relay has to know. `other` is carried along, but starts nothing. */
export type TagKind =
  | { readonly kind: 'video'; readonly codec: string; readonly part: VideoPart; readonly dataAt: number }
  | { readonly kind: 'audio'; readonly codec: string; readonly part: AudioPart; readonly dataAt: number }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'other' }

/** `header`: decoder configuration. `end`: end of sequence. */
export type VideoPart = 'header' | 'keyframe' | 'inter' | 'end' | 'other'
export type AudioPart = 'header' | 'frame' | 'end' | 'other'

/** Structurally the core's Track: media imports nothing. */
export interface MediaTrack {
  readonly type: 'video' | 'audio'
  readonly codec: string
  readonly width?: number
  readonly height?: number
  readonly fps?: number
  readonly profile?: string
  readonly bFrames?: boolean
  readonly sampleRateHz?: number
  readonly channels?: number
}

/** FLV v10.1 E.4.3.1; 12 and 13 are the unofficial numbers many CDNs took before enhanced RTMP. */
const videoCodecs: Readonly<Record<number, string>> = {
  2: 'h263',
  3: 'screen',
  4: 'vp6',
  5: 'vp6a',
  6: 'screen2',
  7: 'h264',
  12: 'hevc',
  13: 'av1',
}
/** FLV v10.1 E.4.2.1; 13 is the unofficial number of Opus. */
const audioCodecs: Readonly<Record<number, string>> = {
  0: 'pcm',
  1: 'adpcm',
  2: 'mp3',
  3: 'pcm',
  4: 'nellymoser',
  5: 'nellymoser',
  6: 'nellymoser',
  7: 'g711a',
  8: 'g711u',
  10: 'aac',
  11: 'speex',
  13: 'opus',
  14: 'mp3',
}
/** Enhanced RTMP v2. */
const fourCcs: Readonly<Record<string, string>> = {
  avc1: 'h264',
  hvc1: 'hevc',
  av01: 'av1',
  vp09: 'vp9',
  vp08: 'vp8',
  mp4a: 'aac',
  Opus: 'opus',
  '.mp3': 'mp3',
  fLaC: 'flac',
  'ac-3': 'ac3',
  'ec-3': 'eac3',
}

export function classify(tag: FlvTag): TagKind {
  if (tag.payload.length === 0) return { kind: 'other' }
  if (tag.type === 9) return video(tag.payload)
  if (tag.type === 8) return audio(tag.payload)
  return metadataOf(tag) === null ? { kind: 'other' } : { kind: 'metadata' }
}

function video(bytes: Uint8Array): TagKind {
  const first = u8(bytes, 0)
  const frameType = (first >> 4) & 7
  const frame: VideoPart =
    frameType === 1 || frameType === 4 ? 'keyframe' : frameType === 5 ? 'other' : 'inter'
  if (isEnhanced(9, bytes)) {
    const read = firstTrack(9, bytes)
    if (read === null) return { kind: 'other' }
    const { packet, codec, dataAt } = read
    const part =
      packet === videoPacket.sequenceStart || packet === videoPacket.mpeg2TsSequenceStart
        ? 'header'
        : packet === videoPacket.codedFrames || packet === videoPacket.codedFramesX
          ? frame
          : packet === videoPacket.sequenceEnd
            ? 'end'
            : 'other'
    return { kind: 'video', codec, part, dataAt }
  }
  const id = first & 0x0f
  const codec = videoCodecs[id] ?? `flv-${id}`
  if (id !== 7 && id !== 12 && id !== 13) return { kind: 'video', codec, part: frame, dataAt: 1 }
  const packet = u8(bytes, 1)
  const part =
    bytes.length < 2
      ? 'other'
      : packet === 0
        ? 'header'
        : packet === 1
          ? frame
          : packet === 2
            ? 'end'
            : 'other'
  return { kind: 'video', codec, part, dataAt: 5 }
}

function audio(bytes: Uint8Array): TagKind {
  if (isEnhanced(8, bytes)) {
    const read = firstTrack(8, bytes)
    if (read === null) return { kind: 'other' }
    const { packet, codec, dataAt } = read
    const part =
      packet === audioPacket.sequenceStart
        ? 'header'
        : packet === audioPacket.codedFrames
          ? 'frame'
          : packet === audioPacket.sequenceEnd
            ? 'end'
            : 'other'
    return { kind: 'audio', codec, part, dataAt }
  }
  const format = u8(bytes, 0) >> 4
  const codec = audioCodecs[format] ?? `flv-${format}`
  if (format !== 10 && format !== 13) return { kind: 'audio', codec, part: 'frame', dataAt: 1 }
  return { kind: 'audio', codec, part: u8(bytes, 1) === 0 ? 'header' : 'frame', dataAt: 2 }
}

/**
 * Track 0 of an enhanced message; null: it holds other tracks alone, which are nobody's here (`FirstTracks` gives whoever is the
 * first the number 0).
 */
function firstTrack(
  type: 8 | 9,
  bytes: Uint8Array,
): { readonly packet: number; readonly codec: string; readonly dataAt: number } | null {
  const { packet, tracks } = readEnhanced(type, bytes)
  const track = tracks.find(({ id }) => id === 0)
  if (track !== undefined) return { packet, codec: fourCcs[track.fourCc] ?? 'unknown', dataAt: track.from }
  return tracks.length > 0 ? null : { packet: -1, codec: 'unknown', dataAt: bytes.length }
}

/** The entries of an onMetaData tag, with or without `@setDataFrame` in front; null for any other tag. */
export function metadataOf(tag: FlvTag): AmfObject | null {
  if (tag.type !== 18) return null
  const { values } = decodeAmf(tag.payload)
  const rest = values[0] === '@setDataFrame' ? values.slice(1) : values
  return rest[0] === 'onMetaData' ? entriesOf(rest[1]) : null
}

function entriesOf(value: AmfValue): AmfObject | null {
  if (value instanceof AmfEcmaArray) return value.entries
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as AmfObject) : null
}

/**
 * Tracks of a feed from what it announces: onMetaData's entries and the payloads of its video and audio headers (or of a
 * first frame, for codecs without a header). The headers win: encoders leave metadata stale.
 */
export function describeTracks(
  metadata: AmfObject | null,
  videoPayload: Uint8Array | null,
  audioPayload: Uint8Array | null,
): readonly MediaTrack[] {
  const tracks: MediaTrack[] = []
  const videoTag = videoPayload === null ? null : classify({ type: 9, timestampMs: 0, payload: videoPayload })
  if (videoPayload !== null && videoTag?.kind === 'video') {
    const sps =
      videoTag.codec === 'h264' && videoTag.part === 'header'
        ? spsOfAvcConfig(videoPayload.subarray(videoTag.dataAt))
        : null
    const width = sps?.width ?? positive(metadata?.['width'])
    const height = sps?.height ?? positive(metadata?.['height'])
    const fps = positive(metadata?.['framerate']) ?? positive(metadata?.['fps']) ?? sps?.fps
    tracks.push({
      type: 'video',
      codec: videoTag.codec,
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(fps === undefined ? {} : { fps }),
      ...(sps === null ? {} : { profile: sps.profile }),
      ...(sps?.bFrames === undefined ? {} : { bFrames: sps.bFrames }),
    })
  }
  const audioTag = audioPayload === null ? null : classify({ type: 8, timestampMs: 0, payload: audioPayload })
  if (audioPayload !== null && audioTag?.kind === 'audio')
    tracks.push({ type: 'audio', codec: audioTag.codec, ...audioShape(audioTag, audioPayload, metadata) })
  return tracks
}

function audioShape(
  tag: { readonly codec: string; readonly part: AudioPart; readonly dataAt: number },
  payload: Uint8Array,
  metadata: AmfObject | null,
): { readonly sampleRateHz?: number; readonly channels?: number } {
  const header = tag.part === 'header' ? payload.subarray(tag.dataAt) : null
  const own =
    header === null
      ? {}
      : tag.codec === 'aac'
        ? aacConfig(header)
        : tag.codec === 'opus'
          ? opusHead(header)
          : {}
  const sampleRateHz = own.sampleRateHz ?? positive(metadata?.['audiosamplerate'])
  const stereo = metadata?.['stereo']
  const channels =
    own.channels ??
    positive(metadata?.['audiochannels']) ??
    (typeof stereo === 'boolean' ? (stereo ? 2 : 1) : undefined)
  return {
    ...(sampleRateHz === undefined ? {} : { sampleRateHz }),
    ...(channels === undefined ? {} : { channels }),
  }
}

/** ISO 14496-3, 1.6.3.4 */
const aacRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]

interface AudioShape {
  readonly sampleRateHz?: number
  readonly channels?: number
}

/** AudioSpecificConfig (ISO 14496-3, 1.6.2.1): 5 bits object type (31 escapes to 6 more), 4 bits rate (15: 24 more), 4 bits channels. */
function aacConfig(bytes: Uint8Array): AudioShape {
  if (bytes.length < 2) return {}
  let at = 0
  const read = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i += 1, at += 1)
      value = value * 2 + ((u8(bytes, at >> 3) >> (7 - (at & 7))) & 1)
    return value
  }
  if (read(5) === 31) read(6)
  const index = read(4)
  const rate = index === 15 ? read(24) : aacRates[index]
  const layout = read(4)
  const channels = layout === 7 ? 8 : layout >= 1 && layout <= 6 ? layout : undefined
  return {
    ...(rate === undefined || rate === 0 ? {} : { sampleRateHz: rate }),
    ...(channels === undefined ? {} : { channels }),
  }
}

/** OpusHead (RFC 7845, 5.1); Opus always decodes at 48 kHz. */
function opusHead(bytes: Uint8Array): AudioShape {
  return bytes.length < 10 ? { sampleRateHz: 48000 } : { sampleRateHz: 48000, channels: u8(bytes, 9) }
}

const positive = (value: AmfValue): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined
