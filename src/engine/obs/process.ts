import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'

/**
 * Is OBS's process there? A frozen one is, a zombie is not. `null`: cannot be told.
 * On Linux the process is recognised by the socket it listens on, so that another OBS beside it says nothing.
 */
export interface ProcessWatch {
  /** Called while connected: remembers which process answers at the port. */
  remember(port: number): Promise<void>
  running(): Promise<boolean | null>
}

/** `host` names this PC. */
export function isLocal(host: string): boolean {
  if (['localhost', '::1', '0.0.0.0'].includes(host) || host.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === host),
  )
}

export function createProcessWatch(host: string, platform: NodeJS.Platform): ProcessWatch {
  if (!isLocal(host)) return { remember: () => Promise.resolve(), running: () => Promise.resolve(null) }
  switch (platform) {
    case 'linux':
      return linuxWatch()
    case 'win32':
      return {
        remember: () => Promise.resolve(),
        running: async () =>
          names(
            await output('tasklist', ['/fo', 'csv', '/nh', '/fi', 'IMAGENAME eq obs64.exe']),
            parseTasklist,
          ),
      }
    case 'darwin':
      return {
        remember: () => Promise.resolve(),
        running: async () => names(await output('ps', ['-axco', 'stat=,comm=']), parsePs),
      }
    default:
      return { remember: () => Promise.resolve(), running: () => Promise.resolve(null) }
  }
}

/** Reads `tasklist /fo csv /nh`. Without a match it answers a sentence in the user's language. */
export function parseTasklist(text: string): boolean {
  return /^"obs(64|32)\.exe",/im.test(text)
}

/** Reads `ps -axco stat=,comm=`: the state, then the command's name. */
export function parsePs(text: string): boolean {
  return text.split('\n').some((line) => /^\s*[^Z\s]\S*\s+OBS\s*$/i.test(line))
}

function names(text: string | null, parse: (text: string) => boolean): boolean | null {
  return text === null ? null : parse(text)
}

const listDeadlineMs = 2_000

/** A program's output; null when it is missing, fails or takes too long. */
function output(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: listDeadlineMs, windowsHide: true }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    )
  })
}

/** `obs` by its name, or in a wrapper's shape (`obs-studio` of some packages). */
const linuxNames = new Set(['obs', 'obs-studio'])

/** Reading the whole table costs some 10 ms of a desktop's processor, so it is not done each second. */
const scanEveryMs = 3_000

interface ObsProcess {
  readonly pid: number
  readonly startTime: string
}

interface Known extends ObsProcess {
  /** The other OBS processes that ran beside it: not the one that is meant, nor a restarted one. */
  readonly others: ReadonlySet<number>
}

function linuxWatch(): ProcessWatch {
  let known: Known | null = null
  let scanned: readonly ObsProcess[] | null = null
  let scannedAtMs = Number.NEGATIVE_INFINITY
  return {
    remember: async (port) => {
      known = null
      scannedAtMs = Number.NEGATIVE_INFINITY
      const all = await obsProcesses()
      if (all === null) return
      const inodes = await listeningInodes(port)
      for (const { pid, startTime } of all) {
        if (!(await owns(pid, inodes))) continue
        known = {
          pid,
          startTime,
          others: new Set(all.map((each) => each.pid).filter((each) => each !== pid)),
        }
        return
      }
    },
    running: async () => {
      const own = known
      if (own !== null && (await isAlive(own))) return true
      const nowMs = performance.now()
      if (nowMs >= scannedAtMs + scanEveryMs) {
        scannedAtMs = nowMs
        scanned = await obsProcesses()
      }
      if (scanned === null) return null
      return scanned.some(({ pid }) => own === null || (pid !== own.pid && !own.others.has(pid)))
    },
  }
}

async function isAlive({ pid, startTime }: ObsProcess): Promise<boolean> {
  const stat = await processStat(pid)
  return stat !== null && stat.startTime === startTime && isLiving(stat.state)
}

/** A zombie is dead, though its number is still taken. */
function isLiving(state: string): boolean {
  return !'ZXx'.includes(state)
}

async function processStat(pid: number): Promise<ReturnType<typeof parseStat>> {
  return parseStat(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''))
}

/** Living processes named like OBS; null without /proc. */
async function obsProcesses(): Promise<readonly ObsProcess[] | null> {
  let entries: readonly string[]
  try {
    entries = await readdir('/proc')
  } catch {
    return null
  }
  const found: ObsProcess[] = []
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue
    const pid = Number(entry)
    const stat = await processStat(pid)
    if (stat !== null && linuxNames.has(stat.name) && isLiving(stat.state))
      found.push({ pid, startTime: stat.startTime })
  }
  return found
}

/** Reads /proc/PID/stat: name in parentheses (which may hold anything), state, and field 22, the start time. */
export function parseStat(
  text: string,
): { readonly name: string; readonly state: string; readonly startTime: string } | null {
  const match = /^\d+ \((.*)\) (\S) (.*)$/s.exec(text.trim())
  const startTime = match?.[3]?.split(' ')[18]
  if (match?.[1] === undefined || match[2] === undefined || startTime === undefined) return null
  return { name: match[1], state: match[2], startTime }
}

/** Inodes of the sockets that listen on a port, from /proc/net/tcp and tcp6 (state 0A). */
export function parseListening(text: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    return fields[1]?.endsWith(suffix) === true && fields[3] === '0A' && fields[9] !== undefined
      ? [fields[9]]
      : []
  })
}

async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  )
  return new Set(tables.flatMap((table) => parseListening(table, port)))
}

async function owns(pid: number, inodes: ReadonlySet<string>): Promise<boolean> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const fd of fds) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}
