import { describe, expect, it } from 'vitest'
import { serviceReplySchema, toDestination } from '../../../../src/engine/obs/destination'

const service = (type: string, settings: Record<string, unknown>) =>
  serviceReplySchema.parse({ streamServiceType: type, streamServiceSettings: settings })

const cases: readonly (readonly [string, ReturnType<typeof service>, unknown])[] = [
  [
    'a custom server',
    service('rtmp_custom', { server: ' rtmp://host/live ', key: 'k', use_auth: false }),
    { ok: true, value: { url: 'rtmp://host/live', key: 'k', auth: null } },
  ],
  [
    'a custom server with user and password',
    service('rtmp_custom', {
      server: 'rtmps://host/live',
      key: 'k',
      use_auth: true,
      username: 'u',
      password: 'p',
    }),
    { ok: true, value: { url: 'rtmps://host/live', key: 'k', auth: { username: 'u', password: 'p' } } },
  ],
  [
    'user and password that are switched off',
    service('rtmp_custom', {
      server: 'rtmp://host/live',
      key: 'k',
      use_auth: false,
      username: 'u',
      password: 'p',
    }),
    { ok: true, value: { url: 'rtmp://host/live', key: 'k', auth: null } },
  ],
  [
    'a service with a server of its own',
    service('rtmp_common', {
      service: 'YouTube - RTMPS',
      server: 'rtmps://a.rtmps.youtube.com:443/live2',
      key: 'k',
    }),
    { ok: true, value: { url: 'rtmps://a.rtmps.youtube.com:443/live2', key: 'k', auth: null } },
  ],
  [
    'a whole path in the server and no key',
    service('rtmp_custom', { server: 'rtmp://host/app/name', key: '' }),
    { ok: true, value: { url: 'rtmp://host/app/name', key: '', auth: null } },
  ],
  [
    'an address that is no URL of the web',
    service('rtmp_custom', { server: 'rtmp://host:99999/app{1}#x', key: 'a%2Db' }),
    { ok: true, value: { url: 'rtmp://host:99999/app{1}#x', key: 'a%2Db', auth: null } },
  ],
  [
    'a key that OBS itself cannot read',
    service('rtmp_custom', { server: 'rtmp://host/live', key: '100%' }),
    { ok: false, problem: { code: 'destination-key-unclear' } },
  ],
  [
    'a tunnel',
    service('rtmp_custom', { server: 'rtmpt://host/live', key: 'k' }),
    { ok: false, problem: { code: 'destination-unsupported', params: { protocol: 'RTMPT' } } },
  ],
  [
    'no key',
    service('rtmp_custom', { server: 'rtmp://host/live', key: '' }),
    { ok: false, problem: { code: 'destination-missing', params: { what: 'key' } } },
  ],
  [
    'no server',
    service('rtmp_custom', {}),
    { ok: false, problem: { code: 'destination-missing', params: { what: 'server' } } },
  ],
  [
    'the auto server of a service that is not known',
    service('rtmp_common', { service: 'Nimo TV', server: 'auto', key: 'k' }),
    { ok: false, problem: { code: 'destination-auto-server', params: { service: 'Nimo TV' } } },
  ],
  [
    'SRT with a password',
    service('rtmp_custom', {
      server: 'srt://host:9000?latency=200000',
      key: 'publish:name',
      use_auth: true,
      password: 'secret-pass',
    }),
    {
      ok: true,
      value: {
        url: 'srt://host:9000?latency=200000&passphrase=secret-pass',
        key: 'publish:name',
        auth: null,
      },
    },
  ],
  [
    'RIST',
    service('rtmp_custom', { server: 'rist://host:9000', key: 'k' }),
    { ok: false, problem: { code: 'destination-unsupported', params: { protocol: 'RIST' } } },
  ],
  [
    'WHIP',
    service('whip_custom', { server: 'https://host/whip', bearer_token: 'k' }),
    { ok: false, problem: { code: 'destination-unsupported', params: { protocol: 'WHIP' } } },
  ],
  [
    'a service over HLS',
    service('rtmp_common', {
      service: 'YouTube - HLS',
      protocol: 'HLS',
      server: 'https://a/x?cid={stream_key}',
      key: 'k',
    }),
    { ok: false, problem: { code: 'destination-unsupported', params: { protocol: 'HLS' } } },
  ],
]

describe('toDestination', () => {
  it.each(cases)('%s', (_, settings, expected) => expect(toDestination(settings, null)).toEqual(expected))

  const twitch = service('rtmp_common', { service: 'Twitch', server: 'auto', key: 'k' })
  const ingests = JSON.stringify({
    ingests: [
      { name: 'Old (depracated)', url_template: 'rtmp://old.example/app/{stream_key}' },
      { name: 'Near', url_template: 'rtmp://near.example/app/{stream_key}' },
    ],
  })

  it("resolves Twitch's auto server as OBS does: the first of its list", () => {
    expect(toDestination(twitch, ingests)).toMatchObject({
      ok: true,
      value: { url: 'rtmp://near.example/app' },
    })
  })
  it.each([
    ['no list', null],
    ['a broken list', '{'],
    ['an empty list', '{"ingests":[]}'],
  ])('and with %s the server that OBS falls back to', (_, list) =>
    expect(toDestination(twitch, list)).toMatchObject({
      ok: true,
      value: { url: 'rtmp://live.twitch.tv/app' },
    }),
  )

  it('puts no key into a problem', () => {
    const keyed = service('rtmp_common', { service: 'Other', server: 'auto', key: 'live_secret' })
    expect(JSON.stringify(toDestination(keyed, null))).not.toContain('live_secret')
  })
})
