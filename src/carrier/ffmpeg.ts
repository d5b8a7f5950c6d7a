import { fail, ok, type Result } from '../core/problem'
import { runChild } from '../host/child'
import type { FfmpegInfo, FfmpegPlaces } from '../shared/carrier/control'
import { ffmpegVersionOf, oldestFfmpeg } from '../shared/ffmpeg/ffmpeg-version'
import { ffmpegFault } from '../shared/ffmpeg/start-fault'

const versionTimeoutMs = 5_000

/** Config, bundled, PATH, in this order. A configured one that does not run is said, not passed over. */
export async function findFfmpeg(places: FfmpegPlaces): Promise<Result<FfmpegInfo>> {
  if (places.configured !== null) return check(places.configured, true)
  if (places.bundled !== null) {
    const bundled = await check(places.bundled, false)
    if (bundled.ok) return bundled
  }
  return check('ffmpeg', false)
}

/** `named`: by the user, whose sentence names it too. */
async function check(path: string, named: boolean): Promise<Result<FfmpegInfo>> {
  const ran = await runChild(path, ['-hide_banner', '-version'], { timeoutMs: versionTimeoutMs })
  const place = named ? path : null
  if (!ran.ok && ran.start !== null) return { ok: false, problem: ffmpegFault(ran.start, place) }
  const parsed = ran.ok ? ffmpegVersionOf(ran.stdout) : null
  // It runs, and is no ffmpeg.
  if (parsed === null) return fail('ffmpeg-missing', named ? { path } : undefined)
  if (parsed.major < oldestFfmpeg) return fail('ffmpeg-too-old', { version: parsed.version })
  return ok({ path, version: parsed.version })
}
