import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

export interface LogFileOptions {
  /** Made where it is not there, mode 0700. */
  readonly dir: string
  /** Base of the file's name: `engine` -> engine.log, engine.1.log, ... */
  readonly name: string
  /** Size at which a file is put aside, and how many are kept. Default 2 MiB, 4 files. */
  readonly maxBytes?: number
  readonly keep?: number
}

/**
 * A log of bounded size and number, mode 0600. Each line is written before the call returns, so that the last words of a
 * process that ends reach the disk. Answers whether the line did; never throws.
 */
export function openLogFile(options: LogFileOptions): (line: string) => boolean {
  const { dir, name, maxBytes = 2 * 1024 * 1024, keep = 4 } = options
  const file = (number: number): string => join(dir, number === 0 ? `${name}.log` : `${name}.${number}.log`)
  let bytes: number | null = null
  return (line) => {
    try {
      if (bytes === null) {
        mkdirSync(dir, { recursive: true, mode: 0o700 })
        bytes = sizeOf(file(0))
      }
      if (bytes > 0 && bytes + Buffer.byteLength(line) > maxBytes) {
        rmSync(file(keep - 1), { force: true })
        for (let number = keep - 2; number >= 0; number -= 1) moveIfThere(file(number), file(number + 1))
        bytes = 0
      }
      appendFileSync(file(0), line, { mode: 0o600 })
      bytes += Buffer.byteLength(line)
      return true
    } catch {
      bytes = null
      return false
    }
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch {
    // Not there yet, or held by another program on Windows: then the file grows a little longer.
  }
}
