import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault } from '../../../../../src/engine/store/config/json-error'

describe('findJsonFault', () => {
  it.each([
    ['{\n  "a": 1,\n  "b" 2\n}', 3, 7, '":"'],
    ['{"a": 1,}', 1, 9, 'one too many'],
    ['[1, 2,]', 1, 7, 'one too many'],
    ['{"a": tru}', 1, 7, 'a value'],
    ['{"a": "open\n}', 1, 7, 'not closed'],
    ['{a: 1}', 1, 2, 'double quotes'],
    ['{"a": 1', 1, 8, 'ends too early'],
    ['{} {}', 1, 4, 'after the end'],
    ['{"a": "\\x"}', 1, 8, 'escape'],
    ['{"a": 1 "b": 2}', 1, 9, '","'],
  ])('finds the fault in %j', (text, line, column, words) => {
    expect(findJsonFault(text)).toMatchObject({ line, column })
    expect(findJsonFault(text)?.what).toContain(words)
  })

  it('agrees with the parser on every text', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '{', ']', '\\', '1', ' '))
      .map(([text, at, put]) => {
        const cut = at % (text.length + 1)
        return text.slice(0, cut) + put + text.slice(cut + 1)
      })
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        expect(findJsonFault(text) === null).toBe(valid)
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not fall over a text nested without end', () => {
    expect(findJsonFault('['.repeat(200_000))?.what).toContain('nested')
  })
})
