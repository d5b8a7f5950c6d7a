import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JpegSplitter } from '../../../../src/rehearsal/viewer/jpeg-splitter'

/** As in a JPEG: an FF of the data is followed by 00. */
const jpeg = fc
  .uint8Array({ maxLength: 40 })
  .map((data) => [
    0xff,
    0xd8,
    ...[...data].flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])),
    0xff,
    0xd9,
  ])

it('finds each JPEG, in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.array(jpeg, { maxLength: 5 }), fc.integer({ min: 1, max: 30 }), (pictures, size) => {
      const bytes = Uint8Array.from(pictures.flat())
      const splitter = new JpegSplitter()
      const found: number[][] = []
      for (let at = 0; at < bytes.length; at += size)
        for (const each of splitter.push(bytes.subarray(at, at + size))) found.push([...each])
      expect(found).toEqual(pictures)
    }),
  )
})

it('holds no more than it may', () => {
  const splitter = new JpegSplitter(10)
  expect(splitter.push(new Uint8Array(50))).toEqual([])
  expect(splitter.push(Uint8Array.of(0xff, 0xd8, 1, 0xff, 0xd9))).toEqual([
    Uint8Array.of(0xff, 0xd8, 1, 0xff, 0xd9),
  ])
})
