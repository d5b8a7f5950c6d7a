import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface ShellLog {
  readonly dir: string
  (text: string, more?: Readonly<Record<string, unknown>>): void
}

const maxBytes = 1_000_000

/** The shell's own log, `<data-dir>/logs/shell.log`: lines of JSON; the file before it is kept. Never throws. */
export function openLog(dataDir: string): ShellLog {
  const dir = join(dataDir, 'logs')
  const path = join(dir, 'shell.log')
  const write = (text: string, more: Readonly<Record<string, unknown>> = {}): void => {
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      if (sizeOf(path) > maxBytes) renameSync(path, `${path}.1`)
      const line = JSON.stringify({ at: new Date().toISOString(), text, ...more })
      appendFileSync(path, `${line}\n`, { mode: 0o600 })
    } catch {
      // A full disk is the engine's to tell; the window goes on.
    }
  }
  return Object.assign(write, { dir })
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

/** What is safe and useful to write of anything that was thrown. */
export const errorWords = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
