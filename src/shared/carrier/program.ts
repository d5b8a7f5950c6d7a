import { z } from 'zod'
import { problemCodes } from '../../core/problem'

/**
 * The part of the carrier's table that is about the program: the local ingest that OBS publishes to, the splicer, and one
 * long-lived publisher a destination. One program a carrier. The feed that OBS brings is called {@link obsFeed}; the others
 * are what `prepare` made.
 */

/** Id of the feed that the local ingest receives. */
export const obsFeed = 'obs'

const id = z.string().min(1).max(100)
const deadlineMs = z.number().int().min(1).max(600_000)

export const programTargetSchema = z.strictObject({
  url: z.string().min(1).max(8_192),
  /** A secret. */
  key: z.string().max(8_192),
  auth: z.strictObject({ username: z.string(), password: z.string() }).nullable(),
})

/** A destination of the program. `other`: the platform's second ingest for the same broadcast; null: it has none. */
export const programDestinationSchema = z.strictObject({
  id,
  target: programTargetSchema,
  other: programTargetSchema.nullable(),
})

export type ProgramDestination = z.infer<typeof programDestinationSchema>

/**
 * What the carrier may do by itself: once the feed on the program brings no media for `freezeMs`, or its connection or process
 * ends, it cuts to the first of `order` that is warm. Given by the engine while the stream is armed and no hold is on;
 * null: the carrier never cuts by itself. It holds while the engine is dead.
 */
export const programGuardSchema = z.strictObject({
  order: z.array(id),
  freezeMs: z.number().int().min(200).max(60_000),
})

export type ProgramGuard = z.infer<typeof programGuardSchema>

/** Requests; see `carrier-control` for the envelope. */
export const programRequestSchemas = [
  /** Opens the local ingest on 127.0.0.1 and makes the feed `obs`. Idempotent; another port or key opens it again. Null. */
  z.strictObject({
    kind: z.literal('program-open'),
    id: z.number().int(),
    /** What OBS publishes to: rtmp://127.0.0.1:port/live, `key`. A secret. */
    ingest: z.strictObject({ port: z.number().int().min(0).max(65535), key: z.string().min(8) }),
  }),
  /** Closes the ingest and the feed `obs`; refused while the program is live. */
  z.strictObject({ kind: z.literal('program-close'), id: z.number().int() }),
  /**
   * Puts `feed` on the program. Live already: a cut. Else every destination is connected (each by itself; the answer is about
   * the first one). Destinations that are not listed any more say goodbye, new ones begin. Answers `publish`'s reply once the
   * first destination has proven media after the cut; `source-no-media` when the feed brings no keyframe in time: then what
   * was on the program stays. `refused-busy` when a direct publication holds the destination. `resumed`: the broadcast was on
   * air before (its carrier died), so that a refusal is tried again like one of a running session.
   */
  z.strictObject({
    kind: z.literal('program-start'),
    id: z.number().int(),
    feed: id,
    generation: z.number().int().min(0),
    destinations: z.array(programDestinationSchema).min(1).max(8),
    resumed: z.boolean().optional(),
    deadlineMs,
  }),
  z.strictObject({
    kind: z.literal('program-guard'),
    id: z.number().int(),
    guard: programGuardSchema.nullable(),
  }),
  /** Leaves an ingest that takes nothing and connects at once to the first or the other one of the same destination. */
  z.strictObject({
    kind: z.literal('program-redirect'),
    id: z.number().int(),
    destination: id,
    to: z.enum(['first', 'other']),
  }),
  /** Ends all destinations. Feeds and ingest go on. `clean` says goodbye. */
  z.strictObject({
    kind: z.literal('program-stop'),
    id: z.number().int(),
    generation: z.number().int().min(0),
    mode: z.enum(['clean', 'abrupt']),
    deadlineMs,
  }),
] as const

/** See `core/compare-tracks`. */
export const sessionFormatSchema = z.object({
  video: z.string().nullable(),
  audio: z.string().nullable(),
  sampleRateHz: z.number().nullable(),
})

const problem = z.object({
  code: z.enum(problemCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})

const leg = z.enum(['idle', 'connecting', 'up', 'stalled', 'failed'])

/** One destination of the program, sampled. Bytes count since its present connection was accepted. */
export const destinationSampleSchema = z.object({
  id,
  leg,
  /** Which of its ingests it is connected to. */
  on: z.enum(['first', 'other']),
  /**
   * Its present session has taken media for 2 s (acknowledged, or from a silent one taken by the system): what is only let in
   * may be thrown out at once. Absent from a carrier that does not say.
   */
  confirmed: z.boolean().optional(),
  /** Latched until media flows again. */
  problem: problem.nullable(),
  /**
   * `yes`: it has acknowledged what a healthy one does. `no`: healthy and silent, so that only the socket's queue and the
   * bytes it took tell anything. `unknown`: too early to say.
   */
  acknowledges: z.enum(['yes', 'no', 'unknown']),
  bytesSent: z.number(),
  bytesAcknowledged: z.number().nullable(),
  acknowledgedAgeMs: z.number().nullable(),
  /** Written and not acknowledged; with a silent one, queued in our own memory. */
  backlogBytes: z.number(),
  /** As much of it as is open while nothing is late. */
  usualBacklogBytes: z.number(),
  /** In our own memory: what the system has not taken yet. */
  queuedBytes: z.number(),
  /** What left in the last second: acknowledged where it acknowledges, else taken by the system. */
  sentKbps: z.number(),
  /** What the program asked to be sent in the same second. */
  offeredKbps: z.number(),
  /** Video frames dropped by age because this destination was behind. */
  droppedFrames: z.number(),
  uptimeMs: z.number().nullable(),
  /** Publish sessions since the program went live: 1 is unbroken. */
  sessions: z.number().int(),
  /** Until the next attempt; null: none is waiting. */
  retryInMs: z.number().nullable(),
})

export type DestinationSample = z.infer<typeof destinationSampleSchema>

/** Somebody at the local ingest's door. */
export const ingestVisitSchema = z.object({
  /** Rises by one with each. */
  seq: z.number().int(),
  what: z.enum(['published', 'took-over', 'left', 'refused']),
  /** Why it was refused, or how it ended where that was not a goodbye. */
  problem: problem.nullable(),
  agoMs: z.number(),
})

export type IngestVisit = z.infer<typeof ingestVisitSchema>

export const programCutSchema = z.object({
  /** Rises by one with each cut. */
  seq: z.number().int(),
  from: id.nullable(),
  to: id,
  /** `feed-frozen`: the guard's limit passed. `feed-ended`: its connection or process ended. */
  why: z.enum(['asked', 'feed-frozen', 'feed-ended']),
  /**
   * From the moment the last picture of the old feed was sent to that of the first one of the new feed, ms: what a viewer
   * misses. Their timestamps are closer (a cut squeezes the kept pictures in between). Null: nothing before, or none sent yet.
   */
  gapMs: z.number().nullable(),
  /** Every destination was reconnected for it, because the session could not carry the new feed. */
  renewed: z.boolean().optional(),
  agoMs: z.number(),
})

export type ProgramCut = z.infer<typeof programCutSchema>

/** Null in the carrier's state until `program-open`. Holds no secret. */
export const programStateSchema = z.object({
  ingest: z.object({
    /** Null: it could not be opened (then `problem` says why). */
    port: z.number().int().nullable(),
    problem: problem.nullable(),
    publishing: z.boolean(),
    /** Newest last, at most 8. */
    visits: z.array(ingestVisitSchema),
  }),
  /** Some destination is published to, or is being tried. */
  live: z.boolean(),
  generation: z.number().int().nullable(),
  onFeed: id.nullable(),
  /** A cut waits for its feed's next keyframe. */
  waitingFor: id.nullable(),
  lastCut: programCutSchema.nullable(),
  guard: programGuardSchema.nullable(),
  /** What its publish sessions carry, and how often they were begun again for it since the program went live; null: not live. */
  session: z.object({ seq: z.number().int(), format: sessionFormatSchema }).nullable().optional(),
  destinations: z.array(destinationSampleSchema),
})

export type ProgramState = z.infer<typeof programStateSchema>
