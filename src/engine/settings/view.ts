import type { Config } from '../../shared/settings/config'
import { redactUrl } from '../../shared/addresses/redact'
import type { BackupView, SecretView, SettingsView } from '../../shared/settings/settings'

/** Enough to recognise a key by, too little to use it. A short one gives nothing away. */
const keyView = (secret: string | null): SecretView => ({
  set: (secret ?? '') !== '',
  hint: secret === null || secret.length < 12 ? null : `ends in ${secret.slice(-4)}`,
})

/** Of a password not even its end. `locked`: somebody else keeps it. */
const passwordView = (secret: string | null, locked: boolean): SecretView => ({
  set: locked || (secret ?? '') !== '',
  hint: null,
})

export interface ViewOf {
  readonly config: Config
  /** Names of secrets that are not at hand. */
  readonly missing: readonly string[]
  readonly revision: number
  readonly secretsIn: SettingsView['secretsIn']
}

/** The set-up as a screen may see it. */
export function settingsView({ config, missing, revision, secretsIn }: ViewOf): SettingsView {
  const { obs, destination, slate, autoArm, ffmpeg, policy, hotkeys, notifications, app } = config
  const { takeover } = destination
  const key = keyView(destination.key)
  return {
    revision,
    obs: { ...obs, password: passwordView(obs.password, missing.includes('obs.password')) },
    destination: {
      url: destination.url === null ? null : redactUrl(destination.url),
      key: missing.includes('destination.key') ? { set: true, hint: null } : key,
      takeover: { kind: takeover.kind, url: takeover.kind === 'backup-url' ? redactUrl(takeover.url) : null },
      graceMs: destination.graceMs,
    },
    route: {
      route: config.route,
      port: config.program.port,
      otherUrl: destination.otherUrl === null ? null : redactUrl(destination.otherUrl),
      more: config.program.more.map((each) => ({
        id: each.id,
        name: each.name,
        url: redactUrl(each.url),
        key: missing.includes(`more.${each.id}.key`) ? { set: true, hint: null } : keyView(each.key),
        otherUrl: each.otherUrl === null ? null : redactUrl(each.otherUrl),
      })),
    },
    backups: config.backups.map((backup) => backupView(backup, missing)),
    slate,
    general: { autoArm, ffmpeg },
    policy,
    hotkeys,
    notifications,
    app,
    secretsIn,
  }
}

function backupView(
  { id, source, ingest, convert }: Config['backups'][number],
  missing: readonly string[],
): BackupView {
  return {
    id,
    convert,
    source: { label: redactUrl(source.url), transport: source.transport },
    ingest:
      ingest.kind === 'carrier'
        ? ingest
        : {
            kind: 'mediamtx',
            url: redactUrl(ingest.url),
            username: ingest.username,
            password: passwordView(ingest.password, missing.includes(`backup.${id}.password`)),
            fingerprint: ingest.fingerprint,
            path: ingest.path,
          },
  }
}
