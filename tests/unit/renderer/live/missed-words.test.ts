import { describe, expect, it } from 'vitest'
import type { OffAir } from '../../../../src/core/off-air/account'
import { trayModel, noHotkeys } from '../../../../src/main/desktop/tray-model'
import { quitWords } from '../../../../src/shared/messages'
import { lastMissed, onAirWords, sinceText } from '../../../../src/shared/messages/page/on-air'
import { viewersSee } from '../../../../src/shared/messages/page/rehearsal'
import type { IncidentView, PhaseView, Snapshot } from '../../../../src/shared/snapshot'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'

const wall = Date.UTC(2026, 0, 2, 21, 31, 0)
const diedWall = wall - 14_000
const onBackup: PhaseView = { kind: 'on-air', system: 'backup', sinceWall: wall, proof: 'acknowledged' }
const onObs: PhaseView = { kind: 'on-air', system: 'obs', sinceWall: wall - 3_600_000, proof: null }
const dead = { ...obsSystem, verdict: 'bad', causes: [{ code: 'obs-gone' }] } as const
const offAir: OffAir = {
  wholeMs: 14_069,
  bound: 'about',
  parts: { noticeMs: 3_000, waitMs: 10_900, failedMs: 0, switchMs: 169 },
  how: 'switched',
  waitedFor: ['backup-not-ready'],
  of: { system: 'obs', cause: 'obs-gone' },
}
const incident: IncidentView = {
  id: 1,
  startedWall: diedWall + 3_000,
  endedWall: wall,
  system: 'obs',
  cause: 'obs-gone',
  tookMs: 11_069,
  offAir,
}
const at = (phase: PhaseView, more: Partial<Snapshot>): Snapshot =>
  makeSnapshot({ wall: wall + 5_000, phase, onAir: phase.kind === 'on-air' ? phase.system : null, ...more })
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19)

describe('while viewers have nothing', () => {
  it.each<readonly [string, Snapshot]>([
    ['failing', at(onObs, { systems: [dead, backupSystem], offAir: { sinceWall: diedWall } })],
    [
      'switching',
      at(
        {
          kind: 'switching',
          from: 'obs',
          to: 'backup',
          step: 'start',
          sinceWall: wall - 69,
          attempt: 1,
          reason: { code: 'nobody-on-air' },
          problem: null,
        },
        { offAir: { sinceWall: diedWall } },
      ),
    ],
    ['dark', at({ kind: 'dark', sinceWall: wall - 200, problem: null }, { offAir: { sinceWall: diedWall } })],
  ])('the clock of the tally is theirs (%s)', (tally, snapshot) => {
    const words = onAirWords(snapshot)
    expect(words).toMatchObject({ tally, sinceWall: diedWall, missing: true })
    expect(sinceText(clock(diedWall), words.missing)).toBe('viewers have seen nothing since 21:30:46')
  })

  it('a stream that is not called bad yet does not look on air', () => {
    const reconnecting = { ...obsSystem, verdict: 'unknown', causes: [{ code: 'within-allowance' }] } as const
    const words = onAirWords(at(onObs, { systems: [reconnecting], offAir: { sinceWall: diedWall } }))
    expect(words).toMatchObject({ tally: 'failing', headline: 'Nothing comes from OBS', missing: true })
  })

  it('it is said where not known since when', () => {
    const words = onAirWords(
      at({ kind: 'dark', sinceWall: wall, problem: null }, { offAir: { sinceWall: null } }),
    )
    expect(words.detail).toContain('not known since when')
    expect(words.sinceWall).toBeNull()
  })

  it('nothing says that viewers see OBS', () => {
    const snapshot = at(onObs, { systems: [dead, backupSystem], offAir: { sinceWall: diedWall } })
    expect(viewersSee(snapshot)).toBe('Viewers see nothing')
    expect(quitWords(snapshot).message).toContain('nothing reaches your viewers')
    const { items } = trayModel(snapshot, noHotkeys, clock)
    expect(items).toContainEqual({ kind: 'line', label: 'Viewers have seen nothing since 21:30:46' })
  })
})

describe('after it', () => {
  const recovered = at(onBackup, { systems: [obsSystem, backupSystem], incident, offAir: null })

  it('the tally says how long it was, with its parts', () => {
    expect(lastMissed(recovered)).toBe(
      'Viewers saw nothing for about 14.1 s: 3.0 s until it was noticed, 10.9 s until a backup was ready, 0.2 s to switch.',
    )
    expect(onAirWords(recovered)).toMatchObject({ tally: 'backup', missing: false, sinceWall: wall })
  })

  it('the tray says it in short', () => {
    const { items, tooltip } = trayModel(recovered, noHotkeys, clock)
    const label = '21:30:49: Viewers saw nothing for about 14.1 s'
    expect(items).toContainEqual({ kind: 'line', label })
    expect(tooltip).toContain(label)
  })

  it('it stands until the next switch, and not all evening', () => {
    expect(lastMissed({ ...recovered, wall: wall + 11 * 60_000 })).toBeNull()
    expect(
      lastMissed({ ...recovered, phase: { ...onObs, sinceWall: wall + 60_000 }, onAir: 'obs' }),
    ).toBeNull()
    expect(lastMissed({ ...recovered, offAir: { sinceWall: wall } })).toBeNull()
  })

  it('an engine that does not tell it shows as before', () => {
    const { id, startedWall, endedWall, system, cause, tookMs } = incident
    const older = makeSnapshot({
      wall: recovered.wall,
      phase: onBackup,
      onAir: 'backup',
      systems: recovered.systems,
      incident: { id, startedWall, endedWall, system, cause, tookMs },
    })
    expect(older).not.toHaveProperty('offAir')
    expect(lastMissed(older)).toBeNull()
    expect(onAirWords(older)).toMatchObject({ tally: 'backup', missing: false })
  })
})
