import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { installedElectron, startsApp } from '../../../scripts/electron.mjs'
import { carrierLock, runs } from '../app/carrier'
import { peerDir } from '../cleanup'
import type { Desktop } from './desktop'
import { cleanEnv, type StreamerDesktop } from './streamer-desktop'
import { until, within } from '../wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const startMs = 30_000
const endMs = 5_000

export interface ShellOptions {
  /** Where it shall live; a bare X display will do for a window alone. */
  readonly desktop: Pick<Desktop, 'env'> | StreamerDesktop
  /** Data directory of the engine; it outlives the shell. A fresh one unless told. */
  readonly dataDir?: string
  /** Words for the command line beside the data directory and a free port, such as `--rehearsal`. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The built shell, running in a real Electron. */
export interface Shell {
  readonly app: ElectronApplication
  readonly dataDir: string
  readonly pid: number
  /** The first window's page; waits for it. */
  readonly page: () => Promise<Page>
  /** What the shell has written to its terminal. */
  readonly said: () => string
  readonly running: () => boolean
  /** `kill -9` of the shell alone, and its end. */
  readonly kill: () => Promise<void>
  /** Ends the shell, and unless told otherwise engine and carrier of its data directory too, whatever their state. */
  readonly stop: (options?: { readonly engine?: boolean }) => Promise<void>
}

let placed: ReturnType<typeof startsApp> | undefined

/** The Electron of this machine with the built app in it. @throws Error where the machine has none. */
export function electronWithApp(): ReturnType<typeof startsApp> {
  const found = installedElectron()
  if (found === null) throw new Error('no Electron binary')
  placed ??= startsApp(found.binary, ROOT, peerDir('electron'))
  return placed
}

/** Chromium's switches that hold on every machine of the tests. */
export function chromiumSwitches(desktop: ShellOptions['desktop']): readonly string[] {
  return [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    // Chromium guesses the key ring from the name of the desktop, and this one has none.
    ...('keyring' in desktop && desktop.keyring ? ['--password-store=gnome-libsecret'] : []),
  ]
}

/** Starts the built shell as a user would, on a desktop of the rig. `npm run build` must have been run before. */
export async function launchShell(options: ShellOptions): Promise<Shell> {
  const electron = electronWithApp()
  const dataDir = options.dataDir ?? join(peerDir('shell'), 'data')
  const app = await _electron.launch({
    executablePath: electron.binary,
    // Whatever it leaves behind is known by its working directory to the rig's sweep.
    cwd: peerDir('shell-cwd'),
    args: [
      ...chromiumSwitches(options.desktop),
      ...electron.args,
      ...['--data-dir', dataDir, '--port', '0'],
      ...(options.args ?? []),
    ],
    env: {
      ...cleanEnv(),
      ...options.desktop.env,
      UNDERSTUDY_NODE: process.execPath,
      UNDERSTUDY_TERMINAL: '1',
      ...options.env,
    },
    timeout: startMs,
  })
  const child = app.process()
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const running = (): boolean => child.exitCode === null && child.signalCode === null
  const gone = (): Promise<true> =>
    until(() => !running(), { timeoutMs: endMs, what: 'the shell to be gone' })
  const kill = async (): Promise<void> => {
    if (running()) child.kill('SIGKILL')
    await gone()
  }
  return {
    app,
    dataDir,
    pid: child.pid ?? 0,
    page: () => app.firstWindow({ timeout: startMs }),
    said: () => said,
    running,
    kill,
    stop: async (which = {}) => {
      // A shell that asks before it quits would wait here for ever.
      await within(app.close(), { timeoutMs: endMs, what: 'the shell to close' }).catch(() => undefined)
      await kill()
      if (which.engine !== false) await endEngine(dataDir)
    },
  }
}

/** The engine of a data directory, by its lock file; 0 where none runs. */
export function enginePid(dataDir: string): number {
  const path = join(dataDir, 'engine.lock')
  if (!existsSync(path)) return 0
  const { pid } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number }
  return runs(pid) ? pid : 0
}

/** One call of the API of the engine of a data directory, as its page makes it; the answer's JSON. */
export async function askEngine(
  dataDir: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const lock = JSON.parse(readFileSync(join(dataDir, 'engine.lock'), 'utf8')) as {
    port: number
    token: string
  }
  const reply = await fetch(`http://127.0.0.1:${lock.port}/${path}`, {
    method,
    headers: { authorization: `Bearer ${lock.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(endMs),
  })
  return reply.json()
}

/** The carrier of a data directory, a rehearsal's too; 0 where none runs. */
export function carrierPid(dataDir: string): number {
  const pids = [dataDir, join(dataDir, 'rehearsal')].map((dir) => carrierLock(dir)?.pid ?? 0)
  return pids.find((pid) => pid > 0 && runs(pid)) ?? 0
}

/** Ends engine and carrier of a data directory by their lock files, whatever their state. */
export async function endEngine(dataDir: string): Promise<void> {
  // The engine first: it would start its carrier again.
  for (const look of [enginePid, carrierPid]) {
    const pid = look(dataDir)
    if (pid === 0) continue
    process.kill(pid, 'SIGKILL')
    await until(() => !runs(pid), { timeoutMs: endMs, what: `process ${pid} to end` })
  }
}
