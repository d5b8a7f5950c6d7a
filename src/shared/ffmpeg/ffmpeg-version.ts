/** Oldest ffmpeg that does what is asked of it: 5.0 brought `-timeout` for RTSP in microseconds. */
export const oldestFfmpeg = 5

/** `ffmpeg version 5.1.9-0+deb12u1 …`, `ffmpeg version n7.1 …`; builds from git say `N-12345-g…` or a date, and are new. */
export function ffmpegVersionOf(text: string): { readonly version: string; readonly major: number } | null {
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1]
  if (version === undefined) return null
  const major = /^n?(\d+)\.\d/.exec(version)?.[1]
  return { version, major: major === undefined ? Number.POSITIVE_INFINITY : Number(major) }
}
