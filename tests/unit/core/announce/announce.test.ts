import { describe, expect, it } from 'vitest'
import { announce, loudAgain, type Spoken } from '../../../../src/core/announce'
import type { Notice } from '../../../../src/core/failover'

const problem = { code: 'destination-busy' } as const

describe('announce', () => {
  it('is loud where viewers lose the stream, and where it is not certain why it ended', () => {
    const urgency = (notice: Notice): string => announce(notice).urgency
    expect(urgency({ code: 'on-air-bad', system: 'obs', cause: 'obs-gone' })).toBe('alarm')
    expect(urgency({ code: 'switch-failed', to: 'backup', problem })).toBe('alarm')
    expect(urgency({ code: 'stream-ended', how: 'user', certain: true })).toBe('info')
    expect(urgency({ code: 'stream-ended', how: 'user', certain: false })).toBe('alarm')
    expect(urgency({ code: 'switch-failing', to: 'backup', problem })).toBe('warning')
  })

  it('tells different failures of one switch apart', () => {
    const one = announce({ code: 'switch-failing', to: 'backup', problem })
    const other = announce({ code: 'switch-failing', to: 'backup', problem: { code: 'timeout' } })
    expect(one.key).not.toBe(other.key)
  })
})

describe('the throttle', () => {
  const failing = announce({ code: 'switch-failing', to: 'backup', problem })
  const bad = announce({ code: 'on-air-bad', system: 'obs', cause: 'network-drops' })
  const switched = announce({ code: 'switched', from: 'obs', to: 'backup', proof: 'server', tookMs: 1 })

  it('says the same thing once within its time', () => {
    let spoken: Spoken = {}
    const said = [0, 1_000, 29_000, 31_000].map((at) => {
      const next = loudAgain(spoken, failing, at)
      spoken = next.spoken
      return next.loud
    })
    expect(said).toEqual([true, false, false, true])
  })

  it('never holds back what changes where the stream is', () => {
    const first = loudAgain({}, switched, 0)
    expect(loudAgain(first.spoken, switched, 10).loud).toBe(true)
  })

  it('keeps different things apart and forgets what is long past', () => {
    const first = loudAgain({}, failing, 0)
    const second = loudAgain(first.spoken, bad, 100)
    expect(second.loud).toBe(true)
    expect(Object.keys(loudAgain(second.spoken, bad, 10_000_000).spoken)).toEqual([bad.key])
  })
})
