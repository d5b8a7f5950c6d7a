import { z } from 'zod'
import type { Config } from './config'
import {
  appSchema,
  backupIdSchema,
  checked,
  hotkeysSchema,
  ingestPathSchema,
  notificationsSchema,
  policySchema,
  takeoverSchema,
} from './config'
import { addressFault, longestUrl, textFault } from '../addresses/plain-text'

/**
 * The set-up as a screen may see and change it. Secrets go one way: a view says only that one is set and how it ends; a
 * change that leaves a secret out keeps it. `GET /api/settings` · `POST /api/settings`.
 */

/** A secret that never reaches a screen. */
export interface SecretView {
  readonly set: boolean
  /** e.g. 'ends in 1234'; null where that would give too much away. */
  readonly hint: string | null
}

export interface BackupView {
  readonly id: string
  /** Route `program`: encoded to look like OBS's picture. */
  readonly convert: boolean
  readonly source: {
    /** Without credentials. */
    readonly label: string
    readonly transport: 'tcp' | 'udp'
  }
  readonly ingest:
    | { readonly kind: 'carrier' }
    | {
        readonly kind: 'mediamtx'
        readonly url: string
        readonly username: string
        readonly password: SecretView
        readonly fingerprint: string | null
        readonly path: string
      }
}

/** A further platform of the program path. */
export interface FurtherView {
  readonly id: string
  readonly name: string
  /** Without credentials. */
  readonly url: string
  readonly key: SecretView
  readonly otherUrl: string | null
}

export interface SettingsView {
  /** Raised by each change; `Snapshot.settingsRevision` says when to ask again. */
  readonly revision: number
  readonly obs: Omit<Config['obs'], 'password'> & { readonly password: SecretView }
  readonly destination: {
    /** Without credentials; null: read from OBS. */
    readonly url: string | null
    readonly key: SecretView
    readonly takeover: { readonly kind: 'none' | 'query' | 'backup-url'; readonly url: string | null }
    readonly graceMs: number | null
  }
  /** How the stream reaches the platform. `port`: where OBS publishes to on this PC. */
  readonly route: {
    readonly route: Config['route']
    readonly port: number
    /** The platform's second ingest, without credentials; null: none. */
    readonly otherUrl: string | null
    readonly more: readonly FurtherView[]
  }
  readonly backups: readonly BackupView[]
  readonly slate: Config['slate']
  readonly general: Pick<Config, 'autoArm' | 'ffmpeg'>
  /** What differs from the defaults, and the defaults. */
  readonly policy: Config['policy']
  readonly hotkeys: Config['hotkeys']
  readonly notifications: Config['notifications']
  readonly app: Config['app']
  /** Where secrets are kept: the system's key store (through the desktop app), or a private file (mode 0600). */
  readonly secretsIn: 'key-store' | 'file'
}

const handedOn = checked((value) => textFault(value, longestUrl))
const isAddress = checked(addressFault)
const text = (max = 500) => z.string().trim().min(1, 'is missing').max(max).superRefine(handedOn)
/** Left out: keep what is set. Null or '': forget it. */
const secret = z.string().max(2_000).superRefine(handedOn).nullable().optional()

const backupChange = z.strictObject({
  id: backupIdSchema,
  source: z.strictObject({
    /** Left out: keep the source of this id, credentials included. */
    url: text(2_000).superRefine(isAddress).optional(),
    transport: z.enum(['tcp', 'udp']),
  }),
  /** Left out: keep. */
  convert: z.boolean().optional(),
  ingest: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('carrier') }),
    z.strictObject({
      kind: z.literal('mediamtx'),
      url: z
        .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
        .superRefine(isAddress),
      username: z.string().max(200).superRefine(handedOn),
      password: secret,
      fingerprint: z.string().max(200).nullable(),
      path: ingestPathSchema,
    }),
  ]),
})

const publishUrl = z
  .url({
    protocol: /^(rtmp|rtmps|srt)$/,
    error: 'must be a URL that begins with rtmp://, rtmps://, srt://',
  })
  .superRefine(isAddress)

/** One section is saved at a time, whole. What is wrong is answered by field, and then nothing is saved. */
export const settingsChangeSchema = z.discriminatedUnion('section', [
  z.strictObject({
    section: z.literal('obs'),
    value: z.strictObject({
      host: text(255),
      port: z.number().int().min(1).max(65_535).nullable(),
      configDir: text().nullable(),
      password: secret,
    }),
  }),
  z.strictObject({
    section: z.literal('destination'),
    value: z.strictObject({
      /** Null: read from OBS. Left out: keep. */
      url: publishUrl.nullable().optional(),
      key: secret,
      takeover: takeoverSchema,
      graceMs: z.number().int().positive().max(3_600_000).nullable(),
    }),
  }),
  z.strictObject({
    section: z.literal('route'),
    value: z.strictObject({
      route: z.enum(['direct', 'program']),
      port: z.number().int().min(1_024).max(65_535),
      otherUrl: publishUrl.nullable(),
      more: z
        .array(
          z.strictObject({
            id: backupIdSchema,
            name: text(60),
            url: publishUrl,
            key: secret,
            otherUrl: publishUrl.nullable(),
          }),
        )
        .max(7),
    }),
  }),
  z.strictObject({ section: z.literal('backups'), value: z.array(backupChange).max(8) }),
  z.strictObject({
    section: z.literal('slate'),
    value: z.strictObject({ file: text(2_000) }).nullable(),
  }),
  z.strictObject({
    section: z.literal('general'),
    value: z.strictObject({ autoArm: z.boolean(), ffmpeg: text(2_000).nullable() }),
  }),
  z.strictObject({ section: z.literal('policy'), value: policySchema }),
  z.strictObject({ section: z.literal('hotkeys'), value: hotkeysSchema }),
  z.strictObject({ section: z.literal('notifications'), value: notificationsSchema }),
  z.strictObject({ section: z.literal('app'), value: appSchema }),
])

export type SettingsChange = z.infer<typeof settingsChangeSchema>
export type SettingsSection = SettingsChange['section']

/** One field that is wrong, named by its place in `value`: 'password', '0.source.url'. */
export interface FieldFault {
  readonly path: string
  /** Said beside the field, e.g. "must be a URL that begins with rtmp://". */
  readonly text: string
}

export type SettingsReply =
  | { readonly ok: true; readonly settings: SettingsView }
  | {
      readonly ok: false
      /** Empty where it is no field's fault: this backup is on air, the disk is full. */
      readonly faults: readonly FieldFault[]
      readonly text: string
      readonly next: string
    }

/**
 * A test of one leg, asked for by a button. `POST /api/test`. What it tests may be what stands in the fields now, not yet saved.
 */
export const testRequestSchema = z.discriminatedUnion('what', [
  /** Find, reach and log in to OBS. */
  z.strictObject({
    what: z.literal('obs'),
    value: z
      .strictObject({
        host: text(255),
        port: z.number().int().min(1).max(65_535).nullable(),
        configDir: text().nullable(),
        password: secret,
      })
      .nullable(),
  }),
  /** Does the destination's server take a connection? Publishes nothing. */
  z.strictObject({ what: z.literal('destination') }),
  /** Look at a backup's source and compare it with the primary; for MediaMTX also its API. */
  z.strictObject({ what: z.literal('backup'), value: backupChange }),
])

export type TestRequest = z.infer<typeof testRequestSchema>

export interface TestStep {
  readonly state: 'ok' | 'warning' | 'failed'
  /** What was found, in words. */
  readonly text: string
  /** What to do about it; null where nothing is wrong. */
  readonly next: string | null
}

export interface TestReport {
  readonly ok: boolean
  readonly steps: readonly TestStep[]
}

/** What stands between here and "armed", for the first run, set-up and the end of a rehearsal. `GET /api/preflight`. */
export interface Preflight {
  readonly obs: {
    /** Config files of an OBS were found on this PC. */
    readonly installed: boolean
    readonly running: boolean | null
    /** As OBS's own files say; null: not known. */
    readonly webSocket: 'on' | 'off' | null
    readonly connected: boolean
    readonly version: string | null
    readonly streaming: boolean
    /** Stopping the stream would stop a recording (a policy of OBS's simple output, or the same encoder). */
    readonly stopCutsRecording: boolean | null
    readonly problem: { readonly text: string; readonly next: string } | null
  }
  readonly checks: readonly PreflightCheck[]
  /** Every check that must be ok is ok. */
  readonly ready: boolean
}

export interface PreflightCheck {
  readonly code:
    | 'obs'
    | 'destination'
    | 'backup'
    | 'backup-ready'
    | 'match'
    | 'tracks'
    | 'ffmpeg'
    | 'recording'
    | 'secrets'
    | 'rehearsed'
    | 'armed'
  readonly state: 'ok' | 'warning' | 'missing'
  readonly text: string
  readonly next: string | null
}
