import type { Policy } from '../policy'
import type { SystemId } from '../words'
import type { Command, CommandBody, Notice, Reason } from './commands'
import type { Phase, State, Stop } from './state'

/**
 * One turn of `decide`: the state as it becomes, and the commands that come out. Lives only inside one call, so that
 * the rules read as steps; from outside `decide` is a function of its arguments.
 */
export class Turn {
  readonly commands: Command[] = []

  constructor(
    public state: State,
    readonly at: number,
    readonly policy: Policy,
  ) {}

  set(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
  }

  phase(phase: Phase): void {
    this.set({ phase })
  }

  /** Gives a command and returns its id. */
  give(body: CommandBody, reason: Reason): number {
    const id = this.state.nextCommandId
    this.commands.push({ ...body, id, reason })
    this.set({ nextCommandId: id + 1 })
    return id
  }

  tell(notice: Notice, reason: Reason): void {
    this.give({ kind: 'notice', notice }, reason)
  }

  /** A new lease on the destination. */
  lease(): number {
    const generation = this.state.generation + 1
    this.set({ generation })
    return generation
  }

  /** Tells a system to stop, and remembers that it did. */
  stop(system: SystemId, mode: 'clean' | 'abrupt', reason: Reason, awaited = true): number {
    const commandId = this.give({ kind: 'stop', system, generation: this.state.generation, mode }, reason)
    this.noteStop(system, { commandId, givenAt: this.at, until: this.at + stopAgainMs, awaited })
    return commandId
  }

  noteStop(system: SystemId, stop: Stop): void {
    this.set({ stops: { ...this.state.stops, [system]: stop } })
  }
}

/** When a stop that was not answered is given again. Longer than OBS's stop in a black hole (12 s, measured). */
const stopAgainMs = 15_000
