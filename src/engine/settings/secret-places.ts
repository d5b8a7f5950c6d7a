import type { Config } from '../../shared/settings/config'
import { redactUrl } from '../../shared/addresses/redact'

/** Asked by name; `lacks`: somebody else keeps it and has not given it. */
export interface SecretSource {
  get(name: string): string | null
  lacks(name: string): boolean
}

/** One place of a config where a secret can stand. */
interface Place {
  readonly name: string
  /** A URL stays readable in the file: what is secret in it is starred out there. */
  readonly kind: 'text' | 'url'
  readonly value: string | null
  set(value: string): void
}

/** All of them, in a config that `set` changes. */
function placesIn(config: Config): readonly Place[] {
  const { obs, destination, backups, program } = config
  const { takeover } = destination
  const url = (name: string, value: string, set: (value: string) => void): Place => ({
    name,
    kind: 'url',
    value,
    set,
  })
  return [
    {
      name: 'obs.password',
      kind: 'text',
      value: obs.password,
      set: (value) => (obs.password = value === '' ? null : value),
    },
    {
      name: 'destination.key',
      kind: 'text',
      value: destination.key,
      set: (value) => (destination.key = value),
    },
    {
      name: 'program.key',
      kind: 'text',
      value: program.key,
      set: (value) => (program.key = value),
    },
    ...(destination.otherUrl === null
      ? []
      : [url('destination.other-url', destination.otherUrl, (value) => (destination.otherUrl = value))]),
    ...program.more.flatMap((each): readonly Place[] => [
      url(`more.${each.id}.url`, each.url, (value) => (each.url = value)),
      { name: `more.${each.id}.key`, kind: 'text', value: each.key, set: (value) => (each.key = value) },
      ...(each.otherUrl === null
        ? []
        : [url(`more.${each.id}.other-url`, each.otherUrl, (value) => (each.otherUrl = value))]),
    ]),
    ...(destination.url === null
      ? []
      : [url('destination.url', destination.url, (value) => (destination.url = value))]),
    ...(takeover.kind === 'backup-url'
      ? [url('destination.backup-url', takeover.url, (value) => (takeover.url = value))]
      : []),
    ...backups.flatMap(({ id, source, ingest }): readonly Place[] => [
      url(`backup.${id}.url`, source.url, (value) => (source.url = value)),
      ...(ingest.kind === 'carrier'
        ? []
        : [
            url(`backup.${id}.api`, ingest.url, (value) => (ingest.url = value)),
            {
              name: `backup.${id}.password`,
              kind: 'text' as const,
              value: ingest.password,
              set: (value: string) => (ingest.password = value),
            },
          ]),
    ]),
    ...destination.witnesses.flatMap((witness, index): readonly Place[] => [
      url(`witness.${index}.url`, witness.url, (value) => (witness.url = value)),
      ...(witness.kind === 'mediamtx' && witness.password !== undefined
        ? [
            {
              name: `witness.${index}.password`,
              kind: 'text' as const,
              value: witness.password,
              set: (value: string) => (witness.password = value),
            },
          ]
        : []),
    ]),
  ]
}

const blank = (place: Place): boolean => place.value === null || place.value === ''

/** Stars where a secret stood: the file's own text says that it is not all there. */
const starred = (url: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/.*\*\*\*/is.test(url)

/** The config as it may lie in a file that anybody reads, and what was taken out of it. */
export function splitSecrets(config: Config): {
  readonly open: Config
  readonly secrets: Readonly<Record<string, string>>
} {
  const open = structuredClone(config)
  const secrets: Record<string, string> = {}
  for (const place of placesIn(open)) {
    if (blank(place) || place.value === null) continue
    const shown = place.kind === 'url' ? redactUrl(place.value) : ''
    // Stars that are nobody's secret (it is locked away) are left alone.
    if (shown === place.value) continue
    secrets[place.name] = place.value
    place.set(shown)
  }
  return { open, secrets }
}

/** Every name that a secret of this config would have. */
export const secretNames = (config: Config): readonly string[] => placesIn(config).map(({ name }) => name)

/**
 * The whole config again. What stands in the file plainly was written by hand and wins. `missing`: names of what should be
 * there and is not to be had now.
 */
export function joinSecrets(
  open: Config,
  source: SecretSource,
): { readonly config: Config; readonly missing: readonly string[] } {
  const config = structuredClone(open)
  const missing: string[] = []
  for (const place of placesIn(config)) {
    const kept = source.get(place.name)
    const absent = place.kind === 'url' ? starred(place.value ?? '') : blank(place)
    if (!absent) continue
    const fits = kept !== null && (place.kind === 'text' || redactUrl(kept) === place.value)
    if (fits) place.set(kept)
    else if (place.kind === 'url' || source.lacks(place.name)) missing.push(place.name)
  }
  return { config, missing }
}
