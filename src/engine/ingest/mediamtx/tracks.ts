import type { Track } from '../../../core/words'

/** An entry of `tracks2`. Every property is optional to us: it differs by codec. */
export interface RawTrack {
  readonly codec: string
  readonly codecProps?: Readonly<Record<string, unknown>> | null | undefined
}

/** MediaMTX's names of codecs, in lower case without punctuation, and ours. */
const codecs: Readonly<Record<string, Pick<Track, 'type' | 'codec'>>> = {
  h264: { type: 'video', codec: 'h264' },
  h265: { type: 'video', codec: 'hevc' },
  av1: { type: 'video', codec: 'av1' },
  vp8: { type: 'video', codec: 'vp8' },
  vp9: { type: 'video', codec: 'vp9' },
  mjpeg: { type: 'video', codec: 'mjpeg' },
  mpeg4video: { type: 'video', codec: 'mpeg4' },
  mpeg12video: { type: 'video', codec: 'mpeg2' },
  mpeg4audio: { type: 'audio', codec: 'aac' },
  mpeg4audiolatm: { type: 'audio', codec: 'aac' },
  mpeg12audio: { type: 'audio', codec: 'mp3' },
  opus: { type: 'audio', codec: 'opus' },
  ac3: { type: 'audio', codec: 'ac3' },
  eac3: { type: 'audio', codec: 'eac3' },
  flac: { type: 'audio', codec: 'flac' },
  vorbis: { type: 'audio', codec: 'vorbis' },
  g711: { type: 'audio', codec: 'g711' },
  g722: { type: 'audio', codec: 'g722' },
  lpcm: { type: 'audio', codec: 'lpcm' },
}

/** MediaMTX's `tracks2` in our words. What is neither picture nor sound (KLV, generic data) is left out. */
export function readTracks(raw: readonly RawTrack[]): readonly Track[] {
  return raw.flatMap((track) => {
    const known = codecs[track.codec.toLowerCase().replace(/[^a-z0-9]/g, '')]
    if (known === undefined) return []
    const props = track.codecProps ?? {}
    const number = (name: string): number | undefined => {
      const value = props[name]
      return typeof value === 'number' && value > 0 ? value : undefined
    }
    const set = <K extends string, V>(name: K, value: V | undefined) =>
      (value === undefined ? {} : { [name]: value }) as Partial<Record<K, V>>
    const profile = typeof props['profile'] === 'string' ? props['profile'] : undefined
    return known.type === 'video'
      ? [
          {
            ...known,
            ...set('width', number('width')),
            ...set('height', number('height')),
            ...set('profile', profile),
          },
        ]
      : [
          {
            ...known,
            ...set('sampleRateHz', number('sampleRate')),
            ...set('channels', number('channelCount')),
          },
        ]
  })
}
