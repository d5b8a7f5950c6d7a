import fc from 'fast-check'
import type { FlvTag } from '../../../src/media/flv'

export const bytesOf = (max: number) => fc.uint8Array({ minLength: 0, maxLength: max })

export const flvTag: fc.Arbitrary<FlvTag> = fc.record({
  type: fc.constantFrom(8 as const, 9 as const, 18 as const),
  timestampMs: fc.oneof(fc.nat(70_000), fc.integer({ min: 0xfffff0, max: 0x1000010 }), fc.nat(0xffffffff)),
  payload: bytesOf(400),
})

/** `bytes` cut at the places given (as shares of 1000). */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((share) => Math.floor((share * bytes.length) / 1000)))].sort(
    (a, b) => a - b,
  )
  const ends = [...at, bytes.length]
  let from = 0
  return ends.map((end) => {
    const piece = bytes.subarray(from, end)
    from = end
    return piece
  })
}

export const cuts = fc.array(fc.nat(1000), { maxLength: 12 })
