import { randomBytes } from 'node:crypto'
import { problem, type Problem } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import { problemNext, problemText } from '../../shared/messages'
import { mergePolicy } from '../../shared/settings/policy-merge'
import type { FieldFault, SettingsChange, SettingsReply, SettingsView } from '../../shared/settings/settings'
import type { Policy } from '../../core/policy'
import type { Setup } from '../runtime/setup'
import { saveConfig } from '../store/config/config-file'
import type { Vault } from '../store/vault'
import { applyChange, type Disk } from './apply'
import { joinSecrets, secretNames, splitSecrets } from './secret-places'
import { settingsView } from './view'

export interface SettingsOptions {
  readonly path: string
  /** As the file has it, checked. */
  readonly config: Config
  readonly policy: Policy
  readonly vault: Vault
  readonly disk: Disk
}

/** A change that is right in itself and not in force yet. */
export interface Plan {
  readonly setup: Setup
  /** Saves it. A Problem: nothing was changed. */
  save(): Problem | null
}

/** The set-up of the main channel: what is in force, what it would be after a change, and the files it lies in. */
export class Settings {
  private now: Setup
  private raised = 1

  constructor(private readonly options: SettingsOptions) {
    this.now = this.withDoor(this.joined(options.config, options.policy))
  }

  get setup(): Setup {
    return this.now
  }

  get revision(): number {
    return this.raised
  }

  view(): SettingsView {
    const { config, missing } = this.now
    return settingsView({ config, missing, revision: this.raised, secretsIn: this.options.vault.keptIn })
  }

  /** Several are one step: all of them or none. */
  plan(changes: readonly SettingsChange[]): Plan | readonly FieldFault[] {
    let changed = this.now.config
    const cleared: string[] = []
    for (const change of changes) {
      const applied = applyChange(changed, change, this.options.disk)
      if (!applied.ok) return applied.faults
      changed = applied.config
      cleared.push(...applied.cleared)
    }
    const policy = mergePolicy(changed.policy)
    if (!policy.ok) return [{ path: '', text: problemText(policy.problem) }]
    const config = withDoorKey(changed, this.now.missing)
    const { open, secrets } = splitSecrets(config)
    // What is locked away stays so; what was emptied on purpose is no longer missed.
    const missing = this.now.missing.filter(
      (name) => !(name in secrets) && !cleared.includes(name) && secretNames(open).includes(name),
    )
    return {
      setup: { config, policy: policy.value, missing },
      save: () => this.save(config, policy.value, open, secrets, missing),
    }
  }

  /** Secrets came in: the set-up with them. Null: nothing is different. */
  rejoin(): Setup | null {
    const { open } = splitSecrets(this.now.config)
    const next = this.joined(open, this.now.policy)
    if (JSON.stringify(next) === JSON.stringify(this.now)) return null
    this.now = next
    this.raised += 1
    return next
  }

  /** Where secrets are kept has changed, which a screen shows. */
  raise(): void {
    this.raised += 1
  }

  /** A route that was written by hand has no key yet. What cannot be kept is made again at the next start. */
  private withDoor(setup: Setup): Setup {
    const config = withDoorKey(setup.config, setup.missing)
    if (config === setup.config) return setup
    this.options.vault.change({ 'program.key': config.program.key })
    return { ...setup, config }
  }

  private save(
    config: Config,
    policy: Policy,
    open: Config,
    secrets: Readonly<Record<string, string>>,
    missing: readonly string[],
  ): Problem | null {
    const { vault, path } = this.options
    const before = Object.keys(vault.handOver().secrets)
    const stale = [...before, ...secretNames(this.now.config)].filter(
      (name) => !(name in secrets) && !missing.includes(name) && !notOfConfig.has(name),
    )
    const undo = Object.fromEntries(
      [...stale, ...Object.keys(secrets)].map((name) => [name, vault.get(name)]),
    )
    const failed = vault.change({ ...Object.fromEntries(stale.map((name) => [name, null])), ...secrets })
    if (failed !== null) return problem('settings-unsaved', { reason: reasonOf(failed) })
    const saved = saveConfig(path, open)
    if (!saved.ok) {
      vault.change(undo)
      return problem('settings-unsaved', { reason: reasonOf(saved.problem) })
    }
    this.now = { config, policy, missing }
    this.raised += 1
    return null
  }

  private joined(open: Config, policy: Policy): Setup {
    const { config, missing } = joinSecrets(open, this.options.vault)
    return { config, policy, missing }
  }
}

/** Secrets that no place of a config has. */
const notOfConfig: ReadonlySet<string> = new Set(['destination.remembered', 'obs.service-before'])

/** The key that OBS shows at the door of this PC: 144 bits, made once. */
function withDoorKey(config: Config, missing: readonly string[]): Config {
  if (config.route !== 'program' || config.program.key !== '' || missing.includes('program.key'))
    return config
  return { ...config, program: { ...config.program, key: randomBytes(18).toString('base64url') } }
}

/** The sentence without its full stop, to stand inside another. */
const reasonOf = (found: Problem): string => problemText(found).replace(/\.$/, '')

export const refusedSettings = (
  found: Problem,
  faults: readonly FieldFault[] = [],
): Extract<SettingsReply, { readonly ok: false }> => ({
  ok: false,
  faults,
  text: problemText(found),
  next: problemNext(found),
})
