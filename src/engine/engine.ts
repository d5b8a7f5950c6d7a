import type { CoreEvent, RestorePoint } from '../core/events'
import { assessments, decide, initialState, restorePoint, type Command, type State } from '../core/failover'
import type { Assessment } from '../core/health'
import { foldIncident, noIncidents, type Incidents } from '../core/incident'
import type { Policy } from '../core/policy'
import { problem } from '../core/problem'
import type { SystemId, Verdict } from '../core/words'
import type { Notice } from '../core/failover'
import { execute, type Executors } from './execute/execute'
import type { Clock, JournalPort, Logger } from './ports'

export interface EngineDeps {
  readonly clock: Clock
  readonly logger: Logger
  readonly journal: JournalPort
  readonly policy: Policy
  readonly executors: Omit<Executors, 'untilVerdict' | 'monotonicMs'>
  /**
   * Called with the new restore point whenever it changed, before the commands that follow from it are begun. False: it
   * could not be written; then it is called again at the next tick.
   */
  saveRestorePoint(point: RestorePoint): boolean
  /** What an engine in this process knew that this one goes on from: its set-up was changed. */
  readonly carried: Carried | null
  /** A notice was told. */
  onNotice(notice: Notice, at: number): void
  /** Anything a surface shows may have changed. */
  onChange(): void
}

/** How many notices are remembered for the timeline. */
const timelineLength = 100

export interface TimelineNotice {
  /** Rises by one with each. */
  readonly id: number
  readonly at: number
  readonly wall: number
  readonly notice: Notice
}

/** What one engine leaves to the next in the same process, beside the restore point. */
export interface Carried {
  /** Newest first. */
  readonly timeline: readonly TimelineNotice[]
  readonly incidents: Incidents
  /** Who was on air: to find it there again is no news. */
  readonly onAir: SystemId | null
}

/**
 * The only writer. Events wait in a queue; each is decided, journalled and carried out in turn, and what comes of the
 * commands comes back as events. Nothing else changes the state.
 */
export class Engine {
  private current: State = initialState()
  private readonly queue: CoreEvent[] = []
  private draining = false
  private closed = false
  private verdicts: Readonly<Record<SystemId, Assessment>> = {}
  private lastPoint = ''
  private pointSaved = false
  private incidents: Incidents
  private readonly notices: TimelineNotice[]
  private readonly verdictWaiters = new Set<() => void>()
  /** Its adoption is not told. */
  private expected: SystemId | null

  constructor(private readonly deps: EngineDeps) {
    this.notices = [...(deps.carried?.timeline ?? [])]
    this.incidents = deps.carried?.incidents ?? noIncidents
    this.expected = deps.carried?.onAir ?? null
  }

  get state(): State {
    return this.current
  }

  get assessments(): Readonly<Record<SystemId, Assessment>> {
    return this.verdicts
  }

  get incident(): Incidents {
    return this.incidents
  }

  /** Newest first. */
  get timeline(): readonly TimelineNotice[] {
    return this.notices
  }

  /** What must survive a crash, now. */
  point(): RestorePoint {
    const at = this.deps.clock.monotonicMs()
    return restorePoint(this.current, this.deps.clock.wallMs() - at, at)
  }

  /** Hands an event in. Order is the order of the calls; `at` never goes back, whoever stamped it. */
  post(event: CoreEvent): void {
    if (this.closed) return
    this.queue.push(event)
    if (!this.draining) this.drain()
  }

  close(): void {
    this.closed = true
    for (const wake of this.verdictWaiters) wake()
  }

  private drain(): void {
    this.draining = true
    try {
      for (let event = this.queue.shift(); event !== undefined; event = this.queue.shift()) this.turn(event)
    } finally {
      this.draining = false
    }
    this.deps.onChange()
  }

  private turn(event: CoreEvent): void {
    const before = this.current
    const { state, commands } = decide(before, event, this.deps.policy)
    this.current = state
    const wall = this.deps.clock.wallMs()
    if (event.kind !== 'tick' || commands.length > 0 || state.phase !== before.phase) {
      this.deps.journal.append({ type: 'event', wall, event })
    }
    this.noteVerdicts(event.at, wall)
    this.noteRestorePoint(event.kind === 'tick')
    for (const command of commands) {
      this.deps.journal.append({ type: 'command', wall, at: event.at, command })
    }
    if (commands.length > 0 || this.incidents.open !== null) this.deps.journal.sync()
    for (const command of commands) this.begin(command, event.at)
  }

  private begin(command: Command, at: number): void {
    if (command.kind === 'notice') {
      this.note(command.notice, at)
      return
    }
    const to: Executors = {
      ...this.deps.executors,
      untilVerdict: (system, verdict, deadlineMs) => this.untilVerdict(system, verdict, deadlineMs),
      monotonicMs: () => this.deps.clock.monotonicMs(),
    }
    execute(command, to).then(
      (done) => {
        const outcome = !done.ok
          ? { ok: false as const, problem: done.problem }
          : done.value === null
            ? { ok: true as const }
            : { ok: true as const, proof: done.value }
        this.post({ kind: 'result', at: this.deps.clock.monotonicMs(), commandId: command.id, outcome })
      },
      (error: unknown) => {
        // A bug in a port: said in the log, and to the core a failure like any other.
        this.deps.logger.error('a command failed unexpectedly', {
          command: command.kind,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
        this.post({
          kind: 'result',
          at: this.deps.clock.monotonicMs(),
          commandId: command.id,
          outcome: { ok: false, problem: problem('internal') },
        })
      },
    )
  }

  private note(notice: Notice, at: number): void {
    if (notice.code === 'adopted' && notice.system === this.expected) {
      this.expected = null
      this.incidents = foldIncident(this.incidents, notice, at)
      return
    }
    const wall = this.deps.clock.wallMs()
    const id = (this.notices[0]?.id ?? 0) + 1
    this.notices.unshift({ id, at, wall, notice })
    this.notices.length = Math.min(this.notices.length, timelineLength)
    this.incidents = foldIncident(this.incidents, notice, at)
    this.deps.onNotice(notice, at)
  }

  private noteVerdicts(at: number, wall: number): void {
    const next = assessments(this.current, at, this.deps.policy)
    for (const [system, assessment] of Object.entries(next)) {
      const last = this.verdicts[system]
      const codes = assessment.causes.map((cause) => cause.code).join()
      if (last?.verdict === assessment.verdict && last.causes.map((cause) => cause.code).join() === codes)
        continue
      this.deps.journal.append({
        type: 'verdict',
        wall,
        at,
        system,
        verdict: assessment.verdict,
        causes: assessment.causes,
      })
    }
    this.verdicts = next
    for (const wake of this.verdictWaiters) wake()
  }

  private noteRestorePoint(again: boolean): void {
    const point = this.point()
    // The hold's end moves by clock rounding: a second is as fine as it needs to be.
    const untilWall = point.hold?.untilWall ?? null
    const hold =
      point.hold === null
        ? null
        : { untilWall: untilWall === null ? null : Math.round(untilWall / 1_000) * 1_000 }
    const rounded: RestorePoint = { ...point, hold }
    const text = JSON.stringify(rounded)
    if (text === this.lastPoint && (this.pointSaved || !again)) return
    this.lastPoint = text
    this.pointSaved = this.deps.saveRestorePoint(rounded)
  }

  private untilVerdict(system: SystemId, verdict: Verdict, deadlineMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (found: boolean) => {
        clearTimeout(timer)
        this.verdictWaiters.delete(look)
        resolve(found)
      }
      const look = () => {
        if (this.closed) finish(false)
        else if (this.verdicts[system]?.verdict === verdict) finish(true)
      }
      const timer = setTimeout(() => {
        finish(false)
      }, deadlineMs)
      this.verdictWaiters.add(look)
      look()
    })
  }
}
