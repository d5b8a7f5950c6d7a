import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startStandInObs, type StandInObs } from '../../../src/rehearsal/obs'
import type { Snapshot } from '../../../src/shared/snapshot'
import { runs } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import {
  askEngine,
  carrierPid,
  endEngine,
  enginePid,
  launchShell,
  type Shell,
} from '../../support/desktop/electron'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startSource, type Source } from '../../support/peers/source'
import { onAir, system } from '../../support/app/stage'
import { startStreamerDesktop, type StreamerDesktop } from '../../support/desktop/streamer-desktop'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const waitMs = 45_000
const stream = 'program'
const question = 'Quit Understudy?'

/** One evening of a streamer at one desk; each test goes on where the one before it ended. */
suite('an evening with the app', ['electron', 'desktop', 'ffmpeg', 'nginx'], () => {
  const dataDir = join(peerDir('evening'), 'data')
  let desktop: StreamerDesktop
  let platform: Nginx
  let camera: Source
  let obs: StandInObs
  let shell: Shell

  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    ;[desktop, platform] = await Promise.all([startStreamerDesktop(), startNginx()])
    camera = await startSource({ publishTo: `${platform.rtmpUrl}/camera`, keyintSec: 1 })
    obs = await startStandInObs({
      password: 'of this evening',
      gopSec: 1,
      destination: { server: platform.rtmpUrl, key: stream },
      profile: { 'Output/Reconnect': 'false' },
    })
  })
  afterAll(async () => {
    await shell.stop()
    await obs.close()
    await camera.stop()
    await platform.stop()
    await desktop.stop()
  })

  const sit = async (): Promise<Page> => {
    shell = await launchShell({ desktop, dataDir })
    return shell.page()
  }
  const picture = (name: string): Promise<void> =>
    desktop.screenshot(join(ROOT, 'artifacts', `story-${name}.png`))
  const wait = <T>(what: string, fits: () => T | Promise<T>) => until(fits, { timeoutMs: waitMs, what })
  const snapshot = async (): Promise<Snapshot> =>
    (await askEngine(dataDir, 'GET', 'api/snapshot')) as Snapshot
  const sees = (what: string, fits: (now: Snapshot) => boolean): Promise<true> =>
    wait(what, async () => fits(await snapshot()))
  const save = async (section: string, value: unknown): Promise<void> => {
    expect(await askEngine(dataDir, 'POST', 'api/settings', { section, value })).toMatchObject({ ok: true })
  }
  const toasted = (title: string, from = 0): Promise<true> =>
    wait(`the notification "${title}"`, () =>
      desktop
        .toasts()
        .slice(from)
        .some((each) => each.title === title),
    )
  const visible = (): Promise<boolean> =>
    shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() === true)
  const icon = () => wait('the icon in the tray', () => desktop.trayIcon())
  const boxIsOpen = async (): Promise<boolean> =>
    (await desktop.windows()).some(({ title }) => title === question)
  /** The connection that publishes the stream at the destination; another one has another number. */
  const session = async (): Promise<string | undefined> => (await platform.stream(stream))?.publisher?.id
  /** From the icon's menu: its last entry. */
  const quitFromTray = async (): Promise<void> => {
    // A window of the app that comes to the front closes the menu before its entry is chosen: then it is asked for again.
    await wait('the question', async () => {
      if (await boxIsOpen()) return true
      const menu = await desktop.openMenu(await icon())
      await menu.choose('last')
      return until(boxIsOpen, { timeoutMs: 5_000, what: 'the box' }).catch(() => false)
    })
  }

  it('begins with the first run, and rehearses before anything is set up', async () => {
    const page = await sit()
    await page.getByRole('heading', { name: 'Step 1 of 4' }).waitFor({ timeout: waitMs })
    await wait('the window', visible)
    await picture('first-run')
    await page.getByRole('link', { name: 'Rehearsal' }).click()
    await page.getByRole('button', { name: 'Start the rehearsal' }).click()
    await page.getByText('Viewers see OBS', { exact: true }).waitFor({ timeout: waitMs })
    await page.getByRole('button', { name: 'Drop', exact: true }).click({ timeout: waitMs })
    await page.getByText('Viewers see the backup', { exact: true }).waitFor({ timeout: waitMs })
    await picture('rehearsal')
    await page.getByRole('button', { name: 'End the rehearsal' }).click()
    await page.getByRole('button', { name: 'Start the rehearsal' }).waitFor({ timeout: waitMs })
  })

  it('is set up and goes live; keys override while somebody else has the keyboard; a fault is told', async () => {
    await save('obs', { host: '127.0.0.1', port: obs.port, configDir: null, password: obs.password })
    await save('destination', {
      url: platform.rtmpUrl,
      key: stream,
      takeover: { kind: 'none' },
      graceMs: null,
    })
    const source = { url: camera.url, transport: 'tcp' }
    await save('backups', [{ id: 'backup', source, ingest: { kind: 'carrier' } }])
    await sees('OBS to be there', (now) => system(now, 'obs').readiness === 'ready')
    obs.pressStart()
    const guarded = (now: Snapshot): boolean =>
      onAir(now, 'obs') && now.armed && system(now, 'backup').readiness === 'ready'
    await sees('a guarded stream', guarded)

    await desktop.openOther('A game')
    await desktop.press('ctrl+shift+F7')
    await toasted('The backup is on air')
    await desktop.press('ctrl+shift+F9')
    await sees('the hold', (now) => now.hold !== null)
    await desktop.press('ctrl+shift+F10')
    await sees('no hold', (now) => now.hold === null)
    await sees('OBS to be well again', (now) => system(now, 'obs').readiness === 'ready')
    await desktop.press('ctrl+shift+F8')
    await toasted('OBS is on air')
    expect(await desktop.focused()).toBe('A game')
    await sees('a guarded stream again', guarded)

    const before = desktop.toasts().length
    obs.dropConnection()
    await toasted('The backup is on air', before)
    await picture('fault')
    await desktop.press('ctrl+shift+F9')
    await sees('the hold', (now) => now.hold !== null)
  })

  it('keeps one session at the destination while page, engine and shell are killed and the app is quit', async () => {
    const before = await wait('the publisher', session)
    const carrier = carrierPid(dataDir)
    await desktop.moveMouse(await icon())
    // It opens below the icon, a while after the mouse came.
    await wait('the tooltip', async () =>
      (await desktop.windows()).some(
        ({ y, width, height }) =>
          y > 32 && y < 64 && width > 150 && width < 460 && height > 50 && height < 130,
      ),
    )
    await picture('tooltip')
    await desktop.openMenu(await icon())
    await picture('menu')
    await desktop.press('Escape')

    // Closed, and opened from the tray.
    await shell.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await wait('the window to hide', async () => !(await visible()))
    await desktop.click(await icon())
    await wait('the window again', visible)

    // The page.
    const renderer = (): Promise<number> =>
      shell.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.getOSProcessId(),
      )
    const drawn = await renderer()
    process.kill(drawn, 'SIGKILL')
    await wait('another process of the page', async () => ![0, drawn].includes(await renderer()))

    // The engine, and what it needs to know comes from the key ring again.
    const engine = enginePid(dataDir)
    process.kill(engine, 'SIGKILL')
    await wait('another engine', () => ![0, engine].includes(enginePid(dataDir)))
    const stillOurs = (now: Snapshot): boolean =>
      onAir(now, 'backup') && now.hold !== null && system(now, 'obs').readiness === 'ready'
    await sees('the backup on air and OBS at hand', stillOurs)

    // The shell.
    const restarted = enginePid(dataDir)
    await shell.kill()
    await sit()
    expect(enginePid(dataDir)).toBe(restarted)

    // Quitting asks.
    await wait('the window', visible)
    await quitFromTray()
    await picture('quit')
    await desktop.press('Escape')
    await wait('the box to go', async () => !(await boxIsOpen()))
    expect(shell.running()).toBe(true)
    await quitFromTray()
    await desktop.press('Tab')
    await desktop.press('Return')
    await wait('the shell to end', () => !shell.running())
    expect(enginePid(dataDir)).toBe(restarted)
    await sit()
    await wait('the window', visible)
    await quitFromTray()
    await desktop.press('Tab')
    await desktop.press('Tab')
    await desktop.press('Return')
    await wait('the engine to end', () => !runs(restarted))
    await wait('the shell to end', () => !shell.running())

    // Nobody guards, and what is on air stays there.
    await platform.untilMedia(stream, { bytes: 100_000 })
    expect(await session()).toBe(before)
    expect(carrierPid(dataDir)).toBe(carrier)
    expect(readFileSync(join(dataDir, 'logs/shell.log'), 'utf8')).not.toContain('of this evening')
    await endEngine(dataDir)
  })
})
