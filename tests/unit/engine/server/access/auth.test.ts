import { describe, expect, it } from 'vitest'
import {
  accessOf,
  AttemptLimiter,
  cookieValue,
  setCookie,
} from '../../../../../src/engine/server/access/auth'
import { callerNames, readCaller, type Caller } from '../../../../../src/engine/server/access/caller'
import { cameFrom, hostAllowed, originAllowed } from '../../../../../src/engine/server/access/same-origin'

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

  it('allows a name more where it is told to', () => {
    const limiter = new AttemptLimiter(() => 0)
    for (let attempt = 0; attempt < 29; attempt += 1) limiter.failed('a', 30)
    expect(limiter.waitSeconds('a', 30)).toBe(0)
    limiter.failed('a', 30)
    expect(limiter.waitSeconds('a', 30)).toBe(60)
  })

  it('does not grow without end', () => {
    const limiter = new AttemptLimiter(() => 0, 1, 1_000, 3)
    for (const address of ['a', 'b', 'c', 'd']) limiter.failed(address)
    expect(['a', 'b', 'c', 'd'].map((address) => limiter.waitSeconds(address))).toEqual([0, 1, 1, 1])
  })
})

/** A request as it arrives on this PC; `header` names are lower-case. */
function caller(
  headers: Readonly<Record<string, string>> = {},
  more: { readonly method?: string; readonly upgrade?: boolean; readonly from?: string } = {},
): Caller {
  const all: Readonly<Record<string, string>> = { host: '127.0.0.1:4477', ...headers }
  return readCaller({
    header: (name) => all[name],
    method: more.method ?? 'GET',
    upgrade: more.upgrade ?? false,
    peer: { remoteAddress: more.from ?? '127.0.0.1', remotePort: 50_000, localAddress: '127.0.0.1' },
  })
}

describe('callerNames', () => {
  const shared = (a: Caller, shownA: string, b: Caller, shownB: string): readonly number[] => {
    const names = new Set(callerNames(a, shownA).map(({ name }) => name))
    return callerNames(b, shownB)
      .filter(({ name }) => names.has(name))
      .map(({ allowed }) => allowed)
  }
  const on = (remotePort: number, userAgent = 'curl'): Caller => ({ ...caller(), remotePort, userAgent })

  it.each<readonly [string, Caller, string, Caller, string, readonly number[]]>([
    ['one connection', on(1), 'a', on(1), 'b', [10, 30]],
    ['one token over and over', on(1, 'x'), 'a', on(2, 'y'), 'a', [10]],
    ['two programs of one kind', on(1), 'a', on(2), 'b', [30]],
    ['two programs', on(1, 'x'), 'a', on(2, 'y'), 'b', []],
  ])('on this PC, %s', (_name, a, shownA, b, shownB, limits) => {
    expect(shared(a, shownA, b, shownB)).toEqual(limits)
  })

  it('knows a PC of the LAN by its address alone, however that is written', () => {
    const lan = (remoteAddress: string, remotePort: number): Caller => ({
      ...on(remotePort, `agent ${remotePort}`),
      remoteAddress,
      localAddress: '192.168.1.5',
    })
    expect(shared(lan('192.168.1.9', 1), 'a', lan('::ffff:192.168.1.9', 2), 'b')).toEqual([10])
    expect(shared(lan('192.168.1.9', 1), 'a', lan('192.168.1.8', 1), 'a')).toEqual([])
    expect(shared(lan('fd00::9', 1), 'a', lan('fd00::8', 1), 'a')).toEqual([])
    // This PC, asked by its own address in the LAN, is no one caller either.
    expect(shared(lan('::ffff:192.168.1.5', 1), 'a', lan('192.168.1.5', 2), 'b')).toEqual([])
  })

  it('takes what links on other sites show for one caller, apart from all others', () => {
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    }
    expect(shared(caller(link), 'a', { ...caller(link), remotePort: 2 }, 'b')).toEqual([10])
    expect(shared(caller(link), 'a', caller(), 'a')).toEqual([])
  })

  it('keeps neither a token nor anything long', () => {
    const names = callerNames(on(1, 'x'.repeat(10_000)), 'a-nearly-right-token')
    expect(JSON.stringify(names)).not.toContain('nearly')
    expect(JSON.stringify(names).length).toBeLessThan(300)
  })
})

describe('cameFrom', () => {
  const host = '127.0.0.1:4477'
  const site = (value: string, mode?: string, dest?: string): Readonly<Record<string, string>> => ({
    'sec-fetch-site': value,
    ...(mode === undefined ? {} : { 'sec-fetch-mode': mode }),
    ...(dest === undefined ? {} : { 'sec-fetch-dest': dest }),
  })
  const page = { accept: 'text/html,application/xhtml+xml' }
  const image = { accept: 'image/avif,image/webp,*/*;q=0.8' }

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['a program', {}, 'here'],
    ["Node's fetch", { 'sec-fetch-mode': 'cors' }, 'here'],
    ['the address bar', site('none', 'navigate', 'document'), 'here'],
    ['our own script', site('same-origin', 'cors', 'empty'), 'here'],
    ['our own picture, older browser', { ...image, referer: `http://${host}/live` }, 'here'],
    ['the address bar, older browser', page, 'here'],
    ['a link elsewhere', site('cross-site', 'navigate', 'document'), 'link'],
    ['a link on another port', site('same-site', 'navigate', 'document'), 'link'],
    ['a link, Chrome 76', site('cross-site', 'navigate'), 'link'],
    ['a link, older browser', { ...page, referer: 'http://evil.example/' }, 'link'],
    ['a picture', site('cross-site', 'no-cors', 'image'), 'elsewhere'],
    ['a picture on another port', site('same-site', 'no-cors', 'image'), 'elsewhere'],
    ['a script', site('cross-site', 'no-cors', 'script'), 'elsewhere'],
    ['a frame', site('cross-site', 'navigate', 'iframe'), 'elsewhere'],
    ['an object', site('cross-site', 'navigate', 'object'), 'elsewhere'],
    ['a frame, Chrome 76', site('cross-site', 'nested-navigate'), 'elsewhere'],
    ['a fetch without cors', site('cross-site', 'no-cors', 'empty'), 'elsewhere'],
    [
      'a fetch with cors',
      { ...site('cross-site', 'cors', 'empty'), origin: 'http://evil.example' },
      'elsewhere',
    ],
    ['a value of the future', site('strange-site', 'no-cors', 'image'), 'elsewhere'],
    ['a fetch, older browser', { origin: 'http://evil.example' }, 'elsewhere'],
    ['a sandboxed page', { origin: 'null' }, 'elsewhere'],
    ['a picture, older browser', { ...image, referer: 'http://evil.example/' }, 'elsewhere'],
    ['a picture on another port, older browser', { ...image, referer: 'http://127.0.0.1:80/' }, 'elsewhere'],
    ['a picture on a name like ours', { ...image, referer: `http://${host}.evil.example/` }, 'elsewhere'],
    ['an extension', { ...site('none', 'cors', 'empty'), origin: 'chrome-extension://abc' }, 'elsewhere'],
  ])('%s', (_name, headers, from) => {
    expect(cameFrom(caller(headers))).toBe(from)
  })

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['our own script', { ...site('same-origin', 'cors', 'empty'), origin: `http://${host}` }, 'here'],
    ['a form elsewhere', { ...site('cross-site', 'navigate', 'document'), origin: 'null' }, 'elsewhere'],
    ['a form elsewhere that shows no Origin', site('cross-site', 'navigate', 'document'), 'elsewhere'],
    ['a form, older browser', { ...page, referer: 'http://evil.example/' }, 'elsewhere'],
  ])('POST by %s', (_name, headers, from) => {
    expect(cameFrom(caller(headers, { method: 'POST' }))).toBe(from)
  })

  it('goes by the Origin of a socket, whatever else the browser says of it', () => {
    const socket = (headers: Readonly<Record<string, string>>): string =>
      cameFrom(caller(headers, { upgrade: true }))
    expect(socket({ ...site('cross-site', 'websocket', 'websocket'), origin: `http://${host}` })).toBe('here')
    expect(socket({ ...site('same-origin', 'websocket'), origin: 'http://evil.example' })).toBe('elsewhere')
    expect(socket({})).toBe('here')
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
