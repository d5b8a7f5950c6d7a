import { expect, it } from 'vitest'
import { fuzz } from '../../../fuzz/run'

it('malformed media ends a feed or a connection with a code, and never the program', () => {
  expect(fuzz(3_000, 20_260)).toEqual({ inputs: 3_000, crashes: 0, uncoded: 0, findings: [] })
})

it('is the same again with the same seed, and finds what throws', () => {
  expect(fuzz(50, 7)).toEqual(fuzz(50, 7))
})
