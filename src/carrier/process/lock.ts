import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { processAlive, processBirth } from '../../host/process-id'
import { writeFileAtomic } from '../../host/atomic-file'
import { carrierLockName, carrierLockSchema, type CarrierLock } from '../../shared/carrier/control'

const probeMs = 1_000

/** Reads the lock file; null when there is none or it is not one. */
export function readLock(dataDir: string): CarrierLock | null {
  try {
    const parsed = carrierLockSchema.safeParse(
      JSON.parse(readFileSync(join(dataDir, carrierLockName), 'utf8')),
    )
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/**
 * Whether a lock's carrier lives. Its port must take a connection (the kernel does so even for a stopped process) and
 * its process must be the one that wrote the lock, as far as this system tells: pids and ports are used again.
 */
export async function isAlive(lock: CarrierLock): Promise<boolean> {
  if (!processAlive(lock.pid) || !wroteIt(lock)) return false
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: lock.port })
    const finish = (alive: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(alive)
    }
    // No answer within the deadline on loopback means a full backlog: somebody listens.
    const timer = setTimeout(() => finish(true), probeMs)
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}

/** Ticks begin anew with each boot, and a service starts at much the same one: they count for the boot they are of. */
function wroteIt(lock: CarrierLock): boolean {
  const birth = processBirth(lock.pid)
  if (birth === null) return true
  const sameBoot = lock.bootId === undefined || birth.bootId === null || lock.bootId === birth.bootId
  return sameBoot && (lock.processStart === null || lock.processStart === birth.ticks)
}

/** Writes this process's lock, whole or not at all, readable by its owner alone. */
export function writeLock(dataDir: string, lock: CarrierLock): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileAtomic(join(dataDir, carrierLockName), JSON.stringify(lock))
}

/** Takes the lock away if it is still ours. */
export function removeLock(dataDir: string, lock: CarrierLock): void {
  if (readLock(dataDir)?.token === lock.token) rmSync(join(dataDir, carrierLockName), { force: true })
}
