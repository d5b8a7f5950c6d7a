import type { Command } from '../../core/failover'
import { fail, ok, type Result } from '../../core/problem'
import type { Proof, SystemId } from '../../core/words'
import type { ObsPort, ProgramPort, ProgramTarget } from '../ports'

/** The program path and who feeds it. */
export interface ProgramExecutor {
  readonly port: ProgramPort
  /** Systems whose feed it can be cut to. */
  readonly systems: ReadonlySet<SystemId>
  /** Where it publishes to, the deciding one first, secrets included. */
  targets(): Result<readonly ProgramTarget[]>
}

type CommandOf<K extends Command['kind']> = Command & { readonly kind: K }
type Done = Result<Proof | null>

const stopMs = 6_000
/** Deadline for OBS's stop ladder: a normal stop drains up to 30 s (docs/facts/obs.md 4.3), then a report is due. */
const obsStopMs = 40_000
export const obsSystem: SystemId = 'obs'

/** Puts a system on the program. OBS is first told to stream, where its feed is not there. */
export async function startOnProgram(
  { system, generation, deadlineMs }: CommandOf<'start'>,
  program: ProgramExecutor,
  obs: ObsPort | null,
  monotonicMs: () => number,
): Promise<Done> {
  const { port } = program
  const where = program.targets()
  if (!where.ok) return where
  const begun = monotonicMs()
  const leftMs = (): number => Math.max(1, deadlineMs - (monotonicMs() - begun))
  const warm = port.status().feeds.some((feed) => feed.system === system && feed.warm)
  if (system === obsSystem && !warm) {
    if (obs === null) return fail('obs-not-found')
    const started = await obs.start(deadlineMs)
    if (!started.ok) return started
    const fed = await port.untilWarm(system, leftMs())
    if (!fed.ok) return fed
  }
  return port.start({ system, generation, targets: where.value, deadlineMs: leftMs() })
}

/** Ends the whole program; at the end of the broadcast OBS too. */
export async function stopProgram(
  { system, generation, mode }: CommandOf<'stop'>,
  { port }: ProgramExecutor,
  obs: ObsPort | null,
): Promise<Done> {
  const stopped = await port.stop({ generation, mode, deadlineMs: stopMs })
  // An OBS that cannot be reached feeds nobody any more: the platform has had its goodbye. One that can is told even where the
  // carrier did not answer: the operator ended the stream.
  if (mode === 'clean' && system === obsSystem && obs?.status().connected === true) {
    const ended = await obs.stop(obsStopMs, mode)
    if (stopped.ok && !ended.ok && ended.problem.code !== 'obs-unreachable') return ended
  }
  if (!stopped.ok) return stopped
  return ok(null)
}

export async function guardProgram(
  { guard }: CommandOf<'guard'>,
  program: ProgramExecutor | null,
): Promise<Done> {
  if (program === null) return ok(null)
  const told = await program.port.guard(guard)
  return told.ok ? ok(null) : told
}

export async function redirectProgram(
  { destination, to }: CommandOf<'redirect'>,
  program: ProgramExecutor | null,
): Promise<Done> {
  if (program === null) return fail('destination-missing')
  const told = await program.port.redirect(destination, to)
  return told.ok ? ok(null) : told
}
