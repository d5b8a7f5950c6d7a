import type { BrowserWindow } from 'electron'

/** Pauses before a page that died is drawn again, ms; the last repeats: what fails each time must not spin. */
const pausesMs = [200, 1_000, 2_000, 5_000, 10_000]
/** A page that stood this long was well. */
const steadyMs = 60_000
/** How long a page may hang before its process is ended. */
const hangMs = 10_000
/** Chromium's ERR_ABORTED: another load overtook this one. */
const aborted = -3

export interface RedrawDeps {
  readonly load: () => void
  readonly log: (text: string, more?: Readonly<Record<string, unknown>>) => void
}

/** A page that dies, hangs or cannot be loaded is drawn again; the engine behind it goes on all the while. */
export function createRedraw(
  window: Pick<BrowserWindow, 'webContents' | 'on' | 'isDestroyed'>,
  { load, log }: RedrawDeps,
): void {
  const contents = window.webContents
  let failures = 0
  let again: NodeJS.Timeout | null = null
  let steady: NodeJS.Timeout | null = null
  let hanging: NodeJS.Timeout | null = null
  const clear = (timer: NodeJS.Timeout | null): null => {
    if (timer !== null) clearTimeout(timer)
    return null
  }
  const soon = (): void => {
    steady = clear(steady)
    hanging = clear(hanging)
    if (again !== null) return
    const wait = pausesMs[Math.min(failures, pausesMs.length - 1)]
    failures += 1
    again = setTimeout(() => {
      again = null
      if (!window.isDestroyed()) load()
    }, wait)
  }
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    log('the page died', { reason, exitCode })
    soon()
  })
  contents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
    if (!isMainFrame || code === aborted) return
    log('the page could not be loaded', { code, description })
    soon()
  })
  contents.on('did-finish-load', () => {
    again = clear(again)
    steady = clear(steady)
    steady = setTimeout(() => (failures = 0), steadyMs)
  })
  window.on('unresponsive', () => {
    hanging ??= setTimeout(() => {
      hanging = null
      if (window.isDestroyed()) return
      log('the page hangs and is ended')
      contents.forcefullyCrashRenderer()
    }, hangMs)
  })
  window.on('responsive', () => {
    hanging = clear(hanging)
  })
  window.on('closed', () => {
    again = clear(again)
    steady = clear(steady)
    hanging = clear(hanging)
  })
}
