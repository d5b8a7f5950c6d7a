import { problem, type Problem, type Result } from '../../core/problem'
import type { RouteComparison, RouteResult, Snapshot } from '../../shared/snapshot'

type Route = 'direct' | 'program'

/** What a comparison needs of the rehearsals that it runs. */
export interface ComparisonPorts {
  start(route: Route): Promise<Result<void>>
  stop(): Promise<void>
  /** Of the rehearsal that runs; null: none. */
  snapshot(): Snapshot | null
  fault(fault: RouteComparison['fault']): Promise<Result<void>>
  onChange(listener: () => void): () => void
  /** The view has changed. */
  changed(): void
}

/** Until OBS is on air and a backup is ready. A slow PC takes 15 s. */
const readyMs = 60_000
/** Until the gap is measured: the slowest verdict, the switch and the steady time after it. */
const measureMs = 60_000

/** Tries one fault on route `direct` and then on route `program`; each rehearsal is ended before the next one begins. */
export class Comparison {
  private seen: RouteComparison
  private cancelled = false
  private readonly wakers = new Set<() => void>()

  constructor(
    private readonly ports: ComparisonPorts,
    fault: RouteComparison['fault'],
  ) {
    this.seen = { fault, trying: 'direct', direct: null, program: null, problem: null }
  }

  get view(): RouteComparison {
    return this.seen
  }

  get running(): boolean {
    return this.seen.trying !== null
  }

  async run(): Promise<void> {
    for (const route of ['direct', 'program'] as const) {
      this.note({ trying: route })
      const result = await this.tryRoute(route)
      await this.ports.stop()
      if (!result.ok) {
        this.note({ trying: null, problem: this.cancelled ? null : result.problem })
        return
      }
      this.note({ [route]: result.value })
    }
    this.note({ trying: null })
  }

  /** Ends it soon; what was measured stays. */
  cancel(): void {
    this.cancelled = true
    for (const wake of [...this.wakers]) wake()
  }

  private async tryRoute(route: Route): Promise<Result<RouteResult>> {
    const { fault } = this.seen
    if (this.cancelled) return over
    const started = await this.ports.start(route)
    if (!started.ok) return started
    const ready = await this.until((snapshot) => (isReady(snapshot) ? true : null), readyMs)
    if (ready === null) return this.late('ready')
    const made = await this.ports.fault(fault)
    if (!made.ok) return made
    const result = await this.until((snapshot) => resultOf(snapshot, fault), measureMs)
    return result === null ? this.late('measured') : { ok: true, value: result }
  }

  private late(what: string): { readonly ok: false; readonly problem: Problem } {
    return this.cancelled ? over : { ok: false, problem: problem('timeout', { what: `rehearsal, ${what}` }) }
  }

  /** The first answer that is not null; null at the deadline, at the end of the rehearsal, and when cancelled. */
  private until<T>(look: (snapshot: Snapshot) => T | null, deadlineMs: number): Promise<T | null> {
    return new Promise((resolve) => {
      const check = (): void => {
        const snapshot = this.ports.snapshot()
        const found = snapshot === null || this.cancelled ? null : look(snapshot)
        if (found !== null || snapshot === null || this.cancelled) finish(found)
      }
      const finish = (found: T | null): void => {
        clearTimeout(timer)
        leave()
        this.wakers.delete(check)
        resolve(found)
      }
      const timer = setTimeout(() => finish(null), deadlineMs)
      const leave = this.ports.onChange(check)
      this.wakers.add(check)
      check()
    })
  }

  private note(more: Partial<RouteComparison>): void {
    this.seen = { ...this.seen, ...more }
    this.ports.changed()
  }
}

const over = { ok: false, problem: problem('timeout', { what: 'rehearsal' }) } as const

/** A stream that has only just begun says little, ms. */
const steadyMs = 3_000

/** OBS has carried the stream well for a while, and somebody could take over. */
function isReady({ phase, systems, armed, wall }: Snapshot): boolean {
  const [primary, ...others] = systems
  return (
    armed &&
    phase.kind === 'on-air' &&
    phase.system === primary?.id &&
    wall - phase.sinceWall >= steadyMs &&
    primary.verdict === 'good' &&
    others.some(({ readiness }) => readiness === 'ready')
  )
}

function resultOf({ rehearsal }: Snapshot, fault: RouteComparison['fault']): RouteResult | null {
  const tried = rehearsal?.tries.find(({ what }) => what === fault)
  if (tried?.gapMs === undefined || tried.gapMs === null || tried.outcome === null) return null
  return { gapMs: tried.gapMs, outcome: tried.outcome }
}
