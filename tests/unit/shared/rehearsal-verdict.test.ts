import { describe, expect, it } from 'vitest'
import {
  finalVerdict,
  judgeTry,
  rehearsalPassed,
  rehearsalVerdict,
  usualGraceMs,
} from '../../../src/shared/rehearsal-verdict'
import type { Preflight, PreflightCheck } from '../../../src/shared/settings/settings'
import type { RehearsalTry } from '../../../src/shared/snapshot'

const tried = (
  what: RehearsalTry['what'],
  outcome: RehearsalTry['outcome'] = 'switched',
  gapMs: number | null = outcome === null ? null : 800,
): Omit<RehearsalTry, 'id'> => ({ what, outcome, gapMs })

/** Oldest first, as they are made. */
const view = (...tries: readonly Omit<RehearsalTry, 'id'>[]) => ({
  tries: tries.map((each, index) => ({ ...each, id: index + 1 })).reverse(),
})
const all = [tried('drop'), tried('to-obs'), tried('kill', 'switched', 2_400), tried('to-obs')]

const check = (code: PreflightCheck['code'], state: PreflightCheck['state']): PreflightCheck => ({
  code,
  state,
  text: `${code} is ${state}`,
  next: null,
})
const preflight = (...checks: readonly PreflightCheck[]): Preflight => ({
  obs: {
    installed: true,
    running: true,
    webSocket: 'on',
    connected: true,
    version: '32.0.0',
    streaming: false,
    stopCutsRecording: false,
    problem: null,
  },
  checks,
  ready: checks.every(({ state }) => state !== 'missing'),
})

describe('one try', () => {
  it('passes where the other side took over within the grace, and not a millisecond later', () => {
    expect(judgeTry({ id: 1, ...tried('drop', 'switched', 90_000) }, 90_000)).toEqual({ kind: 'passed' })
    expect(judgeTry({ id: 1, ...tried('drop', 'switched', 90_001) }, 90_000)).toEqual({
      kind: 'failed',
      why: 'past-grace',
    })
  })

  it('fails where nobody took over, however short the gap', () => {
    expect(judgeTry({ id: 1, ...tried('drop', 'stayed', 40) }, 90_000)).toEqual({
      kind: 'failed',
      why: 'not-switched',
    })
  })

  it.each(['healed', 'held', 'cut-short'] as const)('says nothing when it was %s', (outcome) => {
    expect(judgeTry({ id: 1, ...tried('drop', outcome, 300_000) }, 90_000)).toEqual({ kind: 'void' })
  })
})

describe('the rehearsal', () => {
  it('begins untried', () => {
    expect(rehearsalVerdict(view(), null)).toMatchObject({
      kind: 'untried',
      tried: 0,
      worstGapMs: null,
      graceMs: usualGraceMs,
      goals: [{ state: 'open' }, { state: 'open' }, { state: 'open' }],
    })
  })

  it('has passed once all three goals are reached, with the worst gap of them', () => {
    expect(rehearsalVerdict(view(...all), 90_000)).toMatchObject({
      kind: 'passed',
      tried: 3,
      worstGapMs: 2_400,
      failures: [],
    })
    expect(rehearsalPassed(view(...all), 90_000)).toEqual({ worstGapMs: 2_400 })
  })

  it.each([0, 1, 2])('has not while goal %s is missing', (missing) => {
    const kept = [tried('drop'), tried('freeze'), tried('to-obs')].filter((_, index) => index !== missing)
    expect(rehearsalVerdict(view(...kept), 90_000)).toMatchObject({ kind: 'under-way', tried: 2 })
    expect(rehearsalPassed(view(...kept), 90_000)).toBeNull()
  })

  it('shows what is measured, without counting it', () => {
    const { goals, tried: count, kind } = rehearsalVerdict(view(tried('drop', null)), 90_000)
    expect(goals[0]).toEqual({ goal: 'drop', state: 'measuring' })
    expect([count, kind]).toEqual([0, 'under-way'])
  })

  it('fails by its newest try of a kind, and is mended by a better one', () => {
    const failed = rehearsalVerdict(view(...all, tried('drop', 'stayed')), 90_000)
    expect(failed).toMatchObject({
      kind: 'failed',
      tried: 3,
      failures: [{ what: 'drop', why: 'not-switched' }],
    })
    expect(rehearsalVerdict(view(...all, tried('drop', 'stayed'), tried('drop')), 90_000).kind).toBe('passed')
  })

  it('fails by a freeze even where a kill went well: both are OBS gone silent', () => {
    const { goals, kind } = rehearsalVerdict(view(...all, tried('freeze', 'switched', 95_000)), 90_000)
    expect(goals[1]).toEqual({ goal: 'silent', state: 'failed' })
    expect(kind).toBe('failed')
  })

  it('fails by what is no goal too: a narrow line that nobody mended', () => {
    expect(rehearsalVerdict(view(...all, tried('narrow', 'stayed')), 90_000).kind).toBe('failed')
  })

  it('leaves what was held or healed out of the worst gap', () => {
    const { worstGapMs, kind } = rehearsalVerdict(view(...all, tried('drop', 'held', 50_000)), 90_000)
    expect([worstGapMs, kind]).toEqual([2_400, 'passed'])
  })

  it('takes a usual grace where none is known', () => {
    expect(rehearsalVerdict(view(...all, tried('drop', 'switched', usualGraceMs + 1)), null).kind).toBe(
      'failed',
    )
  })
})

describe('the verdict at the end', () => {
  const passed = rehearsalVerdict(view(...all), 90_000)

  it('is ready where the rehearsal went well and the set-up lacks nothing', () => {
    const warned = check('recording', 'warning')
    expect(finalVerdict(passed, preflight(check('obs', 'ok'), warned))).toEqual({
      kind: 'ready',
      missing: [],
      warnings: [warned],
    })
  })

  it('names what the set-up lacks', () => {
    const lacking = check('destination', 'missing')
    expect(finalVerdict(passed, preflight(lacking, check('obs', 'ok')))).toMatchObject({
      kind: 'missing',
      missing: [lacking],
    })
  })

  it('does not wait for being rehearsed or armed', () => {
    expect(
      finalVerdict(passed, preflight(check('rehearsed', 'missing'), check('armed', 'missing'))),
    ).toMatchObject({ kind: 'ready', missing: [] })
  })

  it('is no more than a rehearsal where the set-up is not known', () => {
    expect(finalVerdict(passed, null).kind).toBe('rehearsed')
  })

  it('is not given before everything was tried, whatever the set-up', () => {
    expect(finalVerdict(rehearsalVerdict(view(), null), preflight(check('obs', 'ok'))).kind).toBe('not-yet')
  })

  it('is missing something where a try failed, whatever the set-up', () => {
    const failed = rehearsalVerdict(view(...all, tried('drop', 'stayed')), null)
    expect(finalVerdict(failed, preflight(check('obs', 'ok'))).kind).toBe('missing')
  })
})

describe('on route program', () => {
  const stayed = { id: 1, what: 'drop', gapMs: 800, outcome: 'stayed' } as const

  it('counts that the program came back by itself where the platform threw it out', () => {
    expect(judgeTry(stayed, 60_000, 'program')).toEqual({ kind: 'passed' })
    expect(judgeTry({ ...stayed, gapMs: 61_000 }, 60_000, 'program')).toEqual({
      kind: 'failed',
      why: 'past-grace',
    })
    expect(judgeTry(stayed, 60_000, 'direct')).toEqual({ kind: 'failed', why: 'not-switched' })
    const view = { tries: [stayed], route: 'program' } as const
    expect(rehearsalVerdict(view, null).goals[0]).toEqual({ goal: 'drop', state: 'passed' })
  })

  it('says nothing of a narrow line, which no cut cures, and still fails an OBS that nobody relieves', () => {
    expect(judgeTry({ ...stayed, what: 'narrow' }, 60_000, 'program')).toEqual({ kind: 'void' })
    expect(judgeTry({ ...stayed, what: 'kill' }, 60_000, 'program')).toEqual({
      kind: 'failed',
      why: 'not-switched',
    })
  })
})
