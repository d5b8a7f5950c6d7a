import { readFileSync } from 'node:fs'
import { defaultPolicy, type Policy } from '../../../../src/core/policy'
import { parseRecording, replay, type Recording, type Replay } from '../../../../src/core/replay'

const folder = new URL('../../../fixtures/traces/', import.meta.url)

export const traceText = (name: string): string => readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')

export type Row = Record<string, unknown>

export const rowsOf = (text: string): readonly Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)

export const textOf = (rows: readonly Row[]): string =>
  rows.map((row) => JSON.stringify(row)).join('\n') + '\n'

export function parsed(text: string): Recording {
  const result = parseRecording(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problem))
  return result.value
}

export const run = (text: string, policy: Policy = defaultPolicy): Replay => replay(parsed(text), policy)

/** Keeps every n-th poll of each kind: the same recording by a slower recorder. */
export function slower(rows: readonly Row[], n: number): readonly Row[] {
  const seen = new Map<unknown, number>()
  return rows.filter((row) => {
    if (row['kind'] !== 'GetStreamStatus' && row['kind'] !== 'GetStats') return true
    const count = seen.get(row['kind']) ?? 0
    seen.set(row['kind'], count + 1)
    return count % n === 0
  })
}

/** Changes the data of every GetStreamStatus reply. */
export const withStatus = (rows: readonly Row[], change: (data: Row) => Row): readonly Row[] =>
  rows.map((row) =>
    row['kind'] === 'GetStreamStatus' && row['data'] !== undefined
      ? { ...row, data: change(row['data'] as Row) }
      : row,
  )

export function stateOf(row: Row): string {
  const state = row['kind'] === 'event' ? (row['data'] as Row | undefined)?.['outputState'] : undefined
  return typeof state === 'string' ? state : ''
}

/** The recording of a made-up OBS: replies every `pollMs` from a function of time, and events. */
export function madeUp(
  durationMs: number,
  pollMs: number,
  status: (t: number) => Row,
  events: readonly { readonly t: number; readonly state: string }[] = [],
): string {
  const rows: Row[] = [{ t: 0, kind: 'header', obs: '30.2.3', fps: 30, pollMs }]
  rows.push(
    ...events.map(({ t, state }) => ({
      t,
      kind: 'event',
      event: 'StreamStateChanged',
      data: { outputState: `OBS_WEBSOCKET_OUTPUT_${state}` },
    })),
  )
  for (let t = 10; t < durationMs; t += pollMs) {
    rows.push({ t, kind: 'GetStreamStatus', data: status(t) })
    rows.push({
      t: t + 1,
      kind: 'GetStats',
      data: { activeFps: 30, renderTotalFrames: Math.floor(t * 0.03), renderSkippedFrames: 0 },
    })
  }
  return textOf(rows.sort((a, b) => Number(a['t']) - Number(b['t'])))
}
