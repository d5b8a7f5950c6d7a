import { z } from 'zod'
import { addressFault, longestUrl, pathFault, textFault } from '../addresses/plain-text'

/** Version of the config's shape. A file with a higher one is from a newer Understudy and is refused untouched. */
export const configVersion = 1

const port = z.number().int().min(1).max(65535)
/** Says what a check of `plain-text` found, beside the field. */
export const checked =
  (fault: (text: unknown) => string | null) =>
  (text: unknown, context: z.core.$RefinementCtx): void => {
    const message = fault(text)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }
const url = (schemes: readonly string[]) =>
  z
    .url({
      protocol: new RegExp(`^(${schemes.join('|')})$`),
      error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(', ')}`,
    })
    .superRefine(checked(addressFault))

/** A file, a folder or a program on this PC. */
export const pathSchema = z.string().superRefine(checked(pathFault))
/** Anything that can be pulled: a URL or a path. */
export const sourceUrlSchema = z.string().min(1).superRefine(checked(addressFault))
/** A name, a user, a password: one line. */
const line = z.string().superRefine(checked((text) => textFault(text, longestUrl)))

/** Where OBS is. Empty: found from OBS's own files. */
const obs = z.strictObject({
  host: line.min(1).default('127.0.0.1'),
  /** null: from OBS's own files, else 4455. */
  port: port.nullable().default(null),
  /** null: from OBS's own files. A secret. */
  password: z.string().nullable().default(null),
  /** OBS's config directory where it is not at its usual place (portable mode, Flatpak). */
  configDir: pathSchema.nullable().default(null),
})

/** What a second publisher may do at the destination. */
export const takeoverSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('query'), param: line.min(1).default('priority') }),
  z.strictObject({ kind: z.literal('backup-url'), url: url(['rtmp', 'rtmps']) }),
])

/** How the far end can be looked at from outside. */
const witness = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nginx-stat'), url: url(['http', 'https']) }),
  z.strictObject({
    kind: z.literal('mediamtx'),
    url: url(['http', 'https']),
    path: line.min(1),
    username: line.optional(),
    password: line.optional(),
  }),
  /** rtmp, HLS or FLV, probed with ffmpeg. */
  z.strictObject({
    kind: z.literal('playback'),
    url: url(['rtmp', 'rtmps', 'http', 'https', 'rtsp', 'srt']),
  }),
])

const destination = z.strictObject({
  /** null: read from OBS's stream settings. */
  url: url(['rtmp', 'rtmps', 'srt']).nullable().default(null),
  /** Stream key. A secret. Used with `url`. */
  key: line.default(''),
  takeover: takeoverSchema.default({ kind: 'none' }),
  /** Route `program`: the platform's second ingest for the same broadcast and key; null: none. */
  otherUrl: url(['rtmp', 'rtmps', 'srt']).nullable().default(null),
  /** How long the platform keeps the broadcast open without media. Twitch with Disconnect Protection: 90 s. */
  graceMs: z.number().int().positive().nullable().default(null),
  witnesses: z.array(witness).default([]),
})

const source = z.strictObject({
  /** rtmp(s), rtsp(s), srt, http(s) or the path of a local file. May hold credentials: a secret. */
  url: sourceUrlSchema,
  transport: z.enum(['tcp', 'udp']).default('tcp'),
})

export const ingestPathSchema = z
  .string()
  .regex(/^[A-Za-z0-9_\-.~/]+$/, 'may hold letters, digits and _ - . ~ / only')

const ingest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('carrier') }),
  z.strictObject({
    kind: z.literal('mediamtx'),
    /** Its API, e.g. https://host:9997 */
    url: url(['http', 'https']),
    username: line.default(''),
    /** A secret. */
    password: line.default(''),
    /** SHA-256 of its certificate in hex, where that is self-signed. */
    fingerprint: z.string().nullable().default(null),
    /** Name of the path that Understudy makes there. */
    path: ingestPathSchema.default('understudy-backup'),
  }),
])

export const backupIdSchema = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, 'must begin with a small letter and hold small letters, digits and - only')

const backup = z.strictObject({
  id: backupIdSchema.default('backup'),
  source,
  ingest: ingest.default({ kind: 'carrier' }),
  /** Route `program`: encode it so that it looks like OBS's picture. Costs processor time. */
  convert: z.boolean().default(false),
})

export const policySchema = z.strictObject({
  obs: z.record(z.string(), z.number()).optional(),
  ingest: z.record(z.string(), z.number()).optional(),
  program: z.record(z.string(), z.number()).optional(),
  failover: z.record(z.string(), z.union([z.number(), z.boolean(), z.array(z.number())])).optional(),
})

/** A further platform that the program path publishes to. */
const furtherSchema = z.strictObject({
  id: backupIdSchema,
  /** As the streamer calls it. */
  name: z.string().trim().min(1).max(60),
  url: url(['rtmp', 'rtmps', 'srt']),
  /** A secret. */
  key: line.default(''),
  otherUrl: url(['rtmp', 'rtmps', 'srt']).nullable().default(null),
})

/** Where OBS publishes to by default; 1935 is often another program's. */
export const defaultProgramPort = 19_350

/** The program path of this PC. */
const program = z.strictObject({
  port: port.default(defaultProgramPort),
  /** What OBS has to show at the door. A secret, made once for each installation. */
  key: line.default(''),
  more: z.array(furtherSchema).max(7).default([]),
})

/** What a global hotkey can do, in the order a screen shows them. */
export const hotkeyActions = ['backup-now', 'obs-now', 'hold', 'release', 'slate'] as const
export type HotkeyAction = (typeof hotkeyActions)[number]

/**
 * An accelerator in Electron's notation, e.g. 'Control+Shift+F7'; null: none. At least one modifier (a lone letter would
 * be taken from every other program), a function key alone excepted. Ctrl+Alt is AltGr on many keyboards: refused.
 */
export const acceleratorSchema = z
  .string()
  .regex(
    /^(?:(?:(?:CommandOrControl|Control|Command|Alt|Shift|Super)\+)+(?:[A-Z0-9]|F(?:[1-9]|1\d|2[0-4])|Space|Home|End|PageUp|PageDown|Insert|Delete|Up|Down|Left|Right|num[0-9])|F(?:[1-9]|1\d|2[0-4]))$/,
    'must be modifiers and one key, such as Control+Shift+F7',
  )
  .refine((keys) => !(/(Control|CommandOrControl)/.test(keys) && /Alt/.test(keys)), {
    error: 'must not use Ctrl with Alt: on many keyboards that is AltGr, which types letters',
  })
  .refine((keys) => !/^(?:Shift\+)?[A-Z0-9]$/.test(keys), {
    error: 'must use Ctrl, Alt or the system key: Shift alone with a letter is plain typing',
  })
  .nullable()

/** F7 to F11: F12 belongs to the debugger on Windows (RegisterHotKey). */
export const hotkeysSchema = z
  .strictObject({
    'backup-now': acceleratorSchema.default('Control+Shift+F7'),
    'obs-now': acceleratorSchema.default('Control+Shift+F8'),
    hold: acceleratorSchema.default('Control+Shift+F9'),
    release: acceleratorSchema.default('Control+Shift+F10'),
    slate: acceleratorSchema.default('Control+Shift+F11'),
  })
  .superRefine((keys, context) => {
    const seen = new Map<string, string>()
    for (const action of hotkeyActions) {
      const accelerator = keys[action]
      if (accelerator === null) continue
      const before = seen.get(accelerator)
      if (before === undefined) seen.set(accelerator, action)
      else context.addIssue({ code: 'custom', path: [action], message: 'is used above already' })
    }
  })

/** A time of day, local, '22:00'. */
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00')

/** Which kinds are shown as notifications. Alarms about the stream on air are always shown. */
export const notificationsSchema = z.strictObject({
  on: z.boolean().default(true),
  /** Every switch, in both directions. */
  switch: z.boolean().default(true),
  /** The system on air became bad, or good again. */
  health: z.boolean().default(true),
  /** A backup that could not take over. */
  backup: z.boolean().default(true),
  /** A monitor that is blind. */
  monitor: z.boolean().default(true),
  /** Stream started and ended. */
  stream: z.boolean().default(false),
  sound: z.boolean().default(true),
  /** In these hours only alarms are shown, without sound. */
  quietHours: z.strictObject({ from: timeOfDay, to: timeOfDay }).nullable().default(null),
})

/** The desktop app's own behaviour. */
export const appSchema = z.strictObject({
  /** Closing the window leaves the app in the tray, where there is one. */
  closeToTray: z.boolean().default(true),
  startAtLogin: z.boolean().default(false),
})

/** The whole set-up, one file. Unknown keys are refused by name, so that a typing error is seen. */
export const configSchema = z.strictObject({
  version: z.literal(configVersion).default(configVersion),
  obs: obs.default(() => obs.parse({})),
  destination: destination.default(() => destination.parse({})),
  /** `program`: OBS publishes to this PC and Understudy to the platform; a switch is a cut that viewers do not see. */
  route: z.enum(['direct', 'program']).default('direct'),
  program: program.default(() => program.parse({})),
  /** In order of preference. Empty: not set up yet. */
  backups: z.array(backup).default([]),
  /** A file or picture shown when nothing else is to be had; null: none. */
  slate: z
    .strictObject({ file: pathSchema.min(1) })
    .nullable()
    .default(null),
  /** Arm by itself when OBS goes live. */
  autoArm: z.boolean().default(true),
  ffmpeg: pathSchema.nullable().default(null),
  /** Numbers of the policy that differ from the defaults (core/policy). */
  policy: policySchema.default({}),
  hotkeys: hotkeysSchema.default(() => hotkeysSchema.parse({})),
  notifications: notificationsSchema.default(() => notificationsSchema.parse({})),
  app: appSchema.default(() => appSchema.parse({})),
  server: z
    .strictObject({
      host: line.default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(4477),
    })
    .default({ host: '127.0.0.1', port: 4477 }),
  journal: z
    .strictObject({ maxMegabytes: z.number().int().min(1).max(10_000).default(64) })
    .default({ maxMegabytes: 64 }),
})

export type Config = z.infer<typeof configSchema>
export type BackupConfig = Config['backups'][number]
export type WitnessConfig = Config['destination']['witnesses'][number]
export type IngestConfig = BackupConfig['ingest']

export type NotificationPrefs = Config['notifications']
export type FurtherDestination = Config['program']['more'][number]
