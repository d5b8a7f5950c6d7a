import { createHash } from 'node:crypto'
import { assertNever } from '../../core/assert-never'
import { shellText } from '../../shared/messages'
import type { LinkState } from '../engine/link'

/** What a person can do on the shell's own page. */
export type OwnPageAction = 'retry' | 'logs' | 'quit'

/** Links of the page are no places: the window takes them as wishes and goes nowhere. */
const actionOrigin = 'https://shell.understudy.invalid'
const actions: readonly OwnPageAction[] = ['retry', 'logs', 'quit']

/** The wish behind a link of the own page; null: it is none. */
export const ownPageAction = (url: string): OwnPageAction | null =>
  actions.find((action) => url === `${actionOrigin}/${action}`) ?? null

interface OwnPage {
  readonly shape: 'busy' | 'off' | 'failed'
  readonly title: string
  /** Paragraphs; one may have several lines. */
  readonly text: readonly string[]
  readonly buttons: readonly { readonly action: OwnPageAction; readonly label: string }[]
}

/**
 * The page of the window while there is no engine to serve one: one file in the address itself, without scripts, which
 * may load nothing. Null while the engine runs. `live`: the stream was live when the engine was last heard of.
 */
export function ownPage(state: LinkState, live: boolean): string | null {
  const page = contentOf(state, live)
  return page === null ? null : `data:text/html;charset=utf-8,${encodeURIComponent(html(page))}`
}

function contentOf(state: LinkState, live: boolean): OwnPage | null {
  switch (state.kind) {
    case 'running':
      return null
    case 'starting':
      return { shape: 'busy', title: shellText.startingTitle, text: [shellText.startingText], buttons: [] }
    case 'restarting':
      return {
        shape: 'busy',
        title: shellText.restartingTitle,
        text: [shellText.restartingText],
        buttons: [],
      }
    case 'ended':
      return {
        shape: 'off',
        title: shellText.endedTitle,
        text: [shellText.endedText, shellText.endedNext],
        buttons: [
          { action: 'retry', label: shellText.startAgain },
          { action: 'quit', label: shellText.quit },
        ],
      }
    case 'failed':
      return {
        shape: 'failed',
        title: shellText.failedTitle,
        text: [withoutCode(state.text), state.next, ...(live ? [shellText.failedOnAir] : [])],
        buttons: [
          { action: 'retry', label: shellText.tryAgain },
          { action: 'logs', label: shellText.openLogs },
          { action: 'quit', label: shellText.quit },
        ],
      }
    default:
      return assertNever(state, 'state')
  }
}

/** The engine ends its sentences on a terminal with a code in brackets, which is for who greps, not for who reads. */
const withoutCode = (text: string): string => text.replace(/ \[[a-z-]+\]$/gm, '')

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`).replaceAll('\n', '<br>')

const shapes: Readonly<Record<OwnPage['shape'], string>> = {
  busy: '<circle class="track" cx="24" cy="24" r="18"/><path class="turn" d="M24 6a18 18 0 0 1 18 18"/>',
  off: '<circle class="track dashed" cx="24" cy="24" r="18"/><path class="track" d="M11 37 37 11"/>',
  failed: '<path class="warn" d="M24 7 43 40H5Z"/><path class="warn" d="M24 19v10m0 5v.5"/>',
}

/** The look of the engine's page: same ground, same type, dark first. */
const style = `
:root{color-scheme:dark;--ground:#0d1014;--line:#2c3540;--text:#f0f3f6;--muted:#a3afbc;--warn:#f5bd4f;--accent:#6fb3ff;--ink:#0d1014}
@media (prefers-color-scheme:light){:root{color-scheme:light;--ground:#eef1f4;--line:#b9c3cd;--text:#12171c;--muted:#52606d;--warn:#8a5a00;--accent:#0b5cc0;--ink:#fff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--text);font:16px/1.5 Inter,system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif}
main{max-width:34rem;text-align:center}
svg{width:64px;height:64px;fill:none;stroke-width:4;stroke-linecap:round;stroke-linejoin:round}
.track{stroke:var(--line)}.dashed{stroke-dasharray:8 7}.turn{stroke:var(--accent);transform-origin:24px 24px;animation:turn 1s linear infinite}.warn{stroke:var(--warn)}
@keyframes turn{to{transform:rotate(360deg)}}
@media (prefers-reduced-motion:reduce){.turn{animation-duration:6s}}
h1{font-size:1.5rem;line-height:1.25;margin:20px 0 10px;font-weight:650}
p{margin:0 0 10px;color:var(--muted);overflow-wrap:anywhere}
p.first{color:var(--text)}
nav{display:flex;flex-wrap:wrap;gap:12px;justify-content:center;margin-top:26px}
a{padding:10px 18px;min-width:7rem;border:1px solid var(--line);border-radius:10px;color:var(--text);text-decoration:none;font-weight:600}
a.main{background:var(--accent);border-color:var(--accent);color:var(--ink)}
a:hover{border-color:var(--text)}
a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
@media (max-height:300px){svg{width:36px;height:36px}h1{font-size:1.1rem;margin:8px 0 4px}p{font-size:.85rem;margin:0}nav{margin-top:10px}a{padding:5px 12px}}
`

/** A policy that allows this style and nothing else. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`

function html(page: OwnPage): string {
  const paragraphs = page.text.map(
    (text, index) => `<p${index === 0 ? ' class="first"' : ''}>${escaped(text)}</p>`,
  )
  const links = page.buttons.map(
    ({ action, label }, index) =>
      `<a role="button" href="${actionOrigin}/${action}"${index === 0 ? ' class="main"' : ''}>${escaped(label)}</a>`,
  )
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(shellText.name)}</title><style>${style}</style></head><body>`,
    `<main role="${page.shape === 'failed' ? 'alert' : 'status'}">`,
    `<svg viewBox="0 0 48 48" aria-hidden="true">${shapes[page.shape]}</svg>`,
    `<h1>${escaped(page.title)}</h1>${paragraphs.join('')}`,
    links.length === 0 ? '' : `<nav>${links.join('')}</nav>`,
    '</main></body></html>',
  ].join('')
}
