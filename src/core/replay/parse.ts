import { fail, ok } from '../problem'
import { Fault, isFields, isNumber, type Fields } from './fields'
import { journalLine } from './journal-line'
import { recordingLine } from './recording-line'
import type { LineContent, ParseResult, RecordingItem } from './recording'

/** Rows of different sources may be written a little out of order; more is another recording. */
const jitterMs = 1_000

/** A line break ends every line but a torn one. */
interface Row {
  readonly line: number
  readonly raw: string
}

/**
 * Reads a recording (tests/fixtures/traces/README.md) or a journal, line by line. Unknown fields and kinds are
 * ignored, a torn last line is left out; anything else that is wrong is `recording-invalid` with line and reason.
 */
export function parseRecording(text: string): ParseResult {
  const rows: readonly Row[] = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((raw, index) => ({ line: index + 1, raw: raw.trim() }))
    .filter((row) => row.raw !== '')
  if (rows.length === 0) return invalid(1, 'the file is empty')
  const reader = new Reader()
  let truncated = false
  for (const [index, { line, raw }] of rows.entries()) {
    const fields = parseRow(raw)
    if (fields instanceof Fault) {
      // Torn by a writer that was killed; but one broken line alone is not a recording.
      truncated = fields === notJson && index > 0 && index === rows.length - 1
      if (!truncated) return invalid(line, fields.reason)
      break
    }
    const fault = reader.read(fields)
    if (fault !== null) return invalid(line, fault.reason)
  }
  const { parsed } = reader
  const items = parsed.flatMap((content) => content.items ?? [])
  if (!items.some(isAboutObs)) return invalid(1, 'nothing in it is about OBS')
  return ok({
    source: parsed.some((content) => content.source === 'journal') ? 'journal' : 'recording',
    items,
    truth: parsed.flatMap((content) => (content.truth === undefined ? [] : [content.truth])),
    policy: parsed.find((content) => content.policy !== undefined)?.policy,
    lines: parsed.length,
    truncated,
    obsVersion: parsed.find((content) => content.obsVersion !== undefined)?.obsVersion ?? null,
  })
}

const isAboutObs = (item: RecordingItem) => item.kind === 'event' && item.event.kind.startsWith('obs-')

const invalid = (line: number, reason: string) => fail('recording-invalid', { line, reason })

const notJson = new Fault('not valid JSON')

function parseRow(raw: string): Fields | Fault {
  // U+FFFD stands where the bytes were no text at all.
  if (raw.includes('\0') || raw.startsWith('\uFFFD')) return new Fault('not text but a binary file')
  try {
    const value: unknown = JSON.parse(raw)
    return isFields(value) ? value : new Fault('not a JSON object')
  } catch {
    return notJson
  }
}

/** Remembers between the lines: the clock, and whether the socket is open. */
class Reader {
  readonly parsed: LineContent[] = []
  private clock: number | null = null
  /** Added to a journal's times after a restart of the PC, whose monotonic clock began again. */
  private offset = 0
  private open = false

  /** What is wrong with the line; null: nothing. */
  read(row: Fields): Fault | null {
    const time = timeOf(row)
    if (time instanceof Fault) return time
    if (this.clock !== null && time + this.offset < this.clock - jitterMs) {
      if (row['type'] !== 'session') {
        return new Fault(`time goes back from ${this.clock - this.offset} to ${time} ms`)
      }
      this.offset = this.clock - time
    }
    const at = Math.max(this.clock ?? -Infinity, time + this.offset)
    const context = { at, open: this.open }
    const content = row['kind'] === undefined ? journalLine(row, context) : recordingLine(row, context)
    if (content instanceof Fault) return content
    this.clock = at
    this.open = content.open ?? this.open
    this.parsed.push(content)
    return null
  }
}

/** A recording's `t`; a journal's `at`, which stands in the event for events. */
function timeOf(row: Fields): number | Fault {
  if (row['kind'] !== undefined) return isNumber(row['t']) ? row['t'] : new Fault('t is not a number')
  if (row['type'] === undefined) return new Fault('neither of a recording (kind) nor of a journal (type)')
  const event = row['event']
  const at = isFields(event) ? event['at'] : row['at']
  return isNumber(at) ? at : new Fault('at is not a number')
}
