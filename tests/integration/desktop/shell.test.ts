import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Locator, Page } from '@playwright/test'
import type { LockContent } from '../../../src/shared/engine-lock'
import type { Snapshot } from '../../../src/shared/snapshot'
import { runs } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { startDesktop, type Desktop } from '../../support/desktop/desktop'
import { carrierPid, endEngine, enginePid, launchShell, type Shell } from '../../support/desktop/electron'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const waitMs = 30_000

suite('the window and its engine', ['electron', 'ffmpeg'], () => {
  let desktop: Desktop
  let dataDir: string
  let shell: Shell | null = null

  beforeEach(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    desktop = await startDesktop()
    dataDir = join(peerDir('shell'), 'data')
  })
  afterEach(async () => {
    await shell?.stop()
    await endEngine(dataDir)
    await desktop.stop()
  })

  const open = (args: readonly string[] = ['--rehearsal']): Promise<Shell> =>
    launchShell({ desktop, dataDir, args })
  const snapshot = async (): Promise<Snapshot> => {
    const { port, token } = JSON.parse(readFileSync(join(dataDir, 'engine.lock'), 'utf8')) as LockContent
    const reply = await fetch(`http://127.0.0.1:${String(port)}/api/snapshot`, {
      headers: { authorization: `Bearer ${token ?? ''}` },
    })
    return (await reply.json()) as Snapshot
  }
  const onAir = async (): Promise<unknown> => (await snapshot()).onAir
  const button = (page: Page): Locator => page.getByRole('button', { name: 'Backup now' }).first()
  /** The rehearsal runs, and the page shows it. */
  const live = async (page: Page): Promise<void> => {
    await button(page).waitFor({ timeout: waitMs })
    await until(async () => (await onAir()) === 'obs', { timeoutMs: waitMs, what: 'OBS to be live' })
  }
  const backupOnAir = async (page: Page): Promise<void> => {
    await live(page)
    await until(
      async () => (await snapshot()).systems.find(({ id }) => id === 'backup')?.readiness === 'ready',
      {
        timeoutMs: waitMs,
        what: 'the backup to be ready',
      },
    )
    await button(page).click({ timeout: waitMs })
    await until(async () => (await onAir()) === 'backup', { timeoutMs: waitMs, what: 'the backup on air' })
  }
  /** Closes as its user would. */
  const closeWindow = (of: Shell): Promise<unknown> =>
    of.app
      .evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((each) => each.close()))
      .catch(() => undefined)

  it('shows the page; killed, it leaves engine and media alone; opened again, it attaches; closed, the rehearsal ends', async () => {
    shell = await open()
    await backupOnAir(await shell.page())
    const engine = enginePid(dataDir)
    const carrier = carrierPid(dataDir)
    await shell.kill()
    expect(runs(engine) && runs(carrier)).toBe(true)

    shell = await open()
    const again = await shell.page()
    await button(again).waitFor({ timeout: waitMs })
    expect(await onAir()).toBe('backup')
    expect(enginePid(dataDir)).toBe(engine)
    await closeWindow(shell)
    await until(() => !runs(engine) && !runs(carrier), {
      timeoutMs: waitMs,
      what: 'engine and carrier to end',
    })
    await until(() => shell?.running() === false, { timeoutMs: waitMs, what: 'the shell to end' })
  })

  it('starts an engine that was killed again, and shows its page where it was', async () => {
    shell = await open()
    const page = await shell.page()
    await live(page)
    await page.evaluate(() => {
      location.hash = '#/live'
    })
    const engine = enginePid(dataDir)
    process.kill(engine, 'SIGKILL')
    await until(() => enginePid(dataDir) !== 0 && enginePid(dataDir) !== engine, {
      timeoutMs: waitMs,
      what: 'another engine',
    })
    await live(page)
    await until(() => page.url().endsWith('#/live'), { timeoutMs: waitMs, what: 'the same place' })
    expect(shell.running()).toBe(true)
  })

  it('draws a page whose process was killed anew', async () => {
    shell = await open()
    const page = await shell.page()
    await live(page)
    const renderer = (): Promise<number> =>
      shell!.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(),
      )
    const before = await renderer()
    const engine = enginePid(dataDir)
    process.kill(before, 'SIGKILL')
    const shown = (): Promise<boolean> =>
      shell!.app.evaluate(async ({ BrowserWindow }) =>
        String(
          await BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('document.body.innerText'),
        ).includes('Backup now'),
      )
    // A page without a process answers nothing, not even with an error.
    await until(async () => ![0, before].includes(await renderer()), {
      timeoutMs: waitMs,
      what: 'another process of the page',
    })
    await until(shown, { timeoutMs: waitMs, what: 'the page again' })
    expect(enginePid(dataDir)).toBe(engine)
  })

  it('says on its own page why the engine will not run, and tries again when asked', async () => {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    writeFileSync(join(dataDir, 'config.json'), '{ "oops": ')
    shell = await open([])
    const page = await shell.page()
    await page
      .getByRole('heading', { name: 'Understudy’s engine is not running' })
      .waitFor({ timeout: waitMs })
    await page.screenshot({ path: join(ROOT, 'artifacts/shell-failed.png') })
    expect(await page.locator('body').innerText()).toContain('config.json')
    writeFileSync(join(dataDir, 'config.json'), '{}')
    await page.getByRole('button', { name: 'Try again' }).click()
    await until(() => page.url().startsWith('http://127.0.0.1'), {
      timeoutMs: waitMs,
      what: "the engine's page",
    })
  })

  it('a second start brings the window of the first before the person', async () => {
    shell = await open()
    await live(await shell.page())
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
    const second = await open().catch(() => null)
    await second?.stop({ engine: false })
    await until(
      () => shell!.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()),
      { timeoutMs: waitMs, what: 'the window to be shown' },
    )
  })

  it('says that the engine was stopped by somebody else, and does not start it by itself', async () => {
    shell = await open()
    const page = await shell.page()
    await live(page)
    execFileSync(process.execPath, [join(ROOT, 'out/engine/index.mjs'), '--data-dir', dataDir, '--stop'])
    await page.getByRole('heading', { name: 'engine was stopped' }).waitFor({ timeout: waitMs })
    await page.screenshot({ path: join(ROOT, 'artifacts/shell-ended.png') })
    expect(enginePid(dataDir)).toBe(0)
    await page.getByRole('button', { name: 'Start again' }).click()
    await live(page)
  })

  it('writes no token into its log', async () => {
    shell = await open()
    await live(await shell.page())
    const { token } = JSON.parse(readFileSync(join(dataDir, 'engine.lock'), 'utf8')) as { token: string }
    const log = readFileSync(join(dataDir, 'logs/shell.log'), 'utf8')
    expect(log).toContain('running')
    expect(log + shell.said()).not.toContain(token)
  })
})
