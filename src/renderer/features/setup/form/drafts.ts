import type {
  BackupView,
  SettingsChange,
  SettingsSection,
  SettingsView,
} from '../../../../shared/settings/settings'
import { routeDraft, routeValue, type RouteDraft } from '../route/route-draft'
import { keepSecret, secretChange, type SecretDraft } from './secret'

/** The sections as forms hold them: text as typed, so that what is wrong can be said beside it. */

export interface ObsDraft {
  readonly host: string
  readonly port: string
  readonly configDir: string
  readonly password: SecretDraft
}

export interface DestinationDraft {
  readonly from: 'obs' | 'own'
  /** Null: the address that is set stays (it may hold credentials that no form sees). */
  readonly url: string | null
  readonly key: SecretDraft
  readonly takeover: 'none' | 'query' | 'backup-url'
  readonly takeoverUrl: string
  /** Seconds. */
  readonly grace: string
}

export interface BackupDraft {
  /** Of this form, stays while the id is typed. */
  readonly row: string
  readonly id: string
  /** As saved, for what is shown instead of the address; null: new. */
  readonly saved: BackupView | null
  /** Null: keep the address that is set. */
  readonly url: string | null
  readonly transport: 'tcp' | 'udp'
  /** Encoded to look like OBS's picture. */
  readonly convert: boolean
  readonly ingest: 'carrier' | 'mediamtx'
  readonly apiUrl: string
  readonly username: string
  readonly password: SecretDraft
  readonly fingerprint: string
  readonly path: string
}

export interface Drafts {
  readonly obs: ObsDraft
  readonly destination: DestinationDraft
  readonly route: RouteDraft
  readonly backups: readonly BackupDraft[]
  readonly slate: { readonly file: string }
  readonly general: { readonly autoArm: boolean; readonly ffmpeg: string }
  readonly policy: PolicyDraft
  readonly hotkeys: SettingsView['hotkeys']
  readonly notifications: NotificationsDraft
  readonly app: SettingsView['app']
}

/** By 'section.key': a number in the unit shown, as typed. Left out: the default. */
export type PolicyDraft = Readonly<Record<string, string | boolean>>

export interface NotificationsDraft extends Omit<SettingsView['notifications'], 'quietHours'> {
  readonly quiet: boolean
  readonly quietFrom: string
  readonly quietTo: string
}

let rows = 0

export const newBackup = (taken: readonly string[]): BackupDraft => {
  rows += 1
  return {
    row: `new-${rows}`,
    id: freeId(taken),
    saved: null,
    url: '',
    transport: 'tcp',
    convert: false,
    ingest: 'carrier',
    apiUrl: 'http://127.0.0.1:9997',
    username: '',
    password: keepSecret,
    fingerprint: '',
    path: 'understudy-backup',
  }
}

/** 'backup', then 'backup-2', ... */
export function freeId(taken: readonly string[]): string {
  if (!taken.includes('backup')) return 'backup'
  let number = 2
  while (taken.includes(`backup-${number}`)) number += 1
  return `backup-${number}`
}

const backupDraft = (view: BackupView): BackupDraft => {
  const mediamtx = view.ingest.kind === 'mediamtx' ? view.ingest : null
  return {
    ...newBackup([]),
    row: view.id,
    id: view.id,
    saved: view,
    url: null,
    transport: view.source.transport,
    convert: view.convert,
    ingest: view.ingest.kind,
    ...(mediamtx === null
      ? {}
      : {
          apiUrl: mediamtx.url,
          username: mediamtx.username,
          fingerprint: mediamtx.fingerprint ?? '',
          path: mediamtx.path,
        }),
  }
}

/** A section as its form begins. */
export function draftOf<S extends Exclude<SettingsSection, 'policy'>>(
  section: S,
  view: SettingsView,
): Drafts[S] {
  return beginnings[section](view)
}

const beginnings: { readonly [S in Exclude<SettingsSection, 'policy'>]: (view: SettingsView) => Drafts[S] } =
  {
    obs: ({ obs }) => ({
      host: obs.host,
      port: obs.port === null ? '' : String(obs.port),
      configDir: obs.configDir ?? '',
      password: keepSecret,
    }),
    destination: ({ destination }) => ({
      from: destination.url === null ? 'obs' : 'own',
      url: destination.url === null ? '' : null,
      key: keepSecret,
      takeover: destination.takeover.kind,
      takeoverUrl: destination.takeover.url ?? '',
      grace: destination.graceMs === null ? '' : String(destination.graceMs / 1_000),
    }),
    route: routeDraft,
    backups: ({ backups }) => backups.map(backupDraft),
    slate: ({ slate }) => ({ file: slate?.file ?? '' }),
    general: ({ general }) => ({ autoArm: general.autoArm, ffmpeg: general.ffmpeg ?? '' }),
    hotkeys: ({ hotkeys }) => hotkeys,
    notifications: ({ notifications: { quietHours, ...rest } }) => ({
      ...rest,
      quiet: quietHours !== null,
      quietFrom: quietHours?.from ?? '22:00',
      quietTo: quietHours?.to ?? '08:00',
    }),
    app: ({ app }) => app,
  }

type Loose = Readonly<Record<string, unknown>>

/** Nothing typed is null; a number is a number; anything else stays as typed, for the schema to refuse. */
export const numberOr = (text: string, scale = 1): number | string | null => {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return null
  const number = Number(trimmed)
  return Number.isFinite(number) ? Math.round(number * scale * 1e6) / 1e6 : text
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

const backupValue = (draft: BackupDraft): Loose => ({
  id: draft.id.trim(),
  source: {
    ...(draft.url === null ? {} : { url: draft.url.trim() }),
    transport: draft.transport,
  },
  convert: draft.convert,
  ingest:
    draft.ingest === 'carrier'
      ? { kind: 'carrier' }
      : {
          kind: 'mediamtx',
          url: draft.apiUrl.trim(),
          username: draft.username,
          ...secretMember('password', draft.password),
          fingerprint: textOrNull(draft.fingerprint),
          path: draft.path.trim(),
        },
})

const secretMember = (name: string, draft: SecretDraft): Loose => {
  const change = secretChange(draft)
  return change === undefined ? {} : { [name]: change }
}

const takeoverValue = (draft: DestinationDraft): Loose => {
  if (draft.takeover === 'backup-url') return { kind: 'backup-url', url: draft.takeoverUrl.trim() }
  return draft.takeover === 'query' ? { kind: 'query', param: 'priority' } : { kind: 'none' }
}

const values: { readonly [S in Exclude<SettingsSection, 'policy'>]: (draft: Drafts[S]) => unknown } = {
  obs: (draft) => ({
    host: draft.host.trim(),
    port: numberOr(draft.port),
    configDir: textOrNull(draft.configDir),
    ...secretMember('password', draft.password),
  }),
  destination: (draft) => ({
    ...(draft.from === 'obs' ? { url: null } : draft.url === null ? {} : { url: draft.url.trim() }),
    ...(draft.from === 'obs' ? {} : secretMember('key', draft.key)),
    takeover: takeoverValue(draft),
    graceMs: numberOr(draft.grace, 1_000),
  }),
  route: routeValue,
  backups: (draft) => draft.map(backupValue),
  slate: (draft) => (draft.file.trim() === '' ? null : { file: draft.file.trim() }),
  general: (draft) => ({ autoArm: draft.autoArm, ffmpeg: textOrNull(draft.ffmpeg) }),
  hotkeys: (draft) => draft,
  notifications: ({ quiet, quietFrom, quietTo, ...rest }) => ({
    ...rest,
    quietHours: quiet ? { from: quietFrom, to: quietTo } : null,
  }),
  app: (draft) => draft,
}

/** What a form would save, not yet checked. */
export const valueOf = <S extends Exclude<SettingsSection, 'policy'>>(
  section: S,
  draft: Drafts[S],
): unknown => values[section](draft)

/** A backup as a test asks for it, not yet checked. */
export const backupTestValue = (draft: BackupDraft): unknown => backupValue(draft)

export type { SettingsChange }
