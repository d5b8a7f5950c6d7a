import { fail, ok, type Problem, type Result } from '../../core/problem'
import type { SystemId } from '../../core/words'
import type { ApiCommand, CommandReply } from '../../shared/contract'
import type { Snapshot } from '../../shared/snapshot'
import type { App } from '../app-ports'
import type { ChangeLimits } from '../settings/change-limits'
import { HistoryKeeper, keepHistory } from '../inspection/history'
import type { OperatorEvent, RestorePoint } from '../../core/events'
import type { Carried } from '../engine'
import type { Clock, IngestPort, Logger } from '../ports'
import type { PullEntry } from '../lineup/backup-entries'
import { within } from '../../host/within'
import type { Setup } from './setup'

/** The parts of one set-up, ready to be joined: nothing of the running one was touched yet. */
export interface Prepared {
  readonly entries: readonly PullEntry[]
  /** Joins them to an app that is not started. Called when the one before has let go. */
  build(from: { readonly point: RestorePoint; readonly carried: Carried } | null): Built
}

export interface Built {
  readonly app: App
  readonly ingests: ReadonlyMap<SystemId, IngestPort>
}

/** Makes the parts of a channel; compose.ts alone knows which. */
export interface ChannelFactory {
  prepare(setup: Setup): Promise<Prepared>
  /** Lets go of what outlives the set-ups; `end`: what is on air through it ends too. */
  close(end: boolean): Promise<void>
}

/** How long the old parts may take to say goodbye while nobody watches. */
const goodbyeMs = 500
const releaseMs = 5_000

/**
 * One engine on one data directory, whose set-up can be changed while it runs: the old app lets go as an engine that
 * ends, the new one adopts what it finds as an engine that starts. Nothing on air is touched.
 */
export class Channel {
  /** Goes on over every change of the set-up. */
  private readonly kept = new HistoryKeeper()
  private stopHistory: () => void = () => undefined
  private listeners = new Set<() => void>()
  private changing: Promise<unknown> = Promise.resolve()
  private closed = false

  private constructor(
    private readonly maker: ChannelFactory,
    private readonly deps: { readonly clock: Clock; readonly logger: Logger },
    private entries: readonly PullEntry[],
    private built: Built,
  ) {
    this.listen()
  }

  /** Made, not started: the page may be served before the first event. */
  static async open(
    maker: ChannelFactory,
    setup: Setup,
    deps: { readonly clock: Clock; readonly logger: Logger },
  ): Promise<Channel> {
    const prepared = await maker.prepare(setup)
    return new Channel(maker, deps, prepared.entries, prepared.build(null))
  }

  get app(): App {
    return this.built.app
  }

  start(): void {
    this.app.start()
    this.stopHistory = keepHistory(this.kept, () => this.snapshot())
  }

  history(sinceWall: Parameters<HistoryKeeper['view']>[0]): ReturnType<HistoryKeeper['view']> {
    return this.kept.view(sinceWall)
  }

  snapshot(): Snapshot {
    return this.app.snapshot()
  }

  duty(): ChangeLimits {
    return this.app.changeLimits()
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async command(command: ApiCommand, by: OperatorEvent['by']): Promise<CommandReply> {
    // An order in the moment between two apps would reach neither.
    await this.changing
    return this.app.command(command, by)
  }

  /**
   * Puts a new set-up in force. `commit` is asked in the last moment, when nothing can come between any more: a Problem
   * forbids it, and then nothing was changed.
   */
  async recompose(setup: Setup, commit: (duty: ChangeLimits) => Problem | null): Promise<Result<void>> {
    if (this.duty().switching) return fail('refused-busy')
    const prepared = await this.maker.prepare(setup)
    if (this.closed || this.duty().switching) return fail('refused-busy')
    const forbidden = commit(this.duty())
    if (forbidden !== null) return { ok: false, problem: forbidden }
    const work = this.exchange(prepared)
    this.changing = work.catch(() => undefined)
    await work
    return ok(undefined)
  }

  /** This process ends by a mistake: saves what the next one goes on from. */
  halt(): Promise<void> {
    return this.app.halt()
  }

  /** Ends the engine of this channel. What is on air stays on air unless `end`. */
  async close(end: boolean): Promise<void> {
    this.closed = true
    this.stopHistory()
    await this.changing
    await this.app.stop()
    await this.maker.close(end)
  }

  private async exchange(prepared: Prepared): Promise<void> {
    const { clock, logger } = this.deps
    const old = this.built
    const gone = vanished(this.entries, prepared.entries)
    const began = clock.monotonicMs()
    await within(old.app.stop(new Set(gone)), goodbyeMs, null)
    // Asked after it has let go: nothing is decided any more that the next one would not know of.
    this.built = prepared.build(old.app.handOver())
    this.entries = prepared.entries
    this.listen()
    this.app.start()
    logger.info('new set-up in force', { blindMs: Math.round(clock.monotonicMs() - began), gone })
    for (const listener of this.listeners) listener()
    void this.release(gone.flatMap((id) => old.ingests.get(id) ?? []))
  }

  /** What is in no lineup any more pulls nothing any more, and a remote server is left as it was found. */
  private async release(ingests: readonly IngestPort[]): Promise<void> {
    for (const ingest of ingests) {
      await within(ingest.release({ deadlineMs: releaseMs }), releaseMs, null)
      await within(ingest.close(), releaseMs, null)
    }
  }

  private listen(): void {
    const { app } = this.built
    app.onChange(() => {
      if (this.built.app !== app) return
      for (const listener of this.listeners) listener()
    })
  }
}

/** Systems whose ingest has nothing to do any more: gone, or now with another. */
function vanished(before: readonly PullEntry[], after: readonly PullEntry[]): readonly SystemId[] {
  const places = new Set(after.map(placeOf))
  return before.filter((entry) => !places.has(placeOf(entry))).map(({ id }) => id)
}

/** Where the ingest keeps it: a feed of the carrier, a path of a MediaMTX. */
const placeOf = ({ id, ingest }: PullEntry): string =>
  ingest.kind === 'carrier' ? `carrier ${id}` : `mediamtx ${ingest.url} ${ingest.path}`
