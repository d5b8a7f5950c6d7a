import { describe, expect, it } from 'vitest'
import { parseRecording } from '../../../../src/core/replay'
import { parsed, run, traceText } from './support'

const status = (t: unknown, data: unknown = { outputActive: false }) =>
  JSON.stringify({ t, kind: 'GetStreamStatus', data })

const refusal = (text: string): string => {
  const result = parseRecording(text)
  if (result.ok) return 'accepted'
  expect(result.problem.code).toBe('recording-invalid')
  return `${result.problem.params?.['line'] ?? ''}: ${result.problem.params?.['reason'] ?? ''}`
}

describe('what is refused, with line and reason', () => {
  it.each([
    ['', '1: the file is empty'],
    ['\n\n', '1: the file is empty'],
    ['hello\n', '1: not valid JSON'],
    ['\x7fELF\0\0\0\n', '1: not text but a binary file'],
    [`${status(1)}\n{"t":\n${status(2)}\n`, '2: not valid JSON'],
    [`${status(1)}\n[1]\n`, '2: not a JSON object'],
    ['42\n', '1: not a JSON object'],
    [`${status(1)}\n${status('2')}\n`, '2: t is not a number'],
    [`${status(1)}\n{"kind":"event"}\n`, '2: t is not a number'],
    [`${status(9_000)}\n${status(1)}\n`, '2: time goes back from 9000 to 1 ms'],
    [`${status(1, 'x')}\n`, '1: data is not an object'],
    [`${status(1, {})}\n`, '1: outputActive is missing'],
    [`${status(1, { outputActive: 'yes' })}\n`, '1: outputActive is not true or false'],
    [`${status(1, { outputActive: true, outputBytes: '9' })}\n`, '1: outputBytes is not a number'],
    ['{"name":"understudy","version":"1"}\n', '1: neither of a recording (kind) nor of a journal (type)'],
    ['{"t":1,"kind":"header","obs":"30"}\n{"t":2,"kind":"truth"}\n', 'accepted'],
    ['{"t":2,"kind":"truth"}\n', '1: nothing in it is about OBS'],
    [
      '{"type":"event","event":{"kind":"obs-status","at":1,"reply":{}}}\n',
      '1: obs-status: reply is missing or not what it should be',
    ],
    ['{"type":"event","event":{"kind":"obs-exit"}}\n', '1: at is not a number'],
  ])('%j', (text, expected) => {
    expect(refusal(text)).toBe(expected)
  })
})

describe('the program in a journal', () => {
  const event = {
    kind: 'program-status',
    at: 2,
    stale: false,
    live: true,
    generation: 3,
    onFeed: 'obs',
    lastCut: { seq: 1, from: null, to: 'obs', why: 'asked', gapMs: null },
    feeds: [{ system: 'obs', leg: 'up', warm: true, mediaAgeMs: 12 }],
    destinations: [
      {
        id: 'main',
        leg: 'up',
        on: 'first',
        hasOther: false,
        problem: null,
        acknowledges: 'yes',
        bytesSent: 1,
        bytesAcknowledged: 1,
        acknowledgedAgeMs: 20,
        backlogBytes: 0,
        usualBacklogBytes: 100_000,
        queuedBytes: 0,
        sentKbps: 2_500,
        offeredKbps: 2_500,
        droppedFrames: 0,
        uptimeMs: 5_000,
        sessions: 1,
        retryInMs: null,
      },
    ],
  }
  const journal = (given: unknown): string =>
    [
      { type: 'event', event: { kind: 'obs-connection', at: 1, state: 'connected' } },
      { type: 'event', event: given },
    ]
      .map((row) => JSON.stringify(row))
      .join('\n') + '\n'

  it('is read as it was written', () => {
    expect(parsed(journal(event)).items.at(-1)).toEqual({ kind: 'event', event })
  })

  it('is refused where it is not what the core reads', () => {
    const reason = '2: program-status: destinations is missing or not what it should be'
    expect(
      refusal(journal({ ...event, destinations: [{ ...event.destinations[0], leg: 'sideways' }] })),
    ).toBe(reason)
    expect(refusal(journal({ ...event, lastCut: { seq: 'one' } }))).toContain('lastCut')
  })
})

describe('what is taken', () => {
  it('kinds and fields that are not known, missing numbers, null for NaN, CRLF, a byte order mark', () => {
    const text = [
      '\uFEFF' + JSON.stringify({ t: 0, kind: 'weather', sun: true }),
      status(1, { outputActive: true, outputCongestion: null, somethingNew: [1] }),
      '',
      status(2),
    ].join('\r\n')
    expect(parsed(text)).toMatchObject({ source: 'recording', lines: 3, truncated: false })
  })

  it('a torn last line, with or without its line break', () => {
    expect(parsed(`${status(1)}\n{"t":2,"ki`).truncated).toBe(true)
    expect(parsed(`${status(1)}\n{"t":2,"ki\n`).truncated).toBe(true)
  })

  it('rows a little out of order', () => {
    expect(parsed(`${status(1_000)}\n${status(900)}\n${status(1_500)}\n`).lines).toBe(3)
  })

  it('any words for why there is no reply', () => {
    const errorOf = (error: unknown): unknown => {
      const text = `${status(1)}\n${JSON.stringify({ t: 2, kind: 'GetStreamStatus', error })}\n`
      const item = parsed(text).items.at(-1)
      return item?.kind === 'event' && item.event.kind === 'obs-status' ? item.event.error : null
    }
    expect(['timeout 1000', 'Request timed out', { message: 'time-out' }, 'no answer'].map(errorOf)).toEqual(
      Array(4).fill('timeout'),
    )
    expect(['Not connected', 'Socket closed', 'ECONNREFUSED'].map(errorOf)).toEqual(Array(3).fill('closed'))
    expect(errorOf({ code: 207, comment: 'NotReady' })).toBe('busy')
  })
})

describe('a journal', () => {
  /** A recording's events as the engine would have written them. */
  const journal = (name: string): string[] =>
    parsed(traceText(name)).items.map((item) =>
      JSON.stringify(item.kind === 'event' ? { type: 'event', wall: 0, event: item.event } : item),
    )

  it.each([
    ['obs-hang-8s', 1],
    ['user-stop', 0],
    ['ingest-down-30s-reconnect', 1],
  ])('of %s decides the same', (name, switches) => {
    const session = JSON.stringify({ type: 'session', wall: 0, at: 0, version: '1', policy: {} })
    const text = [session, ...journal(name)].join('\n')
    expect(parsed(text).source).toBe('journal')
    expect(run(text).summary.switches).toBe(switches)
  })

  it('leaves out what the real backup and the commands came to', () => {
    const status = { kind: 'ingest-status', at: 9_000, system: 'backup', pull: 'failed' }
    const lines = journal('obs-kill')
    lines.splice(40, 0, JSON.stringify({ type: 'event', wall: 0, event: { ...status, at: 0 } }))
    expect(refusal(lines.join('\n'))).toMatch(/time goes back/)
    const at = (JSON.parse(lines[39]!) as { event: { at: number } }).event.at
    lines.splice(40, 1, JSON.stringify({ type: 'event', wall: 0, event: { ...status, at } }))
    expect(run(lines.join('\n')).summary.switches).toBe(1)
  })

  it('in which the operator disarmed does not switch', () => {
    const disarm = { kind: 'operator', at: 0, command: { kind: 'disarm' }, by: 'page' }
    const lines = [JSON.stringify({ type: 'event', wall: 0, event: disarm }), ...journal('obs-kill')]
    expect(run(lines.join('\n')).summary).toMatchObject({ switches: 0, firstBadCause: 'obs-gone' })
  })

  it('goes on after a restart of the PC, whose clock began anew', () => {
    const first = journal('healthy')
    const session = JSON.stringify({ type: 'session', wall: 0, at: 5, version: '1', policy: {} })
    expect(run([...first, session, ...journal('obs-kill')].join('\n')).summary.switches).toBe(1)
  })
})
