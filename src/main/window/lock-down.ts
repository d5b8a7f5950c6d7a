import { session, shell, type WebContents } from 'electron'

/** Links the page may open in the user's browser. */
const helpHosts: ReadonlySet<string> = new Set(['obsproject.com'])

/** Null for what is no URL. `URL.canParse` and `URL.parse` are younger than some Electrons. */
function parseUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

/** Origin of a URL; null for what is none. */
export const originOf = (url: string): string | null => parseUrl(url)?.origin ?? null

let allowedOrigin: string | null = null
let locked = false

/** From now on only this origin may be loaded from; null: nothing but the shell's own page. No permission, ever. */
export function allowOnly(origin: string | null): void {
  allowedOrigin = origin
  if (locked) return
  locked = true
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => {
    answer(false)
  })
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !mayLoad(details.url, details.resourceType === 'mainFrame') })
  })
  session.defaultSession.on('will-download', (event) => {
    event.preventDefault()
  })
}

/** The engine's page and its socket; the own page, which is a document and nothing in it. */
function mayLoad(text: string, document: boolean): boolean {
  const url = parseUrl(text)
  if (url === null) return false
  if (url.protocol === 'data:') return document || allowedOrigin !== null
  if (url.protocol === 'devtools:') return true
  if (allowedOrigin === null) return false
  return url.origin === allowedOrigin || url.origin === allowedOrigin.replace(/^http/, 'ws')
}

export interface Navigation {
  /** Origin of the page that may be walked; null: none. */
  readonly allowed: () => string | null
  /** A link that leads nowhere was followed. */
  readonly wish: (url: string) => void
}

/** The page goes nowhere but within itself, and opens nothing but help in the user's browser. */
export function guardNavigation(contents: WebContents, { allowed, wish }: Navigation): void {
  const guard = (event: { preventDefault(): void }, url: string): void => {
    const origin = originOf(url)
    if (origin !== null && origin === allowed()) return
    event.preventDefault()
    wish(url)
  }
  contents.on('will-navigate', (event, url) => guard(event, url))
  contents.on('will-redirect', (event, url) => {
    if (originOf(url) !== allowed()) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => {
    event.preventDefault()
  })
  contents.setWindowOpenHandler(({ url }) => {
    const target = parseUrl(url)
    if (target?.protocol === 'https:' && helpHosts.has(target.hostname)) void shell.openExternal(url)
    return { action: 'deny' }
  })
}
