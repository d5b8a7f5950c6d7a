import { describe, expect, it } from 'vitest'
import { parseRtmpTarget, parseRtmpUrl } from '../../../../src/carrier/publish/rtmp-url'
import { parseSrtTarget } from '../../../../src/carrier/publish/srt-url'

describe('parseRtmpUrl', () => {
  it.each([
    ['rtmp://host/live', false, 'host', 1935, 'live', 'rtmp://host/live'],
    ['rtmps://host:8443/a/b/', true, 'host', 8443, 'a/b', 'rtmps://host:8443/a/b'],
    ['rtmps://host/app', true, 'host', 443, 'app', 'rtmps://host/app'],
    ['rtmp://[::1]:1936/live?x=1', false, '::1', 1936, 'live?x=1', 'rtmp://[::1]:1936/live?x=1'],
    ['rtmp://anna:wordpass@host/live', false, 'host', 1935, 'live', 'rtmp://host/live'],
  ])('reads %s', (url, secure, host, port, app, tcUrl) => {
    expect(parseRtmpUrl(url)).toEqual({ ok: true, value: { secure, host, port, app, tcUrl } })
  })

  it.each([
    ['rtmp://host/app{1}', 'app{1}'],
    ['rtmp://host/live#x', 'live#x'],
    ['rtmp://host/app?auth="q"&t=a#b', 'app?auth="q"&t=a#b'],
    ['rtmp://host/a/../b//', 'a/../b/'],
  ])('leaves the application of %s alone', (url, app) => {
    expect(parseRtmpUrl(url)).toMatchObject({ ok: true, value: { app, tcUrl: `rtmp://host/${app}` } })
  })

  it('names the stream as OBS does, and none where OBS has no certain name', () => {
    const name = (key: string) => {
      const read = parseRtmpTarget({ url: 'rtmp://host/live', key })
      return read.ok ? Buffer.from(read.value.name.bytes).toString('latin1') : read.problem.code
    }
    expect(name('a%2Db')).toBe('a-b')
    expect(name('cam.mp4?x=1')).toBe('mp4:cam?x=1')
    expect(name('%ff')).toBe('\xff')
    expect(name('100%')).toBe('destination-key-unclear')
  })

  it.each(['rtmpt://host/live', 'rtmpe://host/live'])('refuses the tunnel %s', (url) => {
    expect(parseRtmpUrl(url)).toMatchObject({ ok: false, problem: { code: 'destination-unsupported' } })
  })

  it.each(['http://host/live', 'nonsense', ''])('refuses %j with a code', (url) => {
    const result = parseRtmpUrl(url)
    expect(!result.ok && result.problem.code).toBe('destination-unsupported')
  })
})

describe('parseSrtTarget', () => {
  const parse = (url: string, key = '', password = '') =>
    parseSrtTarget({ url, key, auth: password === '' ? null : { username: '', password } })

  it('keeps everything but host and port out of the public half', () => {
    const result = parse('srt://host:9000?latency=200000&streamid=#!::r=live,m=publish&passphrase=a%20b')
    expect(result.ok && result.value.publicUrl).toBe('srt://host:9000')
    const lines = result.ok ? result.value.preset.split('\n') : []
    expect(lines).toEqual(
      expect.arrayContaining([
        'mode=caller',
        'latency=200000',
        'streamid=#!::r=live,m=publish',
        'passphrase=a b',
      ]),
    )
  })

  it('takes key and password over what the URL says', () => {
    const result = parse('srt://[::1]:9000?streamid=old', 'publish:new', 'phrase')
    expect(result.ok && result.value.preset).toMatch(/streamid=publish:new\n.*passphrase=phrase\n/s)
    expect(result.ok && result.value.preset).not.toContain('old')
  })

  it('refuses what would be another option, and what is no SRT address', () => {
    for (const [url, key] of [
      ['srt://host:1', 'a\nmode=listener'],
      ['srt://host:1?la tency=1', ''],
      ['srt://host', ''],
      ['srt://user@host:1', ''],
    ] as const)
      expect(parse(url, key)).toMatchObject({ ok: false, problem: { code: 'destination-unsupported' } })
  })
})
