import { execFile } from 'node:child_process'
import { fail, ok, type Result } from '../../core/problem'
import { ffmpegVersionOf, oldestFfmpeg } from '../../shared/ffmpeg-version'

const deadlineMs = 5_000
/** Somebody may be installing it just now. */
const lookAgainMs = 3_000

/** Which ffmpeg there is, asked anew while there is none. What was found once stays. */
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

function look(path: string, named: boolean): Promise<Result<Ffmpeg>> {
  return new Promise((resolve) => {
    const missing = fail('ffmpeg-missing', named ? { path } : undefined)
    execFile(
      path,
      ['-hide_banner', '-version'],
      { timeout: deadlineMs, windowsHide: true },
      (error, stdout) => {
        const found = error === null ? ffmpegVersionOf(stdout) : null
        if (found === null) resolve(missing)
        else if (found.major < oldestFfmpeg) resolve(fail('ffmpeg-too-old', { version: found.version }))
        else resolve(ok({ path, version: found.version }))
      },
    )
  })
}
