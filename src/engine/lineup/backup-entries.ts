import type { Config, IngestConfig } from '../../shared/settings/config'
import { redactUrl } from '../../shared/addresses/redact'
import type { SourceSpec } from '../ports'

/** A pull system as the config describes it. */
export interface PullEntry {
  readonly id: string
  readonly kind: 'pull' | 'slate'
  readonly ingest: IngestConfig
  /** Null: a part of it is a secret that is not at hand. */
  readonly source: SourceSpec | null
  readonly label: string
  /** Route `program`: encoded to look like OBS's picture. */
  readonly convert: boolean
}

/** The backups in their order, the slate last. `missing`: names of secrets that are not at hand (settings/secret-places). */
export function pullEntries(config: Config, missing: readonly string[] = []): readonly PullEntry[] {
  const backups = config.backups.map((backup): PullEntry => ({
    id: backup.id,
    kind: 'pull',
    ingest: backup.ingest,
    source: missing.some((name) => name.startsWith(`backup.${backup.id}.`))
      ? null
      : { url: backup.source.url, transport: backup.source.transport },
    label: redactUrl(backup.source.url),
    convert: config.route === 'program' && backup.ingest.kind === 'carrier' && backup.convert,
  }))
  if (config.slate === null) return backups
  const slate: PullEntry = {
    id: 'slate',
    kind: 'slate',
    ingest: { kind: 'carrier' },
    source: { url: config.slate.file, loop: true },
    label: config.slate.file,
    // A picture has to be encoded anyway: then as OBS's is.
    convert: config.route === 'program',
  }
  return [...backups, slate]
}

/** Everything in a config that may stand in no log. */
export function secretsOf(config: Config): readonly string[] {
  const { url, key, takeover } = config.destination
  const found = [config.obs.password, key, config.program.key]
  for (const each of config.program.more) {
    found.push(each.key, ...urlSecrets(each.url))
    if (each.otherUrl !== null) found.push(...urlSecrets(each.otherUrl))
  }
  if (config.destination.otherUrl !== null) found.push(...urlSecrets(config.destination.otherUrl))
  if (url !== null) found.push(...urlSecrets(url))
  if (takeover.kind === 'backup-url') found.push(...urlSecrets(takeover.url))
  for (const backup of config.backups) {
    found.push(...urlSecrets(backup.source.url))
    if (backup.ingest.kind === 'mediamtx') found.push(backup.ingest.password)
  }
  for (const witness of config.destination.witnesses) {
    if (witness.kind === 'mediamtx') found.push(witness.password ?? null)
    found.push(...urlSecrets(witness.url))
  }
  return found.filter((secret): secret is string => secret !== null && secret.length > 0)
}

/** What is as good as a password wherever it stands: password, and the values that are tokens by their name. */
function urlSecrets(url: string): readonly string[] {
  if (!URL.canParse(url)) return []
  const { password, searchParams } = new URL(url)
  const named = ['passphrase', 'streamid', 'token', 'key', 'auth', 'pass', 'password', 'secret']
  return [password, decoded(password), ...named.map((name) => searchParams.get(name) ?? '')]
}

/** A `%` that encodes nothing is a letter of the password. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
