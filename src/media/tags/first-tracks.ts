import { concatBytes, u8 } from '../bytes'
import {
  audioPacket,
  isEnhanced,
  readEnhanced,
  videoPacket,
  type EnhancedMessage,
  type TrackPart,
} from './enhanced'
import { fault, type MediaFault } from '../fault'
import type { FlvTag } from '../flv'

/** How many tracks beside the first of their kind a feed has sent, and how many messages were damaged. */
export interface LeftOut {
  readonly video: number
  readonly audio: number
  /** Messages of enhanced RTMP that are not what they say: their lengths run past their end, and the like. */
  readonly broken: number
}

export interface FirstTracksStep {
  /** What goes on; null: it belongs to another track, or is damaged. */
  readonly tag: FlvTag | null
  readonly fault: MediaFault | null
}

/** One kind of track in one run of a feed. */
interface Kind {
  /** Its first track; null: none was seen. */
  id: number | null
  /** Some of its media has gone on: from here it stays. */
  settled: boolean
  /** Its messages came in the enhanced form, so that those taken out of a multitrack message are given it too. */
  enhanced: boolean
  readonly seen: Set<number>
}

const newKind = (): Kind => ({ id: null, settled: false, enhanced: false, seen: new Set() })

/**
 * Many tracks in, the first picture and the first sound out, each as a feed with one track sends it. The first is the lowest track
 * id (OBS: 0, in plain messages); an id that comes before a lower one holds only until media of it has gone on, so that a sender
 * with nothing but track 1 is heard too. What belongs to the other tracks (decoder headers, media, colour information, speaker
 * layouts) is left out and counted. One for each run of a feed. Never throws.
 */
export class FirstTracks {
  private readonly video = newKind()
  private readonly audio = newKind()
  private broken = 0

  push(tag: FlvTag): FirstTracksStep {
    const { type, payload } = tag
    if (type === 18) return { tag, fault: null }
    const kind = type === 9 ? this.video : this.audio
    if (!isEnhanced(type, payload)) {
      const header = u8(payload, 1) === 0 && hasHeader(type, payload)
      return { tag: this.choose(kind, [0], !header) === 0 ? tag : null, fault: null }
    }
    const read = readEnhanced(type, payload)
    if (read.fault !== null) return this.damaged(read.fault)
    // A command to the player: of no track.
    if (read.tracks.length === 0) return { tag, fault: null }
    const media = isMedia(type, read.packet)
    const chosen = this.choose(
      kind,
      read.tracks.map(({ id }) => id),
      media,
    )
    const part = read.tracks.find(({ id }) => id === chosen)
    if (part === undefined) return { tag: null, fault: null }
    if (!read.multitrack) {
      kind.enhanced = true
      return { tag, fault: null }
    }
    if (part.to === part.from && (media || read.packet === 0))
      return this.damaged(fault('bad-structure', 'enhanced track'))
    const alone = single(type, read, part, payload, kind.enhanced)
    return { tag: alone === null ? null : { ...tag, payload: alone }, fault: null }
  }

  /** Of this run. */
  get leftOut(): LeftOut {
    const others = ({ seen, id }: Kind): number => seen.size - (id === null ? 0 : 1)
    return { video: others(this.video), audio: others(this.audio), broken: this.broken }
  }

  private damaged(why: MediaFault): FirstTracksStep {
    this.broken += 1
    return { tag: null, fault: why }
  }

  /** The first track of its kind, after a message of these. */
  private choose(kind: Kind, ids: readonly number[], media: boolean): number {
    for (const id of ids) kind.seen.add(id)
    const lowest = Math.min(...ids)
    const first = kind.id === null || (!kind.settled && lowest < kind.id) ? lowest : kind.id
    kind.id = first
    if (media && ids.includes(first)) kind.settled = true
    return first
  }
}

/** Plain messages whose second byte tells a decoder header (0) from media. */
const hasHeader = (type: 8 | 9, payload: Uint8Array): boolean =>
  type === 9 ? [7, 12, 13].includes(u8(payload, 0) & 0x0f) : [10, 13].includes(u8(payload, 0) >> 4)

const isMedia = (type: 8 | 9, packet: number): boolean =>
  packet === videoPacket.codedFrames || (type === 9 && packet === videoPacket.codedFramesX)

/**
 * One track of a message as a message of its own. H.264 and AAC in the plain form, as OBS and everybody sends them (most servers
 * and players know no other), unless this feed sends them enhanced; null: the plain form has no word for it.
 */
function single(
  type: 8 | 9,
  { packet, frameType }: EnhancedMessage,
  { fourCc, from, to }: TrackPart,
  payload: Uint8Array,
  enhanced: boolean,
): Uint8Array | null {
  const data = payload.subarray(from, to)
  const behind = (...head: readonly number[]): Uint8Array => concatBytes([Uint8Array.from(head), data])
  if (!enhanced && type === 9 && fourCc === 'avc1') {
    // FLV v10.1, E.4.3.2: packet type and composition time, which stands before the media of coded frames already.
    const first = (frameType << 4) | 7
    if (packet === videoPacket.sequenceStart) return behind(first, 0, 0, 0, 0)
    if (packet === videoPacket.codedFrames) return behind(first, 1)
    if (packet === videoPacket.codedFramesX) return behind(first, 1, 0, 0, 0)
    if (packet === videoPacket.sequenceEnd) return Uint8Array.of(first, 2, 0, 0, 0)
  }
  if (!enhanced && type === 8 && fourCc === 'mp4a') {
    // E.4.2.1: AAC is always said to be 44 kHz, 16 bit, stereo; its own header tells the truth.
    if (packet === audioPacket.sequenceStart) return behind(0xaf, 0)
    if (packet === audioPacket.codedFrames) return behind(0xaf, 1)
    // Speaker layouts and ends of sequences.
    return null
  }
  const first = type === 9 ? 0x80 | (frameType << 4) | packet : 0x90 | packet
  return behind(first, ...Array.from(fourCc, (char) => char.charCodeAt(0)))
}
