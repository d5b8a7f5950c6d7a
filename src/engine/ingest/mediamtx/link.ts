import { fail, ok } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import type { Clock } from '../../ports'
import { isSupported } from './api'
import type { MediaMtxApi } from './api'
import type { Deadline } from './deadline'
import { emptyMemory, observe } from './status'
import type { Memory, Sample } from './status'

/** Between two looks while a command waits for its effect. */
const waitMs = 80

/** What the server shows of one path, look by look, and whether it answers at all. */
export class Link {
  memory: Memory = emptyMemory
  /** Of the API itself: unreachable, refused, too old. Gone with the next answer. */
  problem: Problem | null = null
  lastGoodAt: number
  closed = false
  readonly api: MediaMtxApi
  readonly name: string
  readonly #clock: Clock
  #number = 0
  #applied = 0

  constructor(api: MediaMtxApi, name: string, clock: Clock) {
    this.api = api
    this.name = name
    this.#clock = clock
    this.lastGoodAt = clock.monotonicMs()
  }

  /** Looks at path and forward; folds what it saw, but for a look that a later one has overtaken. */
  async look(timeoutMs: number): Promise<Result<Sample>> {
    const number = ++this.#number
    const [path, forwards] = await Promise.all([
      this.api.path(this.name, timeoutMs),
      this.api.forwards(this.name, timeoutMs),
    ])
    if (!path.ok) return this.latch(path)
    if (!forwards.ok) return this.latch(forwards)
    const at = this.#clock.monotonicMs()
    const forward = path.value === null ? null : (forwards.value?.[0] ?? null)
    const sample: Sample = { at, path: path.value, forward }
    this.problem = null
    this.lastGoodAt = at
    if (number < this.#applied) return ok(sample)
    this.#applied = number
    this.memory = observe(this.memory, sample)
    return ok(sample)
  }

  /** Looks until `done` answers something, or the deadline passes. */
  async lookUntil<T>(deadline: Deadline, done: (sample: Sample) => T | null): Promise<T | Problem> {
    let answered = false
    for (;;) {
      const seen = await this.look(deadline.callMs())
      answered ||= seen.ok
      const value = seen.ok ? done(seen.value) : null
      if (value !== null) return value
      // The last call may have had a few ms only: one that answered before is not out of reach.
      if (deadline.passed() || this.closed) return answered || seen.ok ? { code: 'timeout' } : seen.problem
      await deadline.pause(waitMs)
    }
  }

  async checkVersion(deadline: Deadline): Promise<Result<void>> {
    const info = await this.api.info(deadline.callMs())
    if (!info.ok) return this.latch(info)
    if (!isSupported(info.value.version))
      return this.latch(fail('ingest-version', { version: info.value.version.trim() }))
    this.problem = null
    return ok(undefined)
  }

  /** Keeps a problem of the API for the status. */
  latch<R extends { readonly ok: false; readonly problem: Problem }>(answer: R): R {
    if (answer.problem.code.startsWith('ingest-')) this.problem = answer.problem
    return answer
  }

  forget(): void {
    this.memory = { ...emptyMemory, restarts: this.memory.restarts }
  }
}
