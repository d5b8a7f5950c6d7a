import type { BackupConfig, Config, FurtherDestination } from '../../shared/settings/config'
import { policyFaults } from '../../shared/settings/policy-merge'
import { redactUrl } from '../../shared/addresses/redact'
import type { FieldFault, SettingsChange } from '../../shared/settings/settings'

/** What only the disk knows. */
export interface Disk {
  isFile(path: string): boolean
  isDirectory(path: string): boolean
}

export type Applied =
  | {
      readonly ok: true
      readonly config: Config
      /** Names (settings/secret-places) of secrets that were emptied on purpose. */
      readonly cleared: readonly string[]
    }
  | { readonly ok: false; readonly faults: readonly FieldFault[] }

/** A change put over a config, secrets included; or all that is wrong with it. Nothing is saved here. */
export function applyChange(config: Config, change: SettingsChange, disk: Disk): Applied {
  const faults = new Faults()
  const cleared: string[] = []
  const next = merged(config, change, disk, faults, cleared)
  return faults.found.length === 0 ? { ok: true, config: next, cleared } : { ok: false, faults: faults.found }
}

class Faults {
  readonly found: FieldFault[] = []

  add(path: string, text: string): void {
    this.found.push({ path, text })
  }
}

function merged(
  config: Config,
  change: SettingsChange,
  disk: Disk,
  faults: Faults,
  cleared: string[],
): Config {
  /** Left out: what is set. Null or '': nothing, on purpose. */
  const secret = (given: string | null | undefined, standing: string, name: string): string => {
    if (given === undefined) return standing
    if (given === null || given === '') {
      cleared.push(name)
      return ''
    }
    return given
  }
  switch (change.section) {
    case 'obs': {
      const { password, ...rest } = change.value
      if (rest.configDir !== null && !disk.isDirectory(rest.configDir))
        faults.add('configDir', 'is no folder on this PC')
      const set = secret(password, config.obs.password ?? '', 'obs.password')
      return { ...config, obs: { ...rest, password: set === '' ? null : set } }
    }
    case 'destination': {
      const { url, key, takeover, graceMs } = change.value
      const standing = config.destination
      const destination: Config['destination'] = {
        ...standing,
        url: url === undefined ? standing.url : url === null ? null : whole(url, standing.url, 'url', faults),
        key: secret(key, standing.key, 'destination.key'),
        takeover: takeoverOf(takeover, standing.takeover, faults),
        graceMs,
      }
      return { ...config, destination }
    }
    case 'route':
      return routeOf(config, change.value, faults, secret)
    case 'backups':
      return {
        ...config,
        backups: change.value.map((backup, index) =>
          backupOf(backup, index, { config, disk, faults, secret, all: change.value }),
        ),
      }
    case 'slate':
      if (change.value !== null && !disk.isFile(change.value.file))
        faults.add('file', 'is no file on this PC')
      return { ...config, slate: change.value }
    case 'general': {
      const { ffmpeg } = change.value
      // A bare name is looked for in PATH.
      if (ffmpeg !== null && /[\\/]/.test(ffmpeg) && !disk.isFile(ffmpeg))
        faults.add('ffmpeg', 'is no file on this PC')
      return { ...config, ...change.value }
    }
    case 'policy':
      for (const { path, text } of policyFaults(change.value)) faults.add(path, text)
      return { ...config, policy: change.value }
    case 'hotkeys':
      return { ...config, hotkeys: change.value }
    case 'notifications':
      return { ...config, notifications: change.value }
    case 'app':
      return { ...config, app: change.value }
  }
}

type RouteChange = Extract<SettingsChange, { readonly section: 'route' }>['value']

function routeOf(
  config: Config,
  { route, port, otherUrl, more }: RouteChange,
  faults: Faults,
  secret: (given: string | null | undefined, standing: string, name: string) => string,
): Config {
  const optional = (given: string | null, standing: string | null, path: string): string | null =>
    given === null ? null : whole(given, standing, path, faults)
  const further = more.map((each, index): FurtherDestination => {
    const { id, name } = each
    if (id === 'main') faults.add(`more.${index}.id`, 'is a name that Understudy keeps for itself')
    else if (more.findIndex((one) => one.id === id) < index)
      faults.add(`more.${index}.id`, 'is used above already')
    const before = config.program.more.find((one) => one.id === id)
    return {
      id,
      name,
      url: whole(each.url, before?.url ?? null, `more.${index}.url`, faults),
      key: secret(each.key, before?.key ?? '', `more.${id}.key`),
      otherUrl: optional(each.otherUrl, before?.otherUrl ?? null, `more.${index}.otherUrl`),
    }
  })
  return {
    ...config,
    route,
    destination: {
      ...config.destination,
      otherUrl: optional(otherUrl, config.destination.otherUrl, 'otherUrl'),
    },
    program: { ...config.program, port, more: further },
  }
}

/** An address as a screen shows it, stars for its secrets, given back: the one that is set. */
function whole(given: string, standing: string | null, path: string, faults: Faults): string {
  if (standing !== null && given === redactUrl(standing)) return standing
  if (given.includes('***')) faults.add(path, 'must be the whole address: *** hides a part of it')
  else if (!URL.canParse(given) || new URL(given).hostname === '') faults.add(path, 'must name a host')
  return given
}

type Takeover = Config['destination']['takeover']

function takeoverOf(given: Takeover, standing: Takeover, faults: Faults): Takeover {
  // The name of the parameter stands on no screen.
  if (given.kind === 'query' && standing.kind === 'query') return standing
  if (given.kind !== 'backup-url') return given
  const before = standing.kind === 'backup-url' ? standing.url : null
  return { ...given, url: whole(given.url, before, 'takeover.url', faults) }
}

type BackupChange = Extract<SettingsChange, { readonly section: 'backups' }>['value'][number]

interface BackupContext {
  readonly config: Config
  readonly disk: Disk
  readonly faults: Faults
  readonly all: readonly BackupChange[]
  readonly secret: (given: string | null | undefined, standing: string, name: string) => string
}

/** Names of systems that are not backups. */
const reserved: readonly string[] = ['obs', 'slate']

const schemes = /^(rtmps?|rtsps?|srt|https?):\/\//i

function backupOf(backup: BackupChange, index: number, context: BackupContext): BackupConfig {
  const { config, faults, all } = context
  const { id } = backup
  const before = config.backups.find((one) => one.id === id)
  if (reserved.includes(id)) faults.add(`${index}.id`, 'is a name that Understudy keeps for itself')
  else if (all.findIndex((one) => one.id === id) < index) faults.add(`${index}.id`, 'is used above already')
  const ingest = ingestOf(backup, index, before, context)
  const url = sourceOf(backup, index, before, context)
  const convert = backup.convert ?? before?.convert ?? false
  return { id, source: { url, transport: backup.source.transport }, ingest, convert }
}

function sourceOf(
  { source, ingest }: BackupChange,
  index: number,
  before: BackupConfig | undefined,
  { faults, disk }: BackupContext,
): string {
  const path = `${index}.source.url`
  const standing = before?.source.url ?? null
  const given = source.url
  if (given === undefined) {
    if (standing === null) faults.add(path, 'is missing')
    return standing ?? ''
  }
  if (schemes.test(given)) return whole(given, standing, path, faults)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    faults.add(path, 'must begin with rtmp://, rtsp://, srt:// or http://, or be a file on this PC')
  } else if (ingest.kind === 'mediamtx') {
    faults.add(path, 'must be an address: MediaMTX cannot read a file of this PC')
  } else if (!disk.isFile(given)) {
    faults.add(path, 'is no address and no file on this PC')
  }
  return given
}

function ingestOf(
  { id, ingest }: BackupChange,
  index: number,
  before: BackupConfig | undefined,
  { faults, secret, all }: BackupContext,
): BackupConfig['ingest'] {
  if (ingest.kind === 'carrier') return ingest
  const standing = before?.ingest.kind === 'mediamtx' ? before.ingest : null
  const same = all.findIndex(
    (one) =>
      one.ingest.kind === 'mediamtx' && one.ingest.url === ingest.url && one.ingest.path === ingest.path,
  )
  if (same < index) faults.add(`${index}.ingest.path`, 'is used above already')
  return {
    ...ingest,
    url: whole(ingest.url, standing?.url ?? null, `${index}.ingest.url`, faults),
    password: secret(ingest.password, standing?.password ?? '', `backup.${id}.password`),
  }
}
