import { describe, expect, it } from 'vitest'
import { sameSecret } from '../../../src/host/same-secret'

describe('sameSecret', () => {
  const token = 'a-token'

  it('compares secrets of any length', () => {
    expect(sameSecret('', token)).toBe(false)
    expect(sameSecret(`${token}x`, token)).toBe(false)
    expect(sameSecret(token.slice(1), token)).toBe(false)
    expect(sameSecret(token, token)).toBe(true)
  })

  it('tells signs apart that are one byte wide or several', () => {
    expect(sameSecret('schlüssel', 'schlüssel')).toBe(true)
    expect(sameSecret('schlüssel', 'schlussel')).toBe(false)
  })
})
