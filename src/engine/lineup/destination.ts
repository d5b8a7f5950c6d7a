import { fail, ok, type Problem, type Result } from '../../core/problem'
import type { Takeover } from '../../core/words'
import type { Config, FurtherDestination } from '../../shared/settings/config'
import type { Destination, ProgramTarget, ObsPort, RememberedDestination, Remembers } from '../ports'

/**
 * Where the stream goes: from the config, else from OBS's stream settings, else what OBS said last. Holds the secrets
 * and gives them only to who publishes.
 */
export class Destinations {
  private remembered: RememberedDestination | null
  private latest: Problem | null = null

  constructor(
    private readonly config: Config['destination'],
    private readonly obs: ObsPort | null,
    private readonly remembers: Remembers,
    /** Told of every secret, so that none reaches a log. */
    private readonly onSecret: (secret: string) => void,
    /** Part of the config's own destination is a secret that is not at hand. */
    private readonly locked = false,
    /** Whether OBS streams to this PC itself: that is no destination, and would be a stream in a circle. */
    private readonly isDoor: (url: string) => boolean = () => false,
  ) {
    this.remembered = config.url === null ? remembers.load() : null
    this.tellSecrets()
  }

  get source(): 'obs' | 'config' | null {
    if (this.config.url !== null) return 'config'
    return this.remembered === null ? null : 'obs'
  }

  /** Why it is not known, or why what OBS says now cannot be used. */
  get problem(): Problem | null {
    return this.latest
  }

  get takeover(): Takeover {
    const { takeover } = this.config
    return takeover.kind === 'backup-url' ? { kind: 'backup-url' } : takeover
  }

  get graceMs(): number | null {
    return this.config.graceMs
  }

  /** Ask OBS again: at each connection and before each stream. */
  async refresh(): Promise<void> {
    if (this.config.url !== null || this.obs === null) return
    const asked = await this.obs.readDestination()
    const read = asked.ok && this.isDoor(asked.value.url) ? fail('destination-missing') : asked
    if (!read.ok) {
      this.latest = read.problem
      // An OBS that did not answer changed nothing. One that names another place leaves the old one: what is published
      // there would be on the wrong channel.
      if (read.problem.code.startsWith('destination-')) {
        this.remembered = null
        this.remembers.forget()
      }
      return
    }
    this.latest = null
    const same = JSON.stringify(read.value) === JSON.stringify(this.remembered)
    this.remembered = read.value
    this.tellSecrets()
    if (!same) this.remembers.save(read.value)
  }

  private tellSecrets(): void {
    for (const secret of [this.remembered?.key, this.remembered?.auth?.password]) {
      if (secret !== undefined && secret !== '') this.onSecret(secret)
    }
  }

  /** Where the program path publishes to, the deciding one first. */
  targets(more: readonly FurtherDestination[]): Result<readonly ProgramTarget[]> {
    const main = this.current()
    if (!main.ok) return main
    const { otherUrl } = this.config
    const further = more.map(({ id, url, key, otherUrl: second }): ProgramTarget => {
      const destination: Destination = { id, url, key, auth: null, takeover: { kind: 'none' }, graceMs: null }
      return { id, destination, other: second === null ? null : { ...destination, url: second } }
    })
    const other = otherUrl === null ? null : { ...main.value, url: otherUrl }
    return ok([{ id: main.value.id, destination: main.value, other }, ...further])
  }

  current(): Result<Destination> {
    if (this.locked) return fail('secrets-locked')
    const from =
      this.config.url === null ? this.remembered : { url: this.config.url, key: this.config.key, auth: null }
    if (from === null) return fail(this.latest?.code ?? 'destination-missing', this.latest?.params)
    const { takeover } = this.config
    return ok({
      id: 'main',
      takeover: this.takeover,
      graceMs: this.config.graceMs,
      ...from,
      ...(takeover.kind === 'backup-url' ? { backupUrl: takeover.url } : {}),
    })
  }
}
