import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { ApiCommand, CommandReply } from '../../src/shared/contract'
import type { Snapshot } from '../../src/shared/snapshot'
import { createServer, type RunningServer } from '../../src/engine/server'
import type { AddRoutes } from '../../src/engine/server/routes/route'
import { makeSnapshot } from '../support/story/snapshots'

const root = resolve(import.meta.dirname, '../..')
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
export const token = 'token-of-the-browser-tests'

/** The real server over a snapshot that the test writes itself. */
export class ScriptedEngine {
  readonly commands: ApiCommand[] = []
  reply: CommandReply = { ok: true }
  private snapshot: Snapshot = makeSnapshot({ wall: Date.now() })
  private readonly listeners = new Set<() => void>()
  private server: RunningServer | null = null
  private port = 0

  /** @param routes answers beside snapshot and commands */
  constructor(private readonly routes: readonly AddRoutes[] = []) {}

  /** Listens; a second time on the same port, as a restarted engine does. */
  async start(): Promise<void> {
    const made = await createServer({
      host: '127.0.0.1',
      port: this.port,
      token,
      staticDir: resolve(root, 'out/renderer'),
      onCommand: (command) => {
        this.commands.push(command)
        return Promise.resolve(this.reply)
      },
      snapshot: () => this.snapshot,
      onSnapshot: (listener) => {
        this.listeners.add(listener)
        return () => this.listeners.delete(listener)
      },
      clock: { monotonicMs: () => performance.now(), wallMs: () => Date.now() },
      logger: quiet,
      routes: this.routes,
    })
    if (!made.ok) throw new Error(`server: ${made.problem.code}`)
    this.server = made.value
    this.port = made.value.port
  }

  async stop(): Promise<void> {
    await this.server?.close()
    this.server = null
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  get link(): string {
    return `${this.url}?token=${token}`
  }

  show(more: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, wall: Date.now(), ...more }
    for (const listener of this.listeners) listener()
  }
}

/** The page must be the one of these sources. */
export function buildPage(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit', timeout: 120_000 })
}
