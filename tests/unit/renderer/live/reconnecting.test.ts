import { describe, expect, it } from 'vitest'
import { trayModel, noHotkeys } from '../../../../src/main/desktop/tray-model'
import { availability } from '../../../../src/shared/availability'
import { onAirWords } from '../../../../src/shared/messages/page/on-air'
import { proofLine } from '../../../../src/shared/messages/page/program'
import { viewersSee } from '../../../../src/shared/messages/page/rehearsal'
import { quitWords } from '../../../../src/shared/messages/shell/shell'
import { trayStateLine } from '../../../../src/shared/messages/shell/tray'
import type { ProgramDestinationView, Snapshot } from '../../../../src/shared/snapshot'
import { goodDestination, makeProgram, silentDestination } from '../../../support/story/program-snapshot'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'

const down: ProgramDestinationView = {
  ...goodDestination,
  leg: 'connecting',
  confirmed: false,
  verdict: 'unknown',
  causes: [{ code: 'destination-settling' }],
  proof: null,
  problem: { code: 'destination-refused' },
}
const lost: ProgramDestinationView = {
  ...down,
  leg: 'failed',
  verdict: 'bad',
  causes: [{ code: 'destination-refused' }],
}
const young: ProgramDestinationView = { ...down, leg: 'up', problem: null, sessions: 2 }
/** As an engine shows it that has not said anything else yet. */
const proven = (destinations: readonly ProgramDestinationView[]): Snapshot =>
  makeSnapshot({
    onAir: 'obs',
    phase: { kind: 'on-air', system: 'obs', sinceWall: 1, proof: 'acknowledged' },
    systems: [obsSystem, backupSystem],
    program: makeProgram({ destinations }),
  })
const fallen = (destinations: readonly ProgramDestinationView[], settling = false): Snapshot => ({
  ...proven(destinations),
  onAir: null,
  phase: {
    kind: 'reconnecting',
    system: 'obs',
    sinceWall: 5,
    settling,
    problem: destinations[0]?.problem ?? null,
  },
})
const said = (snapshot: Snapshot): string => {
  const { lamp, headline, detail } = onAirWords(snapshot)
  return [lamp, headline, detail, trayStateLine(snapshot)].join(' | ')
}
const icon = (snapshot: Snapshot): string => trayModel(snapshot, noHotkeys, () => '').icon

describe('while no destination has the stream', () => {
  it.each([
    ['down, by the destinations alone', proven([down]), 'Reconnecting', 'trouble'],
    ['down', fallen([down]), 'Reconnecting', 'trouble'],
    ['all of them down', fallen([down, { ...down, id: 'second' }]), 'Reconnecting', 'trouble'],
    ['given up', fallen([lost]), 'Off air', 'trouble'],
    ['let in a moment ago', fallen([young], true), 'Reconnecting', 'switching'],
    ['let in a moment ago, by itself', proven([young]), 'Reconnecting', 'switching'],
    ['let in for the first time', fallen([{ ...young, sessions: 1 }], true), 'Starting', 'switching'],
    ['no program', makeSnapshot({ phase: fallen([]).phase }), 'Reconnecting', 'trouble'],
  ])('%s: neither page nor tray says on air or confirmed', (_name, snapshot, lamp, shown) => {
    const text = said(snapshot)
    expect(text).not.toMatch(/on air(?! \|)|confirm|acknowledg|undefined|null/i)
    expect(onAirWords(snapshot).lamp).toBe(lamp)
    expect(onAirWords(snapshot).tally).not.toBe('live')
    expect(icon(snapshot)).toBe(shown)
    for (const line of text.split(' | ')) expect(line).toMatch(/^\S.*\S$/)
  })

  it('says why, and what may be done', () => {
    expect(said(fallen([down]))).toContain('refused the stream')
    expect(viewersSee(fallen([down]))).toBe('Reconnecting')
    expect(quitWords(fallen([down])).message).toContain('nothing reaches your viewers')
    expect(availability(fallen([down]))).toEqual(availability(proven([goodDestination])))
    const bad = { ...obsSystem, verdict: 'bad', causes: [{ code: 'feed-ended' }] } as const
    expect(said({ ...fallen([down]), systems: [bad, backupSystem] })).toContain(
      'Its connection to Understudy',
    )
  })

  it('a destination claims no proof for a session that has not held', () => {
    expect(proofLine(young)).toBe('Connected; checking that it holds')
    expect(proofLine(down)).toBe('Connecting')
  })

  it('one that has it is enough, and a carrier that does not say is believed', () => {
    for (const each of [[down, silentDestination], [goodDestination]])
      expect(onAirWords(proven(each))).toMatchObject({ tally: 'live', lamp: 'On air' })
    expect(trayStateLine(proven([down, silentDestination]))).toBe('OBS is on air')
  })
})
