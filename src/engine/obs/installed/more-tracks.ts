import { serviceReplySchema } from '../destination'
import { profileParameterSchema } from '../replies'
import type { Session } from '../session'

/** What OBS's settings ask for beside the first picture and the first sound. */
export interface MoreTracks {
  /**
   * A second sound, "Twitch VOD Track". `if-allowed`: to a custom server OBS sends it only where its own file has
   * `[General] EnableCustomServerVodTrack` (frontend/utility/AdvancedOutput.cpp, SimpleOutput.cpp).
   */
  readonly vodTrack: 'no' | 'yes' | 'if-allowed'
  /** "Enhanced Broadcasting" (frontend/utility/BasicOutputHandler.cpp). */
  readonly multitrackVideo: boolean
}

/** Null: OBS did not say. Asks one thing after the other. */
export async function readMoreTracks(session: Session): Promise<MoreTracks | null> {
  const service = await session.call('GetStreamServiceSettings', serviceReplySchema)
  if (!service.ok) return null
  const custom = service.value.streamServiceType === 'rtmp_custom'
  const multitrack = await profileText(session, 'Stream1', 'EnableMultitrackVideo')
  const wanted = await vodTrackWanted(session, custom)
  const twitch = service.value.streamServiceSettings.service === 'Twitch'
  return {
    vodTrack: !wanted ? 'no' : custom ? 'if-allowed' : twitch ? 'yes' : 'no',
    // Of the services OBS knows, Twitch's entry has the address that multitrack video is asked for at (services.json).
    multitrackVideo: multitrack === 'true' && (custom || twitch),
  }
}

async function vodTrackWanted(session: Session, custom: boolean): Promise<boolean> {
  if ((await profileText(session, 'Output', 'Mode')) !== 'Advanced') {
    const advanced = custom || (await profileText(session, 'SimpleOutput', 'UseAdvanced')) === 'true'
    return advanced && (await profileText(session, 'SimpleOutput', 'VodTrackEnabled')) === 'true'
  }
  if ((await profileText(session, 'AdvOut', 'VodTrackEnabled')) !== 'true') return false
  const vod = await profileText(session, 'AdvOut', 'VodTrackIndex')
  return vod !== (await profileText(session, 'AdvOut', 'TrackIndex'))
}

/** A value of the profile, or OBS's default for it; null: neither. */
export async function profileText(session: Session, category: string, name: string): Promise<string | null> {
  const answer = await session.call('GetProfileParameter', profileParameterSchema, {
    data: { parameterCategory: category, parameterName: name },
  })
  return answer.ok ? (answer.value.parameterValue ?? answer.value.defaultParameterValue) : null
}
