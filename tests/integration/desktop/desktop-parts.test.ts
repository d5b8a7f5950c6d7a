import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { hasTrayHost } from '../../../src/main/desktop/tray-host'
import type { Snapshot } from '../../../src/shared/snapshot'
import type { ShellState } from '../../../src/shared/shell-bridge'
import { askEngine, endEngine, enginePid, launchShell, type Shell } from '../../support/desktop/electron'
import {
  startStreamerDesktop,
  type StreamerDesktop,
  type Toast,
} from '../../support/desktop/streamer-desktop'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const waitMs = 30_000

/** Whole files of a directory and below; sockets and what is gone by now are no files. */
const filesUnder = (dir: string): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)

suite('the desktop around the app', ['electron', 'desktop', 'ffmpeg'], () => {
  let desktop: StreamerDesktop
  let shell: Shell | null = null

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
  })
  afterEach(async () => {
    await shell?.stop()
    await desktop.stop()
  })

  const live = async (): Promise<Page> => {
    shell = await launchShell({ desktop, args: ['--rehearsal'] })
    const page = await shell.page()
    const { dataDir } = shell
    await onAir(dataDir, 'obs')
    await until(
      async () =>
        (await snapshot(dataDir)).systems.some((each) => each.kind === 'pull' && each.readiness === 'ready'),
      {
        timeoutMs: waitMs,
        what: 'a backup that is ready',
      },
    )
    await untilState(page, 'the page in the window', () => true)
    return page
  }
  const snapshot = (dataDir: string): Promise<Snapshot> =>
    askEngine(dataDir, 'GET', 'api/snapshot') as Promise<Snapshot>
  const onAir = (dataDir: string, system: string): Promise<true> =>
    until(async () => (await snapshot(dataDir)).onAir === system, {
      timeoutMs: waitMs,
      what: `${system} on air`,
    })
  const state = (page: Page): Promise<ShellState> =>
    page.evaluate(() =>
      (window as unknown as { understudyShell: { state(): Promise<ShellState> } }).understudyShell.state(),
    )
  const untilState = (page: Page, what: string, fits: (now: ShellState) => boolean): Promise<true> =>
    until(async () => fits(await state(page)), { timeoutMs: waitMs, what })
  const toast = (what: string, fits: (toast: Toast) => boolean): Promise<Toast> =>
    until(() => desktop.toasts().find(fits), { timeoutMs: waitMs, what })
  const picture = (name: string): Promise<void> => desktop.screenshot(join(ROOT, 'artifacts', `${name}.png`))

  it('has icon, menu, hotkeys and notifications of every switch, whoever asked for it', async () => {
    desktop = await startStreamerDesktop()
    const page = await live()
    await untilState(page, 'hotkeys', (now) => now.hotkeys['backup-now'].state === 'registered')
    await untilState(page, 'the tray', (now) => now.tray.state === 'ok')
    expect(await state(page)).toMatchObject({ notifications: { state: 'ok' }, keyStore: { state: 'ok' } })

    // A key, while somebody else has the keyboard.
    await desktop.openOther('A game')
    await desktop.press('ctrl+shift+F7')
    const there = await toast('the switch to the backup', (each) =>
      each.title.endsWith('The backup is on air'),
    )
    expect(there.body).toMatch(/^Viewers saw nothing for .*\. The server confirmed the media\.$/)
    await until(desktop.toastPlace, { timeoutMs: waitMs, what: 'the toast on the screen' })
    await picture('desktop-backup-on-air')

    // What cannot be done is said where it was asked.
    await desktop.press('ctrl+shift+F11')
    await toast('the refusal', (each) => each.title === 'Refused: Standby picture')

    // A click on a toast brings the window.
    await shell?.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
    await desktop.click(await until(desktop.toastPlace, { timeoutMs: waitMs, what: 'a toast' }))
    const visible = (): Promise<boolean> | undefined =>
      shell?.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true)
    await until(visible, { timeoutMs: waitMs, what: 'the window' })

    // The menu, by mouse and keyboard: the first that can be chosen is "OBS now".
    const icon = await until(desktop.trayIcon, { timeoutMs: waitMs, what: 'the icon in the tray' })
    const menu = await desktop.openMenu(icon)
    await picture('desktop-tray-menu')
    await menu.choose('first')
    await toast('the switch back', (each) => each.title.endsWith('OBS is on air'))

    // Tested, a key only reports.
    await page.evaluate(() =>
      (
        window as unknown as { understudyShell: { testHotkeys(on: boolean): Promise<unknown> } }
      ).understudyShell.testHotkeys(true),
    )
    await desktop.press('ctrl+shift+F9')
    await untilState(page, 'the press to be seen', (now) => now.pressed?.action === 'hold')
    await page.screenshot({ path: join(ROOT, 'artifacts', 'desktop-parts-page.png') })
    expect((await snapshot(shell?.dataDir ?? '')).hold).toBe(null)
  })

  it('says of each part that it is missing, and does the rest', async () => {
    desktop = await startStreamerDesktop({ tray: false, notifications: false, keyring: false })
    const page = await live()
    await untilState(page, 'hotkeys', (now) => now.hotkeys['backup-now'].state === 'registered')
    expect(await state(page)).toMatchObject({
      tray: { state: 'missing', text: 'This desktop shows no tray icons.' },
      keyStore: { state: 'missing' },
    })
    const answer = await page.evaluate(() =>
      (
        window as unknown as { understudyShell: { testNotification(): Promise<unknown> } }
      ).understudyShell.testNotification(),
    )
    expect(answer).toMatchObject({ state: 'missing' })
    await desktop.press('ctrl+shift+F7')
    await onAir(shell?.dataDir ?? '', 'backup')
  })

  it('keeps a password in the key ring, over a crash of everything, and nowhere on the disk', async () => {
    desktop = await startStreamerDesktop({ tray: false, notifications: false })
    shell = await launchShell({ desktop })
    const { dataDir } = shell
    await untilState(await shell.page(), 'the key store', (now) => now.keyStore.state === 'ok')
    const secret = 'open sesame 4711'
    const obs = { host: '127.0.0.1', port: null, configDir: null, password: secret }
    const saved = await askEngine(dataDir, 'POST', 'api/settings', { section: 'obs', value: obs })
    expect(saved).toMatchObject({ ok: true })
    const kept = (): Promise<unknown> => askEngine(dataDir, 'GET', 'api/secrets')
    const inStore = { keptIn: 'key-store', secrets: { 'obs.password': secret } }
    await until(async () => JSON.stringify(await kept()) === JSON.stringify(inStore), {
      timeoutMs: waitMs,
      what: 'the key store to have it',
    })
    // The engine has it at once; the app seals it a moment later.
    const sealed = await until(() => filesUnder(dataDir).find((file) => file.endsWith('secrets.sealed')), {
      timeoutMs: waitMs,
      what: 'the sealed file',
    })
    expect(statSync(sealed).mode & 0o777).toBe(0o600)
    // A password that came in before the app's first hand-over lies in the engine's file until the app says that it is sealed.
    await until(() => filesUnder(dataDir).every((file) => !readFileSync(file).includes(secret)), {
      timeoutMs: waitMs,
      what: 'no file to hold the password',
    })

    await shell.kill()
    await endEngine(dataDir)
    shell = await launchShell({ desktop, dataDir })
    await shell.page()
    await until(() => enginePid(dataDir), { timeoutMs: waitMs, what: 'another engine' })
    await until(async () => JSON.stringify(await kept()) === JSON.stringify(inStore), {
      timeoutMs: waitMs,
      what: 'the engine to have it again',
    })
  })

  it('names a hotkey that another program has', async () => {
    desktop = await startStreamerDesktop()
    const first = await launchShell({ desktop, args: ['--rehearsal'] })
    try {
      const page = await first.page()
      await untilState(page, 'hotkeys', (now) => now.hotkeys['backup-now'].state === 'registered')
      const other = await live()
      await untilState(other, 'refused hotkeys', (now) => now.hotkeys['backup-now'].state === 'refused')
      expect((await state(other)).hotkeys['backup-now']).toMatchObject({
        text: 'Another program or the system already uses this key.',
      })
    } finally {
      await first.stop()
    }
  })

  it('is looked at honestly: a tray only where one is', async () => {
    desktop = await startStreamerDesktop({ notifications: false, keyring: false })
    expect(await hasTrayHost({ ...process.env, ...desktop.env })).toBe(true)
    await desktop.stop()
    desktop = await startStreamerDesktop({ tray: false, notifications: false, keyring: false })
    expect(await hasTrayHost({ ...process.env, ...desktop.env })).toBe(false)
    expect(await hasTrayHost({ PATH: process.env.PATH, DISPLAY: 'elsewhere:0' })).toBe(false)
  })
})
