import { z } from 'zod'
import { problemCodes } from '../../core/problem'
import { programRequestSchemas, programStateSchema, sessionFormatSchema } from './program'

/**
 * Every message between the engine and the carrier, one table. Newline-delimited JSON over a TCP socket on loopback.
 * The first message of a client is `hello`; nothing else is listened to before its token was found right.
 * Secrets (source URLs, destination keys) travel here and nowhere else: never argv, environment, log or status.
 */

/** Version of this table. A carrier of another version is left alone while it is on air. */
export const carrierProtocol = 2

/** Longest line either side accepts, bytes. The largest real message is a state of a few kB. */
export const maxLineBytes = 256 * 1024

/**
 * Longest line of a carrier, bytes: a keyframe in base64 may be in it. Less than what it lets lie unread before it takes a
 * client for dead (1 MiB).
 */
export const maxReplyBytes = 960 * 1024

/** A keyframe larger than this is not handed out. 20 Mbit/s at 2 s have some 500 kB. */
export const maxKeyframeBytes = 640 * 1024

/** Exit codes of the carrier process. `crashed`: an exception that nobody caught (EX_SOFTWARE of sysexits.h). */
export const carrierExit = { ended: 0, internal: 1, usage: 2, alreadyRunning: 3, crashed: 70 } as const

/** Name of the carrier's lock file in the data directory; mode 0600. */
export const carrierLockName = 'carrier.lock.json'

/** The private lock file: how an engine finds a running carrier. */
export const carrierLockSchema = z.object({
  pid: z.number().int().positive(),
  /** When the process started, as the system tells it (Linux: clock ticks since boot); null: not known. */
  processStart: z.string().nullable(),
  /** The boot that it started in (Linux: boot_id). Older carriers leave it out, and so does a system that has none. */
  bootId: z.string().optional(),
  port: z.number().int().min(1).max(65535),
  /** A secret. */
  token: z.string().min(1),
  protocol: z.number().int(),
  version: z.string(),
})

export type CarrierLock = z.infer<typeof carrierLockSchema>

const id = z.string().min(1).max(100)
const generation = z.number().int().min(0)
const deadlineMs = z.number().int().min(1).max(600_000)

const source = z.strictObject({
  /** A secret where it holds credentials. */
  url: z.string().max(8_192),
  transport: z.enum(['tcp', 'udp']).optional(),
  loop: z.boolean().optional(),
  /** Encode it to this, so that a viewer notices nothing of a cut. Costs processor time. */
  convert: z
    .strictObject({
      width: z.number().int().min(16).max(7_680),
      height: z.number().int().min(16).max(4_320),
      fps: z.number().min(1).max(240),
      videoKbps: z.number().int().min(100).max(100_000),
      sampleRateHz: z.number().int().min(8_000).max(96_000),
      channels: z.number().int().min(1).max(8),
    })
    .optional(),
})

/** What a feed pulls. */
export type CarrierSource = z.infer<typeof source>

const target = z.strictObject({
  url: z.string().min(1).max(8_192),
  /** A secret. */
  key: z.string().max(8_192),
  auth: z.strictObject({ username: z.string(), password: z.string() }).nullable(),
})

/** Where ffmpeg is looked for, in this order; then PATH. */
const ffmpegPlaces = z.strictObject({
  configured: z.string().nullable(),
  bundled: z.string().nullable(),
})

export type FfmpegPlaces = z.infer<typeof ffmpegPlaces>

export const helloSchema = z.object({
  kind: z.literal('hello'),
  token: z.string(),
  protocol: z.number().int(),
  /** The newest `engine` owns the carrier, an older one is let go. A `tool` looks or ends it, and owns nothing. */
  role: z.enum(['engine', 'tool']),
})

/** Requests, after `hello`. Each is answered by one `reply` with its `id`. */
export const carrierRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('configure'), id: z.number().int(), ffmpeg: ffmpegPlaces }),
  /** Answers {@link FfmpegInfo}. */
  z.strictObject({ kind: z.literal('ffmpeg'), id: z.number().int() }),
  /** Looks at a source without keeping it. Answers {@link ProbeReply}. */
  z.strictObject({ kind: z.literal('probe'), id: z.number().int(), source, deadlineMs }),
  /** Idempotent; answers when the feed is warm. A changed source replaces the old one, unless it is on air. */
  z.strictObject({ kind: z.literal('prepare'), id: z.number().int(), feed: id, source, deadlineMs }),
  /** Ends the feed, unless it is on air. */
  z.strictObject({ kind: z.literal('release'), id: z.number().int(), feed: id }),
  /** One attempt to publish a feed. Answers {@link PublishReply} once media flows. */
  z.strictObject({
    kind: z.literal('publish'),
    id: z.number().int(),
    feed: id,
    /** Name of the destination whose lease `generation` is. */
    destination: id,
    generation,
    target,
    /** Another feed may publish to the same destination meanwhile. */
    overlap: z.boolean(),
    deadlineMs,
  }),
  /** Answers when nothing of the feed is published any more. */
  z.strictObject({
    kind: z.literal('unpublish'),
    id: z.number().int(),
    feed: id,
    generation,
    mode: z.enum(['clean', 'abrupt']),
    deadlineMs,
  }),
  /** What a feed shows now. Answers {@link KeyframeReply}. */
  z.strictObject({ kind: z.literal('keyframe'), id: z.number().int(), feed: id }),
  /** Connects to a destination as far as it goes without its key, publishes nothing. Answers {@link ReachReply}. */
  z.strictObject({ kind: z.literal('reach'), id: z.number().int(), target, deadlineMs }),
  /** Answers {@link CarrierState}. */
  z.strictObject({ kind: z.literal('state'), id: z.number().int() }),
  ...programRequestSchemas,
  /** End the carrier; refused while it is on air unless `force`. */
  z.strictObject({ kind: z.literal('shutdown'), id: z.number().int(), force: z.boolean() }),
])

export type CarrierRequest = z.infer<typeof carrierRequestSchema>
export type CarrierRequestOf<K extends CarrierRequest['kind']> = Extract<CarrierRequest, { readonly kind: K }>

const problem = z.object({
  code: z.enum(problemCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})

const leg = z.enum(['idle', 'connecting', 'up', 'stalled', 'failed'])

const track = z.object({
  type: z.enum(['video', 'audio']),
  codec: z.string(),
  width: z.number().optional(),
  height: z.number().optional(),
  fps: z.number().optional(),
  profile: z.string().optional(),
  bFrames: z.boolean().optional(),
  gopSec: z.number().optional(),
  sampleRateHz: z.number().optional(),
  channels: z.number().optional(),
})

const publicationState = z.object({
  destination: id,
  generation,
  leg,
  /** Media bytes handed to the socket since this publication was accepted. */
  bytesSent: z.number(),
  bytesAcknowledged: z.number().nullable(),
  acknowledgedAgeMs: z.number().nullable(),
  backlogBytes: z.number(),
  droppedFrames: z.number(),
  uptimeMs: z.number().nullable(),
  /** Reconnects made by the carrier itself, while no engine was there to decide. */
  retries: z.number().int(),
  problem: problem.nullable(),
})

export type PublicationState = z.infer<typeof publicationState>

const feedState = z.object({
  id,
  /** `receive`: the local ingest's, of OBS. */
  kind: z.enum(['pull', 'receive']),
  leg,
  /** Headers and a keyframe are kept and media arrives: a publication can begin at once. */
  warm: z.boolean(),
  /** Since its last picture arrived, ms; null: none has. */
  mediaAgeMs: z.number().nullable(),
  tracks: z.array(track),
  /** What a session that carries it is bound to. */
  format: sessionFormatSchema.optional(),
  /** Tracks beside the first of their kind, and damaged messages of enhanced RTMP: not carried. Absent: none. */
  leftOut: z
    .object({ video: z.number().int(), audio: z.number().int(), broken: z.number().int() })
    .optional(),
  /** Processor time of a feed that is converted, in share of one core; null: not converted, or not known. */
  cpuShare: z.number().nullable(),
  bitrateKbps: z.number().nullable(),
  fps: z.number().nullable(),
  uptimeMs: z.number().nullable(),
  restarts: z.number().int(),
  /** Latched until media arrives again. */
  problem: problem.nullable(),
  publication: publicationState.nullable(),
})

export type FeedState = z.infer<typeof feedState>

const carrierState = z.object({
  pid: z.number().int(),
  version: z.string(),
  /** Something is published, or is about to be again. */
  onAir: z.boolean(),
  /** An exception that nobody caught: it goes on while it is on air, and ends by itself after. */
  damaged: z.boolean().optional(),
  feeds: z.array(feedState),
  /** Null: there is no program path. */
  program: programStateSchema.nullable(),
})

/** All that an engine needs to adopt what it finds. Holds no secret. */
export type CarrierState = z.infer<typeof carrierState>

const ffmpegInfo = z.object({ path: z.string(), version: z.string() })
export type FfmpegInfo = z.infer<typeof ffmpegInfo>

const probeReply = z.object({ tracks: z.array(track), warnings: z.array(problem) })
export type ProbeReply = z.infer<typeof probeReply>

const publishReply = z.object({ proof: z.enum(['acknowledged', 'accepted']) })
export type PublishReply = z.infer<typeof publishReply>

/** An FLV file of one picture, in base64: decoder header and keyframe. Null: there is none now. */
const keyframeReply = z.object({ flv: z.string().max(maxReplyBytes).nullable() })
export type KeyframeReply = z.infer<typeof keyframeReply>

/** How far a destination was tried: `rtmp`: its application took the connection; `name`: the host's name was resolved (SRT). */
const reachReply = z.object({ checked: z.enum(['rtmp', 'name']) })
export type ReachReply = z.infer<typeof reachReply>

/** What the answer to each request holds. */
export const carrierReplySchemas = {
  configure: z.null(),
  ffmpeg: ffmpegInfo,
  probe: probeReply,
  prepare: z.null(),
  release: z.null(),
  publish: publishReply,
  unpublish: z.null(),
  keyframe: keyframeReply,
  reach: reachReply,
  'program-open': z.null(),
  'program-close': z.null(),
  'program-start': publishReply,
  'program-guard': z.null(),
  'program-redirect': z.null(),
  'program-stop': z.null(),
  state: carrierState,
  shutdown: z.null(),
} satisfies Record<CarrierRequest['kind'], z.ZodType>

export type CarrierReplies = {
  readonly [K in keyof typeof carrierReplySchemas]: z.infer<(typeof carrierReplySchemas)[K]>
}

/** Carrier to client. */
export const carrierMessageSchema = z.discriminatedUnion('kind', [
  /** The token was right. The whole state, so that what is on air can be adopted. */
  z.object({ kind: z.literal('welcome'), protocol: z.number().int(), state: carrierState }),
  /** The token was wrong, or the carrier speaks another version of this table; the socket is then closed. */
  z.object({
    kind: z.literal('refused'),
    problem,
    protocol: z.number().int().optional(),
    version: z.string().optional(),
    onAir: z.boolean().optional(),
  }),
  z.discriminatedUnion('ok', [
    z.object({ kind: z.literal('reply'), id: z.number().int(), ok: z.literal(true), value: z.unknown() }),
    z.object({ kind: z.literal('reply'), id: z.number().int(), ok: z.literal(false), problem }),
  ]),
  /** Twice a second, and at each change. */
  z.object({ kind: z.literal('state'), state: carrierState }),
  /** Another engine took over; this one is let go. */
  z.object({ kind: z.literal('replaced') }),
])

export type CarrierMessage = z.infer<typeof carrierMessageSchema>
