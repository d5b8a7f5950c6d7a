import { join } from 'node:path'
import type { ObsLogEvent } from '../../../core/events'
import type { ObsFiles } from './files'

type Cause = ObsLogEvent['cause']

/**
 * What OBS's log says when a stream ends (docs/facts/obs.md 2.3; rtmp-stream.c, obs-encoder.c). Only the kind of the line leaves
 * this file, never its text: a line may hold the server with its path. Order matters: -3 is a refused key or stream
 * name, any other number of the same line a connection that failed.
 */
const patterns: readonly (readonly [RegExp, Cause])[] = [
  [/Encoder error, disconnecting/, 'encoder-error'],
  [/Error encoding with encoder/, 'encoder-error'],
  [/User stopped the stream/, 'user-stop'],
  [/\]\s+Disconnected from /, 'disconnected'],
  [/\]\s+Connection to .* failed: -3\b/, 'key-refused'],
  [/\]\s+Connection to .* failed: -?\d+/, 'connect-failed'],
]

/** OBS writes this line when a stream is begun; what was said before belongs to the stream before. */
const streamStart = /==== Streaming Start ====/

/** Turns lines into causes. Has a memory of one word: after an encoder's error OBS may also write that the user stopped. */
export interface LogReader {
  read(line: string): Cause | null
}

export function createLogReader(): LogReader {
  let encoderFailed = false
  return {
    read: (line) => {
      if (streamStart.test(line)) encoderFailed = false
      const cause = patterns.find(([pattern]) => pattern.test(line))?.[1] ?? null
      if (cause === 'user-stop' && encoderFailed) return null
      if (cause === 'encoder-error') {
        if (encoderFailed) return null
        encoderFailed = true
      }
      return cause
    },
  }
}

/** The newest of OBS's logs: their names are dates (`2026-11-23 19-05-37.txt`), so the last by name is the newest. */
export function newestLog(names: readonly string[]): string | null {
  return (
    names
      .filter((name) => /^\d{4}-\d{2}-\d{2} .*\.txt$/.test(name))
      .sort()
      .at(-1) ?? null
  )
}

/** How often the log is looked at; after a stop that is not ours the core waits 1.5 s for its reason. */
const pollMs = 250
/** How often it is asked whether OBS has begun another log: it does at each start. */
const rotationMs = 2_000
const chunkBytes = 64 * 1024
/** A line that is longer than this is none that is looked for. */
const lineLimit = 16 * 1024

/** Reads what OBS appends to its log, from the moment of `open` on; a log begun later is read from its first line. */
export interface LogTail {
  open(directory: string): void
  /** A log was found and could be read. */
  readable(): boolean
  close(): void
}

export function createLogTail(files: ObsFiles, onCause: (cause: Cause) => void): LogTail {
  let timer: NodeJS.Timeout | null = null
  let generation = 0

  const follow = (directory: string, state: Follow): void => {
    const mine = generation
    const again = (): void => {
      if (mine !== generation) return
      timer = setTimeout(() => {
        void step(files, directory, state, onCause).finally(again)
      }, pollMs)
      timer.unref()
    }
    void step(files, directory, state, onCause).finally(again)
  }

  let current: Follow | null = null
  let opened: string | null = null
  const close = (): void => {
    generation += 1
    opened = null
    current = null
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  return {
    open: (directory) => {
      if (directory === opened) return
      close()
      opened = directory
      current = { path: null, offset: 0, rest: '', sinceRotationMs: rotationMs, first: true, reader: null }
      follow(directory, current)
    },
    readable: () => current !== null && current.path !== null,
    close,
  }
}

interface Follow {
  path: string | null
  offset: number
  /** The begin of a line whose end is not written yet. */
  rest: string
  sinceRotationMs: number
  /** What is there at the first look is the past. */
  first: boolean
  reader: LogReader | null
}

async function step(
  files: ObsFiles,
  directory: string,
  state: Follow,
  onCause: (cause: Cause) => void,
): Promise<void> {
  state.sinceRotationMs += pollMs
  if (state.sinceRotationMs >= rotationMs) {
    state.sinceRotationMs = 0
    const newest = newestLog((await files.list(directory)) ?? [])
    const path = newest === null ? null : join(directory, newest)
    if (path !== state.path) {
      if (state.path !== null) await readNew(files, state, onCause)
      state.path = path
      state.rest = ''
      state.reader = createLogReader()
      state.offset = state.first && path !== null ? ((await files.size(path)) ?? 0) : 0
    }
    state.first = false
  }
  await readNew(files, state, onCause)
}

async function readNew(files: ObsFiles, state: Follow, onCause: (cause: Cause) => void): Promise<void> {
  if (state.path === null) return
  for (;;) {
    const size = await files.size(state.path)
    if (size === null) return
    if (size < state.offset) state.offset = 0
    if (size === state.offset) return
    const bytes = await files.readBytes(state.path, state.offset, chunkBytes)
    if (bytes === null || bytes.length === 0) return
    state.offset += bytes.length
    // The patterns are ASCII: a letter cut in two at a chunk's end harms none of them.
    const lines = (state.rest + Buffer.from(bytes).toString('latin1')).split('\n')
    const rest = lines.pop() ?? ''
    state.rest = rest.length > lineLimit ? '' : rest
    for (const line of lines) {
      const cause = state.reader?.read(line) ?? null
      if (cause !== null) onCause(cause)
    }
  }
}
