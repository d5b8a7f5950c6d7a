import type { CoreEvent } from '../events'
import { Fault, isFields, isNumber, type Fields } from './fields'
import type { LineContent, LineContext } from './recording'

/**
 * One line of a journal. The backup of a replay is simulated, so what the real one said and what became of commands
 * is left out; what was decided (`command`, `verdict`) is decided again.
 */
export function journalLine(row: Fields, { at }: LineContext): LineContent | Fault {
  switch (row['type']) {
    case 'session':
      return { source: 'journal', items: [{ kind: 'restart', at }], policy: row['policy'] }
    case 'event': {
      const fields = row['event']
      if (!isFields(fields)) return new Fault('event is not an object')
      const event = eventOf(fields, at)
      if (event instanceof Fault) return event
      return event === null ? { source: 'journal' } : { source: 'journal', items: [{ kind: 'event', event }] }
    }
    default:
      return typeof row['type'] === 'string' ? { source: 'journal' } : new Fault('type is not a text')
  }
}

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const flag: Check = (value) => typeof value === 'boolean'
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value)
const object =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(shape).every(([key, check]) => check(value[key]))
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)

const status = object({
  active: flag,
  reconnecting: flag,
  bytes: isNumber,
  skippedFrames: isNumber,
  totalFrames: isNumber,
  congestion: isNumber,
  durationMs: isNumber,
})
const stats = object({
  activeFps: orNull(isNumber),
  renderSkippedFrames: isNumber,
  renderTotalFrames: isNumber,
  encoderSkippedFrames: isNumber,
  encoderTotalFrames: isNumber,
})
const point = object({
  armed: flag,
  hold: orNull(object({ untilWall: orNull(isNumber) })),
  onAir: orNull(text),
  generation: isNumber,
  owedFence: flag,
  handover: optional(flag),
  offAir: optional(
    object({
      sinceWall: orNull(isNumber),
      noticedWall: orNull(isNumber),
      of: orNull(object({ system: text, cause: text })),
    }),
  ),
})
const command = object({
  kind: oneOf('go-live', 'end-stream', 'switch', 'hold', 'release', 'arm', 'disarm'),
  to: optional(text),
  forMs: optional(orNull(isNumber)),
})
const error = optional(oneOf('timeout', 'closed', 'busy', 'garbage'))
const leg = oneOf('idle', 'connecting', 'up', 'stalled', 'failed')
const format = object({ video: orNull(text), audio: orNull(text), sampleRateHz: orNull(isNumber) })
const feed = object({
  system: text,
  leg,
  warm: flag,
  mediaAgeMs: orNull(isNumber),
  format: optional(format),
  leftOut: optional(object({ video: isNumber, audio: isNumber })),
})
const cut = object({
  seq: isNumber,
  from: orNull(text),
  to: text,
  why: oneOf('asked', 'feed-frozen', 'feed-ended'),
  gapMs: orNull(isNumber),
  renewed: optional(flag),
})
const destination = object({
  id: text,
  leg,
  on: oneOf('first', 'other'),
  hasOther: flag,
  confirmed: optional(flag),
  problem: orNull(object({ code: text })),
  acknowledges: oneOf('yes', 'no', 'unknown'),
  bytesSent: isNumber,
  bytesAcknowledged: orNull(isNumber),
  acknowledgedAgeMs: orNull(isNumber),
  backlogBytes: isNumber,
  usualBacklogBytes: isNumber,
  queuedBytes: isNumber,
  sentKbps: isNumber,
  offeredKbps: isNumber,
  droppedFrames: isNumber,
  sessions: isNumber,
  uptimeMs: orNull(isNumber),
  retryInMs: orNull(isNumber),
})
const takeover = object({ kind: oneOf('none', 'query', 'backup-url') })

/** What the core reads of each event; a kind that is not here is of no use to a replay. */
const shapes: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  configured: {
    route: optional(oneOf('direct', 'program')),
    lineup: list(object({ id: text, kind: oneOf('push', 'pull', 'slate'), inProgram: optional(flag) })),
    destination: object({ takeover }),
  },
  restored: { wall: isNumber, point },
  'obs-connection': { state: oneOf('connected', 'closed', 'refused'), code: optional(isNumber) },
  'obs-status': { reply: orNull(status), error },
  'obs-stats': { reply: orNull(stats), error },
  'obs-stream': {
    state: oneOf('starting', 'started', 'stopping', 'stopped', 'reconnecting', 'reconnected', 'unknown'),
  },
  'obs-exit': {},
  'obs-process': { running: orNull(flag) },
  'obs-log': {
    cause: oneOf('user-stop', 'encoder-error', 'disconnected', 'connect-failed', 'key-refused'),
  },
  'obs-profile': { version: text, fps: orNull(isNumber), logReadable: flag },
  witness: {
    proof: oneOf('acknowledged', 'server', 'playback', 'accepted'),
    media: oneOf('flowing', 'absent', 'unknown'),
  },
  'program-status': {
    stale: flag,
    live: flag,
    generation: orNull(isNumber),
    onFeed: orNull(text),
    lastCut: orNull(cut),
    feeds: list(feed),
    destinations: list(destination),
    session: optional(orNull(object({ seq: isNumber, format }))),
  },
  operator: { command },
  crashed: { process: oneOf('engine', 'carrier'), wall: isNumber },
  host: { what: oneOf('resumed', 'clock-jump') },
  tick: {},
}

/** The event; null when a replay has no use for it. */
function eventOf(fields: Fields, at: number): CoreEvent | null | Fault {
  const { kind } = fields
  if (typeof kind !== 'string') return new Fault('the event has no kind')
  const shape = shapes[kind]
  if (shape === undefined) return null
  const wrong = Object.entries(shape).find(([key, check]) => !check(fields[key]))
  if (wrong !== undefined) return new Fault(`${kind}: ${wrong[0]} is missing or not what it should be`)
  return { ...fields, at } as unknown as CoreEvent
}
