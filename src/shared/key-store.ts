import { z } from 'zod'

/**
 * How secrets go between the engine, which needs them, and the desktop app, which alone can reach the system's key
 * store. Asked with the engine's token as Bearer only: a page's cookie opens none of this, and no page is ever told.
 *
 * - At its start the engine reads one line of JSON from standard input where `--secrets-stdin` is given:
 *   `SecretsHandOver`. So an engine that the shell starts has them before it opens anything.
 * - `GET /api/secrets` answers `SecretsHandOver` with what the engine has now.
 * - `PUT /api/secrets` with `SecretsHandOver`: the shell keeps them (`keptIn: 'key-store'`: the engine writes none to disk
 *   from now on and removes its file) or cannot (`keptIn: 'file'`: the engine keeps them in a file of mode 0600, and says so).
 *   Secrets that the engine did not have are taken over.
 * - When they change, `ServerMessage` 'secrets-changed' tells clients that came in by Bearer to ask again.
 */
export const secretsHandOverSchema = z.strictObject({
  keptIn: z.enum(['key-store', 'file']),
  /** By name: 'obs.password', 'destination.key', 'destination.remembered', 'backup.<id>.url', 'backup.<id>.password'. */
  secrets: z.record(z.string().max(200), z.string().max(10_000)),
})

export type SecretsHandOver = z.infer<typeof secretsHandOverSchema>
