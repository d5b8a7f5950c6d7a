import { describe, expect, it } from 'vitest'
import { emptyTrail, flatMs, follow } from '../../../../src/engine/watch/look'
import type { Look, Media } from '../../../../src/engine/watch/look'
import { readPath } from '../../../../src/engine/watch/mediamtx'
import { placeOf, readStat } from '../../../../src/engine/watch/nginx-stat'
import type { Destination } from '../../../../src/engine/ports'

const seen = (bytes: number): Look => ({ kind: 'seen', bytes })
const absent: Look = { kind: 'absent' }
const unknown: Look = { kind: 'unknown' }
const trail = (looks: readonly Look[], everyMs = 1000): readonly Media[] => {
  let state = emptyTrail
  return looks.map((look, index) => {
    state = follow(state, look, index * everyMs)
    return state.media
  })
}

describe('looks one after the other', () => {
  it('show media by growth, never by one number', () => {
    expect(trail([seen(9), seen(10), seen(11)])).toEqual(['unknown', 'flowing', 'flowing'])
  })
  it('say unknown at the first look without growth, then absent', () => {
    const flat = Math.ceil(flatMs / 1000)
    const states = trail([seen(9), seen(10), ...Array.from({ length: flat }, () => seen(10))])
    expect(states[2]).toBe('unknown')
    expect(states.at(-1)).toBe('absent')
  })
  it('conclude nothing from a counter that went back', () => {
    expect(trail([seen(9), seen(10), seen(2), seen(3)])).toEqual(['unknown', 'flowing', 'unknown', 'flowing'])
  })
  it('are unknown when nobody answers, absent only by a definite no', () => {
    expect(trail([seen(9), seen(10), unknown, absent, unknown])).toEqual([
      'unknown',
      'flowing',
      'unknown',
      'absent',
      'unknown',
    ])
  })
})

const stat = (streams: string, app = 'live'): string =>
  `<?xml version="1.0" encoding="utf-8" ?>\n<rtmp><uptime>26</uptime><server><application><name>${app}</name><live>${streams}<nclients>1</nclients></live></application></server></rtmp>\n`
const publisher = (name: string, bytes: number): string =>
  `<stream><name>${name}</name><bytes_in>${bytes}</bytes_in><client><id>1</id><publishing/><active/></client><nclients>1</nclients><publishing/><active/></stream>`
const place = { app: 'live', name: 'key1' }

describe("nginx-rtmp's statistics", () => {
  it('show the bytes of the one stream', () => {
    expect(readStat(stat(publisher('other', 5) + publisher('key1', 103_449)), place)).toEqual(seen(103_449))
  })
  it('say no where nobody publishes under the key', () => {
    expect(readStat(stat(''), place)).toEqual(absent)
    expect(readStat(stat(publisher('other', 5)), place)).toEqual(absent)
    expect(readStat(stat(publisher('key1', 5), 'elsewhere'), place)).toEqual(absent)
    expect(readStat(stat('<stream><name>key1</name><bytes_in>7</bytes_in></stream>'), place)).toEqual(absent)
  })
  it('know a name whose letters it does not show, as long as only one looks like it', () => {
    const page = stat(publisher('   b', 7))
    expect(readStat(page, { app: 'live', name: 'ä b' })).toEqual(seen(7))
    expect(readStat(page, { app: 'live', name: 'a b' })).toEqual(absent)
    const both = stat(publisher('   b', 7) + publisher('   b', 9))
    expect(readStat(both, { app: 'live', name: 'ä b' })).toEqual(unknown)
    expect(readStat(stat(publisher(' ', 7)), { app: 'live', name: '\ufffd' })).toEqual(seen(7))
  })
  it('know an escaped name', () => {
    expect(readStat(stat(publisher('a&amp;b', 5)), { app: 'live', name: 'a&b' })).toEqual(seen(5))
  })
  it.each([
    ['nothing', ''],
    ['a web page', '<html><body>It works</body></html>'],
    ['JSON', '{"rtmp":[]}'],
    ['a page cut short', stat(publisher('key1', 5)).slice(0, 120)],
    ['a page without applications', '<rtmp><uptime>1</uptime></rtmp>'],
    ['a number that is none', stat('<stream><name>key1</name><bytes_in>x</bytes_in><publishing/></stream>')],
    ['binary', '\u0000\u0001\u0002</rtmp>'],
  ])('say nothing when it is %s', (_what, xml) => {
    expect(readStat(xml, place)).toEqual(unknown)
  })
  it('cost nothing when they are a bomb', () => {
    const entities = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};&e${n};">`).join(
      '',
    )
    const bomb = `<!DOCTYPE rtmp [<!ENTITY e0 "ha">${entities}]>${stat(publisher('&e30;', 5))}`
    expect(readStat(bomb, place)).toEqual(unknown)
    expect(readStat(stat(publisher('&e30;', 5)), place)).toEqual(absent)
  })
})

describe('where nginx-rtmp files a stream', () => {
  const destination = (url: string, key: string): Destination => ({
    id: 'd',
    url,
    key,
    auth: null,
    takeover: { kind: 'none' },
    graceMs: null,
  })
  it.each([
    ['rtmp://host/live', 'key', { app: 'live', name: 'key' }],
    ['rtmp://host:1935/live/', 'key?priority=2', { app: 'live', name: 'key' }],
    ['rtmp://host/live/key', '', { app: 'live', name: 'key' }],
    ['rtmp://host/live', 'a%2Db', { app: 'live', name: 'a-b' }],
    ['rtmp://host/live', 'show%2Fmain?sign=ab%3D', { app: 'live', name: 'show/main' }],
    ['rtmp://host/live', 'cam.flv?x=1', { app: 'live', name: 'cam' }],
    ['rtmp://host/live', 'a%3Fb', { app: 'live', name: 'a' }],
    ['rtmp://host/app{1}', 'k', { app: 'app{1}', name: 'k' }],
    ['rtmp://host/live#x', 'k', { app: 'live#x', name: 'k' }],
    ['rtmp://host/live?auth="q"&t=a#b', 'k', { app: 'live', name: 'k' }],
    ['rtmp://host/live/_definst_', 'k', { app: 'live', name: 'k' }],
    ['rtmp://host/live/inst', 'k', { app: 'live/inst', name: 'k' }],
    ['rtmp://host:99999/live', 'k', { app: 'live', name: 'k' }],
    ['rtmp://host/live', '100%', null],
    ['rtmp://host/live', '', null],
    ['srt://host:9000', 'key', null],
    ['nothing', 'key', null],
  ])('%s %s', (url, key, expected) => {
    expect(placeOf(destination(url, key))).toEqual(expected)
  })
  it('is not known without a destination', () => {
    expect(placeOf(null)).toBeNull()
  })
})

describe("MediaMTX's paths", () => {
  const path = { available: true, online: true, inboundBytes: 12 }
  it.each<[string, number, unknown, Look]>([
    ['bytes', 200, path, seen(12)],
    ['a slate without a publisher', 200, { ...path, online: false }, absent],
    ['a source that is not there yet', 200, { ...path, available: false }, absent],
    ['no such path', 404, { status: 'error', error: 'path not found' }, absent],
    ['a 404 of something else', 404, { message: 'nope' }, unknown],
    ['a refusal', 401, { status: 'error', error: 'authentication error' }, unknown],
    ['other words', 200, { hello: 'world' }, unknown],
  ])('%s', (_what, status, reply, expected) => {
    expect(readPath(status, JSON.stringify(reply))).toEqual(expected)
  })
  it('garbage', () => {
    expect(readPath(200, '<html>')).toEqual(unknown)
  })
})
