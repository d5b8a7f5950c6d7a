import { describe, expect, it } from 'vitest'
import {
  decideAnnouncements,
  nothingTold,
  type AnnouncePrefs,
  type Shown,
  type TimelineItem,
  type Told,
} from '../../../../src/core/announce/decide'
import { isQuiet } from '../../../../src/core/announce/quiet-hours'
import type { Notice } from '../../../../src/core/failover'

const everything: AnnouncePrefs = {
  on: true,
  switch: true,
  health: true,
  backup: true,
  monitor: true,
  stream: true,
  sound: true,
  quietHours: null,
}
const noon = 12 * 60

const bad: Notice = { code: 'on-air-bad', system: 'obs', cause: 'obs-gone' }
const good: Notice = { code: 'on-air-good', system: 'obs' }
const switching: Notice = {
  code: 'switching',
  from: 'obs',
  to: 'backup',
  reason: { code: 'verdict-bad', system: 'obs', cause: 'obs-gone' },
}
const switched: Notice = { code: 'switched', from: 'obs', to: 'backup', proof: 'acknowledged', tookMs: 60 }
const back: Notice = { code: 'switched', from: 'backup', to: 'obs', proof: 'server', tookMs: 900 }
const failed: Notice = { code: 'switch-failed', to: 'backup', problem: { code: 'destination-busy' } }
const blind: Notice = { code: 'monitor-blind', system: 'obs' }
const noBackup: Notice = { code: 'backup-not-ready', system: 'backup', cause: 'source-lost' }
const backup: Notice = { code: 'backup-ready', system: 'backup' }
const started: Notice = { code: 'stream-started', system: 'obs' }
const refused: Notice = { code: 'refused', command: 'slate', problem: { code: 'refused-busy' } }

/** An evening in front of one screen: entries come in, notifications come out. */
class Evening {
  told: Told<TimelineItem> = nothingTold
  timeline: readonly TimelineItem[] = []
  minuteOfDay = noon
  private id = 0

  constructor(public prefs: AnnouncePrefs = everything) {}

  /** Written at `wall`, and looked at then or later. */
  write(wall: number, ...notices: readonly Notice[]): this {
    for (const notice of notices) {
      this.id += 1
      this.timeline = [{ id: this.id, wall, notice }, ...this.timeline]
    }
    return this
  }

  newEngine(): this {
    this.id = 0
    this.timeline = []
    return this
  }

  look(wall: number): readonly Shown<TimelineItem>[] {
    const time = { wall, minuteOfDay: this.minuteOfDay }
    const { show, told } = decideAnnouncements(this.timeline, this.told, this.prefs, time)
    this.told = told
    return show
  }

  at(wall: number, ...notices: readonly Notice[]): string[] {
    return this.write(wall, ...notices)
      .look(wall)
      .map(brief)
  }
}

const brief = (shown: Shown<TimelineItem>): string =>
  `${shown.silent ? 'silent' : 'loud'} ${shown.slot}: ${shown.items.map((item) => item.notice.code).join(' + ')}`

describe('what is shown as a notification', () => {
  it('tells each once', () => {
    const evening = new Evening()
    expect(evening.at(1_000, bad)).toEqual(['loud on-air: on-air-bad'])
    expect(evening.look(1_100)).toEqual([])
    expect(evening.look(60_000)).toEqual([])
  })

  it('tells every switch, in both directions, however often', () => {
    const evening = new Evening()
    const loud = [0, 10_000, 20_000, 30_000].map((at, turn) =>
      evening.at(at + 1_000, turn % 2 === 0 ? switched : back),
    )
    expect(loud.flat()).toEqual(Array(4).fill('loud on-air: switched'))
  })

  it('makes one of what happens within a moment, with why and how it stands', () => {
    const evening = new Evening()
    expect(evening.at(1_000, bad, switching, switched)).toEqual(['loud on-air: on-air-bad + switched'])
  })

  it('lets a later step take the place of the earlier one, without a second sound', () => {
    const evening = new Evening()
    expect(evening.at(1_000, bad)).toEqual(['loud on-air: on-air-bad'])
    expect(evening.at(1_050, switching)).toEqual(['silent on-air: switching'])
    expect(evening.at(1_110, switched)).toEqual(['silent on-air: on-air-bad + switched'])
    expect(evening.at(9_000, { ...switching, from: 'backup', to: 'obs' })).toEqual(['loud on-air: switching'])
    expect(evening.at(13_000, back)).toEqual(['loud on-air: switched'])
  })

  it('rings for what is worse, however soon', () => {
    const evening = new Evening()
    expect(evening.at(1_000, switching)).toEqual(['loud on-air: switching'])
    expect(evening.at(1_500, failed)).toEqual(['loud on-air: switch-failed'])
  })

  it('tells a backup that is not ready and a blind monitor beside that', () => {
    const evening = new Evening()
    expect(evening.at(1_000, noBackup, blind)).toEqual([
      'loud backup: backup-not-ready',
      'loud monitor: monitor-blind',
    ])
    expect(evening.at(30_000, backup)).toEqual(['silent backup: backup-ready'])
  })

  it('does not ring all evening for a drop that comes and goes, but never leaves a wrong word standing', () => {
    const evening = new Evening()
    expect(evening.at(1_000, bad)).toEqual(['loud on-air: on-air-bad'])
    expect(evening.at(3_000, good)).toEqual(['silent on-air: on-air-good'])
    expect(evening.at(5_000, bad)).toEqual(['silent on-air: on-air-bad'])
    expect(evening.at(6_000, bad)).toEqual([])
    expect(evening.at(40_000, bad)).toEqual(['loud on-air: on-air-bad'])
  })

  it('leaves a refused command to where it was asked', () => {
    expect(new Evening().at(1_000, refused)).toEqual([])
  })
})

describe('what was before', () => {
  it('is not told when the app comes to an engine that has run for long', () => {
    const evening = new Evening().write(1_000, started, bad, switching, switched)
    expect(evening.look(60_000)).toEqual([])
    expect(evening.at(61_000, back)).toEqual(['loud on-air: switched'])
  })

  it('is told when it happened a moment ago', () => {
    expect(new Evening().write(50_000, bad).look(55_000).map(brief)).toEqual(['loud on-air: on-air-bad'])
  })

  it('does not hide what a new engine says, which counts from one again', () => {
    const evening = new Evening()
    evening.at(1_000, started, bad, switching, switched)
    evening.newEngine()
    expect(evening.at(5_000, { code: 'adopted', system: 'backup' })).toEqual(['silent on-air: adopted'])
    expect(evening.at(9_000, back)).toEqual(['loud on-air: switched'])
  })

  it('survives a clock that was put back', () => {
    const evening = new Evening()
    evening.at(100_000, bad)
    expect(evening.at(40_000, switched)).toEqual(['loud on-air: on-air-bad + switched'])
    expect(evening.look(40_100)).toEqual([])
  })
})

describe('what is not wanted', () => {
  it('is left out by category', () => {
    const evening = new Evening({
      ...everything,
      backup: false,
      monitor: false,
      switch: false,
      stream: false,
    })
    expect(evening.at(1_000, noBackup, blind, switching, started)).toEqual([])
  })

  it.each([
    ['everything off', { ...everything, on: false }],
    ['health off', { ...everything, health: false }],
    ['in quiet hours', { ...everything, quietHours: { from: '11:00', to: '13:00' } }],
  ])('never leaves out an alarm about the stream on air: %s', (_name, prefs) => {
    expect(new Evening(prefs).at(1_000, bad)).toHaveLength(1)
  })

  it('is only alarms, and no sound, in quiet hours', () => {
    const evening = new Evening({ ...everything, quietHours: { from: '22:00', to: '07:00' } })
    evening.minuteOfDay = 23 * 60
    expect(evening.at(1_000, bad)).toEqual(['silent on-air: on-air-bad'])
    expect(evening.at(2_000, switched, noBackup)).toEqual([])
    evening.minuteOfDay = 8 * 60
    expect(evening.at(30_000, back)).toEqual(['loud on-air: switched'])
  })

  it('makes no sound where sound is off', () => {
    expect(new Evening({ ...everything, sound: false }).at(1_000, failed)).toEqual([
      'silent on-air: switch-failed',
    ])
  })
})

describe('quiet hours', () => {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  const quietAt = (from: string, to: string, time: string): boolean => isQuiet({ from, to }, minutes(time))

  it('begin at their first minute and end before their last', () => {
    expect(['08:59', '09:00', '16:59', '17:00'].map((time) => quietAt('09:00', '17:00', time))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('go over midnight', () => {
    const times = ['21:59', '22:00', '23:59', '00:00', '06:59', '07:00', '12:00']
    expect(times.filter((time) => quietAt('22:00', '07:00', time))).toEqual([
      '22:00',
      '23:59',
      '00:00',
      '06:59',
    ])
  })

  it('of no length are none', () => {
    expect(quietAt('22:00', '22:00', '22:00')).toBe(false)
    expect(isQuiet(null, 0)).toBe(false)
  })
})
