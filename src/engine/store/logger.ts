import { openLogFile } from '../../host/log-file'
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
  const write = options.dir === null ? () => true : openLogFile({ ...options, dir: options.dir })
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
