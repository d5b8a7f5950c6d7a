import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pause, within } from '../../../src/host/within'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('within', () => {
  it('answers what the work answers, and leaves no timer behind', async () => {
    await expect(within(Promise.resolve('done'), 1_000, 'late')).resolves.toBe('done')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('answers late once the time is over, and lets a failure after that go by', async () => {
    let fail = (): void => undefined
    const work = new Promise<never>((_resolve, reject) => {
      fail = () => reject(new Error('too late to matter'))
    })
    const answer = within(work, 1_000, 'late')
    await vi.advanceTimersByTimeAsync(1_000)
    fail()
    await expect(answer).resolves.toBe('late')
  })

  it('fails as the work fails, and leaves no timer behind', async () => {
    await expect(within(Promise.reject(new Error('no')), 1_000, null)).rejects.toThrow('no')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('pause', () => {
  it('ends when its time is over and not before', async () => {
    let over = false
    void pause(500).then(() => (over = true))
    await vi.advanceTimersByTimeAsync(499)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(over).toBe(true)
  })
})
