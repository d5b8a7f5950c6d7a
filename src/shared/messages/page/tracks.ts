import type { TrackDifference } from '../../../core/compare-tracks'
import type { SystemId, Track } from '../../../core/words'
import { capital } from '../fill'
import { systemName } from '../names'

const codecNames: Readonly<Record<string, string>> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  aac: 'AAC',
  opus: 'Opus',
  mp3: 'MP3',
}

const codecName = (codec: string): string => codecNames[codec.toLowerCase()] ?? codec.toUpperCase()

/** A codec, or a sample rate in Hz, by name: 'H.264', '44.1 kHz'. */
export const formatName = (value: string | number): string =>
  /^\d+$/.test(String(value)) ? kHz(String(value)) : codecName(String(value))

const channelNames: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo' }
const channelName = (count: number): string => channelNames[count] ?? `${count} channels`

const rounded = (value: number): string => String(Math.round(value * 100) / 100)

/** 'H.264, 1280 × 720, 30 fps'; 'AAC, 48 kHz, stereo'. Only what is known. */
export function trackText(track: Track): string {
  const { codec, width, height, fps, sampleRateHz, channels } = track
  return [
    codecName(codec),
    ...(width === undefined || height === undefined ? [] : [`${width} × ${height}`]),
    ...(fps === undefined ? [] : [`${rounded(fps)} fps`]),
    ...(sampleRateHz === undefined ? [] : [`${rounded(sampleRateHz / 1_000)} kHz`]),
    ...(channels === undefined ? [] : [channelName(channels)]),
  ].join(', ')
}

/** 'picture H.264, 1280 × 720, 30 fps; sound AAC, 48 kHz, stereo' */
export function tracksText(tracks: readonly Track[]): string {
  const of = (type: Track['type'], name: string): readonly string[] => {
    const track = tracks.find((one) => one.type === type)
    return track === undefined ? [`no ${name}`] : [`${name} ${trackText(track)}`]
  }
  return [...of('video', 'picture'), ...of('audio', 'sound')].join('; ')
}

/** What a viewer or the platform would notice at the switch, and what to do about it. */
export function differenceWords({ what, primary, backup }: TrackDifference): {
  readonly text: string
  readonly next: string
  /** The platform may refuse the backup, or players may stop. */
  readonly grave: boolean
} {
  switch (what) {
    case 'missing-video':
      return {
        text: 'The backup has no picture.',
        next: 'Use a source that sends a picture.',
        grave: true,
      }
    case 'missing-audio':
      return {
        text: 'The backup has no sound; viewers will hear silence.',
        next: 'Turn the sound on at the source.',
        grave: false,
      }
    case 'codec':
      return {
        text: `The backup sends ${codecName(backup)}, OBS sends ${codecName(primary)}. Many players stop at such a change.`,
        next: `Set the source to ${codecName(primary)}.`,
        grave: true,
      }
    case 'resolution':
      return {
        text: `The picture changes from ${sizeText(primary)} to ${sizeText(backup)} at a switch.`,
        next: `Set the source to ${sizeText(primary)} if you can. Some platforms refuse another size.`,
        grave: false,
      }
    case 'fps':
      return {
        text: `The frame rate changes from ${primary} to ${backup} at a switch.`,
        next: `Set the source to ${primary} fps if you can.`,
        grave: false,
      }
    case 'profile':
      return {
        text: `The H.264 profile changes from ${primary} to ${backup} at a switch.`,
        next: 'Nothing to do: players can handle it.',
        grave: false,
      }
    case 'sample-rate':
      return {
        text: `The sound changes from ${kHz(primary)} to ${kHz(backup)} at a switch; some players crackle or stop.`,
        next: `Set the source to ${kHz(primary)}.`,
        grave: false,
      }
    case 'channels':
      return {
        text: `The sound changes from ${channelName(Number(primary))} to ${channelName(Number(backup))} at a switch.`,
        next: `Set the source to ${channelName(Number(primary))} if you can.`,
        grave: false,
      }
  }
}

const sizeText = (size: string): string => size.replace('x', ' × ')
const kHz = (hertz: string): string => `${rounded(Number(hertz) / 1_000)} kHz`

/** What a viewer would notice at a cut, in one sentence: 'A viewer would see 1280 × 720 instead of 1920 × 1080.' */
export function viewerNotices(differences: readonly TrackDifference[]): string {
  const [first, ...rest] = differences.map(noticed)
  if (first === undefined) return ''
  const last = rest.pop()
  const all = last === undefined ? first : `${[first, ...rest].join(', ')} and ${last}`
  return `A viewer would ${all}.`
}

function noticed({ what, track, primary, backup }: TrackDifference): string {
  switch (what) {
    case 'missing-video':
      return 'see no picture'
    case 'missing-audio':
      return 'hear nothing'
    case 'codec':
      return `need a player that goes from ${codecName(primary)} to ${codecName(backup)} (many stop)`
    case 'resolution':
      return `see ${sizeText(backup)} instead of ${sizeText(primary)}`
    case 'fps':
      return `see ${backup} fps instead of ${primary}`
    case 'profile':
      return track === 'video'
        ? `not notice the different H.264 profile`
        : `not notice the different sound profile`
    case 'sample-rate':
      return `hear ${kHz(backup)} instead of ${kHz(primary)}`
    case 'channels':
      return `hear ${channelName(Number(backup))} instead of ${channelName(Number(primary))}`
  }
}

/** How what follows differs from what the session carried: 'picture in H.264 instead of AV1'. */
export function changesText(differences: readonly TrackDifference[]): string {
  const changes = differences.map(
    ({ track, primary, backup }) =>
      `${track === 'audio' ? 'sound' : 'picture'} in ${formatName(backup)} instead of ${formatName(primary)}`,
  )
  return changes.length === 0 ? 'another picture or sound format' : changes.join(' and ')
}

/** 'OBS sends a second sound track (...)': what is carried, and what is not. */
export function leftOutText(
  system: SystemId,
  counts: { readonly video: number; readonly audio: number },
): string {
  return `${capital(systemName(system))} sends ${moreTracks(counts)}. Only the first picture and the first sound are sent on.`
}

function moreTracks({ video, audio }: { readonly video: number; readonly audio: number }): string {
  const of = (count: number, name: string): readonly string[] => {
    if (count === 0) return []
    return [count === 1 ? `a second ${name} track` : `${count} more ${name} tracks`]
  }
  return [...of(video, 'picture'), ...of(audio, 'sound')].join(' and ') || 'one track of a kind'
}
