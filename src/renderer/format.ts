import type { Track } from '../core/words'

/** A running time as a clock: '0:07', '12:41', '1:02:03'. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

export const bitrateText = (kbps: number): string =>
  kbps >= 1_000 ? `${(kbps / 1_000).toFixed(1)} Mbit/s` : `${Math.round(kbps)} kbit/s`

/** A share 0..1 in percent; small ones keep a digit so that they do not look like none. */
export const shareText = (share: number): string =>
  share > 0 && share < 0.1 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`

export function sizeText(bytes: number): string {
  if (bytes < 1e5) return `${Math.round(bytes / 1e3)} kB`
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`
}

const videoText = (track: Track): string =>
  [
    track.codec.toUpperCase(),
    track.width !== undefined && track.height !== undefined ? `${track.width}×${track.height}` : null,
    track.fps !== undefined ? `${Math.round(track.fps)} fps` : null,
  ]
    .filter((part) => part !== null)
    .join(' ')

/** Picture and sound in a few words: 'H264 1920×1080 60 fps, AAC'. */
export const tracksText = (tracks: readonly Track[]): string =>
  tracks.map((track) => (track.type === 'video' ? videoText(track) : track.codec.toUpperCase())).join(', ')

export const timeOfDay = (wall: number): string =>
  new Date(wall).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })

const keyWords: Readonly<Record<string, string>> = {
  Control: 'Ctrl',
  CommandOrControl: 'Ctrl',
  Command: '⌘',
  Super: 'Win',
}

/** An accelerator in Electron's notation as the names on the keys: 'Control+Shift+F7' -> Ctrl, Shift, F7. */
export const keyNames = (accelerator: string): readonly string[] =>
  accelerator.split('+').map((key) => keyWords[key] ?? key.replace(/^num(\d)$/, 'Num $1'))
