import type { IngestConfig } from '../../../shared/settings/config'
import type { Clock, Still } from '../../ports'
import type { MediaMtxApi } from './api'

/** Where its RTSP server listens is asked again after this long. */
const askAgainMs = 60_000

/** Where one picture of the path can be read: over the server's own RTSP, with the user of its API. */
export function createStills(
  api: MediaMtxApi,
  config: IngestConfig & { readonly kind: 'mediamtx' },
  clock: Clock,
): { next(isUp: boolean, deadlineMs: number): Promise<Still | null> } {
  let known: { readonly port: number | null; readonly at: number } | null = null
  return {
    next: async (isUp, deadlineMs) => {
      if (!isUp) return null
      if (known === null || clock.monotonicMs() - known.at > askAgainMs) {
        const asked = await api.rtspPort(deadlineMs)
        known = { port: asked.ok ? asked.value : null, at: clock.monotonicMs() }
      }
      return known.port === null ? null : { kind: 'rtsp', url: rtspUrl(config, known.port) }
    },
  }
}

function rtspUrl(
  { url, username, password, path }: IngestConfig & { readonly kind: 'mediamtx' },
  port: number,
): string {
  const login = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`
  return `rtsp://${login}${new URL(url).hostname}:${port}/${path}`
}
