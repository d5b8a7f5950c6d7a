import { BrowserWindow, screen, type Rectangle } from 'electron'
import { windowBackground } from './look'
import { allowOnly, guardNavigation, originOf } from './lock-down'
import { ownPageAction, type OwnPageAction } from './own-page'
import { createRedraw } from './redraw'
import { loadMemory, placeFor, remember, saveMemory, type WindowMemory } from './window-state'

/** What the window shows: the engine's page, or the shell's own. */
export type WindowTarget =
  | { readonly kind: 'engine'; readonly url: string; readonly token: string }
  | { readonly kind: 'own'; readonly url: string }

export interface WindowDeps {
  readonly preload: string
  /** Picture in the title bar and the task bar of Linux; null: the system knows it from elsewhere. */
  readonly icon: string | null
  /** File in which its place is remembered. */
  readonly memoryPath: string
  action(action: OwnPageAction): void
  /** Asked to close: true keeps the window alive, and somebody else decides what becomes of it. */
  keepOnClose(): boolean
  /** Windows: the system is about to end the session. */
  sessionEnds(): void
  readonly log: (text: string, more?: Readonly<Record<string, unknown>>) => void
}

/** The compact picture: what is on air, and its buttons. */
const compactSize = { width: 380, height: 220 }
const compactRoute = '#/compact'
const fullSize = { width: 1180, height: 780, minWidth: 380, minHeight: 480 }
/** A page that is slow to draw does not keep the window away for longer. */
const showAfterMs = 1_500
const saveAfterMs = 500

/**
 * The one window: sandboxed, no Node, no permissions, no other origin. What it shows may change at any time; where the
 * person was on the page is kept.
 */
export class AppWindow {
  private window: BrowserWindow | null = null
  private target: WindowTarget | null = null
  private memory: WindowMemory
  /** Place on the engine's page, such as '#/set-up'. */
  private route = ''
  private beforeCompact: { readonly bounds: Rectangle; readonly maximized: boolean; route: string } | null =
    null
  private saving: NodeJS.Timeout | null = null

  constructor(private readonly deps: WindowDeps) {
    this.memory = loadMemory(deps.memoryPath)
  }

  get browserWindow(): BrowserWindow | null {
    return this.window
  }

  get compact(): boolean {
    return this.beforeCompact !== null
  }

  get visible(): boolean {
    return this.window?.isVisible() === true && !this.window.isMinimized()
  }

  /** Origin whose page may use the bridge; null while the own page is shown. */
  get engineOrigin(): string | null {
    return this.target?.kind === 'engine' ? originOf(this.target.url) : null
  }

  /** True the first time only. */
  sayTrayOnce(): boolean {
    if (this.memory.saidTray) return false
    this.memory = { ...this.memory, saidTray: true }
    saveMemory(this.deps.memoryPath, this.memory)
    return true
  }

  /** Shows this page from now on. */
  setTarget(target: WindowTarget): void {
    this.target = target
    allowOnly(this.engineOrigin)
    this.load()
  }

  /** Brings the window before the person, making it if there is none. */
  show(): void {
    if (this.window === null) {
      this.open()
      return
    }
    if (this.window.isMinimized()) this.window.restore()
    this.window.show()
    this.window.focus()
  }

  /** Makes the window; it is shown once its page is drawn. */
  open(): void {
    this.window ??= this.make()
  }

  hide(): void {
    this.window?.hide()
  }

  setCompact(on: boolean): void {
    const { window } = this
    if (window === null || on === this.compact) return
    if (on) this.shrink(window)
    else this.grow(window)
  }

  /** Gone for good; nothing is asked any more. */
  destroy(): void {
    this.saveNow()
    this.window?.destroy()
  }

  private make(): BrowserWindow {
    const place = placeFor(this.memory, screen.getAllDisplays())
    const window = new BrowserWindow({
      ...fullSize,
      ...(place === null ? {} : { x: place.x, y: place.y, width: place.width, height: place.height }),
      backgroundColor: windowBackground(),
      title: 'Understudy',
      ...(this.deps.icon === null ? {} : { icon: this.deps.icon }),
      show: false,
      autoHideMenuBar: true,
      webPreferences: {
        preload: this.deps.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    })
    const show = (): void => {
      clearTimeout(timer)
      if (!window.isDestroyed() && !window.isVisible()) window.show()
    }
    const timer = setTimeout(show, showAfterMs)
    window.once('ready-to-show', show)
    if (place?.maximized === true) window.maximize()
    this.watch(window)
    this.window = window
    this.load()
    return window
  }

  private watch(window: BrowserWindow): void {
    const contents = window.webContents
    guardNavigation(contents, {
      allowed: () => this.engineOrigin,
      wish: (url) => {
        const action = this.target?.kind === 'own' ? ownPageAction(url) : null
        if (action !== null) this.deps.action(action)
      },
    })
    contents.on('did-navigate-in-page', (_event, url, isMainFrame) => {
      if (isMainFrame && originOf(url) === this.engineOrigin) this.route = hashOf(url)
    })
    createRedraw(window, { load: () => this.load(), log: this.deps.log })
    const saveSoon = (): void => {
      if (this.saving !== null) clearTimeout(this.saving)
      this.saving = setTimeout(() => this.saveNow(), saveAfterMs)
    }
    window.on('resize', saveSoon)
    window.on('move', saveSoon)
    window.on('close', (event) => {
      this.saveNow()
      if (this.deps.keepOnClose()) event.preventDefault()
    })
    window.on('closed', () => {
      if (this.saving !== null) clearTimeout(this.saving)
      this.saving = null
      this.window = null
      this.beforeCompact = null
    })
    window.on('session-end', () => this.deps.sessionEnds())
  }

  private load(): void {
    const { window, target } = this
    if (window === null || target === null) return
    const url =
      target.kind === 'own'
        ? target.url
        : `${target.url}?token=${encodeURIComponent(target.token)}${this.route}`
    // A load that another one overtakes, or that the redraw takes up, is no news.
    window.loadURL(url).catch(() => undefined)
  }

  /** Another place on the same page, without loading it again. */
  private goTo(route: string): void {
    this.route = route
    const { window, target } = this
    if (window === null || target?.kind !== 'engine') return
    window.loadURL(`${target.url}${route === '' ? '#/' : route}`).catch(() => undefined)
  }

  private shrink(window: BrowserWindow): void {
    this.saveNow()
    this.beforeCompact = {
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      route: this.route,
    }
    if (window.isFullScreen()) window.setFullScreen(false)
    if (window.isMaximized()) window.unmaximize()
    const { workArea } = screen.getDisplayMatching(window.getBounds())
    window.setMinimumSize(260, 140)
    window.setBounds({
      ...compactSize,
      x: workArea.x + workArea.width - compactSize.width - 16,
      y: workArea.y + 16,
    })
    // Above other programs, full-screen ones included where the system allows that.
    window.setAlwaysOnTop(true, 'screen-saver')
    this.goTo(compactRoute)
  }

  private grow(window: BrowserWindow): void {
    const before = this.beforeCompact
    this.beforeCompact = null
    if (before === null) return
    window.setAlwaysOnTop(false)
    window.setMinimumSize(fullSize.minWidth, fullSize.minHeight)
    window.setBounds(before.bounds)
    if (before.maximized) window.maximize()
    this.goTo(before.route)
  }

  private saveNow(): void {
    if (this.saving !== null) clearTimeout(this.saving)
    this.saving = null
    const { window } = this
    if (window === null || window.isDestroyed() || this.compact || window.isMinimized()) return
    this.memory = remember(
      this.memory,
      screen.getAllDisplays(),
      window.getNormalBounds(),
      window.isMaximized(),
    )
    saveMemory(this.deps.memoryPath, this.memory)
  }
}

function hashOf(url: string): string {
  const at = url.indexOf('#')
  return at < 0 ? '' : url.slice(at)
}
