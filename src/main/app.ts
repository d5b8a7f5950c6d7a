import { app, dialog, ipcMain, powerMonitor, powerSaveBlocker, shell } from 'electron'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { within } from '../host/within'
import { shellText } from '../shared/messages'
import { shellChannel } from '../shared/shell-bridge'
import type { Snapshot } from '../shared/snapshot'
import { engineArgs } from './command-line'
import { findEngine, type EngineAddress, type EngineLook } from './engine/find'
import { EngineLink, type LinkState } from './engine/link'
import { endEngine, engineEntry, startEngine, type EngineStart } from './engine/process'
import { openEngineSocket } from './engine/socket'
import { registerIpc } from './window/ipc'
import { originOf } from './window/lock-down'
import { errorWords, openLog } from './log'
import { createLoginItem, hiddenFlag } from './desktop/login-item'
import { windowIcon } from './window/look'
import { setMenu } from './window/menu'
import { giveObsBack, obsIsPointed } from './engine/obs-route'
import { ownPage, type OwnPageAction } from './window/own-page'
import { createParts, iconDirOf } from './parts'
import { pickPath } from './window/pick-path'
import { createPower, isRealStreamLive } from './desktop/power'
import { createQuitQuestion, type QuitChoice } from './quit'
import { defaultSettings, fetchSettings, type ShellSettings } from './engine/shell-settings'
import { shellPlatform, shellStateOf } from './shell-state'
import { AppWindow } from './window/window'

/** An engine that answers by then is shown at once; only then is it worth a page that says that it starts. */
const startingPageMs = 200
/** What the window does not need is begun this much later. */
const afterWindowMs = 300
/** How long quitting waits for an engine that is just being started. */
const endsWithinMs = 5_000

/**
 * The shell: window, tray, notifications, hotkeys and key store around an engine that does the work. A client like any
 * other; ending it touches nothing that is on air. Electron is ready. `early`: the first look for an engine, under way.
 */
export function runShell(dataDir: string, early: Promise<EngineLook>): void {
  const log = openLog(dataDir)
  const inTerminal = process.env.UNDERSTUDY_TERMINAL === '1'
  let snapshot: Snapshot | null = null
  let settings: ShellSettings = defaultSettings
  let settingsRevision: number | null = null
  let decided = false
  let hurried = false
  let starting: Promise<EngineStart> | null = null
  /** Started at login there is no window until it is wanted, or it turns out that there is no tray. */
  let waitsInTray = process.argv.includes(hiddenFlag)
  const showWindow = (): void => {
    waitsInTray = false
    window.show()
  }
  let firstLook: Promise<EngineLook> | null = early

  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    // Whatever broke here, the engine goes on; the window should as well, and no box be in the way.
    process.on(event, (error: unknown) => log(event, { error: errorWords(error) }))
  }

  const window = new AppWindow({
    preload: join(app.getAppPath(), 'out', 'preload', 'index.cjs'),
    icon: windowIcon(app.getAppPath()),
    memoryPath: join(app.getPath('userData'), 'window.json'),
    action: ownPageDo,
    keepOnClose,
    sessionEnds: () => (hurried = true),
    log,
  })
  const power = createPower(powerSaveBlocker, log)
  const loginItem = createLoginItem({
    platform: process.platform,
    packaged: app.isPackaged,
    execPath: process.execPath,
    env: process.env,
    home: homedir(),
    app,
  })
  const link = new EngineLink(
    {
      look: () => {
        const look = firstLook ?? findEngine(dataDir)
        firstLook = null
        return look
      },
      start: async () =>
        (starting = startEngine(
          {
            node: process.env.UNDERSTUDY_NODE ?? null,
            entry: engineEntry(app.getAppPath()),
            args: engineArgs(process.argv),
            dataDir,
          },
          await parts.secretsLine(),
        )),
      open: openEngineSocket,
      kill: (pid) => process.kill(pid, 'SIGKILL'),
      monotonicMs: () => performance.now(),
      log,
    },
    { state: onLink, snapshot: onSnapshot, secretsChanged: () => parts.secretsChanged() },
  )
  const parts = createParts({
    platform: shellPlatform,
    iconDir: iconDirOf(app.getAppPath()),
    userData: app.getPath('userData'),
    engine: () => link.engine,
    showWindow,
    quit: () => app.quit(),
    changed: tellPage,
    log,
  })
  const question = createQuitQuestion({
    dialog,
    snapshot: () => snapshot,
    hurried: () => hurried,
    pointed: () => (link.engine === null ? Promise.resolve(false) : obsIsPointed(link.engine)),
    giveBack: () =>
      link.engine === null
        ? Promise.resolve({ ok: false, text: shellText.notGivenBack, next: shellText.notGivenBackNext })
        : giveObsBack(link.engine),
  })

  function state() {
    return shellStateOf({ ...parts.states(), startAtLogin: loginItem.state, compact: window.compact })
  }
  function tellPage(): void {
    const contents = window.browserWindow?.webContents
    if (contents !== undefined && window.engineOrigin !== null) {
      contents.send(shellChannel('changed'), state())
    }
  }

  function onLink(now: LinkState): void {
    log('engine link', { state: now.kind })
    if (now.kind !== 'starting' || window.browserWindow !== null) show(now)
    if (now.kind === 'running') {
      settingsRevision = null
      setTimeout(() => parts.attached(), afterWindowMs)
    } else {
      parts.engineGone()
    }
    if (now.kind === 'failed' && inTerminal) process.stderr.write(`${now.text}\n`)
  }
  function show(now: LinkState): void {
    const own = ownPage(now, isRealStreamLive(snapshot))
    if (now.kind === 'running') window.setTarget({ kind: 'engine', ...now.engine })
    else if (own !== null) window.setTarget({ kind: 'own', url: own })
    if (!waitsInTray) window.open()
  }
  function onSnapshot(now: Snapshot): void {
    snapshot = now
    power.update(now)
    parts.snapshot(now)
    if (now.settingsRevision !== settingsRevision) void readSettings(now.settingsRevision)
  }
  async function readSettings(revision: number): Promise<void> {
    const { engine } = link
    if (engine === null) return
    settingsRevision = revision
    const found = await fetchSettings(engine)
    if (found === null) {
      // Asked again with the next snapshot.
      settingsRevision = null
      return
    }
    settings = found
    loginItem.set(found.app.startAtLogin)
    parts.settings(found)
    tellPage()
  }

  function ownPageDo(action: OwnPageAction): void {
    if (action === 'retry') link.begin()
    else if (action === 'logs') void shell.openPath(log.dir)
    else app.quit()
  }

  function keepOnClose(): boolean {
    if (decided || hurried) return false
    if (settings.app.closeToTray && parts.hasTray()) {
      window.hide()
      if (window.sayTrayOnce()) parts.notify(shellText.inTrayTitle, shellText.inTrayText)
    } else {
      app.quit()
    }
    return true
  }

  /** Lets go of everything and ends, with or without the engine. */
  async function end(choice: QuitChoice): Promise<void> {
    if (choice === 'keep' || decided) return
    decided = true
    log('ends', { choice })
    const now = link.state
    const here = link.engine
    letGo()
    window.hide()
    const engine = here ?? (await startedMeanwhile())
    if (engine !== null && choice !== 'shell-only') await endEngine(engine, choice === 'stop-guarding')
    window.destroy()
    app.exit(now.kind === 'failed' ? now.exitCode : 0)
  }
  /** An engine that is just being started must not be left behind without a word. */
  async function startedMeanwhile(): Promise<EngineAddress | null> {
    if (link.state.kind !== 'starting' && link.state.kind !== 'restarting') return null
    const started = starting === null ? null : await within(starting, endsWithinMs, null)
    return started?.ok === true ? started.engine : null
  }
  function letGo(): void {
    link.close()
    power.release()
    parts.close()
  }

  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  // Windows are hidden or the app is quitting; a window that is gone otherwise can be made again from the tray.
  app.on('window-all-closed', () => {
    if (!parts.hasTray()) app.quit()
  })
  app.on('before-quit', (event) => {
    if (decided) return
    if (hurried) {
      // The system ends the session: holding it up would end us the hard way. The engine follows its own rules.
      decided = true
      letGo()
      return
    }
    event.preventDefault()
    void question().then(end)
  })

  powerMonitor.on('shutdown', () => {
    hurried = true
    app.quit()
  })
  // Electron's own handlers, set by now, quit at the first signal and die of the second; Ctrl+C may arrive twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(isRealStreamLive(snapshot) ? 'shell-only' : 'idle'))
  }
  setMenu(process.platform)
  registerIpc(
    ipcMain,
    {
      state,
      testHotkeys: (on) => {
        parts.testHotkeys(on)
        return state()
      },
      testNotification: () => parts.testNotification(),
      setCompact: (on) => {
        window.setCompact(on)
        tellPage()
        return state()
      },
      pickPath: (kind) => pickPath(kind, window.browserWindow),
    },
    ({ senderFrame }) =>
      senderFrame !== null &&
      senderFrame === window.browserWindow?.webContents.mainFrame &&
      window.engineOrigin !== null &&
      originOf(senderFrame.url) === window.engineOrigin,
    log,
  )
  link.begin()
  // The window first: looking for a tray starts programs, and a key store may take its time.
  setTimeout(
    () => {
      if (decided) return
      parts.open()
      if (waitsInTray) void parts.lookForTray().then((there) => there || showWindow())
    },
    waitsInTray ? 0 : afterWindowMs,
  )
  setTimeout(() => link.state.kind === 'starting' && show(link.state), startingPageMs)
}
