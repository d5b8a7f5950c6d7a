import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../../../src/core/problem'
import {
  otherIngestOf,
  parseKept,
  placeOf,
  planMove,
  sameService,
  usualServer,
} from '../../../../src/engine/settings/obs-route-plan'
import { configSchema } from '../../../../src/shared/settings/config'

const config = (more: object = {}) =>
  configSchema.parse({ route: 'program', program: { port: 19_350, key: 'door-key' }, ...more })
const service = (settings: Readonly<Record<string, unknown>>, type = 'rtmp_custom') => ({ type, settings })
const place = { url: 'rtmp://live.example.tv/app', key: 'stream-key', auth: null }
const found = ok(place)
const plan = (destination: object, more: Partial<Parameters<typeof planMove>[0]> = {}) =>
  planMove({
    destination: config({ destination }).destination,
    service: service({ server: 'rtmp://live.example.tv/app', key: 'stream-key' }),
    found,
    request: {},
    ...more,
  })

describe('where OBS is pointed', () => {
  const kept = { type: 'rtmp_custom', settings: {}, door: 'rtmp://127.0.0.1:4000/live', taken: null }
  const at = (server: string, key: string, more: object = {}) =>
    placeOf(service({ server, key }), config(more), kept)

  it('is here only where it is listened', () => {
    expect(at('rtmp://127.0.0.1:19350/live', 'door-key')).toBe('here')
    expect(at('rtmp://127.0.0.1:19350/live', 'door-key', { route: 'direct' })).toBe('moved')
    for (const spelling of [
      'rtmp://localhost:19350/live',
      'rtmp://127.0.0.1:19350/live/',
      'rtmp://127.1:19350/live',
    ])
      expect(at(spelling, 'key-of-the-account'), spelling).toBe('here')
    for (const other of [
      'rtmp://127.0.0.1:19350/app',
      'rtmp://127.0.0.1/live',
      'rtmps://127.0.0.1:19350/live',
    ])
      expect(at(other, 'stream-key'), other).toBe('elsewhere')
  })
  it('is here with the key of an account as well', () => {
    expect(at('rtmp://127.0.0.1:19350/live', 'key-of-the-account')).toBe('here')
  })
  it('is known by our key or by the place it was pointed to, when the port was changed', () => {
    expect(at('rtmp://127.0.0.1:5000/live', 'door-key')).toBe('moved')
    expect(at('rtmp://127.0.0.1:4000/live', 'key-of-the-account')).toBe('moved')
  })
  it('is elsewhere otherwise; no key is not our key', () => {
    expect(at('rtmp://live.example.tv/app', 'stream-key')).toBe('elsewhere')
    expect(at('rtmp://live.example.tv/app', '', { program: { key: '' } })).toBe('elsewhere')
  })
})

describe('which destination the program path gets', () => {
  it('takes OBS’s where the set-up has none', () => {
    expect(plan({})).toEqual(
      ok({ kind: 'take', url: 'rtmp://live.example.tv/app', key: 'stream-key', otherUrl: null }),
    )
  })
  it('keeps the set-up’s own where both say the same, or where OBS’s cannot be used', () => {
    const mine = { url: 'rtmp://live.example.tv/app', key: 'stream-key' }
    expect(plan(mine)).toEqual(ok({ kind: 'keep' }))
    const spelled = { url: 'rtmp://LIVE.example.tv:1935/app/', key: 'stream%2Dkey' }
    expect(plan(spelled)).toEqual(ok({ kind: 'keep' }))
    expect(plan(mine, { found: fail('destination-unsupported') })).toEqual(ok({ kind: 'keep' }))
  })
  it('asks where they differ, without a key in the question', () => {
    const mine = { url: 'rtmp://other.example/app', key: 'stream-key' }
    const asked = plan(mine)
    expect(asked).toMatchObject({ ok: false, problem: { code: 'obs-route-two' } })
    expect(JSON.stringify(asked)).not.toContain('stream-key')
    expect(plan(mine, { request: { destination: 'mine' } })).toEqual(ok({ kind: 'keep' }))
    expect(plan(mine, { request: { destination: 'obs' } })).toMatchObject({ value: { kind: 'take' } })
    expect(plan({ ...mine, url: 'rtmp://live.example.tv/app', key: 'another' }).ok).toBe(false)
  })
  it('refuses what needs a login', () => {
    const auth = { username: 'me', password: 'word' }
    expect(plan({}, { found: ok({ ...place, auth }) })).toMatchObject({
      problem: { code: 'obs-route-login' },
    })
  })
  it('uses the server that a person named where OBS chooses it by itself', () => {
    const auto = {
      service: service({ service: 'Some TV', server: 'auto', key: ' stream-key ' }, 'rtmp_common'),
      found: fail('destination-auto-server', { service: 'Some TV' }),
    }
    const server = 'rtmps://ingest.some.tv/live'
    expect(plan({}, auto)).toMatchObject({ problem: { code: 'destination-auto-server' } })
    expect(plan({}, { ...auto, request: { server } })).toMatchObject({
      value: { kind: 'take', url: server, key: 'stream-key' },
    })
    expect(
      plan({}, { ...auto, service: service({ server: 'auto' }, 'rtmp_common'), request: { server } }),
    ).toMatchObject({ problem: { code: 'destination-missing', params: { what: 'key' } } })
  })
  it('brings YouTube’s second address along, and no other platform’s', () => {
    expect(otherIngestOf('rtmps://a.rtmps.youtube.com:443/live2')).toBe(
      'rtmps://b.rtmps.youtube.com:443/live2?backup=1',
    )
    expect(otherIngestOf('rtmp://a.rtmp.youtube.com/live2')).toBe('rtmp://b.rtmp.youtube.com/live2?backup=1')
    expect(otherIngestOf('rtmp://b.rtmp.youtube.com/live2?backup=1')).toBeNull()
    expect(otherIngestOf('rtmp://live.twitch.tv/app')).toBeNull()
    expect(usualServer('YouTube - RTMPS')).toBe('rtmps://a.rtmps.youtube.com:443/live2')
    expect(usualServer('Some TV')).toBeNull()
  })
})

it('reads what was kept, and nothing where it is broken', () => {
  const kept = { type: 'rtmp_common', settings: { a: 1 }, door: 'rtmp://127.0.0.1:1/live', taken: null }
  expect(parseKept(JSON.stringify({ Untitled: kept }))).toEqual({ Untitled: kept })
  for (const text of [null, '', '{', '[]', '{"Untitled":{}}']) expect(parseKept(text)).toEqual({})
})

it('compares services field by field, in any order', () => {
  expect(sameService(service({ a: 1, b: 2 }), service({ b: 2, a: 1 }))).toBe(true)
  expect(sameService(service({ a: 1 }), service({ a: 1, b: 2 }))).toBe(false)
  expect(sameService(service({ a: 1 }), service({ a: 1 }, 'rtmp_common'))).toBe(false)
})
