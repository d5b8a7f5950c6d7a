import { describe, expect, it } from 'vitest'
import { availability, notSetUp } from '../../../src/shared/availability'
import { bitrateText, clockText, shareText, tracksText } from '../../../src/renderer/format'
import { onAirWords } from '../../../src/shared/messages/page/on-air'
import type { PhaseView, Snapshot } from '../../../src/shared/snapshot'
import { backupSystem, makeSnapshot, obsSystem } from '../../support/story/snapshots'

const phases: readonly PhaseView[] = [
  { kind: 'offline', lastEnd: null },
  { kind: 'offline', lastEnd: 'quit' },
  { kind: 'on-air', system: 'obs', sinceWall: 1, proof: null },
  { kind: 'on-air', system: 'backup', sinceWall: 1, proof: 'accepted' },
  {
    kind: 'switching',
    from: null,
    to: 'obs',
    step: 'prove',
    sinceWall: 1,
    attempt: 1,
    reason: { code: 'operator', asked: 'go-live' },
    problem: null,
  },
  { kind: 'dark', sinceWall: 1, problem: null },
  { kind: 'adopting' },
  { kind: 'ending' },
]
const at = (phase: PhaseView, more: Partial<Snapshot> = {}): Snapshot =>
  makeSnapshot({ phase, onAir: phase.kind === 'on-air' ? phase.system : null, ...more })

describe('onAirWords', () => {
  it.each(phases)('says $kind in words, without gaps', (phase) => {
    const words = onAirWords(at(phase))
    for (const text of [words.lamp, words.headline, words.detail]) {
      expect(text).toMatch(/^\S.*\S$/)
      expect(text).not.toMatch(/undefined|null|NaN/)
    }
  })

  it('shows OBS, the backup and nothing as three different tallies', () => {
    const tallies = [phases[2]!, phases[3]!, phases[5]!].map((phase) => onAirWords(at(phase)).tally)
    expect(tallies).toEqual(['live', 'backup', 'dark'])
  })

  it('goes by the lineup: with the order turned round the backup is the primary', () => {
    expect(onAirWords(at(phases[3]!, { systems: [backupSystem, obsSystem] })).tally).toBe('live')
  })

  it('does not let the weakest proof look like one', () => {
    expect(onAirWords(at(phases[3]!)).detail).toContain('not confirmed')
    expect(onAirWords(at(phases[2]!)).detail).toContain('not confirmed yet')
  })

  it('says what a look at the far end shows where no switch was proved', () => {
    const shown = at(phases[2]!)
    const destination = { ...shown.destination, witnesses: [{ kind: 'server', media: 'flowing' }] } as const
    expect(onAirWords({ ...shown, destination }).detail).toBe('Media arrives at the destination')
  })

  it('does not call a failing system well because it was proved once', () => {
    const failing = { ...obsSystem, verdict: 'bad', causes: [{ code: 'output-disconnected' }] } as const
    const phase = { kind: 'on-air', system: 'obs', sinceWall: 1, proof: 'server' } as const
    const held = { systems: [failing, backupSystem], hold: { sinceWall: 1, untilWall: null } }
    expect(onAirWords(at(phase, held))).toMatchObject({ tally: 'failing', headline: 'OBS is failing' })
    expect(onAirWords(at(phase, held)).detail).toMatch(/^OBS lost its connection/)
  })
})

describe('availability', () => {
  it('offers what makes sense', () => {
    expect(availability(at(phases[0]!))).toEqual({
      goLive: true,
      endStream: false,
      backupNow: true,
      obsNow: false,
      slate: false,
    })
    expect(availability(at(phases[2]!))).toMatchObject({ endStream: true, backupNow: true, obsNow: false })
    expect(availability(at(phases[3]!))).toMatchObject({ endStream: true, backupNow: false, obsNow: true })
    expect(availability(at(phases[5]!))).toMatchObject({ endStream: true, backupNow: true, obsNow: true })
    expect(Object.values(availability(at(phases[6]!)))).not.toContain(true)
    expect(Object.values(availability(at(phases[7]!)))).not.toContain(true)
  })

  it('knows when nothing is set up', () => {
    expect(notSetUp(at(phases[0]!, { systems: [obsSystem] }))).toBe(true)
    expect(notSetUp(at(phases[0]!))).toBe(false)
  })
})

describe('format', () => {
  it('writes numbers as people read them', () => {
    expect([0, 59_999, 754_000, 3_723_000].map(clockText)).toEqual(['0:00', '0:59', '12:34', '1:02:03'])
    expect([640, 6_020].map(bitrateText)).toEqual(['640 kbit/s', '6.0 Mbit/s'])
    expect([0, 0.002, 0.31].map(shareText)).toEqual(['0 %', '0.2 %', '31 %'])
    expect(
      tracksText([
        { type: 'video', codec: 'h264' },
        { type: 'audio', codec: 'aac' },
      ]),
    ).toBe('H264, AAC')
  })
})
