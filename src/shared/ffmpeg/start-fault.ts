import { problem, type Problem } from '../../core/problem'

/** What the words of the system and of Node for a failed start mean, for sentences. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it is not allowed to run it',
  EPERM: 'it is not allowed to run it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file, not a folder',
  ELOOP: 'its path leads back to itself',
  ENOEXEC: 'it is no program for this PC',
  EBADARCH: 'it is no program for this PC',
  ENAMETOOLONG: 'its path is too long',
  ERR_INVALID_ARG_VALUE: 'its path or what it is told holds a character that is not allowed',
  ERR_INVALID_ARG_TYPE: 'its path or what it is told is no text',
  E2BIG: 'it would be told too much at once',
}

const limits: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EAGAIN: 'too many programs run',
  ENOMEM: 'memory is short',
}

/**
 * Why ffmpeg could not be started, from the name of the fault (`ENOENT`, `EMFILE`, ...). `path`: as the user named it; null
 * where nobody did.
 */
export function ffmpegFault(fault: string, path: string | null): Problem {
  const limit = limits[fault]
  if (limit !== undefined) return problem('program-limit', { reason: limit })
  const named: Problem['params'] = path === null ? {} : { path: shown(path) }
  if (fault === 'ENOENT') return path === null ? problem('ffmpeg-missing') : problem('ffmpeg-missing', named)
  return problem('ffmpeg-unusable', { ...named, reason: reasons[fault] ?? `error ${fault}` })
}

/** A path as it can stand in a sentence: control characters and halves of characters are no text, and it is not endless. */
function shown(path: string): string {
  const text = path.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
