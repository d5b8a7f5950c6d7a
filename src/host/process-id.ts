import { readFileSync } from 'node:fs'
import { errnoOf } from './errno'

/**
 * Does a process of this id run? One of another user counts too. One that has ended stays in the process table until its
 * parent asks for it (a container's first process may take its time): that one does not count.
 */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}

const isZombie = (pid: number): boolean => /^\d+ \(.*\) Z/s.test(textOf(`/proc/${pid}/stat`) ?? '')

/** What tells a process from a later one that got the same id. */
export interface ProcessBirth {
  /** Of this run of the system (random(4), boot_id); null where it is not told. */
  readonly bootId: string | null
  /** When the process started, in clock ticks since that boot (proc(5), stat field 22). */
  readonly ticks: string
}

/** Null where it cannot be told (no /proc: macOS, Windows; or no such process). */
export function processBirth(pid: number): ProcessBirth | null {
  const stat = textOf(`/proc/${pid}/stat`)
  // The name in parentheses may hold anything, so fields are counted from the last one closed; 22 is then the 20th.
  const ticks = stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19)
  if (ticks === undefined) return null
  return { bootId: textOf('/proc/sys/kernel/random/boot_id')?.trim() ?? null, ticks }
}

/** The same in one word, `boot:ticks`, as the engine's lock has it; null where either cannot be told. */
export function processStart(pid: number): string | null {
  const birth = processBirth(pid)
  return birth === null || birth.bootId === null ? null : `${birth.bootId}:${birth.ticks}`
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
