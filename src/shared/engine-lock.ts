import { z } from 'zod'

/** Exit codes of the engine that others act on. `crashed`: an exception that nobody caught (EX_SOFTWARE of sysexits.h). */
export const engineExit = { ended: 0, refused: 1, usage: 2, crashed: 70 } as const

/** Name of the lock file in the data directory. */
export const engineLockName = 'engine.lock'

/** The engine's lock file. */
export const engineLockSchema = z.object({
  pid: z.number().int().positive(),
  /** Boot and tick in which the process started (proc(5)); null where it cannot be told. */
  startedAs: z.string().nullable(),
  /** Wall ms since epoch. */
  startedAt: z.number(),
  host: z.string(),
  /** Null until the server listens. */
  port: z.number().int().nullable(),
  token: z.string().nullable(),
})

/** What a lock file says: how the shell, a second start and `--stop` find the engine. Holds the token: mode 0600. */
export type LockContent = z.infer<typeof engineLockSchema>

/** Host as it stands in a URL; an engine that listens on every address is reached on loopback. */
const urlHost = (host: string): string => {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return reachable.includes(':') ? `[${reachable}]` : reachable
}

/** Where an engine's page is, without its token; null while it does not listen yet. */
export const lockUrl = (content: LockContent): string | null =>
  content.port === null ? null : `http://${urlHost(content.host)}:${content.port}/`
