import { execFile } from 'node:child_process'
import type { Server } from 'node:http'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Problem } from '../../../src/core/problem'
import { problemNext, problemText } from '../../../src/shared/messages'
import { runs } from '../app/carrier'
import type { Understudy } from '../app/understudy'

const ROOT = resolve(import.meta.dirname, '../../..')

/** How a program ended and what it said. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The built engine with these words, until it ends by itself. */
export const runEngine = (...words: readonly string[]): Promise<Ended> =>
  run([join(ROOT, 'out/engine/index.mjs'), ...words])

/** `npm run -s replay -- …`, as the script behind it. */
export const runReplay = (...words: readonly string[]): Promise<Ended> =>
  run([join(ROOT, 'scripts/run.mjs'), 'src/engine/replay/index.ts', ...words])

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [...args],
      { cwd: ROOT, timeout: 60_000, killSignal: 'SIGKILL' },
      (_error, stdout, stderr) => {
        done({ code: child.exitCode, stdout, stderr })
      },
    )
  })
}

/** Sentence and next step of a problem: what has to stand wherever it is told. */
export const wordsOf = (found: Problem): readonly string[] => [problemText(found), problemNext(found)]

/** Command lines seen of an engine, its carrier and all that they start, looked at several times a second. */
export interface CommandLines {
  readonly seen: () => readonly string[]
  readonly stop: () => void
}

/** Starts looking. Linux only: elsewhere nothing is seen. */
export function watchCommandLines(understudy: Understudy): CommandLines {
  const seen = new Set<string>()
  const look = (pid: number): void => {
    if (pid === 0 || !runs(pid)) return
    try {
      seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      for (const child of children.trim().split(' ').filter(Boolean)) look(Number(child))
    } catch {
      // Ended between two looks.
    }
  }
  const timer = setInterval(() => {
    look(understudy.pid())
    look(understudy.carrierPid() ?? 0)
  }, 40)
  return { seen: () => [...seen], stop: () => clearInterval(timer) }
}

/** Every place that may hold no secret and holds one: empty is well. */
export async function leaks(
  understudy: Understudy,
  secrets: readonly string[],
  lines: CommandLines,
): Promise<readonly string[]> {
  const { dataDir } = understudy
  const places: (readonly [string, string])[] = [
    ['snapshot', JSON.stringify(await understudy.snapshot())],
    ['terminal', understudy.said().replace(/^.*Its page: .*$/m, '')],
    ['command lines', lines.seen().join('\n')],
    ...['logs', 'journal'].flatMap((name) => filesOf(join(dataDir, name))),
    ...filesOf(dataDir).filter(([path]) => path.includes('restore-point')),
  ]
  const all = [...secrets, understudy.token()]
  return places.flatMap(([place, text]) =>
    all.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`),
  )
}

function filesOf(dir: string): readonly (readonly [string, string])[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [join(dir, entry.name), readFileSync(join(dir, entry.name), 'utf8')] as const)
}

/** Closes a web server and whoever still listens to it. */
export function closeWeb(web: Server): Promise<void> {
  return new Promise((resolve) => {
    web.close(() => resolve())
    web.closeAllConnections()
  })
}
