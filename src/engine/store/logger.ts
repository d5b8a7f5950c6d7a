import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../ports'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LoggerOptions {
  /** Directory of the log files; null: standard error only. */
  readonly dir: string | null
  /** Base of the file's name: `engine` -> engine.log, engine.1.log, ... */
  readonly name: string
  readonly wallMs: () => number
  /** Takes secrets out of a text; applied to every line as a whole. */
  readonly redact: (text: string) => string
  readonly minLevel?: LogLevel
  /** Size at which a file is put aside, and how many are kept. Default 2 MiB, 4 files. */
  readonly maxBytes?: number
  readonly keep?: number
  /** Where people see it. Default: standard error, from `info` upwards. Null: nowhere. */
  readonly stderr?: ((line: string) => void) | null
}

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * Lines for people who look for a fault: time, level, message, data as JSON. What happened to the stream stands in the
 * journal instead. A log that cannot be written must never harm what it tells of: then warnings go to standard error.
 */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.dir === null ? () => true : rotatingFile(options.dir, options)
  const show = options.stderr === undefined ? (line: string) => process.stderr.write(line) : options.stderr
  const minimum = rank[options.minLevel ?? 'debug']
  const log =
    (level: LogLevel) =>
    (message: string, data?: Readonly<Record<string, unknown>>): void => {
      if (rank[level] < minimum) return
      const time = new Date(options.wallMs()).toISOString()
      const more = data === undefined ? '' : ` ${stringify(data)}`
      // One entry, one line: a text from outside must not look like an entry of ours.
      const line = options.redact(`${message}${more}`).replace(/[\r\n]+/g, ' ')
      const written = write(`${time} ${level.padEnd(5)} ${line}\n`)
      if (show === null && !written && rank[level] >= rank.warn) {
        process.stderr.write(`${time.slice(11, 19)} ${level.padEnd(5)} ${line}\n`)
      }
      if (rank[level] >= rank.info) show?.(`${time.slice(11, 19)} ${level.padEnd(5)} ${line}\n`)
    }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

/** Errors become their message and first stack lines; a circle or a BigInt becomes a word. */
function stringify(data: unknown): string {
  try {
    return JSON.stringify(data, (_key, value: unknown) => {
      if (value instanceof Error) return { message: value.message, stack: value.stack?.slice(0, 1_000) }
      return typeof value === 'bigint' ? String(value) : value
    })
  } catch {
    return '[data that cannot be written]'
  }
}

/** Answers whether the line reached the file. */
function rotatingFile(
  dir: string,
  options: Pick<LoggerOptions, 'name' | 'maxBytes' | 'keep'>,
): (line: string) => boolean {
  const maxBytes = options.maxBytes ?? 2 * 1024 * 1024
  const keep = options.keep ?? 4
  const file = (number: number): string =>
    join(dir, number === 0 ? `${options.name}.log` : `${options.name}.${number}.log`)
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
