import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScriptedEngine } from '../../e2e/scripted-engine'
import { token } from '../../e2e/scripted-engine'
import { engineLockName, type LockContent } from '../../../src/shared/engine-lock'

/** Lays the lock file of a scripted engine, so that a shell on this data directory finds and attaches to it. */
export function layLock(dataDir: string, engine: ScriptedEngine): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const { hostname, port } = new URL(engine.url)
  const content: LockContent = {
    pid: process.pid,
    startedAs: null,
    startedAt: Date.now(),
    host: hostname,
    port: Number(port),
    token,
  }
  writeFileSync(join(dataDir, engineLockName), JSON.stringify(content), { mode: 0o600 })
}
