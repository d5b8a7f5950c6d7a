import { spawn } from 'node:child_process'
import { fail, ok } from '../core/problem'
import type { Result } from '../core/problem'

/**
 * Runs ffmpeg to its end without its words. `ffmpeg-missing` where it cannot be started, `ffmpeg-failed` where it says
 * no or takes longer than `timeoutMs`.
 */
export function tryFfmpeg(path: string, args: readonly string[], timeoutMs: number): Promise<Result<void>> {
  return new Promise((resolve) => {
    const child = spawn(path, ['-hide_banner', '-nostdin', '-loglevel', 'quiet', ...args], {
      stdio: 'ignore',
      windowsHide: true,
    })
    const deadline = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('error', () => {
      clearTimeout(deadline)
      resolve(path === 'ffmpeg' ? fail('ffmpeg-missing') : fail('ffmpeg-missing', { path }))
    })
    child.once('exit', (code) => {
      clearTimeout(deadline)
      resolve(code === 0 ? ok(undefined) : fail('ffmpeg-failed'))
    })
  })
}
