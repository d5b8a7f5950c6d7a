import { describe, expect, it } from 'vitest'
import type { Notice, Reason } from '../../../../src/core/failover/commands'
import type { NotSwitched } from '../../../../src/core/failover/not-switched'
import { causeCodes } from '../../../../src/core/health'
import { problemCodes, type Problem } from '../../../../src/core/problem'
import {
  causePhrase,
  durationText,
  noticeText,
  notSwitchedText,
  problemNext,
  problemText,
  proofText,
  reasonText,
  systemName,
} from '../../../../src/shared/messages'
import { gapsOf, type Sentence } from '../../../../src/shared/messages/fill'
import { problemWords } from '../../../../src/shared/messages/problems'

const busy: Problem = { code: 'destination-busy' }
const reasons: readonly Reason[] = [
  { code: 'verdict-bad', system: 'obs', cause: 'output-disconnected' },
  { code: 'operator', asked: 'backup-now' },
  { code: 'started-in-obs' },
  { code: 'owed-fence' },
  { code: 'fence', from: 'obs', to: 'backup' },
  { code: 'start', from: null, to: 'backup', attempt: 1 },
  { code: 'start', from: 'obs', to: 'backup', attempt: 3 },
  { code: 'prove', system: 'backup' },
  { code: 'switch-failed', to: 'backup', problem: busy },
  { code: 'stream-ended', how: 'user' },
  { code: 'stream-ended', how: 'quit' },
  { code: 'stream-ended', how: 'operator' },
  { code: 'nobody-on-air' },
  { code: 'adopt' },
  { code: 'readiness', system: 'backup' },
]
const notices: readonly Notice[] = [
  ...reasons.map((reason): Notice => ({ code: 'switching', from: 'obs', to: 'backup', reason })),
  { code: 'switched', from: 'obs', to: 'backup', proof: 'acknowledged', tookMs: 3_412 },
  { code: 'switched', from: null, to: 'slate', proof: 'accepted', tookMs: 61_000 },
  { code: 'switch-failing', to: 'backup', problem: busy },
  { code: 'switch-failed', to: 'backup', problem: busy },
  ...(Object.keys(notSwitchedText) as NotSwitched[]).map((because): Notice => ({
    code: 'not-switched',
    system: 'obs',
    cause: 'obs-hung',
    because,
  })),
  { code: 'stream-started', system: 'obs' },
  { code: 'stream-ended', how: 'user', certain: true },
  { code: 'stream-ended', how: 'user', certain: false },
  { code: 'stream-ended', how: 'quit', certain: true },
  { code: 'stream-ended', how: 'operator', certain: true },
  { code: 'on-air-bad', system: 'backup', cause: 'source-lost' },
  { code: 'on-air-good', system: 'obs' },
  { code: 'monitor-blind', system: 'obs' },
  { code: 'unproven', system: 'backup', problem: { code: 'proof-missing' } },
  { code: 'fence-owed', system: 'obs' },
  { code: 'adopted', system: 'backup' },
  { code: 'refused', command: 'backup-now', problem: { code: 'refused-no-stream' } },
  { code: 'governor-holds', switches: 6 },
  { code: 'backup-not-ready', system: 'backup', cause: 'source-lost' },
  { code: 'backup-ready', system: 'backup' },
  { code: 'backup-not-ready', system: 'backup', cause: 'other-format' },
  { code: 'session-renewed', system: 'backup', differences: [] },
  {
    code: 'session-renewed',
    system: 'obs',
    differences: [
      { what: 'codec', track: 'video', primary: 'h264', backup: 'hevc' },
      { what: 'sample-rate', track: 'audio', primary: '48000', backup: '44100' },
    ],
  },
  { code: 'tracks-left-out', system: 'obs', video: 0, audio: 1 },
  { code: 'tracks-left-out', system: 'cam2', video: 4, audio: 2 },
]

/** A text for people: something in it, no gap left open, no stray value, no code word. */
function expectPlain(text: string): void {
  expect(text).toMatch(/\S/)
  expect(text).not.toMatch(/undefined|null|NaN|\{|\}|\[object/)
  expect(text).not.toMatch(/\s{2}|\.\.|\s[.,:;]/)
}

const versions = (sentence: Sentence): readonly string[] =>
  typeof sentence === 'string' ? [sentence] : sentence

describe('problems', () => {
  it.each(problemCodes)('%s has a sentence and a next step, with and without params', (code) => {
    const { say, next } = problemWords[code]
    for (const sentence of [say, next]) {
      expect(gapsOf(versions(sentence).at(-1) ?? '{x}')).toEqual([])
    }
    const names = [...gapsOf(say), ...gapsOf(next)]
    const full = Object.fromEntries(names.map((name) => [name, name === 'line' ? 3 : `a ${name}`]))
    const partial = Object.fromEntries(names.slice(0, 1).map((name) => [name, 'a part']))
    for (const problem of [{ code }, { code, params: full }, { code, params: partial }]) {
      for (const text of [problemText(problem), problemNext(problem)]) {
        expectPlain(text)
        expect(text).toMatch(/^[A-Z“a-z]/)
      }
    }
    expect(problemNext({ code })).toMatch(/[.]$/)
  })

  it('uses the most telling version that can be filled', () => {
    expect(problemText({ code: 'port-in-use', params: { port: 4477 } })).toBe(
      'Port 4477 is used by another program.',
    )
    expect(problemText({ code: 'port-in-use', params: { port: '' } })).toBe(
      'The port is used by another program.',
    )
  })

  it('tells a reason that the sentence has no place for', () => {
    expect(problemText({ code: 'ffmpeg-failed', params: { reason: 'exit code 8' } })).toBe(
      'ffmpeg ended with an error (exit code 8).',
    )
  })

  it('does not fall for a text that looks like a gap', () => {
    expect(problemText({ code: 'bad-request', params: { reason: 'a {kind}' } })).toContain('a {kind}')
  })
})

describe('causes, reasons and notices', () => {
  it.each(causeCodes)('%s has a clause', (code) => {
    expectPlain(causePhrase(code, 'obs'))
    expect(causePhrase(code, 'obs')).not.toMatch(/\.$/)
  })

  it.each(reasons)('reason $code', (reason) => {
    expectPlain(reasonText(reason))
    expect(reasonText(reason)).not.toMatch(/\.$/)
  })

  it.each(notices)('notice $code is whole sentences', (notice) => {
    expectPlain(noticeText(notice))
    expect(noticeText(notice)).toMatch(/^[A-Z“\d].*[.]$/)
  })

  it('says loudly how to go on when the end is not certain', () => {
    expect(noticeText({ code: 'stream-ended', how: 'user', certain: false })).toContain('Go live')
  })

  it('names the weakest proof as what it is', () => {
    expect(proofText.accepted).toContain('not confirmed')
  })
})

describe('names and times', () => {
  it('names systems as people do', () => {
    expect(['obs', 'backup', 'slate', 'cam2'].map(systemName)).toEqual([
      'OBS',
      'the backup',
      'the standby picture',
      'the backup “cam2”',
    ])
  })

  it.each([
    [-3, '0 ms'],
    [0, '0 ms'],
    [59.4, '59 ms'],
    [999.6, '1.0 s'],
    [2_449, '2.4 s'],
    [9_960, '10 s'],
    [61_000, '61 s'],
    [95_000, '95 s'],
    [120_000, '2 min'],
    [125_000, '2 min 5 s'],
    [149_000, '2 min 29 s'],
    [3_900_000, '1 h 5 min'],
  ])('%i ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })
})
