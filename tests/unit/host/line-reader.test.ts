import { describe, expect, it } from 'vitest'
import { LineReader } from '../../../src/host/line-reader'

describe('LineReader', () => {
  it('puts lines together from any pieces', () => {
    const whole = Buffer.from('{"a":"ä"}\n\nlast')
    const reader = new LineReader(100)
    const lines = [...whole].flatMap((byte) => reader.push(Buffer.from([byte])) ?? ['too long'])
    expect(lines).toEqual(['{"a":"ä"}', ''])
    expect(reader.push(Buffer.from('\nx\n'))).toEqual(['last', 'x'])
  })

  it('holds no more than it is told', () => {
    const reader = new LineReader(4)
    expect(reader.push(Buffer.from('1234\n'))).toEqual(['1234'])
    expect(reader.push(Buffer.from('123'))).toEqual([])
    expect(reader.push(Buffer.from('45'))).toBeNull()
  })
})
