import { z } from 'zod'
import { fail, ok, type Result } from '../../core/problem'
import type { ObsService } from '../ports'
import { callProblem } from './connection'
import { anything } from './replies'
import type { Session } from './session'

/** OBS's whole stream settings, whatever fields its service has. Holds the key: a secret. */
const serviceSchema = z.object({
  streamServiceType: z.string(),
  streamServiceSettings: z.record(z.string(), z.unknown()),
})

/** obs-websocket refuses while the output is active, reconnecting included (W:RequestHandler_Config.cpp). */
const outputRunning = 500

export async function readService(session: Session): Promise<Result<ObsService>> {
  const reply = await session.call('GetStreamServiceSettings', serviceSchema)
  if (!reply.ok) return callProblem(reply.error, 'GetStreamServiceSettings')
  const { streamServiceType: type, streamServiceSettings: settings } = reply.value
  return ok({ type, settings })
}

/** Takes effect at the next StartStream; OBS saves it to the profile at once. `obs-route-live` while OBS streams. */
export async function writeService(session: Session, { type, settings }: ObsService): Promise<Result<void>> {
  // Not what the library's JSON type can see, but what OBS gave us or what we made of texts and flags.
  const data = {
    streamServiceType: type,
    streamServiceSettings: settings as Record<string, string | boolean>,
  }
  const reply = await session.call('SetStreamServiceSettings', anything, { data })
  if (reply.ok) return ok(undefined)
  if (reply.error.kind === 'refused' && reply.error.code === outputRunning) return fail('obs-route-live')
  return callProblem(reply.error, 'SetStreamServiceSettings')
}
