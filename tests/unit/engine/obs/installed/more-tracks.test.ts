import { describe, expect, it } from 'vitest'
import { discoverObs } from '../../../../../src/engine/obs/installed/discover'
import { readMoreTracks } from '../../../../../src/engine/obs/installed/more-tracks'
import type { Session } from '../../../../../src/engine/obs/session'
import { memoryFiles } from './memory-files'

const silent = (): undefined => undefined

/** An OBS with these stream settings and this profile (`Section/Name`). */
const obs = (type: string, service: string, profile: Readonly<Record<string, string>>): Session => ({
  call: (request, reply, options) => {
    if (request === 'GetStreamServiceSettings')
      return Promise.resolve({
        ok: true,
        value: reply.parse({ streamServiceType: type, streamServiceSettings: { service } }),
      })
    const { parameterCategory, parameterName } = options?.data as {
      readonly parameterCategory: string
      readonly parameterName: string
    }
    const value = profile[`${parameterCategory}/${parameterName}`] ?? null
    return Promise.resolve({
      ok: true,
      value: reply.parse({ parameterValue: value, defaultParameterValue: null }),
    })
  },
  unanswered: () => 0,
  onEvent: silent,
  onLate: silent,
  onClosed: silent,
  drop: silent,
})
const advanced = {
  'Output/Mode': 'Advanced',
  'AdvOut/VodTrackEnabled': 'true',
  'AdvOut/VodTrackIndex': '2',
  'AdvOut/TrackIndex': '1',
}

describe('second tracks that OBS is set to send', () => {
  it.each([
    ['Twitch', obs('rtmp_common', 'Twitch', advanced), 'yes'],
    ['a custom server', obs('rtmp_custom', '', advanced), 'if-allowed'],
    ['a service that takes none', obs('rtmp_common', 'YouTube - RTMPS', advanced), 'no'],
    [
      'the same track twice',
      obs('rtmp_common', 'Twitch', { ...advanced, 'AdvOut/VodTrackIndex': '1' }),
      'no',
    ],
    ['simple mode', obs('rtmp_common', 'Twitch', { 'SimpleOutput/VodTrackEnabled': 'true' }), 'no'],
    [
      'simple mode with its advanced settings',
      obs('rtmp_common', 'Twitch', {
        'SimpleOutput/VodTrackEnabled': 'true',
        'SimpleOutput/UseAdvanced': 'true',
      }),
      'yes',
    ],
  ] as const)('VOD track: %s', async (_, session, vodTrack) => {
    expect(await readMoreTracks(session)).toEqual({ vodTrack, multitrackVideo: false })
  })

  it.each([
    ['rtmp_common', 'Twitch', true],
    ['rtmp_custom', '', true],
    ['rtmp_common', 'YouTube - RTMPS', false],
  ])('multitrack video: %s %s', async (type, service, multitrackVideo) => {
    const session = obs(type, service, { 'Stream1/EnableMultitrackVideo': 'true' })
    expect(await readMoreTracks(session)).toEqual({ vodTrack: 'no', multitrackVideo })
  })

  it.each(['user.ini', 'global.ini'])('to a custom server where %s allows it', async (file) => {
    const server = '[OBSWebSocket]\nServerEnabled=true\n'
    const allowed = '[General]\nEnableCustomServerVodTrack=true\n'
    const dir = '/home/ada/.config/obs-studio'
    const files = memoryFiles({
      [`${dir}/global.ini`]: file === 'global.ini' ? server + allowed : server,
      ...(file === 'user.ini' ? { [`${dir}/user.ini`]: allowed } : {}),
    })
    const host = { platform: 'linux', env: {}, home: '/home/ada' } as const
    expect(await discoverObs(files, host, null)).toMatchObject({ value: { customServerVodTrack: true } })
  })
})
