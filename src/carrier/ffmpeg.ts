import { execFile } from 'node:child_process'
import { fail, ok, type Result } from '../core/problem'
import type { FfmpegInfo, FfmpegPlaces } from '../shared/carrier-control'

/** Oldest ffmpeg that does what is asked of it: 5.0 brought `-timeout` for RTSP in microseconds. */
const oldestMajor = 5
const versionTimeoutMs = 5_000

/** `ffmpeg version 5.1.9-0+deb12u1 …`, `ffmpeg version n7.1 …`; builds from git say `N-12345-g…` or a date, and are new. */
export function parseFfmpegVersion(
  text: string,
): { readonly version: string; readonly major: number } | null {
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1]
  if (version === undefined) return null
  const major = /^n?(\d+)\.\d/.exec(version)?.[1]
  return { version, major: major === undefined ? Number.POSITIVE_INFINITY : Number(major) }
}

/** Config, bundled, PATH, in this order. A configured one that does not run is said, not passed over. */
export async function findFfmpeg(places: FfmpegPlaces): Promise<Result<FfmpegInfo>> {
  if (places.configured !== null) return named(await check(places.configured), places.configured)
  if (places.bundled !== null) {
    const bundled = await check(places.bundled)
    if (bundled.ok) return bundled
  }
  return check('ffmpeg')
}

/** A missing one is named where the user has named it. */
const named = (found: Result<FfmpegInfo>, path: string): Result<FfmpegInfo> =>
  !found.ok && found.problem.code === 'ffmpeg-missing' ? fail('ffmpeg-missing', { path }) : found

async function check(path: string): Promise<Result<FfmpegInfo>> {
  const text = await new Promise<string | null>((resolve) => {
    execFile(
      path,
      ['-hide_banner', '-version'],
      { timeout: versionTimeoutMs, windowsHide: true },
      (error, stdout) => {
        resolve(error === null ? stdout : null)
      },
    )
  })
  if (text === null) return fail('ffmpeg-missing')
  const parsed = parseFfmpegVersion(text)
  if (parsed === null) return fail('ffmpeg-missing')
  if (parsed.major < oldestMajor) return fail('ffmpeg-too-old', { version: parsed.version })
  return ok({ path, version: parsed.version })
}
