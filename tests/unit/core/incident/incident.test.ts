import { describe, expect, it } from 'vitest'
import { foldIncident, noIncidents, report, type Incidents } from '../../../../src/core/incident'
import type { Notice } from '../../../../src/core/failover'
import { onAir, Story } from '../../../support/story/story'

const reason = { code: 'verdict-bad', system: 'obs', cause: 'network-drops' } as const
const bad: Notice = { code: 'on-air-bad', system: 'obs', cause: 'network-drops' }
const switching: Notice = { code: 'switching', from: 'obs', to: 'backup', reason }
const busy = { code: 'destination-busy' } as const
const failing: Notice = { code: 'switch-failing', to: 'backup', problem: busy }
const switched: Notice = { code: 'switched', from: 'obs', to: 'backup', proof: 'server', tookMs: 900 }

const fold = (...notices: readonly (readonly [number, Notice])[]): Incidents =>
  notices.reduce((incidents, [at, notice]) => foldIncident(incidents, notice, at), noIncidents)

describe('an incident', () => {
  it('lasts from the first bad verdict on air to proven recovery', () => {
    const { open, closed } = fold([100, bad], [110, switching], [500, failing], [1_000, switched])
    expect(open).toBeNull()
    expect(closed).toEqual([
      {
        id: 1,
        startedAt: 100,
        system: 'obs',
        cause: 'network-drops',
        decidedAt: 110,
        to: 'backup',
        problems: [busy],
        end: { how: 'switched', at: 1_000, to: 'backup', proof: 'server' },
        offAir: null,
      },
    ])
  })

  it('is reported in its parts', () => {
    const { closed } = fold([100, bad], [110, switching], [500, failing], [1_000, switched])
    expect(report(closed[0]!, 5_000)).toEqual({
      verdictToDecisionMs: 10,
      decisionToProofMs: 890,
      lastedMs: 900,
    })
    const { open } = fold([100, bad])
    expect(report(open!, 5_000)).toEqual({
      verdictToDecisionMs: null,
      decisionToProofMs: null,
      lastedMs: 4_900,
    })
  })

  it('heals, or ends with the stream', () => {
    expect(fold([1, bad], [2, { code: 'on-air-good', system: 'obs' }]).closed[0]?.end).toEqual({
      how: 'healed',
      at: 2,
    })
    const ended: Notice = { code: 'stream-ended', how: 'user', certain: true }
    expect(fold([1, bad], [2, ended]).closed[0]?.end).toEqual({ how: 'stream-ended', at: 2 })
  })

  it('goes on when the backup fails as well, and names each problem once', () => {
    const { open, closed } = fold(
      [1, bad],
      [2, switching],
      [3, failing],
      [4, failing],
      [5, { ...bad, system: 'backup' }],
    )
    expect(closed).toEqual([])
    expect(open).toMatchObject({ id: 1, system: 'obs', problems: [busy] })
  })

  it('closes when somebody is found on air in the dark', () => {
    const { closed } = fold([1, bad], [2, { code: 'adopted', system: 'backup' }])
    expect(closed[0]?.end).toEqual({ how: 'switched', at: 2, to: 'backup', proof: 'accepted' })
  })

  it('is none when nothing was bad: an operator switches, a stream ends', () => {
    expect(fold([1, switching], [2, switched], [3, { code: 'on-air-good', system: 'obs' }])).toEqual(
      noIncidents,
    )
  })

  it('keeps the newest fifty', () => {
    let incidents = noIncidents
    for (let at = 0; at < 60; at += 1) {
      incidents = foldIncident(foldIncident(incidents, bad, at), switched, at)
    }
    expect(incidents.closed).toHaveLength(50)
    expect(incidents.closed.at(-1)?.id).toBe(60)
  })

  it('of a whole story is one', () => {
    const story = new Story().live()
    story.obs.blackHole()
    story.until(onAir('backup'))
    const notices = story.commands.flatMap((command) => (command.kind === 'notice' ? [command.notice] : []))
    const { closed, open } = fold(...notices.map((notice, index) => [index, notice] as const))
    expect(open).toBeNull()
    expect(closed).toHaveLength(1)
    expect(closed[0]).toMatchObject({ cause: 'output-stalled', to: 'backup', problems: [busy] })
  })
})

describe('what viewers missed', () => {
  const offAir = {
    wholeMs: 2_200,
    bound: 'about',
    parts: { noticeMs: 200, waitMs: 2_000, failedMs: 0, switchMs: 0 },
    how: 'healed',
    waitedFor: [],
    of: { system: 'obs', cause: 'output-disconnected' },
  } as const

  it('stays with the incident', () => {
    expect(fold([100, bad], [110, switching], [1_000, { ...switched, offAir }]).closed[0]?.offAir).toEqual(
      offAir,
    )
  })

  it('makes one of what healed before anybody told that it began', () => {
    const { closed, open } = fold([9_000, { code: 'on-air-good', system: 'obs', offAir }])
    expect(open).toBeNull()
    expect(closed).toMatchObject([
      { id: 1, startedAt: 7_000, cause: 'output-disconnected', end: { how: 'healed', at: 9_000 }, offAir },
    ])
  })

  it('makes none of a switch that was asked for', () => {
    expect(fold([1, switching], [2, { ...switched, offAir: { ...offAir, of: null } }])).toEqual(noIncidents)
  })
})
