import type { Track } from '../../core/words'
import type { SourceSpec } from '../ports'

type Convert = NonNullable<SourceSpec['convert']>

/** Bits for each picture element: x264 veryfast looks clean at some 0.07 (1080p60: 8.7 Mbit/s, 720p30: 1.9). */
const bitsPerPixel = 0.07
const kbps = { least: 800, most: 9_000 }

/** What a feed has to be encoded to so that a viewer notices nothing of a cut from these tracks; null: they are not known. */
export function encodingLike(tracks: readonly Track[]): Convert | null {
  const video = tracks.find(({ type }) => type === 'video')
  const audio = tracks.find(({ type }) => type === 'audio')
  if (video?.width === undefined || video.height === undefined) return null
  const fps = Math.round((video.fps ?? 30) * 1_000) / 1_000
  const wanted = (video.width * video.height * fps * bitsPerPixel) / 1_000
  return {
    width: video.width,
    height: video.height,
    fps,
    videoKbps: Math.round(Math.min(kbps.most, Math.max(kbps.least, wanted))),
    sampleRateHz: audio?.sampleRateHz ?? 48_000,
    channels: audio?.channels ?? 2,
  }
}
