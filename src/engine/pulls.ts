import type { Config, IngestConfig } from '../shared/config'
import { redactUrl } from '../shared/redact'
import type { SourceSpec } from './ports'

/** A pull system as the config describes it. */
export interface PullEntry {
  readonly id: string
  readonly kind: 'pull' | 'slate'
  readonly ingest: IngestConfig
  readonly source: SourceSpec
  readonly label: string
}

/** The backups in their order, the slate last. */
export function pullEntries(config: Config): readonly PullEntry[] {
  const backups = config.backups.map((backup): PullEntry => ({
    id: backup.id,
    kind: 'pull',
    ingest: backup.ingest,
    source: { url: backup.source.url, transport: backup.source.transport },
    label: redactUrl(backup.source.url),
  }))
  if (config.slate === null) return backups
  const slate: PullEntry = {
    id: 'slate',
    kind: 'slate',
    ingest: { kind: 'carrier' },
    source: { url: config.slate.file, loop: true },
    label: config.slate.file,
  }
  return [...backups, slate]
}

/** Everything in a config that may stand in no log. */
export function secretsOf(config: Config): readonly string[] {
  const found = [config.obs.password, config.destination.key]
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

function urlSecrets(url: string): readonly string[] {
  if (!URL.canParse(url)) return []
  const { password, searchParams } = new URL(url)
  return [password, decodeURIComponent(password), searchParams.get('passphrase') ?? '']
}
