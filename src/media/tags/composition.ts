import { putU24, u8 } from '../bytes'
import type { FlvTag } from '../flv'
import { classify } from './tags'

/**
 * Where a frame's composition offset stands (presentation minus decoding time, SI24, ms): behind the packet type in AVC tags
 * (FLV v10.1, E.4.3.2), behind the FourCC of coded frames in enhanced RTMP (AVC and HEVC, packet type 1); null: it has none.
 */
function placeOf(tag: FlvTag): number | null {
  if (tag.type !== 9 || tag.payload.length < 5) return null
  const info = classify(tag)
  if (info.kind !== 'video' || (info.part !== 'keyframe' && info.part !== 'inter')) return null
  const first = u8(tag.payload, 0)
  if ((first & 0x80) === 0) return info.codec === 'h264' || info.codec === 'hevc' ? 2 : null
  const coded = (first & 0x0f) === 1 && (info.codec === 'h264' || info.codec === 'hevc')
  return coded && info.dataAt + 3 <= tag.payload.length ? info.dataAt : null
}

/**
 * A frame whose spacing is squeezed to `share` (0..1) of what it was: its composition offset shrinks with it, so that frames
 * are shown in the order that the encoder meant.
 */
export function scaleComposition(tag: FlvTag, share: number): FlvTag {
  const at = placeOf(tag)
  if (at === null) return tag
  const { payload } = tag
  const offsetMs = ((u8(payload, at) << 24) | (u8(payload, at + 1) << 16) | (u8(payload, at + 2) << 8)) >> 8
  if (offsetMs === 0) return tag
  const scaled = payload.slice()
  putU24(scaled, at, Math.round(offsetMs * share) & 0xffffff)
  return { ...tag, payload: scaled }
}
