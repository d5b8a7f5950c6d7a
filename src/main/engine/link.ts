import { pause } from '../../host/within'
import { assertNever } from '../../core/assert-never'
import { shellText } from '../../shared/messages'
import type { Snapshot } from '../../shared/snapshot'
import type { EngineAddress, EngineLook } from './find'
import type { EngineStart } from './process'
import type { EngineSocket, SocketEvents } from './socket'

/** How the shell stands with the engine; what the window shows follows from it. */
export type LinkState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly engine: EngineAddress }
  /** It died; started again after a pause. */
  | { readonly kind: 'restarting'; readonly attempt: number }
  /** It was asked to end, by somebody else than this shell. */
  | { readonly kind: 'ended' }
  /** It will not run; a person has to do something and then try again. */
  | { readonly kind: 'failed'; readonly text: string; readonly next: string; readonly exitCode: number }

/** What the link needs from outside; tests give their own. */
export interface LinkDeps {
  look(): Promise<EngineLook>
  start(): Promise<EngineStart>
  open(engine: EngineAddress, events: SocketEvents): EngineSocket
  /** Ends a process that holds the lock and answers nobody. */
  kill(pid: number): void
  monotonicMs(): number
  log(text: string, more?: Readonly<Record<string, unknown>>): void
}

export interface LinkEvents {
  state(state: LinkState): void
  snapshot(snapshot: Snapshot): void
  secretsChanged(): void
}

/** Pauses before the engine is started again, ms; the last repeats. */
const restartMs = [0, 1_000, 2_000, 5_000, 10_000, 30_000]
/** An engine that ran this long was well: the next death begins with the first pause. */
const steadyMs = 60_000
/** Deaths in a row without a word before a person is asked. */
const maxDeaths = 5
/** Pauses before the socket is opened again to an engine that lives, ms. */
const reconnectMs = [250, 500, 1_000, 2_000, 3_000]
/** How long an engine may hold its lock and answer nobody: it starts, or the PC is busy. */
const silentMs = 15_000
/** How long an engine that says goodbye may take to be gone. */
const goodbyeMs = 10_000
const lookEveryMs = 250

/**
 * Keeps the shell and the engine together: finds it or starts it, listens to it, finds it again when the socket breaks,
 * starts it again when it died. Owns no process: an engine lives on without its shell.
 */
export class EngineLink {
  private stateNow: LinkState = { kind: 'starting' }
  private socket: EngineSocket | null = null
  /** Raised by each new course; what an earlier one still brings is not listened to. */
  private course = 0
  private deaths = 0
  private runningSince = 0

  constructor(
    private readonly deps: LinkDeps,
    private readonly events: LinkEvents,
  ) {}

  get state(): LinkState {
    return this.stateNow
  }

  get engine(): EngineAddress | null {
    return this.stateNow.kind === 'running' ? this.stateNow.engine : null
  }

  /** Finds or starts the engine; after `failed` or `ended`, tries again. */
  begin(): void {
    this.deaths = 0
    this.become({ kind: 'starting' })
    void this.bring(this.newCourse())
  }

  /** Lets go of the engine, which goes on. */
  close(): void {
    this.newCourse()
  }

  private newCourse(): number {
    this.course += 1
    this.socket?.close()
    this.socket = null
    return this.course
  }

  private become(state: LinkState): void {
    this.stateNow = state
    this.events.state(state)
  }

  /** From nothing to a running engine, whatever stands in the way. */
  private async bring(course: number): Promise<void> {
    const look = await this.awaitAnswer(course)
    if (look === null) return
    switch (look.kind) {
      case 'found':
        this.attach(look.engine, course)
        return
      case 'silent':
        // A stale lock whose number another program got: the engine knows how to tell, and says so if it cannot.
        if (!look.certain) {
          await this.launch(course)
          return
        }
        this.deps.log('the engine hangs and is ended', { pid: look.pid })
        this.deps.kill(look.pid)
        await pause(lookEveryMs)
        if (course === this.course) await this.bring(course)
        return
      case 'none':
        await this.launch(course)
        return
      default:
        assertNever(look, 'look')
    }
  }

  /** Looks until somebody answers or nobody is there; one that only holds the lock gets time. Null: another course. */
  private async awaitAnswer(course: number): Promise<EngineLook | null> {
    const until = this.deps.monotonicMs() + silentMs
    for (;;) {
      const look = await this.deps.look()
      if (course !== this.course) return null
      if (look.kind !== 'silent' || this.deps.monotonicMs() >= until) return look
      await pause(lookEveryMs)
      if (course !== this.course) return null
    }
  }

  private async launch(course: number): Promise<void> {
    const started = await this.deps.start()
    if (course !== this.course) return
    if (started.ok) {
      this.deps.log('engine started', { pid: started.engine.pid })
      this.attach(started.engine, course)
      return
    }
    this.deps.log('engine did not start', { how: started.how, exitCode: started.exitCode })
    if (started.how === 'died' && this.deaths < maxDeaths) await this.restart(course)
    else this.fail(started.text, shellText.engineFailedNext, started.exitCode)
  }

  private fail(text: string, next: string, exitCode: number): void {
    this.become({ kind: 'failed', text, next, exitCode })
  }

  private attach(engine: EngineAddress, course: number): void {
    this.runningSince = this.deps.monotonicMs()
    this.become({ kind: 'running', engine })
    this.listen(engine, course, 0)
  }

  private listen(engine: EngineAddress, course: number, attempt: number): void {
    let heard = false
    this.socket = this.deps.open(engine, {
      snapshot: (snapshot) => {
        heard = true
        if (course === this.course) this.events.snapshot(snapshot)
      },
      secretsChanged: () => {
        if (course === this.course) this.events.secretsChanged()
      },
      closed: (how) => {
        if (course !== this.course) return
        this.socket = null
        void (how === 'goodbye' ? this.ended(course) : this.lost(engine, course, heard ? 0 : attempt))
      },
    })
  }

  /** The socket broke. The engine lives, or it is dead, or it hangs. */
  private async lost(engine: EngineAddress, course: number, attempt: number): Promise<void> {
    const look = await this.awaitAnswer(course)
    if (look === null) return
    if (look.kind === 'found' && look.engine.pid === engine.pid) {
      await pause(reconnectMs[Math.min(attempt, reconnectMs.length - 1)] ?? 0)
      if (course === this.course) this.listen(engine, course, attempt + 1)
      return
    }
    if (look.kind === 'found') {
      this.attach(look.engine, course)
      return
    }
    if (this.deps.monotonicMs() - this.runningSince >= steadyMs) this.deaths = 0
    this.deps.log('the engine is gone', { pid: engine.pid, look: look.kind })
    await this.restart(course)
  }

  private async restart(course: number): Promise<void> {
    const wait = restartMs[Math.min(this.deaths, restartMs.length - 1)] ?? 0
    this.deaths += 1
    this.become({ kind: 'restarting', attempt: this.deaths })
    await pause(wait)
    if (course === this.course) await this.bring(course)
  }

  /** It said goodbye: somebody asked it to end, so it is not started again. Another one may follow it. */
  private async ended(course: number): Promise<void> {
    const until = this.deps.monotonicMs() + goodbyeMs
    for (;;) {
      const look = await this.deps.look()
      if (course !== this.course) return
      if (look.kind === 'none' || this.deps.monotonicMs() >= until) break
      await pause(lookEveryMs)
      if (course !== this.course) return
    }
    const look = await this.deps.look()
    if (course !== this.course) return
    if (look.kind === 'found') this.attach(look.engine, course)
    else this.become({ kind: 'ended' })
  }
}
