import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  durationSec,
  isOurs,
  isSamePlace,
  isSamePull,
  isUsableName,
  leaseFields,
  leaseOf,
  ownMark,
  renderDestination,
  restorable,
  warmPath,
} from '../../../../../src/engine/ingest/mediamtx/paths'
import type { Destination } from '../../../../../src/engine/ports'
import { wireNames } from '../../../../../src/shared/addresses/rtmp-names'

const destination = (more: Partial<Destination> = {}): Destination => ({
  id: 'd',
  url: 'rtmp://host/app',
  key: 'key',
  auth: null,
  takeover: { kind: 'none' },
  graceMs: null,
  ...more,
})
const render = (more: Partial<Destination>, generation = 7): string => {
  const rendered = renderDestination(destination(more), generation)
  return rendered.ok ? rendered.value : rendered.problem.code
}
const source = (url: string): string => {
  const path = warmPath({ url })
  return path.ok ? path.value.source : path.problem.code
}

describe('a destination as MediaMTX wants it', () => {
  it.each<[string, Partial<Destination>, string]>([
    ['the key stands after #', {}, 'rtmp://host/app#key'],
    ['slash at the end', { url: 'rtmps://host:443/app/' }, 'rtmps://host:443/app#key'],
    ['app of two parts', { url: 'rtmp://host/app/instance' }, 'rtmp://host/app/instance#key'],
    ['no key: the last part is it', { url: 'rtmp://host/app/abc', key: '' }, 'rtmp://host/app#abc'],
    ['no key at all', { key: '' }, 'rtmp://host/app'],
    ['takeover', { takeover: { kind: 'query', param: 'priority' } }, 'rtmp://host/app#key?priority=7'],
    [
      'takeover beside other parameters',
      { key: 'key?bandwidthtest=true&priority=2', takeover: { kind: 'query', param: 'priority' } },
      'rtmp://host/app#key?bandwidthtest=true&priority=7',
    ],
    [
      'backup URL',
      { takeover: { kind: 'backup-url' }, backupUrl: 'rtmp://b.host/app?backup=1' },
      'rtmp://b.host/app?backup=1#key',
    ],
    ['the key is what OBS makes of it', { key: 'a%2Db' }, 'rtmp://host/app#a-b'],
    ['so is one with an ending', { key: 'cam.flv?x=1' }, 'rtmp://host/app#cam?x=1'],
    ['a percent sign of the name is not an escape', { key: 'a%2541b' }, 'rtmp://host/app#a%2541b'],
    ['bytes that are no text', { key: '%ff' }, 'rtmp://host/app#%FF'],
    ['a key that OBS cannot read', { key: '100%' }, 'destination-key-unclear'],
    ['an address that stays as it is', { url: 'rtmp://host/li%2Fve?a="b"' }, 'rtmp://host/li%2Fve?a="b"#key'],
    ['an address that Go would change', { url: 'rtmp://host/app{1}' }, 'destination-name-changed'],
    ['a # in the address', { url: 'rtmp://host/live#x' }, 'destination-name-changed'],
    ['a # of the key is none of the URL', { key: 'a#b c' }, 'rtmp://host/app#a%23b%20c'],
    ['not ASCII', { key: 'schlüssel' }, 'rtmp://host/app#schl%C3%BCssel'],
    [
      'user and password',
      { auth: { username: 'me@x', password: 'p:a/s$&' } },
      'rtmp://me%40x:p%3Aa%2Fs%24%26@host/app#key',
    ],
    [
      'SRT',
      { url: 'srt://host:9000?mode=caller&latency=200000' },
      'srt://host:9000?latency=200&streamid=key',
    ],
    ['SRT, milliseconds', { url: 'srt://host:9000?latency=200' }, 'srt://host:9000?latency=200&streamid=key'],
    [
      'SRT, stream id of the platform',
      { url: 'srt://host:9000?passphrase=0123456789', key: '#!::r=live/x,m=publish' },
      'srt://host:9000?passphrase=0123456789&streamid=%23!%3A%3Ar%3Dlive%2Fx%2Cm%3Dpublish',
    ],
    ['WHIP is refused', { url: 'https://host/whip' }, 'destination-unsupported'],
    ['what is no URL is refused', { url: 'host/app' }, 'destination-unsupported'],
  ])('%s', (_what, given, expected) => {
    expect(render(given)).toBe(expected)
  })

  it('is decoded by a URL parser to exactly the name that OBS says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (key) => {
        fc.pre(!/\p{Surrogate}/u.test(key))
        const said = wireNames('rtmp://host/app', key)
        const name = said.ok ? said.names.name : ''
        fc.pre(name !== '' && !name.includes('\ufffd'))
        const rendered = render({ key })
        expect(decodeURIComponent(rendered.slice(rendered.indexOf('#') + 1))).toBe(name)
      }),
    )
  })

  it('is one place whatever the takeover number, and another with another key', () => {
    const takeover = { kind: 'query', param: 'priority' } as const
    const one = render({ takeover }, 1)
    expect(isSamePlace(one, render({ takeover }, 2), 'priority')).toBe(true)
    expect(isSamePlace(one, render({ takeover }, 2), null)).toBe(false)
    expect(isSamePlace(one, render({ takeover, key: 'other' }, 1), 'priority')).toBe(false)
  })
})

describe('a source as MediaMTX wants it', () => {
  it.each([
    ['rtmp://host/app/key', 'rtmp://host/app#key'],
    ['rtmp://host/app/key?token=a', 'rtmp://host/app#key?token=a'],
    ['rtmp://host/app/instance/key', 'rtmp://host/app/instance#key'],
    ['rtmp://host/app#key', 'rtmp://host/app#key'],
    ['rtmp://host/app', 'rtmp://host/app'],
    ['rtsp://u:p@cam:554/1', 'rtsp://u:p@cam:554/1'],
    ['srt://cam:9000?streamid=read:x', 'srt://cam:9000?streamid=read:x'],
    ['https://cdn/live/index.m3u8?sig=1', 'https://cdn/live/index.m3u8?sig=1'],
    ['https://cdn/live.flv', 'source-invalid-url'],
    ['/home/me/slate.mp4', 'source-invalid-url'],
    ['C:\\slate.mp4', 'source-invalid-url'],
    ['file:///slate.mp4', 'source-invalid-url'],
    ['', 'source-invalid-url'],
  ])('%s', (url, expected) => {
    expect(source(url)).toBe(expected)
  })
})

describe('what is kept in the path', () => {
  it('the lease comes back as it was put', () => {
    fc.assert(
      fc.property(fc.nat(), (generation) => {
        expect(leaseOf(leaseFields(generation))).toBe(generation)
      }),
    )
    // as MediaMTX writes durations
    expect(leaseOf({ recordSegmentDuration: '1h0m7s' })).toBe(7)
    expect(leaseOf({ recordSegmentDuration: '1h0m0s' })).toBe(0)
    expect(leaseOf({})).toBe(0)
  })

  it('the mark is known in the form in which it comes back', () => {
    expect(isOurs({ sourceOnDemandCloseAfter: ownMark })).toBe(true)
    expect(isOurs({ sourceOnDemandCloseAfter: '1h14m37s' })).toBe(true)
    expect(isOurs({ sourceOnDemandCloseAfter: '10s' })).toBe(false)
    expect(isOurs({})).toBe(false)
  })

  it.each([
    ['1h14m37s', 4477],
    ['1d', 86_400],
    ['1.5s', 1.5],
    ['200ms', 0.2],
    ['', null],
    ['soon', null],
    ['5', null],
  ])('reads the duration %s', (text, expected) => {
    expect(durationSec(text)).toBe(expected)
  })

  it('a path is the same pull whatever it forwards', () => {
    const path = warmPath({ url: 'rtsp://cam/1' })
    if (!path.ok) throw new Error('no path')
    const held = {
      source: 'rtsp://cam/1',
      sourceOnDemand: false,
      rtspTransport: 'tcp',
      forward: [{ dest: 'x' }],
    }
    expect(isSamePull(held, path.value)).toBe(true)
    expect(isSamePull({ ...held, source: 'rtsp://cam/2' }, path.value)).toBe(false)
    expect(isSamePull({ ...held, sourceOnDemand: true }, path.value)).toBe(false)
    expect(isSamePull({ ...held, rtspTransport: 'udp' }, path.value)).toBe(false)
  })

  it('is put back without its name, which is not a field', () => {
    expect(restorable({ name: 'x', source: 'publisher' })).toEqual({ source: 'publisher' })
  })

  it.each([
    ['understudy-backup', true],
    ['live/backup', true],
    ['~^x', false],
    ['all', false],
    ['all_others', false],
    ['/x', false],
    ['x/', false],
  ])('name %s: %s', (name, usable) => {
    expect(isUsableName(name)).toBe(usable)
  })
})
