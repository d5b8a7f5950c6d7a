import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from './atomic-file'

/** What a process that ended by a fault of its own leaves for the next start. No text of the error: that stands in the log. */
export interface Crash {
  /** ms since epoch. */
  readonly wall: number
  /** Class of what was thrown, e.g. `TypeError`. */
  readonly what: string
}

const pathOf = (dataDir: string, name: string): string => join(dataDir, `${name}-crash.json`)

/** Leaves the note, mode 0600, whole or not at all. Never throws: it is written while everything else fails. */
export function leaveCrash(dataDir: string, name: string, crash: Crash): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileAtomic(pathOf(dataDir, name), JSON.stringify(crash))
  } catch {
    // A full disk: then only the log, if anything, tells of it.
  }
}

/** Takes the note of an earlier process away and answers it; null: it ended well, or left nothing that can be read. */
export function takeCrash(dataDir: string, name: string): Crash | null {
  const path = pathOf(dataDir, name)
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    rmSync(path, { force: true })
    return isCrash(found) ? { wall: found.wall, what: found.what.slice(0, 100) } : null
  } catch {
    rmQuietly(path)
    return null
  }
}

const isCrash = (found: unknown): found is Crash =>
  typeof found === 'object' &&
  found !== null &&
  'wall' in found &&
  typeof found.wall === 'number' &&
  Number.isFinite(found.wall) &&
  'what' in found &&
  typeof found.what === 'string'

function rmQuietly(path: string): void {
  try {
    rmSync(path, { force: true, recursive: true })
  } catch {
    // Whatever lies there, it is no note.
  }
}
