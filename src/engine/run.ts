import { homedir } from 'node:os'
import { join } from 'node:path'
import { problem, type Problem } from '../core/problem'
import { problemNext, problemText } from '../shared/messages'
import { takeCrash, leaveCrash } from '../host/crash-record'
import { installLastResort, kindOf } from '../host/last-resort'
import { engineExit } from '../shared/engine-lock'
import { createRedactor } from '../shared/addresses/redact'
import { parseArgs, usage, type Args } from './args'
import { startRuntime, type Running } from './runtime/runtime'
import { readHandOver } from './runtime/hand-over'
import { stopRunning } from './store/stop-running'
import { loadConfig, type LoadedConfig } from './store/config/config-file'
import { defaultDataDir, ensureDataDir } from './store/data-dir'
import { lockOwner, lockUrl, takeLock, type Lock } from './store/lock'
import { createLogger } from './store/logger'
import { systemClock } from './system-clock'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** Exit codes: 0 ended as asked, 1 could not run (the sentence says why), 2 the command line or a file is wrong. */
export async function runEngine(words: readonly string[]): Promise<number> {
  // Who started the engine may end before it: a closed terminal is no reason to fall.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const parsed = parseArgs(words)
  if (!parsed.ok) {
    process.stderr.write(`${parsed.message}\n`)
    return 2
  }
  const { args } = parsed
  if (args.help) {
    say(usage)
    return 0
  }
  const dir = ensureDataDir(
    args.dataDir ?? defaultDataDir({ platform: process.platform, env: process.env, home: homedir() }),
  )
  if (!dir.ok) return refuse(dir.problem)
  const lockPath = join(dir.value, 'engine.lock')
  if (args.stop) return stop(lockPath)

  const configPath = args.config ?? join(dir.value, 'config.json')
  const loaded = loadConfig(configPath)
  if (!loaded.ok) return refuse(loaded.problem, dir.value)
  if (args.config !== null && !loaded.value.exists) {
    const reason = 'there is no such file'
    return refuse(problem('config-unreadable', { file: configPath, reason }), dir.value)
  }
  const lock = await takeLock({ path: lockPath, wallMs: () => systemClock.wallMs() })
  if (!lock.ok) return alreadyRunning(lock.problem, lockPath, dir.value)
  return live(args, dir.value, configPath, loaded.value, lock.value)
}

async function live(
  args: Args,
  dataDir: string,
  configPath: string,
  loaded: LoadedConfig,
  lock: Lock,
): Promise<number> {
  const handed = args.secretsStdin ? await readHandOver(process.stdin) : null
  const lastWords = holdLastWords(dataDir, lock)
  const crash = takeCrash(dataDir, 'engine')
  const started = await startRuntime({
    ...{ args, dataDir, configPath, loaded, handed, clock: systemClock },
    crash: crash === null ? null : { process: 'engine', wall: crash.wall },
  })
  if (!started.ok) {
    lock.release()
    return refuse(started.problem, dataDir)
  }
  const running = started.value
  lastWords.running = running
  lock.update({ host: running.host, port: running.port, token: running.token })
  for (const line of running.greeting) say(line)
  const end = await untilEnd(running)
  await running.close(end === 'with-carrier')
  lock.release()
  return 0
}

/**
 * From now on an exception that nobody caught ends the engine in order: the stack in the log, restore point and journal on
 * the disk, a note for the next start, an exit code by which whoever started it starts it again. Its state is not trusted any
 * more; what is on air goes on in the carrier or in OBS, and the next engine adopts it (law 7).
 */
function holdLastWords(dataDir: string, lock: Lock): { running: Running | null } {
  const held: { running: Running | null } = { running: null }
  const bare = quietLogger(dataDir)
  installLastResort({
    log: (text) => (held.running?.logger ?? bare).error(text),
    judge: () => 'end',
    save: async (error) => {
      leaveCrash(dataDir, 'engine', { wall: systemClock.wallMs(), what: kindOf(error) })
      lock.release()
      process.stderr.write(
        'Understudy ended by a mistake of its own. What happened stands in logs/engine.log.\n',
      )
      await held.running?.halt()
    },
    exitCode: engineExit.crashed,
    monotonicMs: () => systemClock.monotonicMs(),
  })
  return held
}

/** For what is said before the engine knows its secrets, which must then hold none. */
const quietLogger = (dataDir: string) =>
  createLogger({
    dir: join(dataDir, 'logs'),
    name: 'engine',
    wallMs: () => systemClock.wallMs(),
    redact: createRedactor([]),
    stderr: () => undefined,
  })

/** Ctrl+C reaches the whole process group, and whoever started us passes it on: within this time it is one and the same. */
const sameSignalMs = 1_000

/** Ends on a signal, or when asked to over the API. A second signal ends it at once. */
function untilEnd(running: Running): Promise<'signal' | 'engine' | 'with-carrier'> {
  return new Promise((resolve) => {
    let askedAt: number | null = null
    const onSignal = () => {
      const at = systemClock.monotonicMs()
      if (askedAt !== null && at - askedAt > sameSignalMs) process.exit(1)
      askedAt ??= at
      resolve('signal')
    }
    // SIGHUP: the terminal was closed.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
    running.onShutdown((carrier) => resolve(carrier ? 'with-carrier' : 'engine'))
  })
}

async function stop(lockPath: string): Promise<number> {
  const owner = await lockOwner({ path: lockPath, wallMs: () => systemClock.wallMs() })
  const done = await stopRunning(owner, owner === null ? null : lockUrl(owner))
  switch (done) {
    case 'stopped':
      say('Understudy is ending: engine and carrier.')
      return 0
    case 'none':
      say('No Understudy runs on this data directory.')
      return 0
    case 'no-answer':
      process.stderr.write('Understudy runs but does not answer. End its process by hand.\n')
      return 1
  }
}

async function alreadyRunning(found: Problem, lockPath: string, dataDir: string): Promise<number> {
  const owner = await lockOwner({ path: lockPath, wallMs: () => systemClock.wallMs() })
  const url = owner === null ? null : lockUrl(owner)
  const code = refuse(found, dataDir)
  if (url !== null && owner !== null && owner.token !== null) say(`Its page: ${url}?token=${owner.token}`)
  return code
}

/** Says why it does not start, on the terminal and, where there is a data directory, in the log. */
function refuse(found: Problem, dataDir: string | null = null): number {
  const text = problemText(found)
  process.stderr.write(`${text} [${found.code}]\n${problemNext(found)}\n`)
  if (dataDir !== null) quietLogger(dataDir).error('not started', { code: found.code, text })
  return exitCodes[found.code] ?? 1
}

/** A file or a flag that is wrong is the caller's to mend: exit 2, as the replay does. */
const exitCodes: Partial<Record<Problem['code'], number>> = {
  'config-unreadable': 2,
  'config-invalid': 2,
  'config-newer': 2,
  'policy-invalid': 2,
}
