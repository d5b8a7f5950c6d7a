import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ScriptedEngine } from '../../e2e/scripted-engine'
import { peerDir } from '../../support/cleanup'
import { launchShell, type Shell } from '../../support/desktop/electron'
import { layLock } from '../../support/desktop/scripted-shell'
import {
  startStreamerDesktop,
  type StreamerDesktop,
  type StreamerDesktopOptions,
} from '../../support/desktop/streamer-desktop'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const pictures = join(ROOT, 'artifacts')
const waitMs = 20_000
/** In the box, from left to right, as GTK lays them out. */
const question = 'Quit Understudy?'

suite('the window of a stream that is live', ['electron', 'desktop'], () => {
  let desktop: StreamerDesktop
  let engine: ScriptedEngine
  let shell: Shell | null = null

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    mkdirSync(pictures, { recursive: true })
  })
  beforeEach(async () => {
    engine = new ScriptedEngine()
    await engine.start()
  })
  afterEach(async () => {
    await shell?.stop({ engine: false })
    shell = null
    await engine.stop()
    await desktop.stop()
  })

  /** A shell beside a live engine, its window shown. */
  const open = async (parts: StreamerDesktopOptions): Promise<Shell> => {
    desktop = await startStreamerDesktop({ keyring: false, notifications: false, tray: false, ...parts })
    const dataDir = join(peerDir('live'), 'data')
    layLock(dataDir, engine)
    engine.show({
      onAir: 'obs',
      phase: { kind: 'on-air', system: 'obs', sinceWall: Date.now(), proof: 'server' },
    })
    const made = await launchShell({ desktop, dataDir })
    await until(async () => (await made.page()).url().startsWith(engine.url), {
      timeoutMs: waitMs,
      what: "the engine's page",
    })
    await until(() => visible(made), { timeoutMs: waitMs, what: 'the window' })
    return made
  }
  const visible = (of: Shell): Promise<boolean> =>
    of.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true)
  const closeWindow = (of: Shell): Promise<unknown> =>
    of.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  const boxIsOpen = async (): Promise<boolean> =>
    (await desktop.windows()).some(({ title }) => title === question)
  const awaitBox = (): Promise<true> => until(boxIsOpen, { timeoutMs: waitMs, what: 'the question' })
  const ended = (of: Shell): Promise<true> =>
    until(() => !of.running(), { timeoutMs: waitMs, what: 'the shell to end' })

  it('asks before it quits; told to keep running, it stays as it is', async () => {
    shell = await open({})
    await closeWindow(shell)
    await awaitBox()
    await desktop.screenshot(join(pictures, 'shell-quit.png'))
    await desktop.press('Escape')
    await until(async () => !(await boxIsOpen()), { timeoutMs: waitMs, what: 'the box to go' })
    expect(await visible(shell)).toBe(true)
    expect(engine.commands).toEqual([])
  })

  it('quits alone when told so, and the engine hears nothing', async () => {
    shell = await open({})
    await closeWindow(shell)
    await awaitBox()
    await desktop.press('Tab')
    await desktop.press('Return')
    await ended(shell)
    expect(engine.commands).toEqual([])
  })

  it('ends the guarding too when told so', async () => {
    shell = await open({})
    await closeWindow(shell)
    await awaitBox()
    await desktop.press('Tab')
    await desktop.press('Tab')
    await desktop.press('Return')
    await ended(shell)
    expect(engine.commands).toEqual([{ kind: 'shutdown', carrier: false }])
  })

  it('does not ask where nothing is live, and ends the engine', async () => {
    shell = await open({})
    engine.show({ onAir: null, phase: { kind: 'offline', lastEnd: 'user' } })
    await (await shell.page()).getByText('Off air').first().waitFor({ timeout: waitMs })
    await closeWindow(shell)
    await ended(shell)
    expect(engine.commands).toEqual([{ kind: 'shutdown', carrier: false }])
  })

  it('closes into the tray, says so once, and comes back from it', async () => {
    shell = await open({ tray: true, notifications: true })
    const icon = await until(() => desktop.trayIcon(), { timeoutMs: waitMs, what: 'the icon in the tray' })
    await closeWindow(shell)
    await until(async () => !(await visible(shell!)), { timeoutMs: waitMs, what: 'the window to hide' })
    await until(() => desktop.toasts().some(({ title }) => title === 'Understudy is still running'), {
      timeoutMs: waitMs,
      what: 'the notification',
    })
    await desktop.click(icon)
    await until(() => visible(shell!), { timeoutMs: waitMs, what: 'the window again' })
    await closeWindow(shell)
    await until(async () => !(await visible(shell!)), { timeoutMs: waitMs, what: 'the window to hide again' })
    expect(desktop.toasts().filter(({ title }) => title === 'Understudy is still running')).toHaveLength(1)
    expect(engine.commands).toEqual([])
  })

  it('keeps the PC awake while live and no longer', async () => {
    shell = await open({})
    const held = (): Promise<readonly boolean[]> =>
      shell!.app.evaluate(({ powerSaveBlocker }) => [0, 1, 2].map((id) => powerSaveBlocker.isStarted(id)))
    await until(async () => (await held()).includes(true), {
      timeoutMs: waitMs,
      what: 'the PC to be kept awake',
    })
    engine.show({ onAir: null, phase: { kind: 'offline', lastEnd: 'user' } })
    await until(async () => !(await held()).includes(true), {
      timeoutMs: waitMs,
      what: 'the PC to be let go',
    })
  })

  it('becomes small and stays on top, and goes back to what it was', async () => {
    shell = await open({})
    const page = await shell.page()
    const look = (): Promise<{ width: number; height: number; top: boolean }> =>
      shell!.app.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0]!
        const { width, height } = window.getBounds()
        return { width, height, top: window.isAlwaysOnTop() }
      })
    // A size that the window manager has nothing to change about.
    const before = { width: 900, height: 600, top: false }
    const isBefore = async (): Promise<boolean> => JSON.stringify(await look()) === JSON.stringify(before)
    await shell.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.setBounds({ x: 100, y: 60, width: 900, height: 600 }),
    )
    await until(isBefore, { timeoutMs: waitMs, what: 'the window of that size' })
    await page.evaluate(() => window.understudyShell?.setCompact(true))
    await until(async () => page.url().endsWith('#/compact') && (await look()).width < 400, {
      timeoutMs: waitMs,
      what: 'the small window',
    })
    expect((await look()).top).toBe(true)
    await desktop.screenshot(join(pictures, 'shell-compact.png'))
    await page.evaluate(() => window.understudyShell?.setCompact(false))
    // The window manager takes one wish after the other.
    await until(isBefore, {
      timeoutMs: waitMs,
      what: 'the window as it was',
    })
    expect(page.url()).not.toContain('compact')
  })

  it('gives the page the bridge and nothing else, and takes no nonsense through it', async () => {
    shell = await open({})
    const page = await shell.page()
    const seen = await page.evaluate(async () => ({
      bridge: Object.keys(window.understudyShell ?? {}).sort(),
      foreign: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
      state: await window.understudyShell?.state(),
      refused: await (window.understudyShell as unknown as { setCompact(on: unknown): Promise<unknown> })
        .setCompact('yes')
        .then(
          () => '',
          (error: unknown) => String(error),
        ),
    }))
    expect(seen.bridge).toEqual([
      'onChanged',
      'pickPath',
      'setCompact',
      'state',
      'testHotkeys',
      'testNotification',
    ])
    expect(seen.foreign).toEqual([])
    expect(seen.state).toMatchObject({ platform: 'linux', tray: { state: 'missing' }, compact: false })
    expect(seen.state?.startAtLogin).toMatchObject({ state: 'missing', on: false })
    expect(seen.refused).toContain('not a call of the contract')
  })
})
