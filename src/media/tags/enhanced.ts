import { u16, u24, u8 } from '../bytes'
import { fault, type MediaFault } from '../fault'

/**
 * Packet types of enhanced RTMP v2 (Veovera, "Enhanced RTMP", sections "Enhanced Audio" and "Enhanced Video"; v1 has the video
 * types 0 to 5). OBS writes the same numbers (obs-outputs/flv-mux.c).
 */
export const videoPacket = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  metadata: 4,
  mpeg2TsSequenceStart: 5,
  multitrack: 6,
  modEx: 7,
} as const
export const audioPacket = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  multichannelConfig: 4,
  multitrack: 5,
  modEx: 7,
} as const

/** AvMultitrackType of enhanced RTMP v2. */
const multitrackType = { oneTrack: 0, manyTracks: 1, manyTracksManyCodecs: 2 } as const
/** The frame type of a video message that is a command to the player: one byte follows, and no FourCC. */
const commandFrame = 5
/** A track id has one byte, so that more parts than this are none. */
const maxTracks = 256

/** One track of an enhanced message: what follows the FourCC, track id and size. */
export interface TrackPart {
  /** 0 where the message names none. */
  readonly id: number
  readonly fourCc: string
  readonly from: number
  readonly to: number
}

export interface EnhancedMessage {
  /** Of each of its tracks; -1: cut off before it was said. */
  readonly packet: number
  /** Video: 1 keyframe, 2 inter frame, ...; sound: 0. */
  readonly frameType: number
  /** It names its tracks by id. */
  readonly multitrack: boolean
  /** In the order that they came. Empty: a command, or cut off. */
  readonly tracks: readonly TrackPart[]
  /** Null: it is what it says. */
  readonly fault: MediaFault | null
}

/** A message of enhanced RTMP: the high bit of its first byte in video, sound format 9 in audio. */
export const isEnhanced = (type: 8 | 9, payload: Uint8Array): boolean =>
  payload.length > 0 && (type === 9 ? (u8(payload, 0) & 0x80) !== 0 : u8(payload, 0) >> 4 === 9)

/**
 * Reads the head of an enhanced message: ModEx prefixes, multitrack byte, FourCC, tracks and their sizes. Lengths that run past
 * the end and what the format does not allow come back as a fault beside what was read by then.
 */
export function readEnhanced(type: 8 | 9, payload: Uint8Array): EnhancedMessage {
  const kinds = type === 9 ? videoPacket : audioPacket
  const where = type === 9 ? 'enhanced video' : 'enhanced audio'
  const frameType = type === 9 ? (u8(payload, 0) >> 4) & 7 : 0
  const read = { packet: u8(payload, 0) & 0x0f, multitrack: false, tracks: [] as TrackPart[] }
  const done = (code?: MediaFault['code']): EnhancedMessage => ({
    ...read,
    frameType,
    fault: code === undefined ? null : fault(code, where),
  })
  const cutOff = (): EnhancedMessage => {
    read.packet = -1
    return done('truncated')
  }
  let at = 1
  while (read.packet === kinds.modEx) {
    // UI8 + 1 bytes of data; 256 of them means that the size stands in the next two bytes.
    const size = u8(payload, at) + 1
    at += size === 256 ? 3 + u16(payload, at + 1) + 1 : 1 + size
    if (at >= payload.length) return cutOff()
    read.packet = u8(payload, at) & 0x0f
    at += 1
  }
  if (type === 9 && frameType === commandFrame && read.packet !== videoPacket.metadata)
    return at < payload.length ? done() : cutOff()
  const fourCcAt = (from: number): string => String.fromCharCode(...payload.subarray(from, from + 4))
  if (read.packet !== kinds.multitrack) {
    if (at + 4 > payload.length) return cutOff()
    read.tracks.push({ id: 0, fourCc: fourCcAt(at), from: at + 4, to: payload.length })
    return done()
  }
  if (at >= payload.length) return cutOff()
  read.multitrack = true
  const layout = u8(payload, at) >> 4
  read.packet = u8(payload, at) & 0x0f
  at += 1
  if (read.packet === kinds.multitrack || read.packet === kinds.modEx) return done('bad-structure')
  if (layout > multitrackType.manyTracksManyCodecs) return done('unsupported')
  let fourCc = ''
  if (layout !== multitrackType.manyTracksManyCodecs) {
    if (at + 4 > payload.length) return cutOff()
    fourCc = fourCcAt(at)
    at += 4
  }
  if (layout === multitrackType.oneTrack) {
    // A message that ends before its track id has no track to give; what it is can be told all the same.
    const named = at < payload.length
    read.tracks.push({
      id: named ? u8(payload, at) : 0,
      fourCc,
      from: named ? at + 1 : at,
      to: payload.length,
    })
    return done(named ? undefined : 'truncated')
  }
  do {
    if (layout === multitrackType.manyTracksManyCodecs) {
      if (at + 4 > payload.length) return done('truncated')
      fourCc = fourCcAt(at)
      at += 4
    }
    if (at + 4 > payload.length) return done('truncated')
    const id = u8(payload, at)
    const from = at + 4
    const to = from + u24(payload, at + 1)
    if (to > payload.length) return done('truncated')
    if (read.tracks.length === maxTracks) return done('too-many')
    read.tracks.push({ id, fourCc, from, to })
    at = to
  } while (at < payload.length)
  return done()
}
