import { z } from 'zod'

/** Version of the config's shape. A file with a higher one is from a newer Understudy and is refused untouched. */
export const configVersion = 1

const port = z.number().int().min(1).max(65535)
const url = (schemes: readonly string[]) =>
  z.url({
    protocol: new RegExp(`^(${schemes.join('|')})$`),
    error: `must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(', ')}`,
  })

/** Where OBS is. Empty: found from OBS's own files. */
const obs = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  /** null: from OBS's own files, else 4455. */
  port: port.nullable().default(null),
  /** null: from OBS's own files. A secret. */
  password: z.string().nullable().default(null),
  /** OBS's config directory where it is not at its usual place (portable mode, Flatpak). */
  configDir: z.string().nullable().default(null),
})

const takeover = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('query'), param: z.string().min(1).default('priority') }),
  z.strictObject({ kind: z.literal('backup-url'), url: url(['rtmp', 'rtmps']) }),
])

/** How the far end can be looked at from outside. */
const witness = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nginx-stat'), url: url(['http', 'https']) }),
  z.strictObject({
    kind: z.literal('mediamtx'),
    url: url(['http', 'https']),
    path: z.string().min(1),
    username: z.string().optional(),
    password: z.string().optional(),
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
  key: z.string().default(''),
  takeover: takeover.default({ kind: 'none' }),
  /** How long the platform keeps the broadcast open without media. Twitch with Disconnect Protection: 90 s. */
  graceMs: z.number().int().positive().nullable().default(null),
  witnesses: z.array(witness).default([]),
})

const source = z.strictObject({
  /** rtmp(s), rtsp(s), srt, http(s) or the path of a local file. May hold credentials: a secret. */
  url: z.string().min(1),
  transport: z.enum(['tcp', 'udp']).default('tcp'),
})

const ingest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('carrier') }),
  z.strictObject({
    kind: z.literal('mediamtx'),
    /** Its API, e.g. https://host:9997 */
    url: url(['http', 'https']),
    username: z.string().default(''),
    /** A secret. */
    password: z.string().default(''),
    /** SHA-256 of its certificate in hex, where that is self-signed. */
    fingerprint: z.string().nullable().default(null),
    /** Name of the path that Understudy makes there. */
    path: z
      .string()
      .regex(/^[A-Za-z0-9_\-.~/]+$/)
      .default('understudy-backup'),
  }),
])

const backup = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .default('backup'),
  source,
  ingest: ingest.default({ kind: 'carrier' }),
})

/** The whole set-up, one file. Unknown keys are refused by name, so that a typing error is seen. */
export const configSchema = z.strictObject({
  version: z.literal(configVersion).default(configVersion),
  obs: obs.default(() => obs.parse({})),
  destination: destination.default(() => destination.parse({})),
  /** In order of preference. Empty: not set up yet. */
  backups: z.array(backup).default([]),
  /** A file or picture shown when nothing else is to be had; null: none. */
  slate: z
    .strictObject({ file: z.string().min(1) })
    .nullable()
    .default(null),
  /** Arm by itself when OBS goes live. */
  autoArm: z.boolean().default(true),
  ffmpeg: z.string().nullable().default(null),
  /** Numbers of the policy that differ from the defaults (core/policy). */
  policy: z
    .strictObject({
      obs: z.record(z.string(), z.number()).optional(),
      ingest: z.record(z.string(), z.number()).optional(),
      failover: z.record(z.string(), z.union([z.number(), z.boolean(), z.array(z.number())])).optional(),
    })
    .default({}),
  server: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
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
