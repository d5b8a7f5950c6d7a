import type { CoreEvent, DistributiveOmit, OperatorCommand, RestorePoint } from './story-types'
import {
  decide,
  initialState,
  restorePoint,
  type Command,
  type Notice,
  type State,
} from '../../../src/core/failover'
import { defaultPolicy, type Policy } from '../../../src/core/policy'
import type { Outcome } from './story-types'
import type { DestinationRules } from '../../../src/core/words'
import { StoryObs } from './story-obs'
import { StoryProgram } from './story-program'
import { StoryPull } from './story-pull'

/** How often the engine ticks; delays in a story are rounded up to it. */
export const tickMs = 250

export interface StoryOptions {
  readonly policy?: Partial<Policy['failover']>
  readonly takeover?: DestinationRules['takeover']
  readonly slate?: boolean
  /** Route `program`: OBS, the backup and the standby picture feed it. */
  readonly program?: boolean
  /** A backup on a server, `remote`. */
  readonly remote?: boolean
  readonly autoArm?: boolean
  /** How long the platform keeps the broadcast open, ms; not known unless given. */
  readonly graceMs?: number
}

/** Where the stream goes: who holds the key, and how it answers. */
export interface StoryDestination {
  /** Everybody whose media arrives. */
  readonly publishers: Set<string>
  /** A silent publisher's session: the key is taken until then (ms). */
  ghostUntil: number
  reachable: boolean
  refusesKey: boolean
}

/**
 * A scripted world around `decide`: an OBS that pushes and backups that pull answer commands as real ones do, with
 * their delays; faults are switched on and off. Time moves in ticks and only when the story says so.
 */
export class Story {
  now = 0
  state: State = initialState()
  readonly policy: Policy
  readonly obs: StoryObs
  readonly backup: StoryPull
  readonly slate: StoryPull | null
  readonly remote: StoryPull | null
  readonly program: StoryProgram | null
  readonly destination: StoryDestination = {
    publishers: new Set(),
    ghostUntil: 0,
    reachable: true,
    refusesKey: false,
  }
  /** Everything that was decided, in order. */
  readonly commands: Command[] = []
  /** Everything that was told to the core, in order: a journal. */
  readonly events: CoreEvent[] = []
  /** Takes the command instead of the world: for a port that never answers. */
  intercept: (command: Command) => boolean = () => false
  private later: { readonly at: number; readonly run: () => void }[] = []

  constructor(readonly options: StoryOptions = {}) {
    this.policy = { ...defaultPolicy, failover: { ...defaultPolicy.failover, ...options.policy } }
    this.obs = new StoryObs(this)
    this.backup = new StoryPull(this, 'backup')
    this.slate = options.slate === true ? new StoryPull(this, 'slate') : null
    this.remote = options.remote === true ? new StoryPull(this, 'remote') : null
    this.program = options.program === true ? new StoryProgram(this) : null
    this.configure()
  }

  get takeover(): boolean {
    return this.options.takeover !== undefined && this.options.takeover.kind !== 'none'
  }

  /** A tick at a time until `ms` have passed. */
  run(ms: number): this {
    const end = this.now + ms
    while (this.now < end) this.tick()
    return this
  }

  /** Runs until it is so; fails the test after a minute of the story's time. */
  until(what: (state: State) => boolean, limitMs = 60_000): this {
    const end = this.now + limitMs
    while (!what(this.state)) {
      if (this.now >= end) throw new Error(`not within ${limitMs} ms; told:\n${this.tale().join('\n')}`)
      this.tick()
    }
    return this
  }

  private tick(): void {
    this.now += tickMs
    for (;;) {
      const due = this.later.filter((task) => task.at <= this.now).sort((one, other) => one.at - other.at)[0]
      if (due === undefined) break
      this.later = this.later.filter((task) => task !== due)
      due.run()
    }
    this.obs.sample()
    this.backup.sample()
    this.slate?.sample()
    this.remote?.sample()
    this.program?.sample()
    this.tell({ kind: 'tick' })
  }

  after(ms: number, run: () => void): void {
    this.later.push({ at: this.now + ms, run })
  }

  /** One event to the core; what it decides is begun. */
  tell(event: DistributiveOmit<CoreEvent, 'at'>): void {
    const stamped = { ...event, at: this.now } as CoreEvent
    this.events.push(stamped)
    const { state, commands } = decide(this.state, stamped, this.policy)
    this.state = state
    this.commands.push(...commands)
    for (const command of commands) this.begin(command)
  }

  say(command: OperatorCommand): this {
    this.tell({ kind: 'operator', command, by: 'page' })
    return this
  }

  private begin(command: Command): void {
    if (command.kind === 'notice' || this.intercept(command)) return
    const done = (outcome: Outcome): void => {
      this.tell({ kind: 'result', commandId: command.id, outcome })
    }
    if (command.kind === 'prove') {
      this.prove(command.deadlineMs, done)
      return
    }
    if (command.kind === 'guard' || command.kind === 'redirect') {
      this.program?.obey(command, done)
      return
    }
    if (this.program !== null && command.system !== 'remote') {
      if (command.kind === 'start') this.program.start(command, done)
      else this.program.stop(command, done)
      return
    }
    if (command.system === 'remote') {
      if (command.kind === 'start') this.remote?.start(command, done)
      else this.remote?.stop(done)
      return
    }
    const system = command.system === 'obs' ? this.obs : command.system === 'slate' ? this.slate : this.backup
    if (command.kind === 'start') system?.start(command, done)
    else system?.stop(done)
  }

  /** Looks at the far end: media of anybody. */
  private prove(deadlineMs: number, done: (outcome: Outcome) => void): void {
    const seen = this.destination.reachable && this.destination.publishers.size > 0
    if (seen) {
      this.after(300, () => {
        done({ ok: true, proof: { kind: 'server', at: this.now } })
      })
    } else {
      this.after(deadlineMs, () => {
        done({ ok: false, problem: { code: 'proof-missing' } })
      })
    }
  }

  private configure(): void {
    const inProgram = this.program === null ? {} : { inProgram: true }
    this.tell({
      kind: 'configured',
      ...(this.program === null ? {} : { route: 'program' as const }),
      lineup: [
        { id: 'obs', kind: 'push', ...inProgram },
        { id: 'backup', kind: 'pull', ...inProgram },
        ...(this.slate === null ? [] : [{ id: 'slate', kind: 'slate', ...inProgram } as const]),
        ...(this.remote === null ? [] : [{ id: 'remote', kind: 'pull' } as const]),
      ],
      destination: {
        id: 'main',
        takeover: this.options.takeover ?? { kind: 'none' },
        graceMs: this.options.graceMs ?? null,
      },
      autoArm: this.options.autoArm ?? false,
    })
  }

  /** OBS is live for a while, the backup is warm, Understudy is armed: where most stories begin. */
  live(): this {
    this.obs.open()
    this.run(3_000)
    this.obs.pressStart()
    this.run(10_000)
    this.say({ kind: 'arm' })
    return this
  }

  /** As `live`, and the operator has put the backup on air. */
  backupLive(): this {
    this.live().say({ kind: 'switch', to: 'backup' })
    this.until(onAir('backup')).run(8_000)
    this.commands.length = 0
    return this
  }

  /** `kill -9` of the engine and its restart: the world goes on, the core knows the restore point only. */
  restart(change: (point: RestorePoint) => RestorePoint = (point) => point): this {
    const point = change(restorePoint(this.state, 0, this.now))
    // Answers to commands of the old engine reach nobody.
    this.later = []
    this.state = initialState()
    this.commands.length = 0
    this.configure()
    this.tell({ kind: 'restored', point, wall: this.now })
    this.obs.reopen()
    return this
  }

  /** Commands in short: `stop obs`, `start backup`, `prove backup`. */
  deeds(): string[] {
    return this.commands.flatMap((command) => (command.kind === 'notice' ? [] : [deed(command)]))
  }

  /** Notices in short, as codes with what matters of them. */
  told(): string[] {
    return this.commands.flatMap((command) => (command.kind === 'notice' ? [brief(command.notice)] : []))
  }

  /** Deeds and notices together. */
  tale(): string[] {
    return this.commands.map((command) =>
      command.kind === 'notice' ? `(${brief(command.notice)})` : deed(command),
    )
  }
}

function deed(command: Exclude<Command, { readonly kind: 'notice' }>): string {
  switch (command.kind) {
    case 'guard':
      return `guard ${command.guard?.order.join(' ') ?? 'none'}`
    case 'redirect':
      return `redirect ${command.destination} ${command.to}`
    default:
      return `${command.kind} ${command.system}`
  }
}

function brief(notice: Notice): string {
  switch (notice.code) {
    case 'switched':
      return `switched ${notice.to}`
    case 'switching':
      return `switching ${notice.to}`
    case 'switch-failing':
    case 'switch-failed':
      return `${notice.code} ${notice.to} ${notice.problem.code}`
    case 'not-switched':
      return `not-switched ${notice.because}`
    case 'on-air-bad':
      return `bad ${notice.system} ${notice.cause}`
    case 'stream-ended':
      return `ended ${notice.how}${notice.certain ? '' : '?'}`
    case 'refused':
      return `refused ${notice.command} ${notice.problem.code}`
    default:
      return notice.code
  }
}

export const onAir =
  (system: string) =>
  (state: State): boolean =>
    state.phase.kind === 'on-air' && state.phase.system === system

export const inPhase =
  (kind: State['phase']['kind']) =>
  (state: State): boolean =>
    state.phase.kind === kind
