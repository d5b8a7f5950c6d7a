import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wireNames } from '../../../../src/shared/addresses/rtmp-names'

/** A text, or bytes that are none. */
type Said = string | { readonly hex: string }

interface Recorded {
  readonly server: string
  readonly key: string
  readonly app: string
  readonly tcUrl: string
  readonly name: Said
}

/** What OBS 29.0.2 said to a server that writes down bytes; `{port}` stands for that server's port. */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../fixtures/obs-wire-names.json'), 'utf8'),
) as readonly Recorded[]

const names = (server: string, key: string) => {
  const read = wireNames(server, key)
  return read.ok ? read.names : read.fault
}

describe('what OBS says', () => {
  it.each(recorded)('$server | $key', ({ server, key, app, tcUrl, name }) => {
    const at = (text: string): string => text.replaceAll('{port}', '1936')
    const bytes = typeof name === 'string' ? Buffer.from(name) : Buffer.from(name.hex, 'hex')
    const said = wireNames(at(server), key)
    expect(said).toMatchObject({ ok: true, names: { app, tcUrl: at(tcUrl), port: 1936 } })
    expect(said.ok && Buffer.from(said.names.nameBytes).toString('hex')).toBe(bytes.toString('hex'))
  })

  it('is a name of many kinds', () => {
    expect(recorded.length).toBeGreaterThan(130)
  })
})

describe('an address as librtmp reads it', () => {
  it.each([
    ['rtmp://host/live', 'rtmp', 'host', 1935],
    ['rtmps://host/live', 'rtmps', 'host', 443],
    ['RTMPS://host/live', 'rtmps', 'host', 443],
    ['rtmpt://host/live', 'rtmpt', 'host', 80],
    ['rtmpts://host/live', 'rtmpts', 'host', 443],
    ['rtmpe://host/live', 'rtmpe', 'host', 1935],
    ['rtmpte://host/live', 'rtmpte', 'host', 80],
    ['other://host/live', 'rtmp', 'host', 1935],
    ['rtmp://host:0/live', 'rtmp', 'host', 1935],
    ['rtmp://host:/live', 'rtmp', 'host', 1935],
    ['rtmp://host:99999/live', 'rtmp', 'host', 1935],
    ['rtmp://host:-5/live', 'rtmp', 'host', 1935],
    ['rtmp://host:1936x/live', 'rtmp', 'host', 1936],
    ['rtmp://[2001:db8::1]/live', 'rtmp', '2001:db8::1', 1935],
    ['rtmp://[2001:db8::1]:1936/live', 'rtmp', '2001:db8::1', 1936],
    [' \trtmp://host/live\r\n', 'rtmp', 'host', 1935],
    ['rtmp://host/live\0gone', 'rtmp', 'host', 1935],
  ])('%j', (server, protocol, host, port) => {
    expect(names(server, 'k')).toMatchObject({ protocol, host, port, app: 'live' })
  })

  it.each(['', 'host/live', 'rtmp:/host/live', 'rtmp://', 'rtmp:///live', `rtmp://${'h'.repeat(256)}/live`])(
    '%j is none',
    (server) => {
      expect(names(server, 'k')).toBe('server')
    },
  )
})

describe('a key that librtmp reads', () => {
  // A real OBS sends what its memory held: `a\x17` for the first three, the letter before for the last.
  it.each(['a%', 'a%zz', '%', 'a%%41', 'a%2D%zz', '100%!'])('%j has no certain name', (key) => {
    expect(names('rtmp://host/live', key)).toBe('key')
  })
  it('by each C library in its own way has no certain name', () => {
    expect(names('rtmp://host/live', 'a%0x')).toBe('key')
  })
  it('is certain with every percent sign written as %25', () => {
    expect(names('rtmp://host/live', '100%25')).toMatchObject({ name: '100%' })
  })

  it('stays as it is where it holds neither % nor an ending nor space around', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_\-/=+&#?]{1,60}$/), (key) => {
        fc.pre(!key.includes('slist='))
        expect(names('rtmp://host/live', key)).toMatchObject({ name: key })
      }),
    )
  })

  it('never breaks, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (server, key) => {
        expect(wireNames(`rtmp://host/${server}`, key)).toBeDefined()
        expect(wireNames(server, key)).toBeDefined()
      }),
    )
  })
})
