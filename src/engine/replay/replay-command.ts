import { readFileSync } from 'node:fs'
import type { Reason } from '../../core/failover/commands'
import type { Problem } from '../../core/problem'
import { defaultPolicy, type Policy } from '../../core/policy'
import { parseRecording, replay, type Replay, type ReplayLine, type Recording } from '../../core/replay'
import { causeSentence } from '../../shared/messages/causes/sentences'
import { reasonText } from '../../shared/messages/causes/reasons'
import { mergePolicy } from '../../shared/settings/policy-merge'

const usage = 'usage: npm run -s replay -- TRACE.jsonl [--policy FILE] [--json]'

interface Options {
  readonly trace: string
  readonly policy: string | null
  readonly json: boolean
}

/** Expected and the user's to mend: shown without a stack. */
class Refusal extends Error {}

function options(args: readonly string[]): Options {
  let trace: string | null = null
  let policy: string | null = null
  let json = false
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--json') json = true
    else if (arg === '--help') throw new Refusal(usage)
    else if (arg === '--policy' || arg.startsWith('--policy=')) {
      policy = arg === '--policy' ? (rest.shift() ?? null) : arg.slice('--policy='.length)
      if (policy === null || policy === '') throw new Refusal(`--policy needs a file\n${usage}`)
    } else if (arg.startsWith('-')) throw new Refusal(`${arg} is not known\n${usage}`)
    else if (trace === null) trace = arg
    else throw new Refusal(`one recording at a time\n${usage}`)
  }
  if (trace === null) throw new Refusal(usage)
  return { trace, policy, json }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const reason: Readonly<Record<string, string>> = {
      ENOENT: 'no such file',
      EISDIR: 'a directory, not a file',
      EACCES: 'not allowed to read it',
    }
    throw new Refusal(`${file}:0: ${reason[code] ?? code}`)
  }
}

const detail = (problem: Problem, key: string, standard: string): string =>
  String(problem.params?.[key] ?? standard)

function readPolicy(file: string): Policy {
  let value: unknown
  try {
    value = JSON.parse(read(file))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`${file}:1: not valid JSON`)
  }
  const merged = mergePolicy(value)
  if (!merged.ok) throw new Refusal(`${file}: ${detail(merged.problem, 'reason', merged.problem.code)}`)
  return merged.value
}

/** The policy asked for, else the one a journal was written under, else the defaults. */
function policyFor(file: string | null, recording: Recording): Policy {
  if (file !== null) return readPolicy(file)
  const own = mergePolicy(recording.policy)
  return own.ok ? own.value : defaultPolicy
}

function output(args: readonly string[]): string {
  const { trace, policy: policyFile, json } = options(args)
  const parsed = parseRecording(read(trace))
  if (!parsed.ok) {
    const { problem } = parsed
    throw new Refusal(`${trace}:${detail(problem, 'line', '1')}: ${detail(problem, 'reason', problem.code)}`)
  }
  const result = replay(parsed.value, policyFor(policyFile, parsed.value))
  return (json ? asJson(result, parsed.value) : asTable(result, parsed.value)).join('\n') + '\n'
}

const codeOf = (reason: Reason): string => (reason.code === 'verdict-bad' ? reason.cause : reason.code)

function textOf(line: Extract<ReplayLine, { kind: 'switch' }>): string {
  return line.cause !== null ? causeSentence(line.cause) : reasonText(line.reason)
}

function asJson({ lines, summary }: Replay, recording: Recording): readonly string[] {
  const rows = lines.flatMap((line): readonly object[] => {
    switch (line.kind) {
      case 'verdict':
        return [
          {
            t: line.at,
            type: 'verdict',
            system: line.system,
            verdict: line.verdict,
            causes: line.causes.map((cause) => cause.code),
          },
        ]
      case 'switch':
        return [{ t: line.at, type: 'switch', to: line.to, cause: codeOf(line.reason), reason: textOf(line) }]
      case 'truth':
        return []
    }
  })
  const end = { type: 'summary', ...summary, lines: recording.lines, truncated: recording.truncated }
  return [...rows, end].map((row) => JSON.stringify(row))
}

function asTable({ lines, summary }: Replay, recording: Recording): readonly string[] {
  const row = (at: number, who: string, what: string) =>
    `${(at / 1_000).toFixed(3).padStart(10)} s  ${who.padEnd(8)} ${what}`
  const rows = lines.map((line) => {
    switch (line.kind) {
      case 'verdict': {
        const why = line.causes.map(causeSentence).join('; ')
        return row(line.at, line.system, why === '' ? line.verdict : `${line.verdict}: ${why}`)
      }
      case 'switch':
        return row(line.at, '', `SWITCH to ${line.to}: ${textOf(line)}`)
      case 'truth':
        return row(line.at, '', `(the fault ${line.fault}: ${line.phase})`)
    }
  })
  const times = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 'es'}`
  return [
    ...rows,
    '',
    `${times(summary.switches, 'switch')} to a backup, ${summary.returns} back, in ${(summary.durationMs / 1_000).toFixed(0)} s` +
      (recording.truncated ? '; the last line is torn and was left out' : ''),
  ]
}

export interface CommandOutcome {
  readonly exitCode: 0 | 2
  readonly stdout: string
  readonly stderr: string
}

/** `TRACE.jsonl [--policy FILE] [--json]`: exit 0, or 2 with `file:line: reason` on stderr. Reads files, writes nothing. */
export function replayCommand(args: readonly string[]): CommandOutcome {
  try {
    return { exitCode: 0, stdout: output(args), stderr: '' }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { exitCode: 2, stdout: '', stderr: `${error.message}\n` }
  }
}
