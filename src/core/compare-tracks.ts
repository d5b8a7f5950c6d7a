import type { Track } from './words'

/** One way in which a backup's picture or sound differs from the primary's. Words stand in `shared/messages`. */
export interface TrackDifference {
  readonly what:
    | 'codec'
    | 'resolution'
    | 'fps'
    | 'profile'
    | 'sample-rate'
    | 'channels'
    | 'missing-audio'
    | 'missing-video'
  readonly track: 'video' | 'audio'
  readonly primary: string
  readonly backup: string
}

/** 29.97 and 30, 59.94 and 60 are the same to a platform; 24 and 25 are not. */
const fpsTolerance = 0.005

/**
 * What a destination or a viewer would notice when the backup takes over from the primary. Platforms that let a
 * second publisher take over refuse it when codec, resolution or track types differ (Amazon IVS,
 * StreamTakeoverMediaMismatch). Only what is known of both sides is compared; the first track of a type counts.
 */
export function compareTracks(
  primary: readonly Track[],
  backup: readonly Track[],
): readonly TrackDifference[] {
  return (['video', 'audio'] as const).flatMap((type) => {
    const one = primary.find((track) => track.type === type)
    const other = backup.find((track) => track.type === type)
    if (one === undefined) return []
    if (other === undefined) {
      const what = type === 'video' ? 'missing-video' : 'missing-audio'
      return [{ what, track: type, primary: one.codec, backup: 'none' } as const]
    }
    return compareTrack(type, one, other)
  })
}

function compareTrack(type: 'video' | 'audio', primary: Track, backup: Track): readonly TrackDifference[] {
  const found: TrackDifference[] = []
  const differ = (what: TrackDifference['what'], one: string, other: string): void => {
    if (one !== other) found.push({ what, track: type, primary: one, backup: other })
  }
  differ('codec', primary.codec.toLowerCase(), backup.codec.toLowerCase())
  const sameCodec = found.length === 0

  if (type === 'video') {
    const one = resolution(primary)
    const other = resolution(backup)
    if (one !== null && other !== null) differ('resolution', one, other)
    if (primary.fps !== undefined && backup.fps !== undefined && !sameFps(primary.fps, backup.fps))
      differ('fps', number(primary.fps), number(backup.fps))
  } else {
    if (primary.sampleRateHz !== undefined && backup.sampleRateHz !== undefined)
      differ('sample-rate', number(primary.sampleRateHz), number(backup.sampleRateHz))
    if (primary.channels !== undefined && backup.channels !== undefined)
      differ('channels', number(primary.channels), number(backup.channels))
  }
  // Profiles of two codecs cannot be compared.
  if (sameCodec && primary.profile !== undefined && backup.profile !== undefined)
    if (plainProfile(primary.profile) !== plainProfile(backup.profile))
      differ('profile', primary.profile, backup.profile)
  return found
}

/** What one publish session is bound to by its first headers; null: not known, or no such track. */
export interface SessionFormat {
  readonly video: string | null
  readonly audio: string | null
  readonly sampleRateHz: number | null
}

export function formatOf(tracks: readonly Track[]): SessionFormat {
  const audio = tracks.find(({ type }) => type === 'audio')
  return {
    video: tracks.find(({ type }) => type === 'video')?.codec.toLowerCase() ?? null,
    audio: audio?.codec.toLowerCase() ?? null,
    sampleRateHz: audio?.sampleRateHz ?? null,
  }
}

/**
 * What stands in the way of carrying `next` in a session that began as `session`; empty: nothing that is known of. A codec never
 * changes inside one. A new AAC header with another sample rate is taken by a decoder, but not by who copies into segments
 * (measured, ffmpeg 5.1: 48 to 44.1 kHz through HLS or fragmented MP4 played at 718 Hz instead of 660); another number of channels
 * is taken by both, and so are size, rate and profile of the picture.
 */
export function compareFormats(session: SessionFormat, next: SessionFormat): readonly TrackDifference[] {
  const found: TrackDifference[] = []
  const differ = (
    what: TrackDifference['what'],
    track: TrackDifference['track'],
    one: string | number | null,
    other: string | number | null,
  ): void => {
    if (one !== null && other !== null && one !== other)
      found.push({ what, track, primary: String(one), backup: String(other) })
  }
  differ('codec', 'video', session.video, next.video)
  differ('codec', 'audio', session.audio, next.audio)
  if (session.audio === next.audio) differ('sample-rate', 'audio', session.sampleRateHz, next.sampleRateHz)
  return found
}

const resolution = (track: Track): string | null =>
  track.width === undefined || track.height === undefined ? null : `${track.width}x${track.height}`

const sameFps = (one: number, other: number): boolean =>
  Math.abs(one - other) <= fpsTolerance * Math.max(one, other)

const number = (value: number): string => String(Math.round(value * 100) / 100)

/** 'Constrained Baseline', 'constrained-baseline' and 'Baseline' decode alike on every player. */
const plainProfile = (profile: string): string =>
  profile
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^constrained/, '')
