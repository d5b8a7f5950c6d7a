import { describe, expect, it } from 'vitest'
import { causeCodes } from '../../../../src/core/health'
import { causeSentence } from '../../../../src/shared/messages/causes/sentences'

describe('sentences of causes', () => {
  it.each(causeCodes)('%s has one, also without its numbers', (code) => {
    const sentence = causeSentence({ code })
    expect(sentence.length).toBeGreaterThan(5)
    expect(sentence).not.toMatch(/undefined|NaN|null|\.$/)
  })

  it('carry their numbers', () => {
    expect(causeSentence({ code: 'reconnecting', params: { sinceMs: 3_600 } })).toBe(
      'OBS has been reconnecting for 3.6 s',
    )
    expect(causeSentence({ code: 'network-drops', params: { dropPercent: 31 } })).toContain('31%')
  })
})
