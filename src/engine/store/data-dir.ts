import { randomBytes } from 'node:crypto'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { posix, resolve, win32, join } from 'node:path'
import { fail, ok, type Result } from '../../core/problem'
import { errnoWords, isDiskFull } from './errno'

export interface DataDirEnvironment {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** Where Understudy keeps its files when nobody says otherwise: each system's own place for that. */
export function defaultDataDir({ platform, env, home }: DataDirEnvironment): string {
  const set = (name: string): string | null => {
    const value = env[name]
    return value === undefined || value === '' ? null : value
  }
  switch (platform) {
    case 'win32':
      return win32.join(set('APPDATA') ?? win32.join(home, 'AppData', 'Roaming'), 'Understudy')
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'Understudy')
    default: {
      // XDG: a relative path in the variable is to be ignored.
      const xdg = set('XDG_DATA_HOME')
      const base = xdg !== null && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share')
      return posix.join(base, 'understudy')
    }
  }
}

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
