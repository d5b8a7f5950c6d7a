import { z } from 'zod'
import type { Problem } from '../core/problem'
import type { Snapshot } from './snapshot'

/**
 * Every message between the engine and its clients (page, API, shell), one table. HTTP and WebSocket carry the same.
 * `GET /healthz` · `GET /api/snapshot` · `POST /api/command` · `GET /api/socket` (WebSocket).
 */

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

/** Client to server on the socket. */
export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('command'), id: z.number().int(), command: commandSchema }),
  /** The page is hidden: send nothing until it is shown again (then a whole snapshot comes). */
  z.strictObject({ type: z.literal('visible'), visible: z.boolean() }),
])

export type ClientMessage = z.infer<typeof clientMessageSchema>

/** Answer of `GET /healthz`, readable without a token: says only that an engine lives and how it is. */
export interface Health {
  readonly ok: boolean
  readonly name: 'understudy'
  readonly version: string
  readonly live: boolean
  readonly armed: boolean
}
