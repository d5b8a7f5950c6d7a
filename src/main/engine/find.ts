import { createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { processAlive, processStart } from '../../host/process-id'
import { engineLockName, engineLockSchema, lockUrl, type LockContent } from '../../shared/engine-lock'
import { callEngine } from './loopback'

/** A running engine. */
export interface EngineAddress {
  /** The page, without the token. */
  readonly url: string
  readonly token: string
  readonly pid: number
}

/** What stands behind the lock file of a data directory. */
export type EngineLook =
  | { readonly kind: 'found'; readonly engine: EngineAddress }
  /**
   * A process holds the lock and does not answer: it has just begun, or hangs. `certain`: it is the very process that
   * wrote the lock, not a later one of the same id.
   */
  | { readonly kind: 'silent'; readonly pid: number; readonly certain: boolean }
  | { readonly kind: 'none' }

/** How long the engine may take to say that it lives. */
const healthMs = 1_500

/** Looks for a running engine without starting anything: the lock file, its process, its answer. */
export async function findEngine(dataDir: string): Promise<EngineLook> {
  const lock = readEngineLock(dataDir)
  if (lock === null || !processAlive(lock.pid)) return { kind: 'none' }
  const start = processStart(lock.pid)
  const certain = start !== null && start === lock.startedAs
  if (start !== null && lock.startedAs !== null && !certain) return { kind: 'none' }
  const url = lockUrl(lock)
  if (url === null || lock.token === null) return { kind: 'silent', pid: lock.pid, certain }
  // The token is shown to nobody who has not proved to know it: the port may be another program's by now.
  const nonce = randomBytes(18).toString('base64url')
  const health = await callEngine({
    url: `${url}healthz?nonce=${nonce}`,
    method: 'GET',
    token: null,
    deadlineMs: healthMs,
  })
  return isOurEngine(health?.body, lock.token, nonce)
    ? { kind: 'found', engine: { url, token: lock.token, pid: lock.pid } }
    : { kind: 'silent', pid: lock.pid, certain }
}

function readEngineLock(dataDir: string): LockContent | null {
  try {
    const text = readFileSync(join(dataDir, engineLockName), 'utf8')
    const parsed = engineLockSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Health.proof in shared/contract. */
const isOurEngine = (body: unknown, token: string, nonce: string): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'proof' in body &&
  body.proof === createHmac('sha256', token).update(`understudy health ${nonce}`).digest('base64url')
