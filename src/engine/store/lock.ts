import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { processAlive, processStart } from '../../host/process-id'
import { pause } from '../../host/within'
import { fail, ok, type Result } from '../../core/problem'
import { engineLockSchema, lockUrl, type LockContent } from '../../shared/engine-lock'
import { writeFileAtomic } from '../../host/atomic-file'
import { errnoOf, errnoWords, isDiskFull } from '../../host/errno'

export { lockUrl, type LockContent }

export interface Lock {
  readonly content: LockContent
  /** Adds what became known after the lock was taken. */
  update(more: Partial<Pick<LockContent, 'host' | 'port' | 'token'>>): Result<void>
  /** Removes the file if it is still ours. */
  release(): void
}

export interface LockOptions {
  readonly path: string
  readonly wallMs: () => number
  /** Does an engine answer there (GET /healthz)? Must settle by its own deadline. Default: asks, 1 s. */
  readonly answers?: (content: LockContent) => Promise<boolean>
  /** How long to wait for another start that is taking the lock at this moment. Default 5 s. */
  readonly patienceMs?: number
}

/** Reads a lock file without judging whether its owner lives. Null: none, or rubbish. */
export function readLock(path: string): LockContent | null {
  try {
    const parsed = engineLockSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

async function answersHealth(content: LockContent): Promise<boolean> {
  const url = lockUrl(content)
  if (url === null) return false
  try {
    const reply = await fetch(`${url}healthz`, { signal: AbortSignal.timeout(1_000), redirect: 'error' })
    const body: unknown = await reply.json()
    return typeof body === 'object' && body !== null && 'name' in body && body.name === 'understudy'
  } catch {
    return false
  }
}

/**
 * The owner of a lock if it lives, else null. Same process id and same start: it lives, though it may be busy. Where
 * the start cannot be told, the id may have been given to another program, so the engine must answer; one that has
 * just begun has no port yet and gets 15 s.
 */
export async function lockOwner(options: LockOptions): Promise<LockContent | null> {
  const content = readLock(options.path)
  if (content === null || !processAlive(content.pid)) return null
  const start = processStart(content.pid)
  if (start !== null && content.startedAs !== null) return start === content.startedAs ? content : null
  if (content.port === null) return Math.abs(options.wallMs() - content.startedAt) < 15_000 ? content : null
  return (await (options.answers ?? answersHealth)(content)) ? content : null
}

/**
 * One engine a data directory. A lock whose owner lives is `already-running` with its URL; a stale one is taken over.
 * Two starts at once are kept apart by a guard directory, since mkdir is atomic on every file system.
 */
export async function takeLock(options: LockOptions): Promise<Result<Lock>> {
  const guard = `${options.path}.guard`
  try {
    if (!(await takeGuard(guard, options))) {
      return fail('already-running', { url: '', pid: readLock(options.path)?.pid ?? 0 })
    }
  } catch (error) {
    return refused(options.path, error)
  }
  try {
    const owner = await lockOwner(options)
    if (owner !== null) return fail('already-running', { url: lockUrl(owner) ?? '', pid: owner.pid })
    return ok(writeLock(options))
  } catch (error) {
    return refused(options.path, error)
  } finally {
    removeGuard(guard)
  }
}

const refused = (path: string, error: unknown): Result<never> =>
  isDiskFull(error)
    ? fail('disk-full', { path })
    : fail('data-dir-unwritable', { path, reason: errnoWords(error) })

function writeLock(options: LockOptions): Lock {
  const write = (next: LockContent): LockContent => {
    writeFileAtomic(options.path, `${JSON.stringify(next)}\n`)
    return next
  }
  let content = write({
    pid: process.pid,
    startedAs: processStart(process.pid),
    startedAt: options.wallMs(),
    host: '127.0.0.1',
    port: null,
    token: null,
  })
  return {
    get content() {
      return content
    },
    update(more) {
      try {
        content = write({ ...content, ...more })
        return ok(undefined)
      } catch (error) {
        return refused(options.path, error)
      }
    },
    release() {
      const standing = readLock(options.path)
      const ours = standing?.pid === content.pid && standing.startedAt === content.startedAt
      if (ours) rmSync(options.path, { force: true })
    },
  }
}

/** A guard older than this was left by a start that was killed. */
const guardStaleMs = 10_000

async function takeGuard(guard: string, options: LockOptions): Promise<boolean> {
  const triesEveryMs = 50
  const tries = Math.ceil((options.patienceMs ?? 5_000) / triesEveryMs)
  for (let attempt = 0; attempt <= tries; attempt += 1) {
    try {
      mkdirSync(guard)
      return true
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
    const age = options.wallMs() - guardMadeAt(guard)
    if (age > guardStaleMs || age < -guardStaleMs) removeGuard(guard)
    else await pause(triesEveryMs)
  }
  return false
}

function guardMadeAt(guard: string): number {
  try {
    return statSync(guard).mtimeMs
  } catch {
    return Number.NaN
  }
}

function removeGuard(guard: string): void {
  try {
    rmdirSync(guard)
  } catch {
    // Gone already, which is what was wanted.
  }
}
