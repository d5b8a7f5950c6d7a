import { fail, ok } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import { redactUrl } from '../../../shared/addresses/redact'
import type { Clock, Logger } from '../../ports'
import type { PathConfig } from './api'
import { deadlineOf } from './deadline'
import type { Deadline } from './deadline'
import type { Link } from './link'
import { isOurs, isSamePull, leaseFields, leaseOf, restorable } from './paths'
import type { WarmPath } from './paths'
import type { Sample } from './status'

/** Does the server still hold the path that we made? Asked more rarely than how the path does. */
const configCheckMs = 10_000

/** What the path was before we took it. */
type Found = { readonly kind: 'nothing' } | { readonly kind: 'config'; readonly config: PathConfig }

/** Holds our path on the server: makes it, fills and empties its forward, makes it again when it is lost, puts back. */
export class Keeper {
  /** What we asked the path to pull; null: not prepared. */
  warm: WarmPath | null = null
  /** We asked for the path, or met one with our mark: what it shows is about us. */
  ours = false
  /** What is to be forwarded, and under which lease; null: nothing. */
  wanted: { readonly dest: string; readonly generation: number } | null = null
  /** Lease that stands in the path. */
  lease = 0
  /** The highest that was ever seen, here or in the path. */
  seenGeneration = 0
  /** A stop that the server did not confirm: made good as soon as it answers. */
  owedStop = false
  /** The path was lost, until it pulls again. */
  lost: Problem | null = null
  /** Times the path was made again. */
  reasserted = 0
  readonly #link: Link
  readonly #clock: Clock
  readonly #log: (level: 'info' | 'warn', message: string, data: Readonly<Record<string, unknown>>) => void
  #found: Found | null = null
  #configCheckedAt = 0

  constructor(link: Link, clock: Clock, logger: Logger, systemId: string) {
    this.#link = link
    this.#clock = clock
    this.#log = (level, message, data) =>
      logger[level](message, { system: systemId, path: link.name, ...data })
  }

  /** Forwards nothing any more, and sees that it is so. */
  async emptyForward(deadline: Deadline): Promise<Result<void>> {
    const { api, name } = this.#link
    this.wanted = null
    this.owedStop = true
    const patched = await api.patchPath(name, { forward: [] }, deadline.callMs())
    if (!patched.ok && patched.problem.code !== 'ingest-not-found') return this.#link.latch(patched)
    const gone = await this.#link.lookUntil(deadline, ({ forward }) => (forward === null ? true : null))
    if (gone !== true) return { ok: false, problem: gone }
    this.owedStop = false
    return ok(undefined)
  }

  async beginForward(dest: string, generation: number, deadline: Deadline): Promise<Result<void>> {
    return this.#patch({ forward: [{ dest }], ...leaseFields(generation) }, dest, generation, deadline)
  }

  /** Takes over what is forwarded already, its session untouched, under a new lease. */
  async takeLease(dest: string, generation: number, deadline: Deadline): Promise<Result<void>> {
    return this.#patch(leaseFields(generation), dest, generation, deadline)
  }

  async #patch(
    fields: Readonly<Record<string, unknown>>,
    dest: string,
    generation: number,
    deadline: Deadline,
  ): Promise<Result<void>> {
    this.wanted = { dest, generation }
    this.lease = generation
    const patched = await this.#link.api.patchPath(this.#link.name, fields, deadline.callMs())
    if (!patched.ok) return this.#link.latch(patched)
    this.owedStop = false
    return patched
  }

  /** Makes the warm path where it is missing or pulls something else; keeps one that is right, whatever it forwards. */
  async makeWarm(target: WarmPath, deadline: Deadline): Promise<Result<void>> {
    const { api, name, memory } = this.#link
    const existing = await api.pathConfig(name, deadline.callMs())
    if (!existing.ok) return this.#link.latch(existing)
    const held = existing.value
    if (held !== null && isOurs(held) && this.#found === null) this.#readLease(held)
    // A path with our mark was made by an engine before us: nothing of the user's to put back.
    this.#found ??= held === null || isOurs(held) ? { kind: 'nothing' } : { kind: 'config', config: held }
    this.ours = true
    if (held !== null && isSamePull(held, target)) {
      this.warm = target
      const seen = await this.#link.look(deadline.callMs())
      const forward = seen.ok ? seen.value.forward : null
      if (isOurs(held) && this.wanted === null && !this.owedStop && forward !== null)
        this.wanted = { dest: forward.dest, generation: this.lease }
      return ok(undefined)
    }
    if (held !== null && (memory.publish?.leg === 'up' || this.wanted !== null)) return fail('refused-busy')
    const made = await api.replacePath(name, { ...target, forward: [] }, deadline.callMs())
    if (!made.ok) return this.#link.latch(made)
    this.warm = target
    this.#link.forget()
    this.#log('info', 'MediaMTX path made', { source: redactUrl(target.source) })
    return ok(undefined)
  }

  /** An engine that has not prepared yet: is the path that runs there ours? */
  async recognise(timeoutMs: number): Promise<void> {
    if (this.ours || this.#found !== null) return
    const held = await this.#link.api.pathConfig(this.#link.name, timeoutMs)
    if (!held.ok || held.value === null || !isOurs(held.value)) return
    this.ours = true
    this.#readLease(held.value)
  }

  #readLease(config: PathConfig): void {
    this.lease = leaseOf(config)
    this.seenGeneration = Math.max(this.seenGeneration, this.lease)
  }

  /** Whether the server forgot the path, or what it forwards: restarted, or its configuration read again. */
  async isLost({ at, path, forward }: Sample, timeoutMs: number): Promise<boolean> {
    if (this.warm === null) return false
    const looksWell = path !== null && (this.wanted === null || forward !== null)
    if (looksWell && at - this.#configCheckedAt < configCheckMs) return false
    this.#configCheckedAt = at
    const held = await this.#link.api.pathConfig(this.#link.name, timeoutMs)
    if (!held.ok) return false
    return (
      held.value === null || !isSamePull(held.value, this.warm) || (this.wanted !== null && forward === null)
    )
  }

  /** Makes a lost path again, with what it sent. */
  async reassert(): Promise<void> {
    if (this.warm === null || this.#link.closed) return
    const deadline = deadlineOf(this.#clock, 10_000)
    const { wanted } = this
    this.lost = { code: 'ingest-not-found' }
    this.reasserted++
    this.#log('warn', 'MediaMTX lost the path; it is made again', { publishing: wanted !== null })
    const forward =
      wanted === null
        ? { forward: [] }
        : { forward: [{ dest: wanted.dest }], ...leaseFields(wanted.generation) }
    const { api, name } = this.#link
    const made = await api.replacePath(name, { ...this.warm, ...forward }, deadline.callMs())
    if (made.ok) await this.#link.lookUntil(deadline, ({ path }) => (path === null ? null : true))
    else this.#link.latch(made)
  }

  /** Puts back what was found. */
  async release(deadline: Deadline): Promise<Result<void>> {
    if (!this.ours) return ok(undefined)
    const { api, name } = this.#link
    const found = this.#found
    const back =
      found?.kind === 'config'
        ? await api.replacePath(name, restorable(found.config), deadline.callMs())
        : await api.deletePath(name, deadline.callMs())
    if (!back.ok) return this.#link.latch(back)
    const gone =
      found?.kind === 'config' ||
      (await this.#link.lookUntil(deadline, ({ path }) => (path === null ? true : null)))
    this.warm = null
    this.wanted = null
    this.#found = null
    this.ours = false
    this.owedStop = false
    this.lease = 0
    this.lost = null
    this.#link.forget()
    return gone === true ? ok(undefined) : { ok: false, problem: gone }
  }
}
