import type { Channel } from '../../shared/contract'
import type { History } from '../../shared/history'
import { encodeHistory } from '../../shared/history-codec'
import { notFound } from './problem-reply'
import type { AddRoutes } from './routes'

/** What one channel shows beside its snapshot. */
export interface SightChannel {
  history(since: number): History
}

export interface SightOptions {
  /** Null: there is no such channel now. */
  channel(name: Channel): SightChannel | null
}

/** The routes of charts, pictures and checks. */
export function sightRoutes(options: SightOptions): AddRoutes {
  const channel = (name = 'main'): SightChannel | null =>
    name === 'main' || name === 'rehearsal' ? options.channel(name) : null

  return (app, tools) => {
    app.get('/api/history', (context) => {
      const from = channel(context.req.query('channel'))
      if (from === null) return tools.refuse(context, notFound)
      const since = Number(context.req.query('since') ?? '')
      const bytes = encodeHistory(from.history(since > 0 ? since : -Infinity))
      return context.body(bytes, 200, { 'Content-Type': 'application/octet-stream' })
    })
  }
}
