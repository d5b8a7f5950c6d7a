import { app, dialog, type BrowserWindow } from 'electron'
import { join } from 'node:path'
import { endIdleEngine, startEngine, type EngineAddress } from './engine-process'
import { openWindow } from './window'

/**
 * The shell: a window on the engine's page. It adds nothing to what the engine decides; closing it touches nothing
 * that is on air.
 */
let engine: EngineAddress | null = null
let window: BrowserWindow | null = null

app.enableSandbox()
if (app.requestSingleInstanceLock()) void run()
else app.quit()

async function run(): Promise<void> {
  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  app.on('window-all-closed', () => {
    app.quit()
  })
  app.on('will-quit', (event) => {
    if (engine === null) return
    event.preventDefault()
    const ending = engine
    engine = null
    void endIdleEngine(ending).finally(() => {
      app.quit()
    })
  })
  await app.whenReady()
  const started = await startEngine({
    node: process.env.UNDERSTUDY_NODE ?? null,
    entry: join(app.getAppPath(), 'out', 'engine', 'index.mjs'),
    args: engineArgs(process.argv),
  })
  if (!started.ok) {
    dialog.showErrorBox('Understudy could not start', started.message)
    app.quit()
    return
  }
  engine = started.engine
  showWindow()
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

/** What follows the app's own path on the command line belongs to the engine; Chromium's switches do not. */
function engineArgs(words: readonly string[]): readonly string[] {
  const ours = new Set(['--rehearsal', '--obs'])
  const withValue = new Set(['--config', '--data-dir', '--port'])
  const found: string[] = []
  for (let index = 1; index < words.length; index++) {
    const word = words[index] ?? ''
    const name = word.split('=')[0] ?? ''
    if (ours.has(word)) found.push(word)
    else if (withValue.has(name)) {
      found.push(word)
      const value = words[index + 1]
      if (!word.includes('=') && value !== undefined) {
        found.push(value)
        index++
      }
    }
  }
  return found
}
