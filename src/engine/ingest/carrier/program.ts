import { fail, ok, type Result } from '../../../core/problem'
import type { Proof, SystemId } from '../../../core/words'
import type { ProgramDestination, ProgramState } from '../../../shared/carrier/program'
import type { ProgramGuard, ProgramPort, ProgramStatus, ProgramTarget, Still } from '../../ports'
import type { CarrierClient } from './client'
import type { CarrierLink } from './port'
import { nothing, ProgramReading } from './program-reading'
import { targetOf } from './target'

export interface ProgramOptions {
  /** Where OBS publishes to on loopback; 0: any free port. */
  readonly port: number
  /** A secret. */
  readonly key: string
}

type StartOptions = Parameters<ProgramPort['start']>[0]

const openMs = 5_000
const callMs = 3_000
/** A carrier that was started again goes on air with whoever is ready first, for this long. */
const resumeMs = 60_000
/** One look at who is ready. */
const resumeStartMs = 10_000

/** The carrier's program path as the engine sees it: found again, and put on air again, whenever the carrier is a new one. */
export class CarrierProgram implements ProgramPort {
  private readonly listeners = new Set<(status: ProgramStatus) => void>()
  private readonly waiting = new Set<() => void>()
  /** What is meant to be on air; null: nothing. */
  private wanted: StartOptions | null = null
  private guardWanted: ProgramGuard | null = null
  /** Highest lease used here: a carrier that was started again has seen none. */
  private generation = -1
  private orders = 0
  private last: ProgramStatus = nothing
  private readonly reading: ProgramReading
  private targets: () => readonly ProgramTarget[] = () => []
  /** Ended on purpose: what is still seen of it is no program of ours. */
  private stopping = false

  constructor(
    readonly options: ProgramOptions,
    private readonly link: CarrierLink,
  ) {
    this.reading = new ProgramReading(() => link.clock.monotonicMs())
  }

  async prepare({ deadlineMs }: { readonly deadlineMs: number }): Promise<Result<void>> {
    const client = await this.link.client()
    return client.ok ? this.open(client.value, deadlineMs) : client
  }

  private async open(client: CarrierClient, deadlineMs: number): Promise<Result<void>> {
    const { port, key } = this.options
    return done(await client.call('program-open', { ingest: { port, key } }, deadlineMs))
  }

  async start(options: StartOptions): Promise<Result<Proof>> {
    if (options.generation < this.generation) return fail('stale-generation')
    this.generation = options.generation
    this.stopping = false
    const order = (this.orders += 1)
    const begun = this.link.clock.monotonicMs()
    const client = await this.link.client()
    if (!client.ok) return client
    if (this.orders !== order) return fail('stale-generation')
    const leftMs = Math.ceil(options.deadlineMs - (this.link.clock.monotonicMs() - begun))
    if (leftMs <= 0) return fail('timeout', { what: 'carrier' })
    // Something is meant to be on air, and this carrier has nothing: it is a new one.
    const resumed = this.wanted !== null && !this.isLive()
    const started = await this.startAt(client.value, options, leftMs, resumed)
    if (this.orders === order && (started.ok || this.isLive())) this.wanted = options
    return started
  }

  private async startAt(
    client: CarrierClient,
    { system, generation, targets }: StartOptions,
    deadlineMs: number,
    resumed: boolean,
  ): Promise<Result<Proof>> {
    const body = {
      feed: system,
      generation,
      destinations: targets.map((target) => atCarrier(target, generation)),
      ...(resumed ? { resumed } : {}),
      deadlineMs,
    }
    const started = await client.call('program-start', body, deadlineMs)
    if (!started.ok) return started
    return ok({ kind: started.value.proof, at: this.link.clock.monotonicMs() })
  }

  private isLive(): boolean {
    return this.link.connected()?.state.program?.live === true
  }

  async stop(options: Parameters<ProgramPort['stop']>[0]): Promise<Result<void>> {
    const { generation, mode, deadlineMs } = options
    if (generation < this.generation) return fail('stale-generation')
    this.generation = generation
    this.orders += 1
    this.wanted = null
    this.stopping = true
    const client = await this.link.client()
    if (!client.ok) return client
    return done(await client.value.call('program-stop', { generation, mode, deadlineMs }, deadlineMs))
  }

  async guard(guard: ProgramGuard | null): Promise<Result<void>> {
    this.guardWanted = guard
    const client = await this.link.client()
    return client.ok ? this.tellGuard(client.value) : client
  }

  private async tellGuard(client: CarrierClient): Promise<Result<void>> {
    const { guardWanted } = this
    const guard = guardWanted === null ? null : { ...guardWanted, order: [...guardWanted.order] }
    return done(await client.call('program-guard', { guard }, callMs))
  }

  async redirect(destination: string, to: 'first' | 'other'): Promise<Result<void>> {
    const client = await this.link.client()
    if (!client.ok) return client
    return done(await client.value.call('program-redirect', { destination, to }, callMs))
  }

  untilWarm(system: SystemId, deadlineMs: number): Promise<Result<void>> {
    return new Promise((resolve) => {
      const look = (): void => {
        const warm = this.link.connected()?.state.feeds.some(({ id, warm: is }) => id === system && is)
        if (warm === true) finish(ok(undefined))
      }
      const finish = (result: Result<void>): void => {
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve(result)
      }
      const timer = setTimeout(() => finish(fail('source-no-media')), deadlineMs)
      this.waiting.add(look)
      look()
    })
  }

  status(): ProgramStatus {
    const client = this.link.connected()
    if (client === null) return { ...this.last, stale: true, problem: this.link.problem() }
    const { program } = client.state
    if (program !== null) this.adopt(program)
    this.last = this.reading.of(client.state, this.wanted?.targets ?? [], {
      stale: this.link.stale(),
      problem: this.link.problem(),
    })
    return this.last
  }

  /** Found live by an engine that did not begin it: it is to stay so over a carrier's death too. */
  private adopt({ live, generation, onFeed }: ProgramState): void {
    if (!live || this.wanted !== null || onFeed === null || this.stopping) return
    const targets = this.targets()
    if (targets.length === 0) return
    this.wanted = { system: onFeed, generation: generation ?? 0, targets, deadlineMs: resumeStartMs }
  }

  /** Where it publishes to, by the set-up in force. */
  useTargets(targets: () => readonly ProgramTarget[]): void {
    this.targets = targets
  }

  async still(system: SystemId, deadlineMs: number): Promise<Still | null> {
    const client = this.link.connected()
    const warm = client?.state.feeds.some(({ id, warm: is }) => id === system && is) ?? false
    if (client === null || !warm) return null
    const answer = await client.call('keyframe', { feed: system }, deadlineMs)
    if (!answer.ok || answer.value.flv === null) return null
    return { kind: 'flv', bytes: Buffer.from(answer.value.flv, 'base64') }
  }

  onStatus(listener: (status: ProgramStatus) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Called by the host at each change, five times a second while the program is live, and at silence. */
  tell(): void {
    for (const look of [...this.waiting]) look()
    const status = this.status()
    for (const listener of [...this.listeners]) listener(status)
  }

  /** A carrier was found or started. One that is new is to be on air again before viewers have gone. */
  async reattached(client: CarrierClient): Promise<void> {
    const opened = await this.open(client, openMs)
    if (this.guardWanted !== null) await this.tellGuard(client)
    const { wanted } = this
    if (!opened.ok && opened.problem.code === 'carrier-lost') return
    if (wanted === null || client.state.program?.live === true) return
    await this.resume(client, wanted)
  }

  private async resume(client: CarrierClient, wanted: StartOptions): Promise<void> {
    const until = this.link.clock.monotonicMs() + resumeMs
    const order = this.orders
    while (this.orders === order && client.open && this.link.clock.monotonicMs() < until) {
      const system = await this.firstWarm(client, wanted.system)
      if (system === null || this.orders !== order) return
      const started = await this.startAt(client, { ...wanted, system }, resumeStartMs, true)
      if (started.ok || client.state.program?.live === true) return
    }
  }

  /** Whoever is ready first; null: nobody within the time. */
  private firstWarm(client: CarrierClient, preferred: SystemId): Promise<SystemId | null> {
    return new Promise((resolve) => {
      const look = (): void => {
        const warm = client.state.feeds.filter((feed) => feed.warm).map(({ id }) => id)
        const found = warm.includes(preferred) ? preferred : warm[0]
        if (found !== undefined) finish(found)
        else if (!client.open) finish(null)
      }
      const finish = (system: SystemId | null): void => {
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve(system)
      }
      const timer = setTimeout(() => finish(null), resumeMs)
      this.waiting.add(look)
      look()
    })
  }

  /** Lets go; the program goes on for the next engine. */
  close(): Promise<void> {
    this.listeners.clear()
    return Promise.resolve()
  }
}

function atCarrier({ id, destination, other }: ProgramTarget, generation: number): ProgramDestination {
  return {
    id,
    target: targetOf({ ...destination, takeover: withoutBackup(destination.takeover) }, generation),
    other:
      other === null ? null : targetOf({ ...other, takeover: withoutBackup(other.takeover) }, generation),
  }
}

/** The program has one connection: a second address is where it goes when the first fails, not where a second one goes. */
const withoutBackup = (takeover: ProgramTarget['destination']['takeover']): typeof takeover =>
  takeover.kind === 'backup-url' ? { kind: 'none' } : takeover

const done = (result: Result<null>): Result<void> => (result.ok ? ok(undefined) : result)
