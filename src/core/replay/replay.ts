import type { ConfiguredEvent, CoreEvent } from '../events'
import { assessments, decide, initialState, type State } from '../failover'
import type { Command, Reason } from '../failover/commands'
import type { Cause } from '../health'
import type { Policy } from '../policy'
import type { SystemId, Verdict } from '../words'
import { obeyed, ReadyBackup } from './backup'
import type { Recording } from './recording'

/** Times in ms on the recording's clock. */
export type ReplayLine =
  | {
      readonly kind: 'verdict'
      readonly at: number
      readonly system: SystemId
      readonly verdict: Verdict
      readonly causes: readonly Cause[]
    }
  | {
      readonly kind: 'switch'
      readonly at: number
      readonly to: SystemId
      /** True: away from the primary. */
      readonly toBackup: boolean
      readonly reason: Reason
      /** The cause with its numbers, where a verdict was the reason. */
      readonly cause: Cause | null
    }
  | { readonly kind: 'truth'; readonly at: number; readonly fault: string; readonly phase: string }

export interface Replay {
  readonly lines: readonly ReplayLine[]
  readonly summary: {
    /** Switches to a backup. */
    readonly switches: number
    /** Switches back to the primary. */
    readonly returns: number
    /** First bad verdict on the primary; null: none. */
    readonly firstBadAt: number | null
    readonly firstBadCause: string | null
    readonly durationMs: number
  }
}

const tickMs = 250
/** Over a hole this long nothing can be due any more: ticks go on after it. */
const longestHoleMs = 120_000
/** A lineup's ports answer commands with events; more turns than this at one moment is a bug in the core. */
const maxTurns = 1_000

/**
 * Runs a recording through the core, with every backup ready and obeying at once, and OBS obeying too (what it then
 * really did is in the recording). Armed from the start, unless a journal says otherwise.
 */
export function replay(recording: Recording, policy: Policy): Replay {
  const run = new Run(recording, policy)
  run.all()
  return run.result()
}

/** The replay's own wiring where a journal brings none: OBS, one backup, a destination that refuses a second publisher. */
const configured = (at: number): ConfiguredEvent => ({
  kind: 'configured',
  at,
  lineup: [
    { id: 'obs', kind: 'push' },
    { id: 'backup', kind: 'pull' },
  ],
  destination: { id: 'replay', takeover: { kind: 'none' }, graceMs: null },
})

class Run {
  private state: State = initialState()
  private backups = new Map<SystemId, ReadyBackup>()
  private readonly lines: ReplayLine[] = []
  private readonly shown = new Map<SystemId, string>()
  private now: number
  private nextTick: number

  constructor(
    private readonly recording: Recording,
    private readonly policy: Policy,
  ) {
    const first = recording.items[0]
    this.now = first === undefined ? 0 : atOf(first)
    this.nextTick = this.now + tickMs
  }

  all(): void {
    this.begin(this.now)
    const truth = [...this.recording.truth]
    for (const item of this.recording.items) {
      const at = atOf(item)
      this.ticksUntil(at)
      while (truth[0] !== undefined && truth[0].at <= at) this.addTruth(truth.shift())
      this.now = at
      if (item.kind === 'restart') {
        // The first session line is no restart, and `begin` has done its work.
        this.begin(at)
      } else {
        this.feed(item.event)
      }
    }
    for (const rest of truth) {
      this.ticksUntil(rest.at)
      this.addTruth(rest)
    }
  }

  private addTruth(truth: Recording['truth'][number] | undefined): void {
    if (truth !== undefined) this.lines.push({ kind: 'truth', ...truth })
  }

  /** A new core, wired and armed. */
  private begin(at: number): void {
    this.state = initialState()
    this.feed(configured(at))
    if (!this.armsItself()) {
      this.feed({ kind: 'operator', at, command: { kind: 'arm' }, by: 'cli' })
    }
  }

  /** A journal that tells who armed it is obeyed. */
  private armsItself(): boolean {
    return this.recording.items.some(
      (item) =>
        item.kind === 'event' &&
        (item.event.kind === 'restored' ||
          (item.event.kind === 'configured' && item.event.autoArm === true) ||
          (item.event.kind === 'operator' &&
            (item.event.command.kind === 'arm' || item.event.command.kind === 'disarm'))),
    )
  }

  private ticksUntil(at: number): void {
    if (at - this.nextTick > longestHoleMs) {
      this.ticksUntil(this.nextTick + longestHoleMs / 2)
      this.nextTick = at
    }
    while (this.nextTick < at) {
      const tick = this.nextTick
      this.nextTick += tickMs
      this.feed({ kind: 'tick', at: tick })
      for (const backup of this.backups.values()) this.feed(backup.status(tick))
    }
  }

  /** One event, and everything that comes back at once because of it. */
  private feed(event: CoreEvent): void {
    this.now = event.at
    const queue: CoreEvent[] = [event]
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const next = queue.shift()
      if (next === undefined) return
      if (next.kind === 'configured') queue.push(...this.wire(next))
      const { state, commands } = decide(this.state, next, this.policy)
      this.showVerdicts(state)
      this.state = state
      for (const command of commands) queue.push(...this.execute(command))
    }
    throw new Error(`replay: the core gives commands without end at ${event.at} ms`)
  }

  /** Simulated backups for every system of the lineup that is not OBS. */
  private wire(event: ConfiguredEvent): readonly CoreEvent[] {
    const pulls = event.lineup.filter((entry) => entry.kind !== 'push')
    this.backups = new Map(
      pulls.map((entry) => [entry.id, this.backups.get(entry.id) ?? new ReadyBackup(entry.id)]),
    )
    return [...this.backups.values()].map((backup) => backup.status(event.at))
  }

  private execute(command: Command): readonly CoreEvent[] {
    if (command.kind === 'notice') {
      const { notice } = command
      if (notice.code === 'switching') this.addSwitch(notice.to, notice.reason)
      return []
    }
    if (command.kind === 'guard' || command.kind === 'redirect') {
      const done = obeyed(command, this.now)
      return done === null ? [] : [done]
    }
    const backup = this.backups.get(command.system)
    backup?.obey(command, this.now)
    const result = obeyed(command, this.now)
    // An OBS that is owed a fence does not answer by definition; what it did stands in the recording.
    if (backup === undefined && command.reason.code === 'owed-fence') return []
    return [...(result === null ? [] : [result]), ...(backup === undefined ? [] : [backup.status(this.now)])]
  }

  private addSwitch(to: SystemId, reason: Reason): void {
    const cause = reason.code === 'verdict-bad' ? this.causeOf(reason.system, reason.cause) : null
    this.lines.push({
      kind: 'switch',
      at: this.now,
      to,
      toBackup: this.state.lineup[0]?.id !== to,
      reason,
      cause,
    })
  }

  /** The cause as it was shown last, with its numbers: by now the system has been told to stop. */
  private causeOf(system: SystemId, code: Cause['code']): Cause {
    const shown = this.lines.findLast((line) => line.kind === 'verdict' && line.system === system)
    const causes = shown?.kind === 'verdict' ? shown.causes : []
    return causes.find((cause) => cause.code === code) ?? { code }
  }

  /** A line at each change of a verdict or of its causes. */
  private showVerdicts(state: State): void {
    const at = this.now
    for (const [system, { verdict, causes }] of Object.entries(assessments(state, at, this.policy))) {
      const key = [verdict, ...causes.map((cause) => cause.code)].join(' ')
      if (this.shown.get(system) === key) continue
      this.shown.set(system, key)
      this.lines.push({ kind: 'verdict', at, system, verdict, causes })
    }
  }

  result(): Replay {
    const { lines } = this
    const primary = this.state.lineup[0]?.id
    const switches = lines.filter((line) => line.kind === 'switch')
    const firstBad = lines.find(
      (line) => line.kind === 'verdict' && line.system === primary && line.verdict === 'bad',
    )
    const first = this.recording.items[0]
    return {
      lines,
      summary: {
        switches: switches.filter((line) => line.toBackup).length,
        returns: switches.filter((line) => !line.toBackup).length,
        firstBadAt: firstBad?.at ?? null,
        firstBadCause: firstBad?.kind === 'verdict' ? (firstBad.causes[0]?.code ?? null) : null,
        durationMs: this.now - (first === undefined ? this.now : atOf(first)),
      },
    }
  }
}

const atOf = (item: Recording['items'][number]): number => (item.kind === 'event' ? item.event.at : item.at)
