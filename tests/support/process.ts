import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { groupRuns, peerDir, signalGroup, trackGroup, untrackGroup } from './cleanup'
import { until } from './wait'

/** How a process ended: an exit code, or the signal that ended it. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What to start. */
export interface ProcessOptions {
  /** For the log file's and the directory's name. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment; this process's own unless given. */
  readonly env?: NodeJS.ProcessEnv
  /** Must be one made by `peerDir`, which is also what is taken when it is left out. */
  readonly dir?: string
  /** Start inside this network namespace (`ip netns exec`; needs root). */
  readonly netns?: string
  /** Hand standard output to the caller (`stdout`) instead of the log. */
  readonly pipeStdout?: boolean
}

/** A running (or ended) process of the rig, in a process group of its own. */
export interface RigProcess {
  /** The process itself also under `netns`: `ip netns exec` becomes the program. */
  readonly pid: number
  readonly dir: string
  /** Set with `pipeStdout` only. */
  readonly stdout: Readable | null
  /** Settles once, when the process has ended; never rejects. */
  readonly exited: Promise<Exit>
  readonly running: () => boolean
  /** What it has written so far (standard error, and standard output unless piped). */
  readonly log: () => string
  /** Signals the process alone; false if it has ended. */
  readonly kill: (signal?: NodeJS.Signals) => boolean
  /** Signals the process and everything it started. */
  readonly killGroup: (signal: NodeJS.Signals) => boolean
  /** SIGTERM, after `graceMs` (1000) SIGKILL, to the whole group. Idempotent; resolves when it has ended. */
  readonly stop: (graceMs?: number) => Promise<void>
}

/**
 * Starts a process whose whole group ends with the test process.
 * @throws Error if the program cannot be started at all (not found, no permission).
 */
export async function startProcess(options: ProcessOptions): Promise<RigProcess> {
  const dir = options.dir ?? peerDir(options.name)
  const logFile = join(dir, `${options.name}.log`)
  const log = openSync(logFile, 'a')
  const [command, args] =
    options.netns === undefined
      ? [options.command, options.args]
      : ['ip', ['netns', 'exec', options.netns, options.command, ...options.args]]
  const child = spawn(command, args, {
    cwd: dir,
    env: options.env ?? process.env,
    detached: true,
    stdio: ['ignore', options.pipeStdout === true ? 'pipe' : log, log],
  })
  closeSync(log)
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  const pid = await started(child, options.command)
  trackGroup(pid)
  let ended = false
  void exited.then(() => {
    ended = true
    // Children may outlive their parent (a killed nginx master leaves its worker): keep the group until it is empty.
    if (!groupRuns(pid)) untrackGroup(pid)
  })
  const killGroup = (signal: NodeJS.Signals): boolean => signalGroup(pid, signal)
  const stop = async (graceMs = 1000): Promise<void> => {
    killGroup('SIGCONT')
    if (killGroup('SIGTERM')) {
      const gone = (): boolean => !groupRuns(pid)
      const what = `${options.name} (pid ${pid}) to end`
      await until(gone, { timeoutMs: graceMs, what, everyMs: 20 }).catch(() => killGroup('SIGKILL'))
      await until(gone, { timeoutMs: 5000, what, everyMs: 20 })
    }
    untrackGroup(pid)
    await exited
  }
  return {
    pid,
    dir,
    stdout: child.stdout,
    exited,
    running: () => !ended,
    log: () => readFileSync(logFile, 'utf8'),
    kill: (signal = 'SIGTERM') => !ended && child.kill(signal),
    killGroup,
    stop,
  }
}

/** A thread that runs on another core goes on for a moment after the signal was sent; longer than this it never takes. */
const freezeMs = 2_000

/** SIGSTOP, and back only once every thread of it stands: until then it may answer what comes after. */
export function freezeProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  const end = performance.now() + freezeMs
  while (process.platform === 'linux' && performance.now() < end && !isStopped(pid));
}

function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      return ['T', 't', 'Z', 'X'].includes(stat.replace(/^.*\) /s, '').charAt(0))
    })
  } catch {
    // A thread, or the whole of it, has ended meanwhile.
    return false
  }
}

function started(child: ChildProcess, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} did not start: ${error.message}`)))
    child.once('spawn', () => {
      if (child.pid === undefined) reject(new Error(`${command} started without a pid`))
      else resolve(child.pid)
    })
  })
}

/** Waits until `ready` is true; fails at once, with the log's end, when the process ends before that. */
export async function untilReady(
  child: RigProcess,
  ready: () => boolean | Promise<boolean>,
  options: { readonly timeoutMs: number; readonly what: string },
): Promise<void> {
  const outcome = await until(
    async () => {
      if (!child.running()) return 'ended'
      return (await ready()) ? 'ready' : ''
    },
    { ...options, everyMs: 25 },
  ).catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error)
    throw new Error(`${text}; its log ends:\n${tail(child.log())}`)
  })
  if (outcome === 'ended')
    throw new Error(`${options.what}: it ended first; its log ends:\n${tail(child.log())}`)
}

function tail(text: string): string {
  return text.split('\n').slice(-20).join('\n')
}
