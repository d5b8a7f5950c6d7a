import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FlvDemuxer, type FlvTag } from '../../../src/media/flv'
import { peerDir } from '../cleanup'

/** A clip whose tags are sent over and over. */
export interface Clip {
  readonly tags: readonly FlvTag[]
  readonly lastsMs: number
}

const fps = 30
const seconds = 2
const lastsMs = seconds * 1_000
const picture = ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${fps}`]
const tone = (hertz: number): readonly string[] => [
  '-f',
  'lavfi',
  '-i',
  `sine=frequency=${hertz}:sample_rate=48000`,
]
const ffmpeg = (...args: readonly string[]): void => {
  // SVT-AV1 talks past ffmpeg's log level.
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], {
    timeout: 60_000,
    env: { ...process.env, SVT_LOG: '0' },
  })
}
const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0))
const joined = (head: readonly number[], data: Uint8Array): Uint8Array => Uint8Array.from([...head, ...data])

/** Two seconds of H.264 and AAC as ffmpeg sends them; `rate`: of the sound, Hz. */
export function plainClip(rate = 48_000): Clip {
  const file = join(peerDir('clip'), 'plain.flv')
  const sound = ['-c:a', 'aac', '-ac', '2', '-ar', String(rate), '-b:a', '96k']
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-bf',
    '0',
    '-g',
    String(fps),
    '-pix_fmt',
    'yuv420p',
  ]
  ffmpeg(...picture, ...tone(660), '-t', String(seconds), ...coding, ...sound, '-f', 'flv', file)
  return { tags: new FlvDemuxer().push(readFileSync(file)).tags, lastsMs }
}

/** Two seconds of AV1 in enhanced RTMP, without sound: ffmpeg 5.1 cannot write it, so its IVF is taken apart. */
export function av1Tags(): readonly FlvTag[] {
  const file = join(peerDir('clip'), 'av1.ivf')
  const coding = ['-c:v', 'libsvtav1', '-preset', '12', '-g', String(fps), '-svtav1-params', 'pred-struct=1']
  ffmpeg(...picture, '-t', String(seconds), ...coding, file)
  const bytes = readFileSync(file)
  const units: Buffer[] = []
  // IVF: a header of 32 bytes, then size, time and data of each temporal unit.
  for (let at = 32; at + 12 <= bytes.length;) {
    const size = bytes.readUInt32LE(at)
    units.push(bytes.subarray(at + 12, at + 12 + size))
    at += 12 + size
  }
  return units.flatMap((unit, i) => {
    const timestampMs = Math.round((i * 1_000) / fps)
    const key = sequenceHeaderOf(unit)
    const frame: FlvTag = {
      type: 9,
      timestampMs,
      payload: joined([key === null ? 0xa1 : 0x91, ...ascii('av01')], unit),
    }
    if (key === null) return [frame]
    // AV1CodecConfigurationRecord: marker and version, profile 0 level 2.0, 4:2:0 in 8 bits; then the sequence header.
    const config = joined([0x90, ...ascii('av01'), 0x81, 0x00, 0x0c, 0x00], key)
    return [{ type: 9, timestampMs, payload: config }, frame]
  })
}

/** The sequence header OBU of a temporal unit, which has one where a keyframe begins; null: none. */
function sequenceHeaderOf(unit: Uint8Array): Uint8Array | null {
  for (let at = 0; at < unit.length;) {
    const type = ((unit[at] ?? 0) >> 3) & 15
    let size = 0
    let length = 1
    for (let shift = 0; ; shift += 7, length += 1) {
      const byte = unit[at + length] ?? 0
      size |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) break
    }
    const end = at + length + 1 + size
    if (type === 1) return unit.subarray(at, end)
    at = end
  }
  return null
}

/** The same tags with the sound of another clip. */
export const withSound = (pictures: readonly FlvTag[], { tags }: Clip): Clip => ({
  tags: [...pictures, ...tags.filter(({ type }) => type === 8)].sort(
    (one, other) => one.timestampMs - other.timestampMs,
  ),
  lastsMs,
})

const isHeader = ({ type, payload }: FlvTag): boolean =>
  type === 18 || (payload[1] === 0 && (type === 9 ? payload[0] === 0x17 : payload[0] === 0xaf))

/** As OBS sends a second track beside the first (obs-outputs/flv-mux.c): each message again, with a track id. */
export function withSecondTrack(clip: Clip, type: 8 | 9, second: Clip = clip): Clip {
  const more = second.tags.filter((tag) => tag.type === type).map((tag) => oneTrack(tag, 1))
  const all = [
    ...clip.tags.map((tag) => ({ tag, order: isHeader(tag) ? 0 : 1 })),
    ...more.map((tag, i) => ({ tag, order: i === 0 ? 0.5 : 2 })),
  ]
  const tags = all
    .sort((one, other) =>
      one.order < 1 || other.order < 1
        ? one.order - other.order
        : one.tag.timestampMs - other.tag.timestampMs,
    )
    .map(({ tag }) => tag)
  return { tags, lastsMs }
}

/** Both tracks in each message, the second one first (ManyTracks). */
export function inManyTracks(clip: Clip, second: Clip): Clip {
  const others = new Map(
    ([8, 9] as const).map((type) => [type, second.tags.filter((tag) => tag.type === type)]),
  )
  const tags = clip.tags.map((tag): FlvTag => {
    if (tag.type === 18) return tag
    const other = others.get(tag.type)?.shift()
    const parts = [...(other === undefined ? [] : [{ id: 1, tag: other }]), { id: 0, tag }]
    const sized = parts.flatMap(({ id, tag: each }) => {
      const { data } = enhancedOf(each)
      return [id, data.length >> 16, (data.length >> 8) & 255, data.length & 255, ...data]
    })
    const { first, packet, fourCc } = enhancedOf(tag)
    return { ...tag, payload: Uint8Array.from([first, 0x10 | packet, ...ascii(fourCc), ...sized]) }
  })
  return { tags, lastsMs }
}

const oneTrack = (tag: FlvTag, id: number): FlvTag => {
  const { first, packet, fourCc, data } = enhancedOf(tag)
  return { ...tag, payload: joined([first, packet, ...ascii(fourCc), id], data) }
}

/** A plain message of H.264 or AAC in the words of a multitrack one. */
function enhancedOf({ type, payload }: FlvTag): {
  readonly first: number
  readonly packet: number
  readonly fourCc: string
  readonly data: Uint8Array
} {
  const packet = payload[1] ?? 0
  if (type === 8) return { first: 0x95, packet, fourCc: 'mp4a', data: payload.subarray(2) }
  const frameType = (payload[0] ?? 0) >> 4
  return {
    first: 0x80 | (frameType << 4) | 6,
    packet,
    fourCc: 'avc1',
    // A header has no composition time.
    data: payload.subarray(packet === 0 ? 5 : 2),
  }
}
