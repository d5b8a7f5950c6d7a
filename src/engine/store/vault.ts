import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { problem, type Problem } from '../../core/problem'
import type { SecretsHandOver } from '../../shared/key-store'
import { nodeAtomicDisk, writeFileAtomic, type AtomicDisk } from '../../host/atomic-file'
import { errnoOf, errnoWords, isDiskFull } from '../../host/errno'

const fileSchema = z.object({
  keptIn: z.enum(['key-store', 'file']),
  /** What the key store holds; no secret. */
  names: z.array(z.string()).default([]),
  secrets: z.record(z.string(), z.string()).default({}),
})

type Content = z.infer<typeof fileSchema>

export interface VaultOptions {
  /** Mode 0600. While a key store keeps the secrets it holds their names alone. */
  readonly path: string
  /** What the desktop app gave at the start, out of its key store; null: nobody did. */
  readonly handed: SecretsHandOver | null
  /** Is the keeper of the key store here to be told of a change? One who is not must find it in the file. */
  readonly keeperHere: () => boolean
  readonly disk?: AtomicDisk
}

/**
 * Keys and passwords by name, apart from the set-up. In a private file, or in memory while the desktop app's key store
 * keeps them; then the file is a marker, so that an engine that starts alone can say what it lacks.
 */
export class Vault {
  private keeping: 'key-store' | 'file'
  private readonly secrets: Map<string, string>
  /** What the key store is known to hold, as it was last shown. */
  private stored: ReadonlyMap<string, string> = new Map()
  /** Names that the key store holds and nobody has given us. */
  private readonly lacking: Set<string>
  private written: string | null = null
  private latched: Problem | null = null
  private readonly listeners = new Set<() => void>()

  constructor(private readonly options: VaultOptions) {
    const standing = this.read()
    const handed = options.handed
    this.keeping = handed?.keptIn ?? standing.keptIn
    // What stands in the file was set when no keeper was there: it is newer.
    this.secrets = new Map([...Object.entries(handed?.secrets ?? {}), ...Object.entries(standing.secrets)])
    if (handed?.keptIn === 'key-store') this.stored = new Map(Object.entries(handed.secrets))
    this.lacking = new Set(standing.names.filter((name) => !this.secrets.has(name)))
    if (handed !== null) {
      this.lacking.clear()
      this.write()
    }
  }

  get keptIn(): 'key-store' | 'file' {
    return this.keeping
  }

  /** Why the file could not be read or written. */
  get problem(): Problem | null {
    return this.latched
  }

  get(name: string): string | null {
    return this.secrets.get(name) ?? null
  }

  /** The key store has it, and we do not. */
  lacks(name: string): boolean {
    return this.lacking.has(name)
  }

  values(): readonly string[] {
    return [...this.secrets.values()]
  }

  handOver(): SecretsHandOver {
    return { keptIn: this.keeping, secrets: Object.fromEntries(this.secrets) }
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /**
   * Sets (or with null removes) secrets. A Problem: they could not be written, and nothing was changed.
   */
  change(changes: Readonly<Record<string, string | null>>): Problem | null {
    const before = new Map(this.secrets)
    const lacked = new Set(this.lacking)
    for (const [name, value] of Object.entries(changes)) {
      this.lacking.delete(name)
      if (value === null) this.secrets.delete(name)
      else this.secrets.set(name, value)
    }
    const failed = this.write()
    if (failed !== null) {
      this.secrets.clear()
      for (const [name, value] of before) this.secrets.set(name, value)
      for (const name of lacked) this.lacking.add(name)
      return failed
    }
    if (!sameMap(before, this.secrets)) for (const listener of this.listeners) listener()
    return null
  }

  /** The desktop app says where it keeps them and what it has. What we have ourselves is newer. */
  take(handed: SecretsHandOver): { readonly gained: readonly string[] } {
    // With the marker we know what belongs to us: what was removed while the keeper was away does not come back.
    const marked = this.keeping === 'key-store'
    this.keeping = handed.keptIn
    this.stored = handed.keptIn === 'key-store' ? new Map(Object.entries(handed.secrets)) : new Map()
    const gained = Object.keys(handed.secrets).filter(
      (name) => !this.secrets.has(name) && (!marked || this.lacking.has(name)),
    )
    for (const name of gained) this.secrets.set(name, handed.secrets[name] ?? '')
    this.lacking.clear()
    this.write()
    if (handed.keptIn === 'key-store' && !sameMap(this.stored, this.secrets))
      for (const listener of this.listeners) listener()
    return { gained }
  }

  private read(): Content {
    const none: Content = { keptIn: 'file', names: [], secrets: {} }
    let text: string
    try {
      text = readFileSync(this.options.path, 'utf8')
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT')
        this.latched = problem('secrets-unreadable', { reason: errnoWords(error) })
      return none
    }
    try {
      const parsed = fileSchema.safeParse(JSON.parse(text))
      if (parsed.success) {
        this.written = text
        return parsed.data
      }
    } catch {
      // Said below.
    }
    this.latched = problem('secrets-unreadable', { reason: 'it is not what Understudy writes' })
    try {
      writeFileAtomic(`${this.options.path}.broken`, text)
    } catch {
      // A copy is a courtesy; the start must not fail for it.
    }
    return none
  }

  /** In the file: everything, or, with a key store, the names and what its keeper has not been told of. */
  private write(): Problem | null {
    const { path, disk = nodeAtomicDisk, keeperHere } = this.options
    const all = [...this.secrets]
    const untold = this.keeping === 'file' ? all : keeperHere() ? this.unsafeStill(all) : this.unstored(all)
    const names = this.keeping === 'file' ? [] : [...this.secrets.keys(), ...this.lacking]
    const content = { keptIn: this.keeping, names, secrets: Object.fromEntries(untold) } satisfies Content
    const text = `${JSON.stringify(content)}\n`
    if (text === this.written) return null
    // Nothing was ever kept: no file for that.
    if (this.written === null && names.length === 0 && untold.length === 0) return null
    try {
      writeFileAtomic(path, text, { mode: 0o600, disk })
      this.written = text
      this.latched = null
      return null
    } catch (error) {
      this.latched = isDiskFull(error)
        ? problem('disk-full', { path })
        : problem('data-dir-unwritable', { path, reason: errnoWords(error) })
      return this.latched
    }
  }

  private unstored(all: readonly (readonly [string, string])[]): (readonly [string, string])[] {
    return all.filter(([name, value]) => this.stored.get(name) !== value)
  }

  /** Its keeper hears of a change at once; what already lies in the file stays until he showed that he has it. */
  private unsafeStill(all: readonly (readonly [string, string])[]): (readonly [string, string])[] {
    const lying = this.written === null ? {} : fileSchema.parse(JSON.parse(this.written)).secrets
    return this.unstored(all).filter(([name, value]) => lying[name] === value)
  }
}

const sameMap = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([name, value]) => other.get(name) === value)
