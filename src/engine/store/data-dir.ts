import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fail, ok, type Result } from '../../core/problem'
import { errnoWords, isDiskFull } from '../../host/errno'

export { defaultDataDir } from '../../shared/data-dir'

/** Makes the directory (0700) and sees that files can be written in it. Answers its absolute path. */
export function ensureDataDir(dir: string): Result<string> {
  const path = resolve(dir)
  try {
    if (!existsSync(path)) {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      // The umask may have taken bits away, never added any; recursive mkdir gives the mode to the last part.
      if (process.platform !== 'win32') chmodSync(path, 0o700)
    }
    const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`)
    const fd = openSync(probe, 'wx', 0o600)
    try {
      writeSync(fd, 'x')
    } finally {
      closeSync(fd)
      rmSync(probe, { force: true })
    }
    return ok(path)
  } catch (error) {
    if (isDiskFull(error)) return fail('disk-full', { path })
    return fail('data-dir-unwritable', { path, reason: errnoWords(error) })
  }
}
