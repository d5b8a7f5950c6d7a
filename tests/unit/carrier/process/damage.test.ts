import { describe, expect, it } from 'vitest'
import { Damage } from '../../../../src/carrier/process/damage'
import { isolated } from '../../../../src/carrier/process/isolated'

describe('a fault that nobody caught in the carrier', () => {
  it('ends one that is not on air at once', () => {
    expect(new Damage().note(0, { onAir: false, sentBytes: 0 })).toBe('end')
  })

  it('is lived with on air, and ends it once it is off air', () => {
    const damage = new Damage()
    expect(damage.since).toBeNull()
    expect(damage.look(0, { onAir: false, sentBytes: 0 })).toBe('carry-on')
    expect(damage.note(10, { onAir: true, sentBytes: 5 })).toBe('carry-on')
    expect(damage.since).toBe(10)
    expect(damage.look(60_000, { onAir: true, sentBytes: 5 })).toBe('carry-on')
    expect(damage.look(60_200, { onAir: false, sentBytes: 5 })).toBe('end')
  })

  it('may storm for as long as media leaves', () => {
    const damage = new Damage()
    for (let at = 0; at < 60_000; at += 33)
      expect(damage.note(at, { onAir: true, sentBytes: at * 300 })).toBe('carry-on')
  })

  it('ends a storm in which nothing leaves any more, after a stall’s time', () => {
    const damage = new Damage()
    const verdicts: string[] = []
    for (let at = 0; at <= 3_000; at += 100) verdicts.push(damage.note(at, { onAir: true, sentBytes: 7 }))
    expect(verdicts.indexOf('end')).toBe(30)
  })

  it('takes a few faults while nothing leaves for none: the source may be what is silent', () => {
    const damage = new Damage()
    for (let at = 0; at < 9; at += 1) damage.note(at, { onAir: true, sentBytes: 7 })
    expect(damage.look(9_000, { onAir: true, sentBytes: 7 })).toBe('carry-on')
  })

  it('keeps what is on air though its bytes cannot be counted', () => {
    const damage = new Damage()
    for (let at = 0; at < 20_000; at += 100)
      expect(damage.note(at, { onAir: true, sentBytes: Number.NaN })).toBe('carry-on')
  })
})

it('a listener that throws keeps nobody else from being called', async () => {
  const caught = new Promise((told) => {
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    process.once('uncaughtException', (error) => {
      for (const other of others) process.on('uncaughtException', other)
      told(error)
    })
  })
  const called: string[] = []
  isolated(() => {
    throw new Error('publisher')
  })
  isolated(() => called.push('next'))
  expect(called).toEqual(['next'])
  expect(await caught).toMatchObject({ message: 'publisher' })
})
