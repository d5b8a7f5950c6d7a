import { describe, expect, it } from 'vitest'
import {
  failureText,
  gapFeels,
  outcomeText,
  trySaid,
  verdictWords,
  viewersSee,
} from '../../../../src/shared/messages/page/rehearsal'
import { finalVerdict, rehearsalVerdict } from '../../../../src/shared/rehearsal-verdict'
import type { RehearsalTry } from '../../../../src/shared/snapshot'

const one = (more: Partial<RehearsalTry>): RehearsalTry => ({
  id: 1,
  what: 'drop',
  gapMs: 840,
  outcome: 'switched',
  ...more,
})

describe('words of the rehearsal', () => {
  it('say a try once it has ended, and that it is measured before', () => {
    expect(trySaid(one({}))).toBe('Drop: viewers saw nothing for 840 ms. The backup took over.')
    expect(trySaid(one({ gapMs: null, outcome: null }))).toBe('Drop: measuring.')
    expect(outcomeText(one({ what: 'to-obs' }))).toBe('OBS has the stream again')
    expect(outcomeText(one({ outcome: 'held' }))).toBe('A hold kept it from switching')
  })

  it('grow with the gap', () => {
    const felt = [100, 2_000, 8_000, 30_000].map(gapFeels)
    expect(new Set(felt).size).toBe(felt.length)
  })

  it('say what viewers see, or that something is changing', () => {
    const base = { sinceWall: 0, problem: null } as const
    expect(viewersSee({ phase: { kind: 'dark', ...base }, onAir: 'obs' })).toBe('Viewers see nothing')
    expect(viewersSee({ phase: { kind: 'offline', lastEnd: null }, onAir: null })).toBe('Viewers see nothing')
    expect(
      viewersSee({ phase: { kind: 'on-air', system: 'backup', sinceWall: 0, proof: null }, onAir: 'backup' }),
    ).toBe('Viewers see the backup')
  })

  it('name what failed and what to do', () => {
    expect(failureText('freeze', 'not-switched', 60_000).text).toBe('Freeze: nobody took over.')
    expect(failureText('freeze', 'past-grace', 90_000).text).toContain('longer than 90 s')
  })

  it('never call ready what failed, or was not tried', () => {
    const untried = rehearsalVerdict({ tries: [] }, null)
    expect(verdictWords(finalVerdict(untried, null), untried).title).toBe('Nothing tried yet')
    const failed = rehearsalVerdict({ tries: [one({ outcome: 'stayed' })] }, null)
    expect(verdictWords(finalVerdict(failed, null), failed).title).toBe('Not ready yet')
  })
})
