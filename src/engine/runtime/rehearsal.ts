import { fail, ok, type Result } from '../../core/problem'
import type { RehearsalRequest } from '../../shared/contract'
import { rehearsalPassed } from '../../shared/rehearsal-verdict'
import type { RouteComparison, Snapshot } from '../../shared/snapshot'
import type { RehearsalSurface, Surface } from '../server/sockets/surface'
import type { Channel } from './channel'
import { Comparison } from './comparison'
import type { Opened } from './openers'

/** A rehearsal that runs: its channel, and how it is taken down with everything under it. */
export type RunningRehearsal = Opened

type Route = 'direct' | 'program'

export interface BesideOptions {
  open(obs: 'stand-in' | 'installed', route: Route): Promise<Result<RunningRehearsal>>
  /** The real stream is live now. */
  live(): boolean
  /** How long the real destination keeps a broadcast open without media, ms; null: not known. */
  graceMs(): number | null
  /** It has gone well: told what each of its hand-overs cost, ms. */
  onGaps(gapsMs: readonly number[]): void
  /** It began or ended. */
  onChange(): void
}

/** The rehearsal beside the real stream: at most one, never while that is live. */
export class RehearsalBeside implements RehearsalSurface {
  private running: RunningRehearsal | null = null
  private work: Promise<unknown> = Promise.resolve()
  private readonly listeners = new Set<() => void>()
  private closed = false
  private noted = ''
  private comparing: Comparison | null = null

  constructor(private readonly options: BesideOptions) {}

  get on(): boolean {
    return this.running !== null
  }

  current(): Surface | null {
    return this.channel
  }

  get channel(): Channel | null {
    return this.running?.channel ?? null
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async ask(request: RehearsalRequest): Promise<Result<void>> {
    switch (request.action) {
      case 'start':
        return this.start(request.obs, request.route)
      case 'compare':
        return this.compare(request.fault)
      case 'stop':
        await this.stop()
        return ok(undefined)
    }
  }

  /** The real stream's picture, and with it the newest comparison of the routes where there was one. */
  besides(main: Snapshot): Snapshot {
    return this.comparing === null ? main : { ...main, comparison: this.comparing.view }
  }

  start(obs: 'stand-in' | 'installed', route: Route = 'direct'): Promise<Result<void>> {
    if (this.comparing?.running === true) return Promise.resolve(fail('rehearsal-running'))
    return this.begin(obs, route)
  }

  /** Begins to try the fault on both routes; {@link besides} tells how far it is. */
  compare(fault: RouteComparison['fault']): Result<void> {
    if (this.closed) return fail('refused-busy')
    if (this.on || this.comparing?.running === true) return fail('rehearsal-running')
    if (this.options.live()) return fail('rehearsal-live')
    this.comparing = new Comparison(
      {
        start: (route) => this.begin('stand-in', route),
        stop: () => this.inTurn(() => this.end()),
        snapshot: () => this.channel?.snapshot() ?? null,
        fault: async (name) => {
          const reply = await this.channel?.command({ kind: 'fault', fault: name }, 'page')
          if (reply === undefined) return fail('refused-busy')
          return reply.ok ? ok(undefined) : { ok: false, problem: reply.problem }
        },
        onChange: (listener) => this.onChange(listener),
        changed: () => this.options.onChange(),
      },
      fault,
    )
    void this.comparing.run()
    return ok(undefined)
  }

  private begin(obs: 'stand-in' | 'installed', route: Route): Promise<Result<void>> {
    return this.inTurn(async () => {
      if (this.closed) return fail('refused-busy')
      if (this.running !== null) return fail('rehearsal-running')
      if (this.options.live()) return fail('rehearsal-live')
      const opened = await this.options.open(obs, route)
      if (!opened.ok) return opened
      this.running = opened.value
      opened.value.channel.onChange(() => this.changed())
      opened.value.channel.start()
      this.options.onChange()
      this.changed()
      // Went live while it was set up.
      if (this.options.live()) await this.end()
      return this.on ? ok(undefined) : fail('rehearsal-live')
    })
  }

  stop(): Promise<void> {
    this.comparing?.cancel()
    return this.inTurn(() => this.end())
  }

  close(): Promise<void> {
    this.closed = true
    return this.stop()
  }

  private async end(): Promise<void> {
    const { running } = this
    if (running === null) return
    this.running = null
    for (const listener of this.listeners) listener()
    this.options.onChange()
    await running.stop(true)
  }

  private changed(): void {
    if (this.running === null) return
    const gaps = gapsOf(this.running.channel.snapshot(), this.options.graceMs())
    if (gaps.join() !== this.noted && gaps.length > 0) this.options.onGaps(gaps)
    this.noted = gaps.join()
    for (const listener of this.listeners) listener()
  }

  private inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.work.then(run, run)
    this.work = done.catch(() => undefined)
    return done
  }
}

/** The hand-overs of a rehearsal that has gone well; none before. */
function gapsOf({ rehearsal }: Snapshot, graceMs: number | null): readonly number[] {
  if (rehearsal === undefined || rehearsalPassed(rehearsal, graceMs) === null) return []
  return rehearsal.tries.flatMap(({ gapMs, outcome }) =>
    gapMs === null || outcome !== 'switched' ? [] : [gapMs],
  )
}

/** A rehearsal on stand-ins; with the installed OBS it is lent for as long as that lasts. */
export async function openBeside(
  obs: 'stand-in' | 'installed',
  from: {
    readonly standIns: () => Promise<Result<Opened>>
    readonly lend: (lent: boolean) => Promise<Result<void>>
  },
): Promise<Result<RunningRehearsal>> {
  const lent = obs === 'stand-in' ? ok(undefined) : await from.lend(true)
  const opened = lent.ok ? await from.standIns() : lent
  if (obs === 'stand-in') return opened.ok ? ok(running(opened.value, () => Promise.resolve())) : opened
  const giveBack = async (): Promise<void> => {
    await from.lend(false)
  }
  if (opened.ok) return ok(running(opened.value, giveBack))
  await giveBack()
  return opened
}

const running = (opened: Opened, after: () => Promise<void>): RunningRehearsal => ({
  channel: opened.channel,
  stop: async () => {
    await opened.stop(true)
    await after()
  },
})
