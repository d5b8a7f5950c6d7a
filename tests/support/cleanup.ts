import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * What the rig has started in this test process and must end with it, whatever happens. Three nets, one under the
 * other: each handle's `stop()`; an `exit` hook; and a sweep at the next run for what a `kill -9` of the test process
 * left behind. The sweep knows its own by name: everything is started with a working directory below
 * `<tmp>/understudy-rig-<pid>-…`, and namespaces are called `us<pid>-…`; only those of dead pids are touched.
 */
const groups = new Set<number>()
const namespaces = new Set<string>()
let root: string | undefined
let swept = false

const PREFIX = 'understudy-rig-'

/** Remembers a process group to kill at exit. */
export function trackGroup(pgid: number): void {
  hook()
  groups.add(pgid)
}

/** Forgets a process group whose every member has ended. */
export function untrackGroup(pgid: number): void {
  groups.delete(pgid)
}

/** Remembers a network namespace to delete at exit. */
export function trackNamespace(name: string): void {
  hook()
  namespaces.add(name)
}

/** Forgets a namespace that is already deleted. */
export function untrackNamespace(name: string): void {
  namespaces.delete(name)
}

/** A new private directory for one peer; gone when the test process ends. Also its working directory. */
export function peerDir(name: string): string {
  hook()
  root ??= mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  mkdirSync(root, { recursive: true })
  return mkdtempSync(join(root, `${name}-`))
}

/** Sends `signal` to a whole process group; false if it is gone. */
export function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal)
    return true
  } catch {
    return false
  }
}

/**
 * Whether anything still runs in a process group. Zombies do not count: in a container whose first process does not
 * reap orphans they stay for ever.
 */
export function groupRuns(pgid: number): boolean {
  if (!signalGroup(pgid, 0)) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    try {
      // "pid (name) state ppid pgrp …"; the name may hold spaces and brackets.
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return Number(fields[2]) === pgid && fields[0] !== 'Z'
    } catch {
      return false
    }
  })
}

function cleanup(): void {
  for (const pgid of groups) signalGroup(pgid, 'SIGKILL')
  for (const name of namespaces) deleteNamespace(name)
  groups.clear()
  namespaces.clear()
  if (root !== undefined) rmSync(root, { recursive: true, force: true, maxRetries: 3 })
}

function hook(): void {
  if (swept) return
  swept = true
  sweep()
  process.on('exit', cleanup)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // `once` has taken the handler away when the signal is sent again, so that it then does what it always does.
    process.once(signal, () => {
      cleanup()
      process.kill(process.pid, signal)
    })
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function deleteNamespace(name: string): void {
  try {
    execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore', timeout: 5000 })
  } catch {
    // Already gone.
  }
}

/** Ends what an earlier test process that was killed left behind. */
function sweep(): void {
  const stale = readdirSync(tmpdir()).filter((entry) => {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(entry)?.[1]
    return pid !== undefined && !alive(Number(pid))
  })
  if (stale.length > 0) {
    const dirs = stale.map((entry) => join(tmpdir(), entry))
    for (const entry of process.platform === 'linux' ? readdirSync('/proc') : []) {
      if (/^\d+$/.test(entry) && dirs.some((dir) => cwdOf(entry).startsWith(`${dir}/`))) {
        try {
          process.kill(Number(entry), 'SIGKILL')
        } catch {
          // Ended between the look and the signal.
        }
      }
    }
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true })
  }
  for (const name of listNamespaces()) {
    const pid = /^us(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !alive(Number(pid))) deleteNamespace(name)
  }
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}

function listNamespaces(): readonly string[] {
  try {
    return readdirSync('/run/netns')
  } catch {
    return []
  }
}
