import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { historySeries, type History, type SystemHistory } from '../../../../src/shared/history/history'
import { decodeHistory, encodeHistory } from '../../../../src/shared/history/history-codec'

const value = fc.oneof(fc.float({ noNaN: true }), fc.constant(Number.NaN))
const firstWall = fc.integer({ min: 0, max: 4_000_000_000_000 })

const system: fc.Arbitrary<SystemHistory> = fc
  .tuple(fc.string({ maxLength: 40, unit: 'grapheme' }), firstWall, fc.nat({ max: 40 }))
  .chain(([id, first, points]) => {
    const column = fc
      .array(value, { minLength: points, maxLength: points })
      .map((it) => Float32Array.from(it))
    const unknown = fc.constant(new Float32Array(points).fill(Number.NaN))
    const maybe = fc.oneof(column, unknown)
    const steps = fc.array(fc.integer({ min: 1, max: 90_000_000 }), { minLength: points, maxLength: points })
    return fc
      .record({ steps, bitrateKbps: maybe, dropShare: maybe, congestion: maybe, fps: maybe })
      .map(({ steps: each, ...values }) => {
        let wall = first
        return { id, wall: Float64Array.from(each.map((ms) => (wall += ms))), values }
      })
  })

const history: fc.Arbitrary<History> = fc.record({
  systems: fc.array(system, { maxLength: 4 }),
  onAir: fc.array(
    fc.record({ wall: firstWall, id: fc.oneof(fc.constant(null), fc.string({ maxLength: 20 })) }),
    { maxLength: 5 },
  ),
})

const plain = (of: History) => ({
  onAir: of.onAir,
  systems: of.systems.map(({ id, wall, values }) => ({
    id,
    wall: [...wall],
    values: historySeries.map((series) => [...values[series]]),
  })),
})

describe('history codec', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(history, (whole) => {
        const back = decodeHistory(encodeHistory(whole))
        expect(back && plain(back)).toEqual(plain(whole))
      }),
    )
  })

  it('reads from the middle of a larger buffer', () => {
    const bytes = encodeHistory({ systems: [], onAir: [{ wall: 5, id: 'obs' }] })
    const larger = new Uint8Array(bytes.length + 7)
    larger.set(bytes, 3)
    expect(decodeHistory(larger.subarray(3, 3 + bytes.length))?.onAir).toEqual([{ wall: 5, id: 'obs' }])
  })

  it('refuses what is cut short, too long or something else', () => {
    fc.assert(
      fc.property(history, fc.nat(), (whole, at) => {
        const bytes = encodeHistory(whole)
        expect(decodeHistory(bytes.subarray(0, at % bytes.length))).toBeNull()
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(decodeHistory(bytes)).toBeNull()
      }),
    )
    const bytes = encodeHistory({ systems: [], onAir: [] })
    expect(decodeHistory(new Uint8Array([...bytes, 0]))).toBeNull()
  })

  it('never spends memory that the bytes do not hold', () => {
    const bytes = encodeHistory({
      systems: [
        {
          id: 'a',
          wall: new Float64Array(0),
          values: {
            bitrateKbps: new Float32Array(0),
            dropShare: new Float32Array(0),
            congestion: new Float32Array(0),
            fps: new Float32Array(0),
          },
        },
      ],
      onAir: [],
    })
    // The count of points stands behind magic, counts and the name.
    new DataView(bytes.buffer).setUint32(13, 0xffff_ffff, true)
    expect(decodeHistory(bytes)).toBeNull()
  })
})
