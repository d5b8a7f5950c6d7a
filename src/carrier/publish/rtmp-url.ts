import { fail, ok, type Result } from '../../core/problem'

/** Where an RTMP publisher connects. Nothing in it is a secret. */
export interface RtmpAddress {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  readonly app: string
  /** What `connect` names: the URL without credentials and without the key. */
  readonly tcUrl: string
}

/** Reads `rtmp(s)://host[:port]/app`. Credentials in it are left out: they travel apart. */
export function parseRtmpUrl(text: string): Result<RtmpAddress> {
  const url = URL.canParse(text) ? new URL(text) : null
  const secure = url?.protocol === 'rtmps:'
  if (url === null || (!secure && url.protocol !== 'rtmp:'))
    return fail(
      'destination-unsupported',
      url === null ? undefined : { protocol: url.protocol.replace(':', '') },
    )
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') return fail('destination-missing', { what: 'server' })
  const app = `${url.pathname.replace(/^\/+|\/+$/g, '')}${url.search}`
  const port = url.port === '' ? (secure ? 443 : 1935) : Number(url.port)
  return ok({ secure, host, port, app, tcUrl: `${url.protocol}//${url.host}/${app}` })
}
