import { appendFileSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalEntry } from '../../../../../src/engine/ports'
import { Journal, nodeJournalDisk, type JournalDisk } from '../../../../../src/engine/store/journal/journal'
import { readJournal, type JournalLine } from '../../../../../src/engine/store/journal/journal-reader'
import { useTempDir } from '../../../../support/temp-dir'

const tempDir = useTempDir()
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const tick = (at: number): JournalEntry => ({ type: 'event', wall: at, event: { kind: 'tick', at } })
const read = async (dir: string): Promise<JournalLine[]> => {
  const lines: JournalLine[] = []
  for await (const line of readJournal(dir)) lines.push(line)
  return lines
}
const ticksOf = (lines: readonly JournalLine[]): number[] =>
  lines.flatMap((line) => (line.ok && line.entry.type === 'event' ? [line.entry.event.at] : []))

/** A disk with so many bytes left; a write that does not fit puts down what fits, as a real one does. */
function smallDisk(left: { bytes: number }): JournalDisk {
  return {
    ...nodeJournalDisk,
    create: async (path) => {
      const file = await nodeJournalDisk.create(path)
      return {
        ...file,
        write: async (data) => {
          const fits = data.subarray(0, left.bytes)
          left.bytes -= fits.byteLength
          await file.write(fits)
          if (fits.byteLength < data.byteLength) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        },
      }
    },
  }
}

describe('Journal', () => {
  it('buffers, writes by itself after the interval, and reads back in order', async () => {
    const dir = join(tempDir(), 'journal')
    const journal = new Journal({ dir, maxBytes: 1_000_000 })
    for (let at = 1; at <= 3; at += 1) journal.append(tick(at))
    await journal.settled()
    expect(ticksOf(await read(dir))).toEqual([])
    vi.advanceTimersByTime(250)
    await journal.settled()
    expect(ticksOf(await read(dir))).toEqual([1, 2, 3])
    expect(statSync(join(dir, 'journal-000001.jsonl')).mode & 0o777).toBe(0o600)
    await journal.close()
  })

  it('keeps what is appended while a write is under way for the next one', async () => {
    const dir = tempDir()
    const journal: Journal = new Journal({
      dir,
      maxBytes: 1_000_000,
      disk: {
        ...nodeJournalDisk,
        makeDir: async (path) => {
          journal.append(tick(2))
          await nodeJournalDisk.makeDir(path)
        },
      },
    })
    journal.append(tick(1))
    journal.sync()
    await journal.settled()
    expect(journal.problem()).toBeNull()
    journal.sync()
    await journal.settled()
    expect(ticksOf(await read(dir))).toEqual([1, 2])
    await journal.close()
  })

  it('puts what was appended on the disk at sync and at close', async () => {
    const dir = tempDir()
    const synced: string[] = []
    const disk: JournalDisk = {
      ...nodeJournalDisk,
      create: async (path) => {
        const file = await nodeJournalDisk.create(path)
        return {
          ...file,
          sync: async () => {
            await file.sync()
            synced.push(readFileSync(path, 'utf8'))
          },
        }
      },
    }
    const journal = new Journal({ dir, maxBytes: 1_000_000, disk })
    journal.append(tick(1))
    journal.sync()
    await journal.settled()
    journal.append(tick(2))
    await journal.close()
    expect(synced.map((text) => text.trim().split('\n').length)).toEqual([1, 2])
    expect(ticksOf(await read(dir))).toEqual([1, 2])
  })

  it('starts a segment a session and goes on counting', async () => {
    const dir = tempDir()
    for (const at of [1, 2]) {
      const journal = new Journal({ dir, maxBytes: 1_000_000 })
      journal.append(tick(at))
      await journal.close()
    }
    expect(readdirSync(dir).sort()).toEqual(['journal-000001.jsonl', 'journal-000002.jsonl'])
    expect(ticksOf(await read(dir))).toEqual([1, 2])
  })

  it('rotates by size and removes the oldest over the cap, nothing else', async () => {
    const dir = tempDir()
    writeFileSync(join(dir, 'mine.txt'), 'x'.repeat(5_000))
    const journal = new Journal({ dir, maxBytes: 4_000, segmentBytes: 1_000 })
    for (let at = 1; at <= 400; at += 1) {
      journal.append(tick(at))
      if (at % 5 === 0) {
        journal.sync()
        await journal.settled()
      }
    }
    await journal.close()
    const segments = readdirSync(dir).filter((name) => name.startsWith('journal-'))
    const total = segments.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
    expect(total).toBeLessThanOrEqual(4_000)
    expect(segments.length).toBeGreaterThan(2)
    const ticks = ticksOf(await read(dir))
    expect(ticks.at(-1)).toBe(400)
    expect(ticks).toEqual(Array.from({ length: ticks.length }, (_, index) => 401 - ticks.length + index))
    expect(readFileSync(join(dir, 'mine.txt'), 'utf8')).toHaveLength(5_000)
  })

  it('latches disk-full, keeps what waits, and writes it whole when space returns', async () => {
    const dir = tempDir()
    const left = { bytes: 100 }
    const journal = new Journal({ dir, maxBytes: 1_000_000, disk: smallDisk(left) })
    for (let at = 1; at <= 5; at += 1) journal.append(tick(at))
    journal.sync()
    await journal.settled()
    expect(journal.problem()).toEqual({ code: 'disk-full', params: { path: dir } })
    journal.append(tick(6))
    left.bytes = 1_000_000
    vi.advanceTimersByTime(250)
    await journal.settled()
    expect(journal.problem()).toBeNull()
    const lines = await read(dir)
    expect(lines.every((line) => line.ok)).toBe(true)
    expect(ticksOf(lines)).toEqual([1, 2, 3, 4, 5, 6])
    await journal.close()
  })

  it('drops the oldest when too much waits, and says how many', async () => {
    const dir = tempDir()
    const left = { bytes: 0 }
    const warned: unknown[] = []
    const journal = new Journal({
      dir,
      maxBytes: 1_000_000,
      pendingBytes: 1_000,
      disk: smallDisk(left),
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (_text, data) => warned.push(data),
        error: () => undefined,
      },
    })
    for (let at = 1; at <= 100; at += 1) journal.append(tick(at))
    vi.advanceTimersByTime(250)
    await journal.settled()
    left.bytes = 1_000_000
    vi.advanceTimersByTime(250)
    await journal.settled()
    await journal.close()
    const ticks = ticksOf(await read(dir))
    expect(ticks.at(-1)).toBe(100)
    expect(warned).toEqual([{ entriesLost: 100 - ticks.length }])
  })

  it('names a directory that cannot be written', async () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    const journal = new Journal({ dir: join(file, 'journal'), maxBytes: 1_000 })
    journal.append(tick(1))
    journal.sync()
    await journal.settled()
    expect(journal.problem()).toMatchObject({ code: 'data-dir-unwritable' })
    await journal.close()
  })
})

describe('readJournal', () => {
  it('passes over a torn last line and names garbage by file and line', async () => {
    const dir = tempDir()
    const one = join(dir, 'journal-000001.jsonl')
    const two = join(dir, 'journal-000002.jsonl')
    writeFileSync(
      one,
      `${JSON.stringify(tick(1))}\nrubbish\n{"type":"event"}\n${JSON.stringify(tick(2))}\n{"type":"ev`,
    )
    writeFileSync(two, `${JSON.stringify(tick(3))}\n\n`)
    appendFileSync(two, JSON.stringify(tick(4)))
    const lines = await read(dir)
    expect(ticksOf(lines)).toEqual([1, 2, 3, 4])
    expect(lines.flatMap((line) => (line.ok ? [] : [line.problem.params]))).toEqual([
      { file: one, line: 2, reason: 'it is not JSON' },
      { file: one, line: 3, reason: 'it is no entry of a journal' },
    ])
  })

  it('finds nothing in a directory that is not there, and says what it cannot read', async () => {
    const dir = tempDir()
    expect(await read(join(dir, 'none'))).toEqual([])
    mkdirSync(join(dir, 'journal-000001.jsonl'))
    expect(await read(dir)).toMatchObject([{ ok: false, problem: { code: 'journal-unreadable' } }])
  })

  it('survives binary rubbish', async () => {
    const dir = tempDir()
    writeFileSync(
      join(dir, 'journal-000001.jsonl'),
      Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7) % 256),
    )
    const lines = await read(dir)
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.every((line) => !line.ok)).toBe(true)
  })
})
