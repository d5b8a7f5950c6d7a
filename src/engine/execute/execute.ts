import { assertNever } from '../../core/assert-never'
import type { Command } from '../../core/failover'
import { fail, type Result } from '../../core/problem'
import type { Proof, SystemId, Verdict } from '../../core/words'
import {
  guardProgram,
  redirectProgram,
  startOnProgram,
  stopProgram,
  type ProgramExecutor,
} from './execute-program'
import type { Destination, IngestPort, ObsPort, WatchPort } from '../ports'

/** Deadline for OBS's stop ladder: a normal stop drains up to 30 s (docs/facts/obs.md 4.3), then a report is due. */
const obsStopMs = 40_000
/** A pull ingest stops within a request and a look. */
const ingestStopMs = 6_000

export interface Executors {
  readonly obs: ObsPort | null
  readonly ingests: ReadonlyMap<SystemId, IngestPort>
  readonly watch: WatchPort
  /** Route `program`; null: direct. */
  readonly program: ProgramExecutor | null
  /** Where the stream goes, secrets included; a problem when it is not known. */
  destination(): Result<Destination>
  /** Resolves true once the system's verdict is the one asked for, false at the deadline. */
  untilVerdict(system: SystemId, verdict: Verdict, deadlineMs: number): Promise<boolean>
  monotonicMs(): number
}

export type Done = Result<Proof | null>

/** Carries out one command at the port it belongs to. Never throws for what is expected to fail. */
export async function execute(command: Command, to: Executors): Promise<Done> {
  switch (command.kind) {
    case 'start':
      return start(command, to)
    case 'stop':
      return stop(command, to)
    case 'prove':
      return prove(command, to)
    case 'guard':
      return guardProgram(command, to.program)
    case 'redirect':
      return redirectProgram(command, to.program)
    case 'notice':
      return { ok: true, value: null }
    default:
      return assertNever(command, 'command')
  }
}

async function start(command: Command & { readonly kind: 'start' }, to: Executors): Promise<Done> {
  if (to.program?.systems.has(command.system) === true)
    return startOnProgram(command, to.program, to.obs, () => to.monotonicMs())
  const ingest = to.ingests.get(command.system)
  if (ingest !== undefined) {
    const destination = to.destination()
    if (!destination.ok) return destination
    return ingest.start({
      generation: command.generation,
      destination: destination.value,
      overlap: command.overlap,
      deadlineMs: command.deadlineMs,
    })
  }
  if (to.obs === null) return fail('obs-not-found')
  const started = await to.obs.start(command.deadlineMs)
  return started.ok ? { ok: true, value: null } : started
}

async function stop(command: Command & { readonly kind: 'stop' }, to: Executors): Promise<Done> {
  if (to.program?.systems.has(command.system) === true) return stopProgram(command, to.program, to.obs)
  const ingest = to.ingests.get(command.system)
  const stopped =
    ingest !== undefined
      ? await ingest.stop({ generation: command.generation, mode: command.mode, deadlineMs: ingestStopMs })
      : to.obs === null
        ? fail('obs-not-found')
        : await to.obs.stop(obsStopMs, command.mode)
  return stopped.ok ? { ok: true, value: null } : stopped
}

/**
 * Without a witness the far end cannot be asked: then the word of the system itself is taken, once it shows media
 * going out, and called what it is: accepted.
 */
async function prove(command: Command & { readonly kind: 'prove' }, to: Executors): Promise<Done> {
  if (to.watch.kinds.length > 0) return to.watch.prove(command.deadlineMs)
  const good = await to.untilVerdict(command.system, 'good', command.deadlineMs)
  return good ? { ok: true, value: { kind: 'accepted', at: to.monotonicMs() } } : fail('proof-missing')
}
