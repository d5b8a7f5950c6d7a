import { Hono } from 'hono'
import type { Channel } from '../../shared/contract'
import { encodeHistory } from '../../shared/history-codec'
import type { History } from '../../shared/history'
import { notFound, refusal } from './problem-reply'

/** What one channel shows beside its snapshot. */
export interface SightChannel {
  history(since: number): History
}

export interface SightRoutes {
  /** Null: there is no such channel now. */
  channel(name: Channel): SightChannel | null
}

/** Reading routes of the charts, pictures and checks. Mounted behind the gate. */
export function sightRoutes(sight: SightRoutes): Hono {
  const app = new Hono()
  const missing = () => Response.json(refusal(notFound.problem), { status: notFound.status })
  const channelOf = (name: string | undefined): SightChannel | null =>
    name === undefined || name === 'main' || name === 'rehearsal' ? sight.channel(name ?? 'main') : null

  app.get('/api/history', (context) => {
    const channel = channelOf(context.req.query('channel'))
    if (channel === null) return missing()
    const since = Number(context.req.query('since') ?? '')
    const after = Number.isFinite(since) && since > 0 ? since : -Infinity
    const bytes = encodeHistory(channel.history(after))
    return new Response(bytes.slice().buffer, { headers: { 'Content-Type': 'application/octet-stream' } })
  })

  return app
}
