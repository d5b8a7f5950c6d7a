import { describe, expect, it } from 'vitest'
import { shapeOf } from '../../../../src/carrier/feed/source'
import { configSchema } from '../../../../src/shared/settings/config'
import { problemText } from '../../../../src/shared/messages'
import { addressFault, pathFault } from '../../../../src/shared/addresses/plain-text'
import { settingsChangeSchema } from '../../../../src/shared/settings/settings'
import { ffmpegFault } from '../../../../src/shared/ffmpeg/start-fault'

const bad: readonly string[] = [
  'file:%00',
  'file:///clip%00.mp4',
  'FILE:///a%0ab',
  'file:///50%.mp4',
  'file:///a%ff.mp4',
  'file:///%c2%85.mp4',
  '/clip\0.mp4',
  'clip\n.mp4',
  '/\ud800.mp4',
  'rtmp://host/app/\udc00',
  'rtmp://host%00/app',
  'rtmp://host/a%00',
  'rtsp://u:%00@host/a',
  'rtsp://host/a%0d%0aX: y',
  'http://host/live.m3u8?token=%00',
  'srt://host:9000?streamid=a%00b',
  'srt://host:9000?a=b?c=%00',
  `rtmp://host/${'a'.repeat(9_000)}`,
  `/${'a'.repeat(5_000)}`,
  `file:///${'a'.repeat(5_000)}`,
]

const good: readonly string[] = [
  '/media/clip.mp4',
  'C:\\media\\clip.mp4',
  '/50% off.mp4',
  '/a%00b.mp4',
  '/😀.mp4',
  'file:///a%20b.mp4',
  'file:///C:/a.mp4',
  'rtmp://host/app/key?x=1',
  'rtsp://u:50%off@host/a',
  'http://host/live.m3u8?token=abc%3D%0A',
  'srt://host:9000?streamid=#!::r=live,m=request',
  'rtmp://höst/app/schlüssel',
]

describe('what cannot be handed on is a fault by field, never an exception', () => {
  it.each(bad)('%j', (url) => {
    expect(addressFault(url)).toMatch(/^must /)
    const shape = shapeOf({ url })
    expect(shape).toMatchObject({ ok: false, problem: { code: 'source-invalid-url' } })
    if (!shape.ok)
      expect(problemText(shape.problem)).toMatch(/^The address of the backup source is not valid/)
    const parsed = configSchema.safeParse({ backups: [{ source: { url } }] })
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['backups.0.source.url'])
  })

  it.each(good)('%j is none', (url) => {
    expect(addressFault(url)).toBeNull()
    expect(shapeOf({ url }).ok).toBe(true)
    expect(configSchema.safeParse({ backups: [{ source: { url } }] }).success).toBe(true)
  })

  it.each([[null], [undefined], [5], [{}], [['a']]])('%j is no text', (value) => {
    expect(addressFault(value)).toBe('must be text in quotes')
    expect(pathFault(value)).toBe('must be text in quotes')
  })

  it.each([
    [{ ffmpeg: 'a\0' }, 'ffmpeg'],
    [{ ffmpeg: `/${'a'.repeat(5_000)}` }, 'ffmpeg'],
    [{ slate: { file: 'a\0.png' } }, 'slate.file'],
    [{ obs: { host: 'a\0' } }, 'obs.host'],
    [{ obs: { configDir: '\ud800' } }, 'obs.configDir'],
    [{ destination: { url: 'rtmp://host/a%00' } }, 'destination.url'],
    [{ destination: { key: 'a\0' } }, 'destination.key'],
    [{ destination: { otherUrl: 'srt://host:1?streamid=%00' } }, 'destination.otherUrl'],
    [{ program: { more: [{ id: 'a', name: 'A', url: 'rtmp://h/a\u0001' }] } }, 'program.more.0.url'],
    [
      { destination: { witnesses: [{ kind: 'mediamtx', url: 'http://h', path: '\ud800' }] } },
      'destination.witnesses.0.path',
    ],
    [
      { destination: { witnesses: [{ kind: 'playback', url: 'http://h/a%00' }] } },
      'destination.witnesses.0.url',
    ],
    [{ server: { host: 'a\0b' } }, 'server.host'],
  ])('%j', (config, field) => {
    const parsed = configSchema.safeParse(config)
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field])
  })

  it.each([
    [{ section: 'general', value: { autoArm: true, ffmpeg: 'a\0b' } }, 'value.ffmpeg'],
    [{ section: 'slate', value: { file: 'a\0b' } }, 'value.file'],
    [
      {
        section: 'backups',
        value: [{ id: 'b', source: { url: 'file:%00', transport: 'tcp' }, ingest: { kind: 'carrier' } }],
      },
      'value.0.source.url',
    ],
    [{ section: 'obs', value: { host: 'a\0b', port: null, configDir: null } }, 'value.host'],
    [
      { section: 'destination', value: { url: 'rtmp://h/%00', takeover: { kind: 'none' }, graceMs: null } },
      'value.url',
    ],
  ])('a screen that sends %j is told the field', (change, field) => {
    const parsed = settingsChangeSchema.safeParse(change)
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field])
    expect(parsed.error?.issues[0]?.message).toMatch(/^must /)
  })
})

describe('why ffmpeg could not be started, in words', () => {
  it.each([
    ['ENOENT', '/x/ffmpeg', 'ffmpeg was not found at /x/ffmpeg.'],
    ['EISDIR', '/x', 'ffmpeg at /x cannot be run: it is a folder.'],
    ['EACCES', '/x', 'ffmpeg at /x cannot be run: it is not allowed to run it.'],
    [
      'ERR_INVALID_ARG_VALUE',
      'a\0',
      'ffmpeg at a\uFFFD cannot be run: its path or what it is told holds a character that is not allowed.',
    ],
    ['E2BIG', null, 'ffmpeg cannot be run: it would be told too much at once.'],
    ['EMFILE', '/x', 'This PC cannot start another program now: too many files are open.'],
    ['EAGAIN', null, 'This PC cannot start another program now: too many programs run.'],
    ['EWHATEVER', null, 'ffmpeg cannot be run: error EWHATEVER.'],
  ])('%s', (fault, path, words) => {
    expect(problemText(ffmpegFault(fault, path))).toBe(words)
  })
})
