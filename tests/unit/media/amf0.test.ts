import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AmfDate, AmfEcmaArray, decodeAmf, encodeAmf, type AmfValue } from '../../../src/media/amf0'

const { value: amfValue } = fc.letrec<{ value: AmfValue; entries: Record<string, AmfValue> }>((tie) => ({
  entries: fc.dictionary(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }), tie('value'), {
    maxKeys: 4,
    noNullPrototype: false,
  }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.double(),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(null, undefined),
    fc.double({ noNaN: true }).map((epochMs) => new AmfDate(epochMs)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('entries'),
    tie('entries').map((entries) => new AmfEcmaArray(entries)),
  ),
}))

describe('AMF0', () => {
  it('decodes what it encoded', () => {
    fc.assert(
      fc.property(fc.array(amfValue, { maxLength: 4 }), (values) => {
        const decoded = decodeAmf(encodeAmf(values), { maxDepth: 100 })
        expect(decoded.fault).toBeNull()
        expect(decoded.values).toEqual(values)
      }),
    )
  })

  it('uses a long string past 65535 bytes', () => {
    const text = 'é'.repeat(40_000)
    expect(decodeAmf(encodeAmf([text])).values).toEqual([text])
  })

  it('never throws, and answers a cut value with truncated and what came before', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeAmf(bytes)))
    const whole = encodeAmf(['first', { a: 1 }])
    for (let length = 9; length < whole.length; length += 1)
      expect(decodeAmf(whole.subarray(0, length))).toEqual({
        values: ['first'],
        fault: { code: 'truncated', where: 'amf0' },
      })
  })

  it('bounds depth and believes no count', () => {
    let deep: AmfValue = 1
    for (let i = 0; i < 20; i += 1) deep = [deep]
    expect(decodeAmf(encodeAmf([deep])).fault?.code).toBe('too-deep')
    expect(decodeAmf(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 5)).fault?.code).toBe('truncated')
    expect(decodeAmf(Uint8Array.of(0x0c, 0xff, 0xff, 0xff, 0xff, 65)).fault?.code).toBe('truncated')
    expect(decodeAmf(Uint8Array.of(0x11)).fault?.code).toBe('unsupported')
    expect(decodeAmf(Uint8Array.of(0x44)).fault?.code).toBe('bad-structure')
  })

  it('keeps a key called __proto__ a key', () => {
    const bytes = encodeAmf([JSON.parse('{"__proto__": {"polluted": true}}') as AmfValue])
    const [value] = decodeAmf(bytes).values
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})
