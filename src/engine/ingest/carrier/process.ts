import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../../host/within'
import { fail, ok, problem, type Problem, type Result } from '../../../core/problem'
import { startChild } from '../../../host/child'
import {
  carrierExit,
  carrierLockName,
  carrierLockSchema,
  type CarrierLock,
} from '../../../shared/carrier/control'
import { CarrierClient } from './client'

export interface CarrierProcessOptions {
  readonly dataDir: string
  /** Node, or Electron running as Node. */
  readonly nodePath: string
  /** The carrier's built entry. */
  readonly entry: string
  readonly version: string
}

export interface Attached {
  readonly client: CarrierClient
  /** It ran already: what is on air in it goes on. */
  readonly adopted: boolean
}

const startMs = 10_000
const helloMs = 3_000
const pollMs = 25
/** An idle carrier of another version ends by itself 8 s after its engine left. */
const idleEndMs = 12_000

/** Finds the carrier of a data directory, or starts one, and connects as its engine. */
export async function attachCarrier(options: CarrierProcessOptions): Promise<Result<Attached>> {
  const until = performance.now() + idleEndMs
  for (;;) {
    const running = await connectRunning(options.dataDir, 'engine')
    if (running instanceof CarrierClient) return ok({ client: running, adopted: true })
    if (running === null) break
    // One that is on air is never ended for its age; an idle one soon ends by itself.
    if (running.code !== 'ingest-version' || running.params?.['onAir'] === 1 || performance.now() > until)
      return { ok: false, problem: running }
    await pause(250)
  }
  return start(options)
}

/** Connects to the carrier that the lock file names; null: there is none that answers. */
export async function connectRunning(
  dataDir: string,
  role: 'engine' | 'tool',
): Promise<CarrierClient | Problem | null> {
  const lock = readCarrierLock(dataDir)
  if (lock === null) return null
  const client = await CarrierClient.connect(lock, role, helloMs)
  if (client === null || client instanceof CarrierClient) return client
  switch (client.problem.code) {
    case 'unauthorized':
      // Another program got the port of a carrier that is gone.
      return null
    case 'timeout':
      // It takes connections and says nothing: stopped, perhaps on air. Starting a second one would break law 1.
      return problem('carrier-lost')
    case 'ingest-version':
      return problem('ingest-version', { ...client.problem.params, onAir: client.onAir === true ? 1 : 0 })
    default:
      return client.problem
  }
}

async function start(options: CarrierProcessOptions): Promise<Result<Attached>> {
  const { nodePath, entry, dataDir, version } = options
  let ended: number | null | undefined
  let unstarted: string | null = null
  const child = startChild(
    nodePath,
    (path) =>
      spawn(path, [entry, '--data-dir', dataDir, '--version', version], {
        // A session of its own: it outlives the engine, and the terminal that the engine was started from.
        detached: true,
        stdio: 'ignore',
        windowsHide: true,
        // Electron's binary is Node when told so; Node itself ignores it.
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      }),
    (fault) => {
      unstarted = fault
      ended = null
    },
  )
  child?.once('exit', (code) => (ended = code))
  child?.unref()
  const until = performance.now() + startMs
  while (performance.now() < until) {
    const lock = readCarrierLock(dataDir)
    const mine = lock !== null && lock.pid === child?.pid
    if (lock !== null && (mine || exitOf() === carrierExit.alreadyRunning)) {
      const client = await CarrierClient.connect(lock, 'engine', helloMs)
      if (client instanceof CarrierClient) return ok({ client, adopted: !mine })
    }
    const exit = exitOf()
    if (exit !== undefined && exit !== carrierExit.alreadyRunning)
      return fail('carrier-start-failed', reasonOf(exit))
    await pause(pollMs)
  }
  return fail('carrier-start-failed')

  function reasonOf(exit: number | null): Problem['params'] {
    if (exit !== null) return { exitCode: exit, reason: `exit code ${exit}` }
    return unstarted === null ? undefined : { reason: unstarted }
  }
  function exitOf(): number | null | undefined {
    return ended
  }
}

function readCarrierLock(dataDir: string): CarrierLock | null {
  try {
    const text = readFileSync(join(dataDir, carrierLockName), 'utf8')
    const parsed = carrierLockSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
