import { open, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { problem, type Problem } from '../../../core/problem'
import type { JournalEntry, JournalPort, Logger } from '../../ports'
import { errnoWords, isDiskFull } from '../../../host/errno'

/** One open segment. Offsets and sizes in bytes. */
export interface SegmentFile {
  write(data: Uint8Array): Promise<void>
  truncate(size: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** The few calls that the journal needs of a disk; tests put faults in. */
export interface JournalDisk {
  makeDir(path: string): Promise<void>
  list(dir: string): Promise<readonly { readonly name: string; readonly bytes: number }[]>
  create(path: string): Promise<SegmentFile>
  remove(path: string): Promise<void>
}

export const nodeJournalDisk: JournalDisk = {
  makeDir: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  list: async (dir) => {
    const names = await readdir(dir)
    return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(dir, name))).size })))
  },
  create: async (path) => {
    const handle = await open(path, 'ax', 0o600)
    return {
      write: (data) => handle.appendFile(data),
      truncate: (size) => handle.truncate(size),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    }
  },
  remove: (path) => rm(path, { force: true }),
}

export interface JournalOptions {
  readonly dir: string
  /** All segments together; the oldest go first. */
  readonly maxBytes: number
  /** One segment; default an eighth of `maxBytes`, at most 8 MiB. */
  readonly segmentBytes?: number
  /** What is appended waits at most this long in memory. Default 250 ms. */
  readonly flushMs?: number
  /** What may wait in memory while the disk takes nothing; the oldest entries then go. Default 4 MiB. */
  readonly pendingBytes?: number
  readonly logger?: Logger
  readonly disk?: JournalDisk
}

const segmentPattern = /^journal-(\d{6,})\.jsonl$/

export const segmentName = (number: number): string => `journal-${String(number).padStart(6, '0')}.jsonl`

/** Number of a segment, null for any other file. */
export const segmentNumber = (name: string): number | null => {
  const found = segmentPattern.exec(name)
  return found === null ? null : Number(found[1])
}

/**
 * JSON lines in numbered segments. `append` only buffers, so it costs a JSON.stringify; a timer, `sync` and `close`
 * write. Every start opens a new segment, so a line torn by a crash is always the last of its file. A disk that is
 * full latches `disk-full` and loses nothing until `pendingBytes` wait in memory; writing resumes by itself, and a
 * line half written is cut off before it is written again.
 */
export class Journal implements JournalPort {
  private readonly disk: JournalDisk
  private readonly segmentBytes: number
  private readonly pendingLimit: number
  private readonly encoder = new TextEncoder()
  private readonly timer: ReturnType<typeof setInterval>
  private pending: Uint8Array[] = []
  private pendingSize = 0
  private lost = 0
  private segment: { readonly file: SegmentFile; readonly path: string; bytes: number } | null = null
  private nextNumber: number | null = null
  private work: Promise<void> = Promise.resolve()
  private queued = false
  private latched: Problem | null = null
  private closed = false

  constructor(private readonly options: JournalOptions) {
    this.disk = options.disk ?? nodeJournalDisk
    this.segmentBytes = options.segmentBytes ?? Math.min(8 * 1024 * 1024, Math.ceil(options.maxBytes / 8))
    this.pendingLimit = options.pendingBytes ?? 4 * 1024 * 1024
    this.timer = setInterval(() => this.flush(false), options.flushMs ?? 250)
    this.timer.unref()
  }

  append(entry: JournalEntry): void {
    if (this.closed) return
    const line = this.encoder.encode(`${JSON.stringify(entry)}\n`)
    this.pending.push(line)
    this.pendingSize += line.byteLength
    while (this.pendingSize > this.pendingLimit) {
      const oldest = this.pending.shift()
      if (oldest === undefined) break
      this.pendingSize -= oldest.byteLength
      this.lost += 1
    }
  }

  sync(): void {
    this.flush(true)
  }

  problem(): Problem | null {
    return this.latched
  }

  async close(): Promise<void> {
    if (this.closed) return this.work
    this.closed = true
    clearInterval(this.timer)
    this.flush(true, true)
    await this.work
    const segment = this.segment
    this.segment = null
    await segment?.file.close().catch(() => undefined)
  }

  /** Resolves when everything queued so far was tried: for tests and for an orderly end. */
  settled(): Promise<void> {
    return this.work
  }

  /** Queues one write; several askers while one waits share it, unless one of them wants it on the disk. */
  private flush(force: boolean, last = false): void {
    if (!force && (this.pending.length === 0 || this.queued)) return
    this.queued = true
    this.work = this.work.then(async () => {
      this.queued = false
      await this.write(force, last)
    })
  }

  private async write(force: boolean, last: boolean): Promise<void> {
    // Taken before anything is awaited: what is appended meanwhile belongs to the next write.
    const batch = this.pending
    const size = this.pendingSize
    this.pending = []
    this.pendingSize = 0
    try {
      if (batch.length > 0) {
        await this.writeBatch(batch, size).catch((error: unknown) => {
          this.pending = [...batch, ...this.pending]
          this.pendingSize += size
          throw error
        })
      }
      if (force) await this.segment?.file.sync()
      this.recovered()
    } catch (error) {
      this.latch(error)
      // Nothing more can be done at the end: what waits is lost, and the log says so.
      if (last) this.options.logger?.error('journal closed with entries unwritten', { entries: batch.length })
    }
  }

  /** Whole or not at all: a part that reached the disk is taken off it again. */
  private async writeBatch(batch: readonly Uint8Array[], size: number): Promise<void> {
    const segment = await this.currentSegment(size)
    try {
      await segment.file.write(concatenate(batch, size))
      segment.bytes += size
    } catch (error) {
      await segment.file.truncate(segment.bytes).catch(() => undefined)
      throw error
    }
  }

  private latch(error: unknown): void {
    if (this.latched === null) this.options.logger?.error(`journal not written: ${errnoWords(error)}`)
    this.latched = isDiskFull(error)
      ? problem('disk-full', { path: this.options.dir })
      : problem('data-dir-unwritable', { path: this.options.dir, reason: errnoWords(error) })
  }

  private recovered(): void {
    if (this.latched === null) return
    this.latched = null
    this.options.logger?.warn('journal is written again', { entriesLost: this.lost })
    this.lost = 0
  }

  private async currentSegment(more: number): Promise<NonNullable<Journal['segment']>> {
    const standing = this.segment
    if (standing !== null && (standing.bytes === 0 || standing.bytes + more <= this.segmentBytes))
      return standing
    if (standing !== null) {
      this.segment = null
      await standing.file.close()
    }
    const { dir } = this.options
    await this.disk.makeDir(dir)
    await this.makeRoom()
    const number = this.nextNumber ?? 1
    const path = join(dir, segmentName(number))
    this.segment = { file: await this.disk.create(path), path, bytes: 0 }
    this.nextNumber = number + 1
    return this.segment
  }

  /** Removes the oldest segments until another whole one fits under the cap. */
  private async makeRoom(): Promise<void> {
    const found = await this.disk.list(this.options.dir)
    const segments = found
      .map((file) => ({ ...file, number: segmentNumber(file.name) ?? -1 }))
      .filter((file) => file.number >= 0)
      .sort((a, b) => a.number - b.number)
    this.nextNumber = Math.max(this.nextNumber ?? 1, (segments.at(-1)?.number ?? 0) + 1)
    let total = segments.reduce((sum, file) => sum + file.bytes, 0)
    for (const file of segments) {
      if (total + this.segmentBytes <= this.options.maxBytes) break
      await this.disk.remove(join(this.options.dir, file.name))
      total -= file.bytes
    }
  }
}

function concatenate(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.byteLength
  }
  return whole
}
