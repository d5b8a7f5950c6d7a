import type { CommandReply } from '../../../shared/contract'
import {
  obsRouteRequestSchema,
  type ObsRouteRequest,
  type ObsRouteView,
} from '../../../shared/settings/obs-route'
import { readJson, type AddRoutes } from './route'

export interface ObsRoutePort {
  view(): Promise<ObsRouteView>
  run(request: ObsRouteRequest): Promise<CommandReply>
}

/** Pointing OBS at this PC and back. */
export function obsRouteRoutes(port: ObsRoutePort): AddRoutes {
  return (app, tools) => {
    app.get('/api/obs/route', async (context) => context.json(await port.view()))
    app.post('/api/obs/route', tools.limit(1_024), async (context) => {
      const body = await readJson(context, obsRouteRequestSchema)
      if (!body.ok) return tools.refuse(context, body.refused)
      const reply = await port.run(body.value)
      return context.json(reply, reply.ok ? 200 : 409)
    })
  }
}
