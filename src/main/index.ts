import { app, dialog, type BrowserWindow } from 'electron'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { engineArgs, namedDataDir } from './command-line'
import { endIdleEngine, startEngine, type EngineAddress } from './engine-process'
import { openWindow } from './window'

/**
 * The shell: a window on the engine's page. It adds nothing to what the engine decides; closing it touches nothing
 * that is on air.
 */
let engine: EngineAddress | null = null
let window: BrowserWindow | null = null

// As root Chromium runs without its sandbox or not at all: forcing it on would kill every process it starts.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
const profileProblem = ownProfile()
if (profileProblem !== null) refuse(profileProblem, 1)
else if (app.requestSingleInstanceLock()) void run()
else app.quit()

/**
 * One shell a data directory, as there is one engine: the lock of single instances stands in the profile, so another
 * data directory needs a profile of its own. Answers why it could not be made.
 */
function ownProfile(): string | null {
  const dataDir = namedDataDir(process.argv)
  if (dataDir === null || app.commandLine.hasSwitch('user-data-dir')) return null
  const profile = join(resolve(dataDir), 'window')
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 })
  } catch (error) {
    return `The data directory cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
  app.setPath('userData', profile)
  return null
}

async function run(): Promise<void> {
  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  app.on('window-all-closed', () => {
    app.quit()
  })
  let ending = false
  app.on('will-quit', (event) => {
    if (engine === null) return
    event.preventDefault()
    // Asked to quit again meanwhile: the engine still has to hear of it first.
    if (ending) return
    ending = true
    void endIdleEngine(engine).finally(() => {
      engine = null
      app.quit()
    })
  })
  await app.whenReady()
  // Electron's own handlers, set by now, quit at the first signal and die of the second; Ctrl+C may arrive twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      app.quit()
    })
  }
  const started = await startEngine({
    node: process.env.UNDERSTUDY_NODE ?? null,
    entry: join(app.getAppPath(), 'out', 'engine', 'index.mjs'),
    args: engineArgs(process.argv),
  })
  if (!started.ok) {
    refuse(started.message, started.exitCode)
    return
  }
  engine = started.engine
  showWindow()
}

/** Says why there will be no window, to who reads the terminal or, where nobody does, in a box; then ends. */
function refuse(message: string, exitCode: number): void {
  process.stderr.write(`${message}\n`)
  const inTerminal = process.env.UNDERSTUDY_TERMINAL === '1'
  if (!inTerminal) dialog.showErrorBox('Understudy could not start', message)
  app.exit(exitCode)
}

function showWindow(): void {
  if (engine === null) return
  if (window === null) {
    window = openWindow(engine)
    window.on('closed', () => {
      window = null
    })
    return
  }
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
