/** `ENOSPC`, `EACCES`, ... of a failed call to the operating system; 'unknown' for anything else. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}

/** The disk or the user's share of it is full. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errnoOf(error))

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'there is already something of that name',
  EIO: 'the disk reports an error',
}

/** Why it failed, in a few words. */
export const errnoWords = (error: unknown): string => {
  const code = errnoOf(error)
  return words[code] ?? `error ${code}`
}
