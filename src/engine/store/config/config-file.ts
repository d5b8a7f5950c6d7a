import { readFileSync } from 'node:fs'
import type { Policy } from '../../../core/policy'
import { fail, ok, type Result } from '../../../core/problem'
import { configSchema, configVersion, type Config } from '../../../shared/settings/config'
import { mergePolicy } from '../../../shared/settings/policy-merge'
import { writeFileAtomic, type AtomicDisk } from '../../../host/atomic-file'
import { errnoOf, errnoWords, isDiskFull } from '../../../host/errno'
import { issueWords } from './config-issues'
import { findJsonFault } from './json-error'

export interface LoadedConfig {
  readonly config: Config
  /** The defaults with the config's own numbers over them. */
  readonly policy: Policy
  /** False: there was no file, so nothing is set up yet. */
  readonly exists: boolean
  /** The file holds a password, a key or a URL with credentials: keep it at mode 0600 and say so. */
  readonly secretsPresent: boolean
}

/**
 * Reads and checks the whole set-up. A missing file is not a fault: defaults, not set up. Problems never quote a
 * value out of the file, since it may be a secret.
 */
export function loadConfig(path: string): Result<LoadedConfig> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return check(path, {}, false)
    return fail('config-unreadable', { file: path, reason: errnoWords(error) })
  }
  const parsed = parseJson(text)
  if (typeof parsed === 'string') return fail('config-unreadable', { file: path, reason: parsed })
  return check(path, parsed.value, true)
}

/** The value, or in words why the text is no JSON. */
function parseJson(text: string): { readonly value: unknown } | string {
  const plain = text.replace(/^\uFEFF/, '')
  if (plain.trim() === '') return 'the file is empty'
  try {
    return { value: JSON.parse(plain) as unknown }
  } catch {
    const fault = findJsonFault(plain)
    return fault === null ? 'it is not JSON' : `line ${fault.line}, column ${fault.column}: ${fault.what}`
  }
}

function check(file: string, value: unknown, exists: boolean): Result<LoadedConfig> {
  const version: unknown =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : configVersion
  if (typeof version === 'number' && version > configVersion) {
    return fail('config-newer', { file, version, known: configVersion })
  }
  const parsed = configSchema.safeParse(value)
  if (!parsed.success) {
    const policyOnly = parsed.error.issues.every((issue) => issue.path[0] === 'policy')
    const asPolicy = policyOnly ? mergePolicy(policyOf(value)) : null
    if (asPolicy?.ok === false) return fail('policy-invalid', { ...asPolicy.problem.params, file })
    const reason = parsed.error.issues.flatMap((issue) => issueWords(issue, value)).join('; ')
    return fail('config-invalid', { file, reason })
  }
  const policy = mergePolicy(parsed.data.policy)
  if (!policy.ok) return fail('policy-invalid', { ...policy.problem.params, file })
  const config = parsed.data
  return ok({ config, policy: policy.value, exists, secretsPresent: hasSecrets(config) })
}

const policyOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'policy' in value ? value.policy : undefined

const hasCredentials = (url: string | null): boolean => {
  if (url === null) return false
  const text = url.toLowerCase()
  // user:password@ before the first slash of the path, or anything after a question mark.
  return /^[a-z]+:\/\/[^/]*@/.test(text) || text.includes('?')
}

function hasSecrets(config: Config): boolean {
  return (
    (config.obs.password ?? '') !== '' ||
    config.destination.key !== '' ||
    hasCredentials(config.destination.url) ||
    config.destination.witnesses.some(
      (witness) => hasCredentials(witness.url) || ('password' in witness && (witness.password ?? '') !== ''),
    ) ||
    config.backups.some(
      (backup) =>
        hasCredentials(backup.source.url) ||
        (backup.ingest.kind === 'mediamtx' && backup.ingest.password !== ''),
    )
  )
}

/**
 * Writes the set-up, mode 0600, atomically. A file that is there but could not be read is never lost: it is kept
 * beside it as `<name>.broken-<n>`; one from a newer version is not touched at all.
 */
export function saveConfig(
  path: string,
  config: Config,
  options: { readonly disk?: AtomicDisk } = {},
): Result<void> {
  const standing = loadConfig(path)
  if (!standing.ok && standing.problem.code === 'config-newer') return standing
  try {
    if (!standing.ok) keepAside(path)
    writeFileAtomic(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, ...options })
    return ok(undefined)
  } catch (error) {
    if (isDiskFull(error)) return fail('disk-full', { path })
    return fail('config-unreadable', { file: path, reason: `it cannot be written: ${errnoWords(error)}` })
  }
}

function keepAside(path: string): void {
  const content = readFileSync(path)
  for (let number = 1; number <= 1_000; number += 1) {
    const aside = `${path}.broken-${number}`
    try {
      // An earlier copy of the same content is enough.
      if (readFileSync(aside).equals(content)) return
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      writeFileAtomic(aside, content)
      return
    }
  }
}
