import { readdir, readFile, readlink } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { runChild } from '../../../host/child'

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
  const own = isLocal(host) ? platformWatch(platform) : blindWatch
  /** OBS answers, and yet no process is seen here (a tunnel, a container): then its absence proves nothing. */
  let blind = false
  return {
    remember: async (port) => {
      blind = false
      await own.remember(port)
      blind = (await own.running()) === false
    },
    running: () => (blind ? blindWatch.running() : own.running()),
  }
}

const blindWatch: ProcessWatch = {
  remember: () => Promise.resolve(),
  running: () => Promise.resolve(null),
}

function platformWatch(platform: NodeJS.Platform): ProcessWatch {
  switch (platform) {
    case 'linux':
      return linuxWatch()
    case 'win32':
      return namesWatch(
        () => output('tasklist', ['/fo', 'csv', '/nh', '/fi', 'IMAGENAME eq obs64.exe']),
        parseTasklist,
      )
    case 'darwin':
      return namesWatch(() => output('ps', ['-axco', 'stat=,comm=']), parsePs)
    default:
      return blindWatch
  }
}

function namesWatch(list: () => Promise<string | null>, parse: (text: string) => boolean): ProcessWatch {
  return {
    remember: () => Promise.resolve(),
    running: async () => {
      const text = await list()
      return text === null ? null : parse(text)
    },
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

const listDeadlineMs = 2_000

/** A program's output; null when it is missing, fails or takes too long. */
async function output(command: string, args: readonly string[]): Promise<string | null> {
  const ran = await runChild(command, args, { timeoutMs: listDeadlineMs })
  return ran.ok ? ran.stdout : null
}

/** `obs` by its name, or in a wrapper's shape (`obs-studio` of some packages). */
const linuxNames = new Set(['obs', 'obs-studio'])

/** Reading the whole table costs some 10 ms of a desktop's processor, so it is not done each second. */
const scanEveryMs = 3_000

interface ObsProcess {
  readonly pid: number
  readonly startTime: string
}

function linuxWatch(): ProcessWatch {
  /** The one that listens at the port. */
  let own: ObsProcess | null = null
  /** Other OBS processes that certainly do not: they say nothing about ours, nor are they ours started again. */
  let others: ReadonlySet<number> = new Set()
  let scanned: readonly ObsProcess[] | null = null
  let scannedAtMs = Number.NEGATIVE_INFINITY
  return {
    remember: async (port) => {
      own = null
      scannedAtMs = Number.NEGATIVE_INFINITY
      const inodes = await listeningInodes(port)
      const strangers = new Set<number>()
      for (const each of (await obsProcesses()) ?? []) {
        const owner = await owns(each.pid, inodes)
        if (owner === true) own = each
        if (owner === false) strangers.add(each.pid)
      }
      others = strangers
    },
    running: async () => {
      const mine = own
      if (mine !== null && (await isAlive(mine))) return true
      const nowMs = performance.now()
      if (nowMs >= scannedAtMs + scanEveryMs) {
        scannedAtMs = nowMs
        scanned = await obsProcesses()
      }
      if (scanned === null) return null
      return scanned.some(({ pid }) => pid !== mine?.pid && !others.has(pid))
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

/** null: another user's process, whose sockets may not be seen. */
async function owns(pid: number, inodes: ReadonlySet<string>): Promise<boolean | null> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => null)
  if (fds === null) return null
  for (const fd of fds) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    if (inode !== undefined && inodes.has(inode)) return true
  }
  return false
}
