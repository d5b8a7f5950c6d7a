import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src/media/bytes'
import { FlvDemuxer, flvHeader, muxTag, type FlvTag } from '../../../src/media/flv'
import { cut, cuts, flvTag } from './media-arbitraries'

const plain = (tag: FlvTag) => ({ ...tag, payload: [...tag.payload] })

describe('FLV', () => {
  it('gives back the tags that were muxed, however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(flvTag, { maxLength: 8 }), cuts, (tags, places) => {
        const demuxer = new FlvDemuxer()
        const out: FlvTag[] = []
        for (const piece of cut(concatBytes([flvHeader(), ...tags.map(muxTag)]), places)) {
          const step = demuxer.push(piece)
          expect(step.fault).toBeNull()
          out.push(...step.tags)
        }
        expect(out.map(plain)).toEqual(tags.map(plain))
      }),
    )
  })

  it('answers rubbish with a fault or with waiting, never with an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (rubbish, headed) => {
        const demuxer = new FlvDemuxer()
        demuxer.push(headed ? concatBytes([flvHeader(), rubbish]) : rubbish)
        expect(demuxer.push(rubbish).tags.length).toBeLessThan(60)
      }),
    )
  })

  const faultOf = (...parts: Uint8Array[]) =>
    new FlvDemuxer({ maxTagBytes: 100 }).push(concatBytes(parts)).fault

  it('names what is wrong', () => {
    expect(faultOf(Uint8Array.of(0x47))).toEqual({ code: 'bad-signature', where: 'flv header' })
    const longHeader = flvHeader()
    longHeader[5] = 1
    expect(faultOf(longHeader)?.code).toBe('bad-structure')
    const tag = muxTag({ type: 9, timestampMs: 0, payload: new Uint8Array(4) })
    const with0 = (value: number) => Uint8Array.from(tag, (byte, i) => (i === 0 ? value : byte))
    expect(faultOf(flvHeader(), with0(7))?.where).toBe('flv tag type')
    expect(faultOf(flvHeader(), with0(0x29))?.code).toBe('unsupported')
    const big = muxTag({ type: 9, timestampMs: 0, payload: new Uint8Array(101) })
    expect(faultOf(flvHeader(), big)?.code).toBe('too-big')
    const lying = Uint8Array.from(tag)
    lying[lying.length - 1] = 77
    expect(faultOf(flvHeader(), lying)?.where).toBe('flv previous tag size')
  })

  it('takes nothing after a fault', () => {
    const demuxer = new FlvDemuxer()
    demuxer.push(Uint8Array.of(1))
    expect(
      demuxer.push(
        concatBytes([flvHeader(), muxTag({ type: 8, timestampMs: 0, payload: Uint8Array.of(1) })]),
      ),
    ).toEqual({
      tags: [],
      fault: { code: 'bad-signature', where: 'flv header' },
    })
  })

  it('skips a longer header', () => {
    const header = concatBytes([flvHeader().subarray(0, 9), new Uint8Array(3), new Uint8Array(4)])
    header[8] = 12
    const tag = { type: 8 as const, timestampMs: 5, payload: Uint8Array.of(1, 2) }
    expect(new FlvDemuxer().push(concatBytes([header, muxTag(tag)])).tags.map(plain)).toEqual([plain(tag)])
  })
})
