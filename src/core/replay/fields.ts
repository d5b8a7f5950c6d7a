import type { ObsOutputState, ObsStats, ObsStreamStatus } from '../events'

/** What is wrong with a line, in words, to be shown with the line's number. */
export class Fault {
  constructor(readonly reason: string) {}
}

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Reads named fields and remembers the first that is wrong. */
export class FieldReader {
  fault: Fault | null = null

  constructor(private readonly fields: Fields) {}

  /** A number; missing or null (obs-websocket sends null for NaN) is 0. */
  number(key: string): number {
    const value = this.fields[key]
    if (isNumber(value)) return value
    if (value !== undefined && value !== null) this.fault ??= new Fault(`${key} is not a number`)
    return 0
  }

  numberOrNull(key: string): number | null {
    const value = this.fields[key]
    return isNumber(value) ? value : null
  }

  /** True or false; missing is `standard`, or wrong where there is none. */
  flag(key: string, standard: boolean | null): boolean {
    const value = this.fields[key]
    if (typeof value === 'boolean') return value
    const missing = value === undefined || value === null
    if (!missing) this.fault ??= new Fault(`${key} is not true or false`)
    else if (standard === null) this.fault ??= new Fault(`${key} is missing`)
    return standard ?? false
  }
}

/** obs-websocket's GetStreamStatus reply. */
export function streamStatus(data: Fields): ObsStreamStatus | Fault {
  const read = new FieldReader(data)
  const status = {
    active: read.flag('outputActive', null),
    reconnecting: read.flag('outputReconnecting', false),
    bytes: read.number('outputBytes'),
    skippedFrames: read.number('outputSkippedFrames'),
    totalFrames: read.number('outputTotalFrames'),
    congestion: read.number('outputCongestion'),
    durationMs: read.number('outputDuration'),
  }
  return read.fault ?? status
}

/** obs-websocket's GetStats reply. */
export function stats(data: Fields): ObsStats | Fault {
  const read = new FieldReader(data)
  const reply = {
    cpuPercent: read.numberOrNull('cpuUsage'),
    memoryMiB: read.numberOrNull('memoryUsage'),
    activeFps: read.numberOrNull('activeFps'),
    renderSkippedFrames: read.number('renderSkippedFrames'),
    renderTotalFrames: read.number('renderTotalFrames'),
    encoderSkippedFrames: read.number('outputSkippedFrames'),
    encoderTotalFrames: read.number('outputTotalFrames'),
  }
  return read.fault ?? reply
}

const states: Readonly<Record<string, ObsOutputState>> = {
  STARTING: 'starting',
  STARTED: 'started',
  STOPPING: 'stopping',
  STOPPED: 'stopped',
  RECONNECTING: 'reconnecting',
  RECONNECTED: 'reconnected',
}

/** `OBS_WEBSOCKET_OUTPUT_STARTED` and the like; what is not known is 'unknown'. */
export function outputState(data: Fields): ObsOutputState | Fault {
  const name = data['outputState']
  if (name === undefined) return 'unknown'
  if (typeof name !== 'string') return new Fault('outputState is not a text')
  return states[name.replace(/^OBS_WEBSOCKET_OUTPUT_/, '')] ?? 'unknown'
}

/** Why there is no reply, from whatever words the recorder used. */
export function requestError(error: unknown, open: boolean): 'timeout' | 'closed' | 'busy' {
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? null)
  if (/time[ -]?d?[ -]?out/i.test(text)) return 'timeout'
  if (/\b207\b|not ?ready|busy/i.test(text)) return 'busy'
  if (/not connected|clos|disconnect|refused|reset|hang up|socket/i.test(text)) return 'closed'
  return open ? 'timeout' : 'closed'
}
