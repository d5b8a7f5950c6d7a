import type { ObsProfileEvent } from '../../../core/events'
import type { StreamProtocol } from '../destination'
import { protocolOf, serviceReplySchema } from '../destination'
import { profileParameterSchema, versionSchema, videoSettingsSchema } from '../replies'
import type { Answer, Session } from '../session'

/** What OBS is and how its stream is set up; null where it does not say. */
export type Profile = Pick<ObsProfileEvent, 'version' | 'fps' | 'reconnect' | 'dynamicBitrate'> & {
  readonly protocol: StreamProtocol | null
}

/** What OBS's frontend sets where the profile is silent, 28 to 32 (OBSBasic.cpp). */
const defaults = { Reconnect: 'true', RetryDelay: '2', MaxRetries: '25', DynamicBitrate: 'false' } as const

/** Asks one thing after the other: they share OBS's few worker threads with its events. Never GetOutputList (docs/facts/obs.md 7.1 and 7.2). */
export async function readProfile(session: Session): Promise<Answer<Profile>> {
  const version = await session.call('GetVersion', versionSchema)
  if (!version.ok) return version
  const video = await session.call('GetVideoSettings', videoSettingsSchema)
  const service = await session.call('GetStreamServiceSettings', serviceReplySchema)
  const reconnect = await parameter(session, 'Reconnect')
  const delay = await parameter(session, 'RetryDelay')
  const retries = await parameter(session, 'MaxRetries')
  const dynamic = await parameter(session, 'DynamicBitrate')
  const known = reconnect !== null && delay !== null && retries !== null
  return {
    ok: true,
    value: {
      version: version.value.obsVersion,
      fps: video.ok ? video.value.fpsNumerator / video.value.fpsDenominator : null,
      protocol: service.ok ? protocolOf(service.value) : null,
      reconnect: known
        ? {
            enabled: reconnect === 'true',
            delaySec: numberOr(delay, Number(defaults.RetryDelay)),
            maxRetries: numberOr(retries, Number(defaults.MaxRetries)),
          }
        : null,
      dynamicBitrate: dynamic === null ? null : dynamic === 'true',
    },
  }
}

/** Of the section `Output`, which Simple and Advanced mode share. null: no answer. */
async function parameter(session: Session, name: keyof typeof defaults): Promise<string | null> {
  const answer = await session.call('GetProfileParameter', profileParameterSchema, {
    data: { parameterCategory: 'Output', parameterName: name },
  })
  if (answer.ok) return answer.value.parameterValue ?? answer.value.defaultParameterValue ?? defaults[name]
  return answer.error.kind === 'refused' ? defaults[name] : null
}

function numberOr(text: string, otherwise: number): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : otherwise
}
