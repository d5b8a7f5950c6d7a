import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, redactText, redactUrl } from '../../../../src/shared/addresses/redact'

describe('redactUrl', () => {
  it.each([
    ['rtmp://live.example.com/app/live_123_abc', 'rtmp://live.example.com/app/***'],
    ['rtmps://host:443/app/key?priority=20', 'rtmps://host:443/app/***?priority=20'],
    ['rtmp://host/app#key', 'rtmp://host/app#***'],
    ['rtmp://host/app#key?priority=20', 'rtmp://host/app#***'],
    ['rtmp://host/app', 'rtmp://host/app'],
    ['rtmp://host/app/', 'rtmp://host/app/'],
    ['rtmp://host', 'rtmp://host'],
    ['rtmp://host/app/instance/key', 'rtmp://host/app/***'],
    ['rtmp://user:pa@ss@host/app/key', 'rtmp://***@host/app/***'],
    ['rtmp://user:pa/ss@host/app/key', 'rtmp://***@host/app/***'],
    ['rtmp://host/live?token=abc', 'rtmp://host/live?token=***'],
    ['srt://host:9000?streamid=publish:x&latency=200000', 'srt://host:9000?streamid=***&latency=200000'],
    ['srt://host:9000?streamid=#!::r=live,s=key', 'srt://host:9000?streamid=***#***'],
    ['srt://host:9000?mode=caller&passphrase=abcdefghij', 'srt://host:9000?mode=caller&passphrase=***'],
    [
      'https://me:secret@cdn.example.com/live/a.m3u8?sig=1',
      'https://***@cdn.example.com/live/a.m3u8?sig=***',
    ],
    ['https://cdn.example.com/abcd-ef12-3456-7890-wxyz.m3u8', 'https://cdn.example.com/***'],
    ['rtsp://admin:1234@10.0.0.9:554/Streaming/1', 'rtsp://***@10.0.0.9:554/Streaming/1'],
    ['rtmp://[::1]:1935/app/key', 'rtmp://[::1]:1935/app/***'],
    ['not a url', 'not a url'],
    ['file:///home/me/slate.mp4', 'file:///home/me/slate.mp4'],
  ])('%s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown)
  })
})

describe('redactText', () => {
  it('redacts URLs within a line and leaves the line readable', () => {
    expect(redactText('rtmp://h/app/key: Connection refused, retry srt://h:1?passphrase=0123456789.')).toBe(
      'rtmp://h/app/***: Connection refused, retry srt://h:1?passphrase=***.',
    )
  })

  it.each([
    'passphrase=hunter22',
    'password: hunter22',
    '"token":"hunter22"',
    'Authorization: Basic hunter22',
    'Bearer hunter22',
    'streamid=hunter22',
  ])('redacts %s', (text) => {
    expect(redactText(text)).not.toContain('hunter22')
  })

  it('leaves ordinary sentences alone', () => {
    const text = 'The ingest refused the key: someone is publishing (5.0 s)'
    expect(redactText(text)).toBe(text)
  })
})

const secret = fc
  .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
  .filter((text) => !text.includes('*') && text.trim() !== '')
const around = fc.string({ maxLength: 60 })

describe('a known secret never survives', () => {
  it('plain, in any text', () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 3 }),
        around,
        around,
        (secrets, before, after) => {
          const redact = createRedactor(secrets)
          const text = redact(before + secrets.join(after) + after)
          for (const one of secrets) expect(text).not.toContain(one)
        },
      ),
    )
  })

  it('percent-encoded or in JSON', () => {
    fc.assert(
      fc.property(secret, around, (one, text) => {
        fc.pre(!/\p{Surrogate}/u.test(one))
        const redact = createRedactor([one])
        const encoded = encodeURIComponent(one)
        expect(redact(`${text}/app/${encoded}`)).not.toContain(encoded)
        expect(redact(text + encoded.toLowerCase())).not.toContain(one)
        const json = JSON.stringify(one).slice(1, -1)
        expect(redact(`{"a":"${json}"}`)).not.toContain(json)
      }),
    )
  })

  it('doing it twice changes nothing more that matters', () => {
    fc.assert(
      fc.property(secret, around, (one, text) => {
        const redact = createRedactor([one])
        expect(redact(redact(text + one))).not.toContain(one)
      }),
    )
  })

  it('ignores empty ones and masks very short ones as words only', () => {
    expect(createRedactor(['', '   '])('all is well')).toBe('all is well')
    expect(createRedactor(['ab'])('about ab, not')).toBe('about ***, not')
  })
})

const word = fc.stringMatching(/^[A-Za-z0-9_\-.~!$()+,;=:%]{6,30}$/)

describe('an unknown secret in a URL never survives', () => {
  it('as stream key, password, fragment or stream id', () => {
    fc.assert(
      fc.property(word, (raw) => {
        const one = `Zq${raw}qZ`
        for (const url of [
          `rtmp://host/app/${one}`,
          `rtmp://host/app#${one}?priority=2`,
          `rtmps://user:${one}@host:443/app/x`,
          `srt://host:9000?mode=caller&streamid=${one}`,
          `srt://host:9000?passphrase=${one}&mode=caller`,
          `https://user:${one}@host/hls/a.m3u8`,
          `https://host/hls/a.m3u8?token=${one}`,
        ]) {
          expect(redactUrl(url), url).not.toContain(one)
          expect(redactText(`error opening ${url} (again)`), url).not.toContain(one)
        }
      }),
    )
  })
})
