import { pause } from '../../host/within'
import { fetchText } from './http-text'

/** A playlist of hours of segments; a live one has some 1 kB. */
const maxBytes = 2 * 1024 * 1024
const everyMs = 500

export const isHls = (url: string): boolean =>
  /^https?:/i.test(url) && URL.canParse(url) && /\.m3u8$/i.test(new URL(url).pathname)

/**
 * Resolves true when a live playlist has got another segment since the call. A dead stream leaves playlist and segments
 * behind, and frames come out of them: only a list that moves is a stream.
 */
export async function playlistMoves(url: string, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs
  let target = url
  let mark: string | null = null
  for (;;) {
    const left = end - performance.now()
    if (left <= 0) return false
    const reply = await fetchText({ url: target, timeoutMs: left, maxBytes })
    if (reply?.status === 200) {
      const variant = firstVariant(reply.text)
      if (variant !== null && target === url) {
        // The master list never changes: its first stream's own list does.
        const next = URL.canParse(variant, url) ? new URL(variant, url) : null
        // A stranger's list: it may lead to the web and nowhere else (`fetch` knows `data:` and `blob:` as well).
        if (next === null || !/^https?:$/.test(next.protocol)) return false
        target = next.href
        continue
      }
      const last = lastSegment(reply.text)
      if (mark !== null && last !== null && last !== mark) return true
      mark ??= last
    }
    await pause(Math.min(everyMs, Math.max(1, end - performance.now())))
  }
}

const uris = (playlist: string): readonly string[] =>
  playlist
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

/** Address of the first stream of a master playlist; null where it is none. */
export const firstVariant = (playlist: string): string | null =>
  /^#EXT-X-STREAM-INF/m.test(playlist) ? (uris(playlist)[0] ?? null) : null

/** What changes with each new segment (and part, of low latency): number of the first and address of the last. */
export function lastSegment(playlist: string): string | null {
  if (!playlist.startsWith('#EXTM3U')) return null
  const sequence = /^#EXT-X-MEDIA-SEQUENCE:\s*(\d+)/m.exec(playlist)?.[1] ?? '0'
  const parts = playlist.match(/^#EXT-X-PART:.*$/gm)?.length ?? 0
  const segments = uris(playlist)
  return `${sequence} ${segments.length} ${parts} ${segments.at(-1) ?? ''}`
}
