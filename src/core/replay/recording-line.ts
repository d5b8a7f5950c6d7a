import type { CoreEvent } from '../events'
import {
  Fault,
  isFields,
  isNumber,
  outputState,
  requestError,
  stats,
  streamStatus,
  type Fields,
} from './fields'
import type { LineContent, LineContext } from './recording'

/** One row of a recording. Kinds that are not known add nothing. */
export function recordingLine(row: Fields, context: LineContext): LineContent | Fault {
  const { at } = context
  switch (row['kind']) {
    case 'header':
      return header(row, at)
    case 'GetStreamStatus':
      return statusRow(row, context)
    case 'GetStats':
      return statsRow(row, context)
    case 'event':
      return eventRow(row, context)
    case 'socket':
      return socketRow(row, context)
    case 'truth':
      return { source: 'recording', truth: { at, fault: words(row['fault']), phase: words(row['phase']) } }
    default:
      return typeof row['kind'] === 'string' ? { source: 'recording' } : new Fault('kind is not a text')
  }
}

const words = (value: unknown) => (typeof value === 'string' ? value : '')

/** The reply; null: there was none. */
function dataOf(row: Fields): Fields | null | Fault {
  const data = row['data']
  if (data === undefined || data === null) return null
  return isFields(data) ? data : new Fault('data is not an object')
}

const said = (context: LineContext, event: CoreEvent): LineContent => ({
  source: 'recording',
  items: [{ kind: 'event', event }],
  open: context.open,
})

/** Recordings do not say when the socket opens; whoever speaks is connected. */
function heard(context: LineContext, event: CoreEvent): LineContent {
  const connected = { kind: 'obs-connection', at: context.at, state: 'connected' } as const
  const events: readonly CoreEvent[] = context.open ? [event] : [connected, event]
  return { source: 'recording', items: events.map((one) => ({ kind: 'event', event: one })), open: true }
}

function statusRow(row: Fields, context: LineContext): LineContent | Fault {
  const { at } = context
  const data = dataOf(row)
  if (data instanceof Fault) return data
  if (data === null) {
    const error = requestError(row['error'], context.open)
    return said(context, { kind: 'obs-status', at, reply: null, error })
  }
  const reply = streamStatus(data)
  return reply instanceof Fault ? reply : heard(context, { kind: 'obs-status', at, reply })
}

function statsRow(row: Fields, context: LineContext): LineContent | Fault {
  const { at } = context
  const data = dataOf(row)
  if (data instanceof Fault) return data
  if (data === null) {
    const error = requestError(row['error'], context.open)
    return said(context, { kind: 'obs-stats', at, reply: null, error })
  }
  const reply = stats(data)
  return reply instanceof Fault ? reply : heard(context, { kind: 'obs-stats', at, reply })
}

function header(row: Fields, at: number): LineContent {
  const version = words(row['obs'])
  const protocol = words(row['protocol']).toLowerCase()
  const { fps, reconnect } = row
  const event: CoreEvent = {
    kind: 'obs-profile',
    at,
    version,
    fps: isNumber(fps) && fps > 0 ? fps : null,
    protocol: protocol === 'rtmp' || protocol === 'srt' || protocol === 'whip' ? protocol : null,
    // OBS's own defaults (OBSBasic.cpp:822); a recording says only whether it is on.
    reconnect: typeof reconnect === 'boolean' ? { enabled: reconnect, delaySec: 2, maxRetries: 25 } : null,
    dynamicBitrate: null,
    recordingStopsWithStream: null,
    logReadable: false,
  }
  return {
    source: 'recording',
    ...(version === '' ? {} : { obsVersion: version }),
    items: [{ kind: 'event', event }],
  }
}

function eventRow(row: Fields, context: LineContext): LineContent | Fault {
  const { at } = context
  if (row['event'] === 'ExitStarted') return heard(context, { kind: 'obs-exit', at })
  if (row['event'] !== 'StreamStateChanged') return { source: 'recording' }
  const data = dataOf(row)
  if (data instanceof Fault) return data
  const state = outputState(data ?? {})
  return state instanceof Fault ? state : heard(context, { kind: 'obs-stream', at, state })
}

function socketRow(row: Fields, context: LineContext): LineContent | Fault {
  const { at } = context
  const { code } = row
  if (code !== undefined && code !== null && !isNumber(code)) return new Fault('code is not a number')
  const state = words(row['state'])
  if (/refus/i.test(state)) {
    return { ...said(context, { kind: 'obs-connection', at, state: 'refused' }), open: false }
  }
  if (/open|connected|identified/i.test(state) && !/dis/i.test(state)) {
    return { ...said(context, { kind: 'obs-connection', at, state: 'connected' }), open: true }
  }
  const closed = { kind: 'obs-connection', at, state: 'closed' } as const
  return { ...said(context, isNumber(code) ? { ...closed, code } : closed), open: false }
}
