import { moving, movingType, type Player } from './moving-picture'
import type { Channel } from '../../../shared/contract'
import type { History } from '../../../shared/history/history'
import { encodeHistory } from '../../../shared/history/history-codec'
import {
  testRequestSchema,
  type Preflight,
  type TestReport,
  type TestRequest,
} from '../../../shared/settings/settings'
import { notFound } from './problem-reply'
import { readJson, type AddRoutes } from './route'

/** Null, all: there is no such channel now. */
export interface InspectionPort {
  history(channel: Channel): { history(since: number): History } | null
  /** JPEG of a system, or of the viewer ('viewer'); null: none yet, or no such system. */
  pictures(channel: Channel): { picture(id: string): Uint8Array | null } | null
  /** What a viewer of a rehearsal sees. */
  viewer(channel: Channel): Player | null
  preflight(): Promise<Preflight>
  test(request: TestRequest): Promise<TestReport>
}

/** Largest body of a test, bytes. */
const maxBodyBytes = 16 * 1024

/** The routes of charts, pictures and checks. */
export function inspectionRoutes(options: InspectionPort): AddRoutes {
  const channelOf = (name = 'main'): Channel | null => (name === 'main' || name === 'rehearsal' ? name : null)

  return (app, tools) => {
    app.get('/api/history', (context) => {
      const channel = channelOf(context.req.query('channel'))
      const from = channel === null ? null : options.history(channel)
      if (from === null) return tools.refuse(context, notFound)
      const since = Number(context.req.query('since') ?? '')
      const bytes = encodeHistory(from.history(since > 0 ? since : -Infinity))
      return context.body(bytes, 200, { 'Content-Type': 'application/octet-stream' })
    })

    app.get('/api/picture/:id', (context) => {
      const channel = channelOf(context.req.query('channel'))
      const stills = channel === null ? null : options.pictures(channel)
      const jpeg = stills?.picture(context.req.param('id')) ?? null
      if (jpeg === null) return tools.refuse(context, notFound)
      return context.body(Uint8Array.from(jpeg), 200, { 'Content-Type': 'image/jpeg' })
    })

    app.get('/api/player/viewer', (context) => {
      const channel = channelOf(context.req.query('channel'))
      const player = channel === null ? null : options.viewer(channel)
      if (player === null) return tools.refuse(context, notFound)
      return context.body(moving(player), 200, { 'Content-Type': movingType, 'Cache-Control': 'no-store' })
    })

    app.get('/api/preflight', async (context) => context.json(await options.preflight()))

    app.post('/api/test', tools.limit(maxBodyBytes), async (context) => {
      const body = await readJson(context, testRequestSchema)
      if (!body.ok) return tools.refuse(context, body.refused)
      return context.json(await options.test(body.value))
    })
  }
}
