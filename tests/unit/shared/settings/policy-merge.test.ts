import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../../../src/core/policy'
import { mergePolicy } from '../../../../src/shared/settings/policy-merge'
import { nearestKey } from '../../../../src/shared/settings/nearest-key'

describe('mergePolicy', () => {
  it('leaves the defaults where nothing is said', () => {
    expect(mergePolicy(undefined)).toEqual({ ok: true, value: defaultPolicy })
    expect(mergePolicy({})).toEqual({ ok: true, value: defaultPolicy })
  })

  it('changes only what is named', () => {
    const merged = mergePolicy({
      obs: { stallMs: 4000 },
      failover: { slateBeatsNothing: true, busyRetryMs: [100] },
    })
    expect(merged).toEqual({
      ok: true,
      value: {
        ...defaultPolicy,
        obs: { ...defaultPolicy.obs, stallMs: 4000 },
        failover: { ...defaultPolicy.failover, slateBeatsNothing: true, busyRetryMs: [100] },
      },
    })
  })

  it.each([
    [{ obs: { stalMs: 1 } }, 'obs.stalMs', 'was obs.stallMs meant?'],
    [{ ob: {} }, 'ob', 'was obs meant?'],
    [{ obs: { stallMs: '2s' } }, 'obs.stallMs', 'must be a number'],
    [{ obs: { stallMs: -1 } }, 'obs.stallMs', 'must not be negative'],
    [{ obs: { stallMs: Number.NaN } }, 'obs.stallMs', 'must be a number'],
    [{ obs: { dropShareBad: 20 } }, 'obs.dropShareBad', 'between 0 and 1'],
    [{ failover: { slateBeatsNothing: 1 } }, 'failover.slateBeatsNothing', 'true or false'],
    [{ failover: { busyRetryMs: 5 } }, 'failover.busyRetryMs', 'list of numbers'],
    [{ failover: { busyRetryMs: [] } }, 'failover.busyRetryMs', 'list of numbers'],
    [{ failover: { busyRetryMs: [1, 'x'] } }, 'failover.busyRetryMs', 'must be a number'],
    [{ obs: [] }, 'obs', 'must be an object'],
    ['fast', 'policy', 'must be an object'],
  ])('names the bad key in %j', (overrides, key, words) => {
    const merged = mergePolicy(overrides)
    expect(merged.ok).toBe(false)
    if (merged.ok) return
    expect(merged.problem.code).toBe('policy-invalid')
    expect(merged.problem.params?.['key']).toBe(key)
    expect(merged.problem.params?.['reason']).toContain(words)
  })

  it('names every fault, not only the first', () => {
    const merged = mergePolicy({ obs: { a: 1 }, ingest: { blindAfterMs: 'x' } })
    expect(merged.ok ? '' : merged.problem.params?.['reason']).toMatch(/obs\.a.*ingest\.blindAfterMs/)
  })
})

describe('nearestKey', () => {
  it('guesses a typing error and does not guess wildly', () => {
    expect(nearestKey('destinaton', ['obs', 'destination'])).toBe('destination')
    expect(nearestKey('colour', ['obs', 'destination'])).toBeNull()
    expect(nearestKey('x', [])).toBeNull()
  })
})
