import { createHash } from 'node:crypto'

const style = `:root{color-scheme:dark light}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#101317;color:#e9edf2;font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;padding:2rem}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:.25rem 0;color:#aab4c0}`

/** Source for `style-src` that allows exactly the style of the plain page. */
export const plainStyleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

const escape = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`)

/** A page without script for a browser that may not come in, or finds nothing. */
export const plainPage = (title: string, text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Understudy</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
<body><main><h1>${escape(title)}</h1><p>${escape(text)}</p></main></body></html>`
