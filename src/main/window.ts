import { BrowserWindow, session, shell } from 'electron'
import type { EngineAddress } from './engine-process'

/** Links the page may open in the user's browser. */
const helpHosts: ReadonlySet<string> = new Set(['obsproject.com'])

/** Pause before a page whose process died is loaded again. */
const redrawMs = 1_000

/** Null for what is no URL. `URL.canParse` and `URL.parse` are younger than some Electrons. */
function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

/** The window shows the engine's own page and nothing else: sandboxed, no Node, no permissions, no other origin. */
export function openWindow(engine: EngineAddress): BrowserWindow {
  const { origin } = new URL(engine.url)
  lockDown(origin)
  const window = new BrowserWindow({
    width: 1180,
    height: 780,
    minWidth: 380,
    minHeight: 480,
    backgroundColor: '#101418',
    title: 'Understudy',
    show: false,
    autoHideMenuBar: true,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  })
  window.once('ready-to-show', () => {
    window.show()
  })
  window.webContents.on('will-navigate', (event, url) => {
    if (parseUrl(url)?.origin !== origin) event.preventDefault()
  })
  window.webContents.setWindowOpenHandler(({ url }) => {
    const target = parseUrl(url)
    if (target?.protocol === 'https:' && helpHosts.has(target.hostname)) void shell.openExternal(url)
    return { action: 'deny' }
  })
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return
    // The engine goes on; only the picture of it is drawn anew. Not at once: what fails each time must not spin.
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    }, redrawMs)
  })
  void window.loadURL(`${engine.url}?token=${encodeURIComponent(engine.token)}`)
  return window
}

/** Asks for nothing, loads nothing from elsewhere. */
function lockDown(origin: string): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false)
  })
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => {
    const url = parseUrl(details.url)
    const socket = origin.replace(/^http/, 'ws')
    const allowed =
      url !== null && (url.origin === origin || url.origin === socket || url.protocol === 'devtools:')
    answer({ cancel: !allowed })
  })
}
