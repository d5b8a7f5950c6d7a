import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { problem, type Problem } from '../../../core/problem'
import type { JournalEntry } from '../../ports'
import { errnoOf, errnoWords } from '../../../host/errno'
import { segmentNumber } from './journal'

/** One line of the journal, or what is wrong with one. `line` counts from 1. */
export type JournalLine =
  | { readonly ok: true; readonly entry: JournalEntry; readonly file: string; readonly line: number }
  | { readonly ok: false; readonly problem: Problem }

/** Only the frame is checked: the events in it come from this program, perhaps an older one. */
const at = z.number()
const frame = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('session'), wall: z.number(), at, version: z.string() }),
  z.looseObject({
    type: z.literal('event'),
    wall: z.number(),
    event: z.looseObject({ kind: z.string(), at }),
  }),
  z.looseObject({
    type: z.literal('command'),
    wall: z.number(),
    at,
    command: z.looseObject({ id: z.number(), kind: z.string() }),
  }),
  z.looseObject({
    type: z.literal('verdict'),
    wall: z.number(),
    at,
    system: z.string(),
    verdict: z.string(),
    causes: z.array(z.looseObject({ code: z.string() })),
  }),
])

const isEntry = (value: unknown): value is JournalEntry => frame.safeParse(value).success

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/**
 * Every entry of a journal, oldest first. A line that is no entry is told as `journal-unreadable` with file and
 * line and skipped; one that was torn by a crash (the last of its file, without a line end) is passed over in
 * silence. A directory that is not there is an empty journal.
 */
export async function* readJournal(dir: string): AsyncGenerator<JournalLine> {
  let names: string[]
  try {
    names = await readdir(dir)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    yield unreadable(dir, 0, errnoWords(error))
    return
  }
  const segments = names
    .map((name) => ({ name, number: segmentNumber(name) ?? -1 }))
    .filter((segment) => segment.number >= 0)
    .sort((a, b) => a.number - b.number)
  for (const segment of segments) yield* readSegment(join(dir, segment.name))
}

const unreadable = (file: string, line: number, reason: string): JournalLine => ({
  ok: false,
  problem: problem('journal-unreadable', { file, line, reason }),
})

/** The entries of one segment. */
export async function* readSegment(file: string): AsyncGenerator<JournalLine> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    yield unreadable(file, 0, errnoWords(error))
    return
  }
  const lines = text.split('\n')
  // What stands after the last line end: empty, or a line torn by a crash, or one whose line end alone is missing.
  const tail = lines.pop() ?? ''
  for (const [index, line] of lines.entries()) yield* judge(file, index + 1, line)
  if (parseLine(tail) !== undefined) yield* judge(file, lines.length + 1, tail)
}

function* judge(file: string, line: number, text: string): Generator<JournalLine> {
  if (text.trim() === '') return
  const value = parseLine(text)
  if (value === undefined) yield unreadable(file, line, 'it is not JSON')
  else if (isEntry(value)) yield { ok: true, entry: value, file, line }
  else yield unreadable(file, line, 'it is no entry of a journal')
}

/**
 * What is wrong with the newest segment that an earlier engine left, the first of it; null: it can be read. Only that
 * one: it alone may have been open when something broke.
 */
export async function journalFault(dir: string): Promise<Problem | null> {
  let newest: string | undefined
  try {
    const names = await readdir(dir)
    newest = names
      .filter((name) => segmentNumber(name) !== null)
      .sort((a, b) => (segmentNumber(a) ?? 0) - (segmentNumber(b) ?? 0))
      .at(-1)
  } catch (error) {
    return errnoOf(error) === 'ENOENT'
      ? null
      : problem('journal-unreadable', { file: dir, reason: errnoWords(error) })
  }
  if (newest === undefined) return null
  for await (const line of readSegment(join(dir, newest))) if (!line.ok) return line.problem
  return null
}
