import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync } from 'node:fs'
import { fail, ok, type Result } from '../../core/problem'
import { writeFileAtomic } from '../../host/atomic-file'
import { errnoOf, errnoWords, isDiskFull } from '../../host/errno'

/** 32 random bytes, base64url: 43 characters. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * The token that opens page and API, kept in a file of mode 0600 so that a bookmark or a paired phone goes on working.
 * Anything in the file that is not such a token is replaced; a file that others can read is narrowed.
 */
export function loadToken(path: string): Result<string> {
  try {
    const text = readFileSync(path, 'utf8').trim()
    if (/^[A-Za-z0-9_-]{43}$/.test(text)) {
      if (process.platform !== 'win32') chmodSync(path, 0o600)
      return ok(text)
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return fail('data-dir-unwritable', { path, reason: errnoWords(error) })
  }
  const token = newToken()
  try {
    writeFileAtomic(path, `${token}\n`)
    return ok(token)
  } catch (error) {
    if (isDiskFull(error)) return fail('disk-full', { path })
    return fail('data-dir-unwritable', { path, reason: errnoWords(error) })
  }
}
