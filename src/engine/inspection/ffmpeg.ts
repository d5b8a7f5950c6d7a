import { fail, ok, type Result } from '../../core/problem'
import { runChild } from '../../host/child'
import { ffmpegVersionOf, oldestFfmpeg } from '../../shared/ffmpeg/ffmpeg-version'
import { ffmpegFault } from '../../shared/ffmpeg/start-fault'

const deadlineMs = 5_000
/** Somebody may be installing it just now. */
const lookAgainMs = 3_000

/** Which ffmpeg there is, asked again while there is none. What was found once stays. */
export function createFfmpegFinder(monotonicMs: () => number) {
  let last: { readonly path: string; readonly at: number; readonly found: Promise<Result<Ffmpeg>> } | null =
    null
  let failed = false
  return (configured: string | null): Promise<Result<Ffmpeg>> => {
    const path = configured ?? 'ffmpeg'
    const old = last !== null && failed && monotonicMs() - last.at > lookAgainMs
    if (last === null || last.path !== path || old) {
      const found = look(path, configured !== null)
      failed = false
      last = { path, at: monotonicMs(), found }
      void found.then((result) => {
        if (last?.found === found) failed = !result.ok
      })
    }
    return last.found
  }
}

export interface Ffmpeg {
  readonly path: string
  readonly version: string
}

async function look(path: string, named: boolean): Promise<Result<Ffmpeg>> {
  const ran = await runChild(path, ['-hide_banner', '-version'], { timeoutMs: deadlineMs })
  if (!ran.ok && ran.start !== null)
    return { ok: false, problem: ffmpegFault(ran.start, named ? path : null) }
  const found = ran.ok ? ffmpegVersionOf(ran.stdout) : null
  if (found === null) return fail('ffmpeg-missing', named ? { path } : undefined)
  if (found.major < oldestFfmpeg) return fail('ffmpeg-too-old', { version: found.version })
  return ok({ path, version: found.version })
}
