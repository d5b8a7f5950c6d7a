import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../src/core/failover'
import type { OffAir } from '../../../../src/core/off-air/account'
import { noticeText } from '../../../../src/shared/messages'
import { notificationBody } from '../../../../src/shared/messages/shell/notifications'
import { offAirShort, offAirText } from '../../../../src/shared/messages/off-air'

const obs = { system: 'obs', cause: 'obs-gone' } as const

function missed(
  [noticeMs, waitMs, failedMs, switchMs]: readonly [number, number, number, number],
  more: Partial<OffAir> = {},
): OffAir {
  const parts = { noticeMs, waitMs, failedMs, switchMs }
  const wholeMs = noticeMs + waitMs + failedMs + switchMs
  return { wholeMs, bound: 'about', parts, how: 'switched', waitedFor: [], of: obs, ...more }
}

describe('what viewers missed, in words', () => {
  it.each<readonly [string, OffAir, string]>([
    [
      'a wait',
      missed([3_000, 10_900, 0, 169], { waitedFor: ['backup-not-ready'] }),
      'Viewers saw nothing for about 14.1 s: 3.0 s until it was noticed, 10.9 s until a backup was ready, 0.2 s to switch.',
    ],
    ['a cut', missed([40, 0, 0, 0], { bound: 'measured' }), 'Viewers saw nothing for 40 ms.'],
    ['a planned switch', missed([0, 0, 0, 69], { of: null }), 'Viewers saw nothing for about 69 ms.'],
    [
      'a failed try',
      missed([400, 0, 4_000, 600]),
      'Viewers saw nothing for about 5.0 s: 0.4 s until it was noticed, 4.0 s on a switch that failed, 0.6 s to switch.',
    ],
    [
      'minutes',
      missed([1_000, 120_600, 0, 3_000], { waitedFor: ['hold'] }),
      'Viewers saw nothing for about 2 min 5 s: 1 s until it was noticed, 2 min 1 s because of the hold, 3 s to switch.',
    ],
    ['an hour', missed([0, 3_905_000, 0, 0]), 'Viewers saw nothing for about 1 h 5 min.'],
    ['a bound', missed([2_000, 0, 0, 0], { bound: 'at-least' }), 'Viewers saw nothing for at least 2.0 s.'],
    ['a find', missed([2_000, 0, 0, 0], { bound: 'at-most' }), 'Viewers saw nothing for at most 2.0 s.'],
    [
      'two reasons to wait',
      missed([0, 5_000, 0, 1_000], { waitedFor: ['hold', 'backup-not-ready'] }),
      'Viewers saw nothing for about 6.0 s: 5.0 s until something could be put on air, 1.0 s to switch.',
    ],
    [
      'healed',
      missed([1_000, 5_000, 0, 0], { how: 'healed', waitedFor: ['hold'] }),
      'Viewers saw nothing for about 6.0 s: 1.0 s until it was noticed, 5.0 s until it was back.',
    ],
    ['no loss', missed([0, 0, 0, 0]), 'The stream stayed on air.'],
    [
      'nothing known',
      missed([0, 0, 0, 0], { bound: 'not-known' }),
      'How long viewers saw nothing is not known.',
    ],
    [
      'little known',
      missed([0, 4_100, 0, 0], { bound: 'not-known' }),
      'How long viewers saw nothing is not known, at least 4.1 s.',
    ],
  ])('%s', (_name, offAir, text) => {
    expect(offAirText(offAir)).toBe(text)
  })

  it('has parts that add up to what is said of the whole', () => {
    const ms = fc.nat(200_000)
    fc.assert(
      fc.property(fc.tuple(ms, ms, ms, ms), (parts) => {
        const text = offAirText(missed(parts))
        expect(text).not.toMatch(/NaN|undefined|-\d/)
        const [whole = '', list] = text.replace(/\.$/, '').split(': ')
        if (list === undefined) return
        const sum = list.split(', ').reduce((total, part) => total + readMs(part), 0)
        expect(Math.round(sum)).toBe(Math.round(readMs(whole)))
      }),
      { seed: 1 },
    )
  })

  it('stands in a timeline, and no figure beside it flatters', () => {
    const notice: Notice = {
      code: 'switched',
      from: 'obs',
      to: 'backup',
      proof: 'acknowledged',
      tookMs: 69,
      offAir: missed([3_000, 10_900, 0, 169], { waitedFor: ['backup-not-ready'] }),
    }
    expect(noticeText(notice)).toBe(
      'The backup is on air (the server confirmed the media). Viewers saw nothing for about 14.1 s: 3.0 s until it was noticed, 10.9 s until a backup was ready, 0.2 s to switch.',
    )
    expect(noticeText(notice)).not.toContain('69 ms')
    expect(noticeText({ code: 'switched', from: 'obs', to: 'backup', proof: 'accepted', tookMs: 69 })).toBe(
      'The backup is on air (sent, but it is not confirmed that it arrives).',
    )
  })

  it('says what it was where it healed before anybody said so', () => {
    const healed: Notice = {
      code: 'on-air-good',
      system: 'obs',
      cause: 'output-disconnected',
      offAir: missed([0, 2_200, 0, 0], { how: 'healed' }),
    }
    const text = 'OBS lost its connection, but recovered by itself. Viewers saw nothing for about 2.2 s.'
    expect(noticeText(healed)).toBe(text)
    expect(notificationBody([{ notice: healed, text }])).toBe(text)
  })

  it('is short where there is little room', () => {
    expect(offAirShort(missed([3_000, 10_900, 0, 169]))).toBe('Viewers saw nothing for about 14.1 s')
    expect(offAirShort(missed([0, 0, 0, 0]))).toBe('The stream stayed on air')
  })
})

/** The figure of a phrase back in ms. */
function readMs(phrase: string): number {
  const units = { min: 60_000, ms: 1, s: 1_000, h: 3_600_000 }
  return [...phrase.matchAll(/(\d+(?:\.\d)?) (min|ms|s|h)\b/g)].reduce(
    (total, [, value, unit]) => total + Number(value) * units[unit as keyof typeof units],
    0,
  )
}
