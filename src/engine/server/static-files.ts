import { readFile } from 'node:fs/promises'
import { extname, join, normalize, resolve, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
}

export interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly cache: string
}

/** A file of the built page, null when there is none. Only known kinds, only below `root`. */
export async function readStatic(root: string, urlPath: string): Promise<StaticFile | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  const wanted = decoded.endsWith('/') ? `${decoded}index.html` : decoded
  const path = normalize(join(resolve(root), wanted))
  const type = types[extname(path).toLowerCase()]
  if (type === undefined || wanted.includes('\0') || !path.startsWith(resolve(root) + sep)) return null
  try {
    const body = new Uint8Array(await readFile(path))
    // The build puts a digest of the content into the names below assets/, so those never change.
    const cache = wanted.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
    return { body, type, cache }
  } catch {
    return null
  }
}
