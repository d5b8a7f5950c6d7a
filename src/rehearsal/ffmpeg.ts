import { spawn } from 'node:child_process'
import { fail, ok } from '../core/problem'
import type { Result } from '../core/problem'
import { startChild } from '../host/child'
import { ffmpegFault } from '../shared/ffmpeg/start-fault'

/**
 * Runs ffmpeg to its end without its words. `ffmpeg-missing` or `ffmpeg-unusable` where it cannot be started, `ffmpeg-failed` where it says
 * no or takes longer than `timeoutMs`.
 */
export function tryFfmpeg(path: string, args: readonly string[], timeoutMs: number): Promise<Result<void>> {
  return new Promise((resolve) => {
    const all = ['-hide_banner', '-nostdin', '-loglevel', 'quiet', ...args]
    const child = startChild(
      path,
      (program) => spawn(program, all, { stdio: 'ignore', windowsHide: true }),
      (fault) => resolve({ ok: false, problem: ffmpegFault(fault, path === 'ffmpeg' ? null : path) }),
    )
    if (child === null) return
    const deadline = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('exit', (code) => {
      clearTimeout(deadline)
      resolve(code === 0 ? ok(undefined) : fail('ffmpeg-failed'))
    })
  })
}
