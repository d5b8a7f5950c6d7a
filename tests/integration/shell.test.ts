import { _electron, type ElectronApplication } from '@playwright/test'
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { carrierLock, killCarrier, runs } from '../support/carrier'
import { peerDir } from '../support/cleanup'
import { startDesktop, type Desktop } from '../support/desktop'
import { electronBinary } from '../support/peers'
import { suite } from '../support/suite'
import { until } from '../support/wait'

const ROOT = resolve(import.meta.dirname, '../..')
const waitMs = 30_000

/** An Electron that starts this app: where it brings no default app to load one, a copy of it with ours inside. */
function electronWithApp(): { readonly binary: string; readonly args: readonly string[] } {
  const binary = electronBinary() ?? ''
  const dist = dirname(binary)
  if (existsSync(join(dist, 'resources/default_app.asar'))) return { binary, args: [ROOT] }
  const copy = join(peerDir('electron'), 'dist')
  cpSync(dist, copy, { recursive: true, filter: (from) => from !== join(dist, 'resources/app') })
  symlinkSync(ROOT, join(copy, 'resources/app'))
  return { binary: join(copy, 'electron'), args: [] }
}

suite('the window', ['electron', 'ffmpeg'], () => {
  let desktop: Desktop
  let dataDir: string
  let app: ElectronApplication | null = null

  beforeEach(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    electron = electronWithApp()
    desktop = await startDesktop()
    dataDir = join(peerDir('shell'), 'data')
  })
  afterEach(async () => {
    await app?.close().catch(() => undefined)
    const pid = enginePid()
    if (pid > 0 && runs(pid)) process.kill(pid, 'SIGKILL')
    await killCarrier(join(dataDir, 'rehearsal'))
    await desktop.stop()
  })

  let electron: ReturnType<typeof electronWithApp>
  const enginePid = (): number => {
    const path = join(dataDir, 'engine.lock')
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid : 0
  }
  const open = async (): Promise<ElectronApplication> =>
    _electron.launch({
      executablePath: electron.binary,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        ...electron.args,
        ...['--rehearsal', '--data-dir', dataDir, '--port', '0'],
      ],
      env: { ...cleanEnv(), ...desktop.env, UNDERSTUDY_NODE: process.execPath, UNDERSTUDY_TERMINAL: '1' },
      timeout: waitMs,
    })

  it('shows the page; killed, it leaves engine and media alone; opened again, it attaches; closed, the rehearsal ends', async () => {
    app = await open()
    const page = await app.firstWindow()
    await page.getByRole('button', { name: 'Backup now' }).click({ timeout: waitMs })
    await page.getByText('The backup is on air after').waitFor({ timeout: waitMs })
    const engine = enginePid()
    const carrier = carrierLock(join(dataDir, 'rehearsal'))?.pid ?? 0

    const shell = app.process()
    shell.kill('SIGKILL')
    await until(() => shell.exitCode !== null || shell.signalCode !== null, {
      timeoutMs: waitMs,
      what: 'the shell to be gone',
    })
    expect(runs(engine) && runs(carrier)).toBe(true)

    app = await open()
    const again = await app.firstWindow()
    await again.getByText('The backup is on air after').waitFor({ timeout: waitMs })
    expect(enginePid()).toBe(engine)
    await again.close()
    await until(() => !runs(engine) && !runs(carrier), {
      timeoutMs: waitMs,
      what: 'engine and carrier to end',
    })
  })
})

function cleanEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((each): each is [string, string] => each[1] !== undefined),
  )
}
