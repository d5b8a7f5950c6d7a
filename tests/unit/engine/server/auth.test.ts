import { describe, expect, it } from 'vitest'
import {
  accessOf,
  AttemptLimiter,
  cookieValue,
  sameSecret,
  setCookie,
} from '../../../../src/engine/server/auth'
import { hostAllowed, originAllowed } from '../../../../src/engine/server/same-origin'

const token = 'a-token'

describe('accessOf', () => {
  const cookie = setCookie(token, 4477).split(';')[0] ?? ''
  it.each([
    [{ authorization: `Bearer ${token}` }, 'bearer'],
    [{ authorization: 'Bearer other' }, 'wrong'],
    [{ authorization: `Basic ${token}` }, 'wrong'],
    [{ authorization: 'Bearer other', cookie }, 'wrong'],
    [{ cookie }, 'cookie'],
    [{ cookie: `a=b; ${cookie}; c=d` }, 'cookie'],
    [{ cookie: `understudy-4477=${token}` }, 'none'],
    [{ cookie: cookie.replace('4477', '4478') }, 'none'],
    [{ cookie: 'rubbish' }, 'none'],
    [{}, 'none'],
  ])('of %j is %s', (headers, kind) => {
    expect(accessOf(headers, token, 4477).kind).toBe(kind)
  })

  it('gives a cookie that scripts and other sites cannot use and that is not the token', () => {
    expect(setCookie(token, 1)).toMatch(/HttpOnly; SameSite=Strict/)
    expect(setCookie(token, 1)).not.toContain(token)
    expect(cookieValue(token)).not.toBe(cookieValue('another'))
  })

  it('compares secrets of any length', () => {
    expect(sameSecret('', token)).toBe(false)
    expect(sameSecret(`${token}x`, token)).toBe(false)
    expect(sameSecret(token, token)).toBe(true)
  })
})

describe('AttemptLimiter', () => {
  it('lets ten through, then makes that address wait until the oldest is a minute old', () => {
    let now = 0
    const limiter = new AttemptLimiter(() => now)
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(limiter.waitSeconds('a')).toBe(0)
      limiter.failed('a')
      now += 1_000
    }
    expect(limiter.waitSeconds('a')).toBe(50)
    expect(limiter.waitSeconds('b')).toBe(0)
    now = 60_001
    expect(limiter.waitSeconds('a')).toBe(0)
    limiter.failed('a')
    expect(limiter.waitSeconds('a')).toBe(1)
  })

  it('does not grow without end', () => {
    const limiter = new AttemptLimiter(() => 0, 1, 1_000, 3)
    for (const address of ['a', 'b', 'c', 'd']) limiter.failed(address)
    expect(['a', 'b', 'c', 'd'].map((address) => limiter.waitSeconds(address))).toEqual([0, 1, 1, 1])
  })
})

describe('host and origin', () => {
  const at = (host: string | undefined, localAddress = '127.0.0.1') => ({
    host,
    origin: undefined,
    localAddress,
  })
  it.each([
    ['127.0.0.1:4477', true],
    ['localhost:4477', true],
    ['LOCALHOST:4477', true],
    ['[::1]:4477', true],
    ['studio.lan:4477', true],
    ['127.0.0.1:80', false],
    ['127.0.0.1', false],
    ['evil.example:4477', false],
    ['localhost.evil.example:4477', false],
    ['127.0.0.1:4477@evil.example', false],
    ['192.168.1.5:4477', false],
    ['', false],
    [undefined, false],
  ])('host %s: %s', (host, allowed) => {
    expect(hostAllowed(at(host), 4477, ['studio.lan'])).toBe(allowed)
  })

  it('takes the very address that the connection came in on', () => {
    expect(hostAllowed(at('192.168.1.5:4477', '::ffff:192.168.1.5'), 4477, ['0.0.0.0'])).toBe(true)
    expect(hostAllowed(at('[fd00::5]:4477', 'fd00::5'), 4477, [])).toBe(true)
  })

  it.each([
    [undefined, true],
    ['http://127.0.0.1:4477', true],
    ['http://127.0.0.1:4478', false],
    ['https://127.0.0.1:4477', false],
    ['http://evil.example', false],
    ['null', false],
  ])('origin %s: %s', (origin, allowed) => {
    expect(originAllowed({ ...at('127.0.0.1:4477'), origin })).toBe(allowed)
  })
})
