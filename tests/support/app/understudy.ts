import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { JournalEntry } from '../../../src/engine/ports'
import { carrierLockName } from '../../../src/shared/carrier/control'
import type { ApiCommand, CommandReply } from '../../../src/shared/contract'
import type { Snapshot } from '../../../src/shared/snapshot'
import { peerDir } from '../cleanup'
import { startProcess, untilReady, type RigProcess } from '../process'
import { until } from '../wait'

const ROOT = resolve(import.meta.dirname, '../../..')

/** A config as a user would write it: everything may be left out. */
export type UserConfig = Readonly<Record<string, unknown>>

/** A running engine, and the data directory that outlives it. */
export interface Understudy {
  readonly dataDir: string
  readonly url: () => string
  readonly token: () => string
  readonly pid: () => number
  readonly carrierPid: () => number | null
  readonly log: () => string
  /** What the process that runs now has said on its terminal. */
  readonly said: () => string
  readonly snapshot: () => Promise<Snapshot>
  readonly command: (command: ApiCommand) => Promise<CommandReply>
  /** Resolves with the first snapshot that satisfies `when`; the error shows the last one's phase and systems. */
  readonly until: (
    what: string,
    when: (snapshot: Snapshot) => boolean,
    timeoutMs?: number,
  ) => Promise<Snapshot>
  /** Everything journalled so far. */
  readonly journal: () => readonly JournalEntry[]
  /** `kill -9` of the engine. */
  readonly kill: () => Promise<void>
  /** The engine again, on the same data directory. */
  readonly start: () => Promise<void>
  /** A second engine on the same data directory: how it ended and what it said. */
  readonly second: () => Promise<{ readonly code: number | null; readonly said: string }>
  /** Ends engine and carrier. */
  readonly stop: () => Promise<void>
}

/** Starts the built engine as a user would, headless, with a data directory of its own. */
export async function startUnderstudy(
  config: UserConfig,
  flags: readonly string[] = [],
  /** Where it keeps its files; a fresh place unless told. What lies there already is found by the engine. */
  dataDir = join(peerDir('understudy'), 'data'),
  /** Over this process's own environment: where it looks for an OBS, for one. */
  env: NodeJS.ProcessEnv = {},
): Promise<Understudy> {
  mkdirSync(dataDir, { mode: 0o700, recursive: true })
  writeFileSync(join(dataDir, 'config.json'), JSON.stringify(config), { mode: 0o600 })
  let engine: RigProcess | null = null
  let page = { url: '', token: '' }

  const start = async (): Promise<void> => {
    const child = await startProcess({
      name: 'engine',
      env: { ...process.env, ...env },
      command: process.execPath,
      args: [
        join(ROOT, 'out/engine/index.mjs'),
        '--headless',
        '--data-dir',
        dataDir,
        '--port',
        '0',
        ...flags,
      ],
    })
    engine = child
    await untilReady(child, () => child.log().includes('Its page: '), {
      timeoutMs: 30_000,
      what: 'the engine',
    })
    const found = /Its page: (\S+?)\?token=(\S+)/.exec(child.log())
    page = { url: found?.[1] ?? '', token: found?.[2] ?? '' }
  }
  await start()

  const ask = async (path: string, body?: unknown): Promise<Response> =>
    fetch(`${page.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${page.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
  const snapshot = async (): Promise<Snapshot> => (await ask('api/snapshot')).json() as Promise<Snapshot>
  const carrierPid = (): number | null => {
    const path = join(dataDir, carrierLockName)
    if (!existsSync(path)) return null
    return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid
  }
  const logs = (): string => {
    const dir = join(dataDir, 'logs')
    const files = existsSync(dir) ? readdirSync(dir) : []
    return [engine?.log() ?? '', ...files.map((file) => readFileSync(join(dir, file), 'utf8'))].join('\n')
  }
  return {
    dataDir,
    url: () => page.url,
    token: () => page.token,
    pid: () => engine?.pid ?? 0,
    carrierPid,
    log: logs,
    said: () => engine?.log() ?? '',
    snapshot,
    command: async (command) => (await ask('api/command', command)).json() as Promise<CommandReply>,
    until: async (what, when, timeoutMs = 30_000) => {
      let last: Snapshot | null = null
      const look = async (): Promise<Snapshot | false> => {
        last = await snapshot()
        return when(last) ? last : false
      }
      return until(look, { timeoutMs, what, everyMs: 100 }).catch((error: unknown) => {
        const shown = JSON.stringify(
          {
            phase: last?.phase,
            systems: last?.systems,
            problems: last?.problems,
            timeline: last?.timeline.slice(0, 8).map((each) => each.text),
          },
          null,
          1,
        )
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${shown}`)
      })
    },
    journal: () => readJournalOf(dataDir),
    kill: async () => {
      engine?.kill('SIGKILL')
      await engine?.exited
    },
    start,
    second: async () => {
      const child = await startProcess({
        name: 'second',
        command: process.execPath,
        args: [join(ROOT, 'out/engine/index.mjs'), '--headless', '--data-dir', dataDir, '--port', '0'],
      })
      const { code } = await child.exited
      return { code, said: child.log() }
    },
    stop: async () => {
      if (engine?.running() === true) {
        await ask('api/command', { kind: 'shutdown', carrier: true }).catch(() => undefined)
      }
      await engine?.stop(5_000)
      const pid = carrierPid()
      if (pid !== null) endProcess(pid)
    },
  }
}

function readJournalOf(dataDir: string): readonly JournalEntry[] {
  const dir = join(dataDir, 'journal')
  return readdirSync(dir)
    .sort()
    .flatMap((file) => readFileSync(join(dir, file), 'utf8').split('\n'))
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as JournalEntry)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}
