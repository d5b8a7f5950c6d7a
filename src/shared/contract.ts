import { z } from 'zod'
import type { Problem } from '../core/problem'
import type { Snapshot } from './snapshot'

/**
 * Every message between the engine and its clients (page, API, shell), one table. HTTP and WebSocket carry the same.
 *
 * | request | answer |
 * |---|---|
 * | `GET /healthz` | `Health`; with `?nonce=` also its proof |
 * | `GET /api/snapshot` | `Snapshot` |
 * | `POST /api/command` | `CommandReply` |
 * | `GET /api/socket` | WebSocket: `ClientMessage`, `ServerMessage` |
 * | `GET`, `POST /api/settings` | `SettingsView`; `SettingsReply` to a `SettingsChange` |
 * | `POST /api/test` | `TestReport` to a `TestRequest` |
 * | `GET /api/preflight` | `Preflight` |
 * | `POST /api/rehearsal` | `CommandReply` to a `RehearsalRequest` |
 * | `GET /api/history` | binary, shared/history |
 * | `GET /api/picture/<system or 'viewer'>` | image/jpeg; 404 while there is none |
 * | `GET`, `PUT /api/secrets` | Bearer only, shared/key-store |
 *
 * Snapshot, command, socket, history and picture take `?channel=rehearsal`: the rehearsal that runs beside the real
 * stream, on stand-ins of its own. 404 while there is none.
 */

export type Channel = 'main' | 'rehearsal'

/** Starts or ends the rehearsal beside the real stream. Refused while the stream is live. */
export const rehearsalRequestSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('start'),
    obs: z.enum(['stand-in', 'installed']).default('stand-in'),
    route: z.enum(['direct', 'program']).default('direct'),
  }),
  /** The same fault on both routes, one after the other, on stand-ins. */
  z.strictObject({ action: z.literal('compare'), fault: z.enum(['kill', 'freeze']).default('kill') }),
  z.strictObject({ action: z.literal('stop') }),
])

export type RehearsalRequest = z.infer<typeof rehearsalRequestSchema>
/** The same as a page sends it: what is left out has a default. */
export type RehearsalAsk = z.input<typeof rehearsalRequestSchema>

/** What an operator can ask for: body of `POST /api/command`, and of a `command` message on the socket. */
export const commandSchema = z.discriminatedUnion('kind', [
  /** Start the primary (StartStream in OBS). */
  z.strictObject({ kind: z.literal('go-live') }),
  /** End the broadcast: whoever is on air says goodbye. */
  z.strictObject({ kind: z.literal('end-stream') }),
  /** The first backup that is ready. */
  z.strictObject({ kind: z.literal('backup-now') }),
  z.strictObject({ kind: z.literal('obs-now') }),
  z.strictObject({ kind: z.literal('slate') }),
  /** Any system of the lineup by its id. */
  z.strictObject({ kind: z.literal('switch'), to: z.string().min(1) }),
  /** Nothing switches by itself until released, or until the time is over. */
  z.strictObject({ kind: z.literal('hold'), forMs: z.number().int().positive().nullable().default(null) }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('arm') }),
  z.strictObject({ kind: z.literal('disarm') }),
  /** End the engine; with `carrier` also what is on air through it. `npm start -- --stop` says this. */
  z.strictObject({ kind: z.literal('shutdown'), carrier: z.boolean().default(false) }),
  /** Rehearsal only: break the stand-in OBS or its destination on purpose. */
  z.strictObject({
    kind: z.literal('fault'),
    fault: z.enum(['drop', 'freeze', 'narrow', 'kill', 'quit', 'heal']),
  }),
])

export type ApiCommand = z.infer<typeof commandSchema>

export type CommandReply =
  | { readonly ok: true }
  | { readonly ok: false; readonly problem: Problem; readonly text: string; readonly next: string }

/** Server to client on the socket. A gap in `revision` means: fetch the snapshot again. */
export type ServerMessage =
  | { readonly type: 'snapshot'; readonly revision: number; readonly snapshot: Snapshot }
  /** Top-level members of the snapshot that changed. */
  | { readonly type: 'patch'; readonly revision: number; readonly patch: Partial<Snapshot> }
  | { readonly type: 'reply'; readonly id: number; readonly reply: CommandReply }
  /** Only to clients that came in by Bearer: ask for the secrets again (shared/key-store). */
  | { readonly type: 'secrets-changed' }

/** Client to server on the socket. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('command'), id: z.number().int(), command: commandSchema }),
  /** The page is hidden: send nothing until it is shown again (then a whole snapshot comes). */
  z.strictObject({ type: z.literal('visible'), visible: z.boolean() }),
  /** 'urgent': only what a tray or a notification shows (phase, hold, armed, incident, verdicts, timeline, problems), and no numbers that merely move. */
  z.strictObject({ type: z.literal('detail'), detail: z.enum(['full', 'urgent']) }),
])

export type ClientMessage = z.infer<typeof clientMessageSchema>

/** Answer of `GET /healthz`, readable without a token: says only that an engine lives and how it is. */
export interface Health {
  readonly ok: boolean
  readonly name: 'understudy'
  readonly version: string
  /** A broadcast is under way: on air, reconnecting, switching, or nobody on air though somebody should be. */
  readonly live: boolean
  readonly armed: boolean
  /**
   * To `GET /healthz?nonce=<16 to 64 of A-Z a-z 0-9 _ ->`: HMAC-SHA256 under the token of 'understudy health <nonce>',
   * base64url. Who is about to show the token sees by it that it goes to the engine.
   */
  readonly proof?: string
}
