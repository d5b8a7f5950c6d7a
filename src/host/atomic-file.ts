import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from './errno'

/** The few calls that an atomic write needs; tests put faults in. */
export interface AtomicDisk {
  open(path: string, mode: number): number
  write(fd: number, data: Uint8Array, offset: number): number
  fsync(fd: number): void
  close(fd: number): void
  rename(from: string, to: string): void
  remove(path: string): void
  /** Makes the rename itself durable; a system that cannot do that does nothing. */
  syncDir(path: string): void
}

export const nodeAtomicDisk: AtomicDisk = {
  open: (path, mode) => openSync(path, 'wx', mode),
  write: (fd, data, offset) => writeSync(fd, data, offset),
  fsync: (fd) => fsyncSync(fd),
  close: (fd) => closeSync(fd),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { force: true }),
  syncDir: (path) => {
    // Windows has no fsync of a directory, and its rename is journalled by NTFS.
    if (process.platform === 'win32') return
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  },
}

/** Codes that Windows answers while a virus scanner or an indexer holds the target for a moment. */
const passingCodes: readonly string[] = ['EPERM', 'EACCES', 'EBUSY']
const renameTries = process.platform === 'win32' ? 20 : 1

let counter = 0

/**
 * Writes a whole file so that a reader, or the next start after a crash, sees the old or the new content and never a
 * mixture: temporary file beside it, fsync, rename. Throws the operating system's error; the old file then stands
 * and no temporary file is left. `mode`: 0o600 for anything with a secret (the default).
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { readonly mode?: number; readonly disk?: AtomicDisk } = {},
): void {
  const disk = options.disk ?? nodeAtomicDisk
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content
  counter += 1
  const temporary = `${path}.${process.pid}-${counter}.tmp`
  disk.remove(temporary)
  const fd = disk.open(temporary, options.mode ?? 0o600)
  try {
    try {
      for (let offset = 0; offset < data.length;) offset += disk.write(fd, data, offset)
      disk.fsync(fd)
    } finally {
      disk.close(fd)
    }
    renameWithPatience(disk, temporary, path)
  } catch (error) {
    disk.remove(temporary)
    throw error
  }
  try {
    disk.syncDir(dirname(path))
  } catch {
    // The content is in place; only its durability against a power cut is weaker.
  }
}

function renameWithPatience(disk: AtomicDisk, from: string, to: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      disk.rename(from, to)
      return
    } catch (error) {
      if (attempt >= renameTries || !passingCodes.includes(errnoOf(error))) throw error
      // 20 x 10 ms: these files are written seldom, so a short blocking wait costs nothing.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}
