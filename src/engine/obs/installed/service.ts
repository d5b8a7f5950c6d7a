import { z } from 'zod'
import { fail, ok, type Result } from '../../../core/problem'
import type { ObsService, ObsServiceNow } from '../../ports'
import { callProblem } from '../connection'
import { anything, streamStatusSchema } from '../replies'
import type { Answer, Session } from '../session'

/** OBS's whole stream settings, whatever fields its service has. Holds the key: a secret. */
const serviceSchema = z.object({
  streamServiceType: z.string(),
  streamServiceSettings: z.record(z.string(), z.unknown()),
})

const profileSchema = z.object({ currentProfileName: z.string() })

/** obs-websocket refuses while the output is active, reconnecting included (W:RequestHandler_Config.cpp). */
const outputRunning = 500

/** Of which profile they are is asked before and after: a person may choose another one meanwhile. */
export async function readService(session: Session): Promise<Result<ObsServiceNow>> {
  const before = await readProfileName(session)
  if (!before.ok) return callProblem(before.error, 'GetProfileList')
  const status = await session.call('GetStreamStatus', streamStatusSchema)
  if (!status.ok) return callProblem(status.error, 'GetStreamStatus')
  const service = await readSettings(session)
  if (!service.ok) return service
  const after = await readProfileName(session)
  if (!after.ok) return callProblem(after.error, 'GetProfileList')
  if (before.value !== after.value) return fail('obs-not-ready')
  return ok({ ...service.value, profile: after.value, streaming: status.value.active })
}

/**
 * Takes effect at the next StartStream; OBS saves it to the profile at once. Afterwards OBS has these fields and no
 * others: it puts the same type over what is set, so a left-over field is got rid of by way of another type (measured,
 * OBS 29; it refuses settings that are empty). `obs-route-live` while OBS streams.
 */
export async function writeService(session: Session, wanted: ObsService): Promise<Result<void>> {
  const now = await readSettings(session)
  if (!now.ok) return now
  const left = Object.keys(now.value.settings).some((name) => !(name in wanted.settings))
  if (left && now.value.type === wanted.type) {
    const between = await set(session, wanted.type === 'rtmp_common' ? blankCustom : blankCommon)
    if (!between.ok) return between
  }
  return set(session, Object.keys(wanted.settings).length > 0 ? wanted : { ...wanted, settings: { key: '' } })
}

const blankCustom: ObsService = { type: 'rtmp_custom', settings: { server: '', key: '' } }
const blankCommon: ObsService = { type: 'rtmp_common', settings: { service: 'Twitch', server: 'auto' } }

async function readSettings(session: Session): Promise<Result<ObsService>> {
  const reply = await session.call('GetStreamServiceSettings', serviceSchema)
  if (!reply.ok) return callProblem(reply.error, 'GetStreamServiceSettings')
  const { streamServiceType: type, streamServiceSettings: settings } = reply.value
  return ok({ type, settings })
}

/** '' where OBS knows no such request. */
async function readProfileName(session: Session): Promise<Answer<string>> {
  const reply = await session.call('GetProfileList', profileSchema)
  if (reply.ok) return { ok: true, value: reply.value.currentProfileName }
  return reply.error.kind === 'refused' ? { ok: true, value: '' } : reply
}

async function set(session: Session, { type, settings }: ObsService): Promise<Result<void>> {
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
