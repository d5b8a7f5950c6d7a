import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../src/media/bytes'
import { ChunkReader, ChunkWriter, type RtmpMessage } from '../../../../src/media/rtmp/chunks'
import { cut, cuts } from '../media-arbitraries'

const plain = (message: RtmpMessage) => ({ ...message, payload: [...message.payload] })
const payload = (length: number, fill = 7) => new Uint8Array(length).fill(fill)
const video = (timestampMs: number, length: number): RtmpMessage => ({
  type: 9,
  streamId: 1,
  timestampMs,
  payload: payload(length),
})
const formatOf = (chunk: Uint8Array) => (chunk[0] ?? 0) >> 6
const bytes = (...parts: (number | readonly number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])))

const message = fc.record({
  csid: fc.oneof(fc.integer({ min: 2, max: 5 }), fc.constantFrom(63, 64, 319, 320, 65_599)),
  type: fc.constantFrom(8, 9, 18, 20),
  streamId: fc.constantFrom(0, 1, 0x01020304),
  timestampMs: fc.oneof(fc.nat(100), fc.integer({ min: 0xfffff0, max: 0x1000020 }), fc.nat(0xffffffff)),
  payload: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(payload(33), payload(33, 8))),
})

describe('RTMP chunks', () => {
  it('gives back what was written, in any pieces, with chunk sizes changing between', () => {
    const step = fc.oneof(message, fc.record({ chunkBytes: fc.integer({ min: 1, max: 400 }) }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), cuts, (steps, places) => {
        const writer = new ChunkWriter()
        const wire = steps.map((one) =>
          'csid' in one ? writer.write(one.csid, one) : writer.setChunkSize(one.chunkBytes),
        )
        const reader = new ChunkReader()
        const out: RtmpMessage[] = []
        for (const piece of cut(concatBytes(wire), places)) {
          const result = reader.push(piece)
          expect(result.fault).toBeNull()
          out.push(...result.messages)
        }
        const sent = steps.filter((one) => 'csid' in one)
        expect(out.map(plain)).toEqual(
          sent.map(({ type, streamId, timestampMs, payload: body }) =>
            plain({ type, streamId, timestampMs, payload: body }),
          ),
        )
      }),
    )
  })

  it('uses all four headers', () => {
    const writer = new ChunkWriter()
    const chunks = [video(0, 10), video(40, 20), video(90, 20), video(140, 20), video(100, 20)].map((one) =>
      writer.write(4, one),
    )
    expect(chunks.map(formatOf)).toEqual([0, 1, 2, 3, 0])
    expect(chunks.map((chunk) => chunk.length)).toEqual([22, 28, 24, 21, 32])
  })

  it('writes an extended timestamp in continuations too, and reads peers that leave it out there', () => {
    const writer = new ChunkWriter()
    const wire = writer.write(4, video(0x1000000, 200))
    expect(wire.length).toBe(1 + 11 + 4 + 128 + 1 + 4 + 72)
    expect(new ChunkReader().push(wire).messages.map(plain)).toEqual([plain(video(0x1000000, 200))])
    const without = concatBytes([wire.subarray(0, 145), wire.subarray(149)])
    expect(new ChunkReader().push(without).messages.map(plain)).toEqual([plain(video(0x1000000, 200))])
  })

  it('adds the last delta when a chunk without a header opens a message; after a full header its time (5.3.1.2.4)', () => {
    const full = bytes(0x04, [0, 0, 100], [0, 0, 1], 9, [1, 0, 0, 0], 5)
    const delta = bytes(0x84, [0, 0, 40], 5)
    const bare = bytes(0xc4, 5)
    const times = (...parts: Uint8Array[]) =>
      new ChunkReader().push(concatBytes(parts)).messages.map((one) => one.timestampMs)
    expect(times(full, delta, bare, bare)).toEqual([100, 140, 180, 220])
    expect(times(full, bare)).toEqual([100, 200])
  })

  it('interleaves chunk streams and forgets an aborted message', () => {
    const one = new ChunkWriter().write(4, video(0, 200))
    const other = new ChunkWriter().write(6, { type: 8, streamId: 1, timestampMs: 3, payload: payload(5) })
    const half = one.subarray(0, 140)
    expect(
      new ChunkReader().push(concatBytes([half, other, one.subarray(140)])).messages.map((m) => m.type),
    ).toEqual([8, 9])
    const abort = new ChunkWriter().write(2, {
      type: 2,
      streamId: 0,
      timestampMs: 0,
      payload: Uint8Array.of(0, 0, 0, 4),
    })
    const result = new ChunkReader().push(concatBytes([half, abort, one]))
    expect(result.fault).toBeNull()
    expect(result.messages.map(plain)).toEqual([plain(video(0, 200))])
  })

  it('names what is wrong, and keeps its bounds', () => {
    const limits = { maxMessageBytes: 1000, maxChunkStreams: 3, maxPartialBytes: 300 }
    const faultOf = (...wire: Uint8Array[]) =>
      new ChunkReader(undefined, limits).push(concatBytes(wire)).fault?.code
    expect(faultOf(Uint8Array.of(0x44, ...new Array<number>(7).fill(0)))).toBe('bad-structure')
    const start = new ChunkWriter().write(4, video(0, 200)).subarray(0, 140)
    expect(faultOf(start, start)).toBe('bad-structure')
    expect(faultOf(new ChunkWriter().write(4, video(0, 1001)))).toBe('too-big')
    expect(faultOf(...[4, 5, 6, 7].map((csid) => new ChunkWriter().write(csid, video(0, 1))))).toBe(
      'too-many',
    )
    expect(
      faultOf(...[4, 5, 6].map((csid) => new ChunkWriter().write(csid, video(0, 900)).subarray(0, 140))),
    ).toBe('too-big')
    expect(faultOf(new ChunkWriter().setChunkSize(0))).toBe('bad-structure')
  })

  it('never throws on rubbish', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cuts, (rubbish, places) => {
        const reader = new ChunkReader()
        for (const piece of cut(rubbish, places)) reader.push(piece)
      }),
    )
  })
})
