import { createServer } from 'node:http'
import { ok } from '../../core/problem'
import type { Result } from '../../core/problem'
import { listen } from './listen'
import type { StatApplication } from './stat-xml'
import { statXml } from './stat-xml'

/** The statistics page on a loopback port of its own. */
export interface StatPage {
  /** `http://127.0.0.1:port/stat` */
  readonly url: string
  readonly stop: () => Promise<void>
}

/**
 * Serves `/stat`, to nobody who came by another name than loopback's: the page holds stream names, and a web page that
 * rebinds its own name to 127.0.0.1 shall not read them.
 */
export async function startStatPage(
  port: number,
  read: () => { readonly applications: readonly StatApplication[]; readonly uptimeMs: number },
): Promise<Result<StatPage>> {
  const server = createServer((request, response) => {
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403).end()
      return
    }
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/stat') {
      response.writeHead(404).end()
      return
    }
    const { applications, uptimeMs } = read()
    response
      .writeHead(200, { 'content-type': 'text/xml', 'cache-control': 'no-store' })
      .end(statXml(applications, uptimeMs))
  })
  const taken = await listen(server, port)
  if (!taken.ok) return taken
  return ok({
    url: `http://127.0.0.1:${taken.value}/stat`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}
