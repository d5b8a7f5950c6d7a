import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { replayCommand } from '../../../../src/engine/replay/replay-command'

const folder = mkdtempSync(join(tmpdir(), 'understudy-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const trace = (name: string) =>
  fileURLToPath(new URL(`../../../fixtures/traces/${name}.jsonl`, import.meta.url))
const jsonOf = (args: readonly string[]) =>
  replayCommand([...args, '--json'])
    .stdout.trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('--json', () => {
  const lines = jsonOf([trace('ingest-down-30s-reconnect')])

  it('writes verdicts at each change, switches, and the summary last', () => {
    expect(lines.at(-1)).toMatchObject({ type: 'summary', switches: 1 })
    const obs = lines.filter((line) => line['type'] === 'verdict' && line['system'] === 'obs')
    const shown = obs.map((line) => `${String(line['verdict'])} ${String(line['causes'])}`)
    expect(shown).toContain('good ')
    expect(shown).toContain('bad reconnecting')
    expect(shown.every((text, index) => text !== shown[index - 1])).toBe(true)
  })

  it('says when, to whom and why it switched', () => {
    const change = lines.find((line) => line['type'] === 'switch')
    expect(change).toEqual({
      t: 12_554,
      type: 'switch',
      to: 'backup',
      cause: 'reconnecting',
      reason: 'OBS has been reconnecting for 3.5 s',
    })
  })

  it('keeps the recording’s order', () => {
    const times = lines.slice(0, -1).map((line) => Number(line['t']))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
})

describe('the table', () => {
  it('is in plain words', () => {
    const { exitCode, stdout } = replayCommand([trace('obs-kill')])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('SWITCH to backup: OBS has crashed or was killed')
    expect(stdout).toContain('1 switch to a backup')
  })
})

describe('--policy', () => {
  it('is put over the defaults', () => {
    const policy = file('policy.json', '{"obs":{"reconnectAllowanceMs":1000}}')
    expect(jsonOf([trace('ingest-crash-reconnect'), '--policy', policy]).at(-1)).toMatchObject({
      switches: 1,
    })
  })

  it.each([
    ['{"obs":{"reconectAllowanceMs":1}}', /obs\.reconectAllowanceMs is not known/],
    ['{"obs":{"stallMs":"2 s"}}', /obs\.stallMs must be a number/],
    ['{"obs":', /not valid JSON/],
    ['[]', /must be an object/],
  ])('%s is refused', (text, expected) => {
    const { exitCode, stderr, stdout } = replayCommand([
      trace('healthy'),
      '--policy',
      file('wrong.json', text),
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(expected)
    expect(stderr).toContain('wrong.json')
    expect(stdout).toBe('')
  })
})

describe('a bad file', () => {
  it('is refused with file, line and reason', () => {
    const path = file(
      'bad.jsonl',
      '{"t":1,"kind":"header"}\n{"t":"x","kind":"event"}\n{"t":3,"kind":"event"}\n',
    )
    expect(replayCommand([path])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `${path}:2: t is not a number\n`,
    })
  })

  it.each([join(folder, 'missing.jsonl'), folder])('%s cannot be read', (path) => {
    const { exitCode, stderr } = replayCommand([path])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(path)
  })

  it.each([[[]], [['a', 'b']], [['--wat', 'a']], [['a', '--policy']]])(
    '%j shows how it is called',
    (args) => {
      const { exitCode, stderr } = replayCommand(args)
      expect(exitCode).toBe(2)
      expect(stderr).toContain('usage:')
    },
  )
})

describe('npm run replay', () => {
  const run = (args: readonly string[]) =>
    spawnSync(
      process.execPath,
      [fileURLToPath(new URL('../../../../scripts/run.mjs', import.meta.url)), ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        timeout: 60_000,
      },
    )

  it('runs the entry and passes on its output and exit code', () => {
    const good = run(['src/engine/replay/index.ts', trace('user-stop'), '--json'])
    expect(good.status).toBe(0)
    expect(good.stdout).toContain('"switches":0')
    const bad = run(['src/engine/replay/index.ts', join(folder, 'missing.jsonl')])
    expect(bad.status).toBe(2)
    expect(bad.stderr).toContain('no such file')
  })
})
