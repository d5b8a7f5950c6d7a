import { readFileSync } from 'node:fs'
import { errnoOf } from '../../host/errno'

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

function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/**
 * Tells a process from a later one that got the same id: the boot and the tick in which it started (proc(5), stat
 * field 22). Null where it cannot be told (no /proc: macOS, Windows).
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    // The name in parentheses may hold anything, so fields are counted from the last one closed; 22 is then the 20th.
    const ticks = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .at(19)
    return ticks === undefined ? null : `${boot}:${ticks}`
  } catch {
    return null
  }
}
