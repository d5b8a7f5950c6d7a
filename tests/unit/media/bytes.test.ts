import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteQueue, concatBytes, u32, u32le, utf8Decode, utf8Encode } from '../../../src/media/bytes'
import { cut, cuts } from './media-arbitraries'

/** null when it is not UTF-8. */
function strictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

describe('bytes', () => {
  it('encodes and decodes UTF-8 as the platform does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([...utf8Encode(text)]).toEqual([...new TextEncoder().encode(text)])
        expect(utf8Decode(utf8Encode(text))).toBe(text)
      }),
    )
  })

  it('decodes anything; valid text wherever the platform finds it valid', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const strict = strictly(bytes)
        const text = utf8Decode(bytes)
        if (strict === null) expect(text).toContain('\ufffd')
        else expect(text).toBe(strict)
      }),
    )
  })

  it('queues and takes in any pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), cuts, fc.array(fc.nat(60)), (bytes, places, sizes) => {
        const queue = new ByteQueue()
        for (const piece of cut(bytes, places)) queue.push(piece)
        const taken: Uint8Array[] = []
        for (const size of sizes) {
          const seen = queue.peek(size)
          const piece = queue.take(size)
          expect(piece).toEqual(seen)
          if (piece !== null) taken.push(piece)
        }
        const rest = queue.take(queue.length)
        expect([...concatBytes([...taken, rest!])]).toEqual([...bytes])
        expect(queue.take(1)).toBeNull()
      }),
    )
  })

  it('reads large numbers unsigned', () => {
    expect(u32(Uint8Array.of(0xff, 0xff, 0xff, 0xfe), 0)).toBe(0xfffffffe)
    expect(u32le(Uint8Array.of(0xfe, 0xff, 0xff, 0xff), 0)).toBe(0xfffffffe)
  })
})
