import { execFile } from 'node:child_process'
import { fail, ok, type Result } from '../core/problem'
import type { FfmpegInfo, FfmpegPlaces } from '../shared/carrier-control'
import { ffmpegVersionOf, oldestFfmpeg } from '../shared/ffmpeg-version'

const versionTimeoutMs = 5_000

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
  const parsed = ffmpegVersionOf(text)
  if (parsed === null) return fail('ffmpeg-missing')
  if (parsed.major < oldestFfmpeg) return fail('ffmpeg-too-old', { version: parsed.version })
  return ok({ path, version: parsed.version })
}
