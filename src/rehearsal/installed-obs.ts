import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { OBSWebSocket } from 'obs-websocket-js/json'
import { z } from 'zod'
import { writeFileAtomic } from '../host/atomic-file'
import { pause, within } from '../host/within'
import { fail, ok, problem } from '../core/problem'
import type { Problem, Result } from '../core/problem'

/** Where the OBS of this PC answers. */
export interface ObsAddress {
  readonly host: string
  readonly port: number
  /** A secret; null: none. */
  readonly password: string | null
  readonly configDir: string | null
}

/** OBS's own stream settings while a rehearsal has borrowed them. Holds the real stream key: mode 0600, gone afterwards. */
const borrowedSchema = z.object({
  version: z.literal(1),
  /** The server that the rehearsal put in their place. */
  rehearsalServer: z.string(),
  type: z.string(),
  settings: z.record(z.string(), z.unknown()),
})
type Borrowed = z.infer<typeof borrowedSchema>

const serviceSchema = z.object({
  streamServiceType: z.string(),
  streamServiceSettings: z.record(z.string(), z.unknown()),
})
const statusSchema = z.object({ outputActive: z.boolean() })

const connectMs = 5_000
const callMs = 3_000
/** A stop through a dead link takes a real OBS 12 s. */
const stopMs = 20_000
const lookMs = 250

/**
 * Points OBS at the rehearsal's destination. Its own settings are kept in `workDir` until {@link giveBack}, which the next
 * rehearsal does first if this one cannot. A streaming OBS is left alone: `rehearsal-obs-live`.
 */
export async function borrowObs(
  address: ObsAddress,
  workDir: string,
  destination: { readonly server: string; readonly key: string },
): Promise<Result<void>> {
  return withObs(address, async (call) => {
    await giveBackOver(call, workDir)
    const { outputActive } = statusSchema.parse(await call('GetStreamStatus'))
    if (outputActive) return fail('rehearsal-obs-live')
    const own = serviceSchema.parse(await call('GetStreamServiceSettings'))
    save(workDir, {
      version: 1,
      rehearsalServer: destination.server,
      type: own.streamServiceType,
      settings: own.streamServiceSettings,
    })
    await call('SetStreamServiceSettings', {
      streamServiceType: 'rtmp_custom',
      streamServiceSettings: { ...destination, use_auth: false },
    })
    return ok(undefined)
  })
}

/** Whether a rehearsal still owes OBS its settings. */
export const owesObs = (workDir: string): boolean => load(workDir) !== null

/** Ends a stream into the rehearsal's destination and puts OBS's own settings back. What the user changed meanwhile stays. */
export async function giveBack(address: ObsAddress, workDir: string): Promise<Result<void>> {
  if (load(workDir) === null) return ok(undefined)
  return withObs(address, async (call) => {
    await giveBackOver(call, workDir)
    return ok(undefined)
  })
}

async function giveBackOver(call: Call, workDir: string): Promise<void> {
  const borrowed = load(workDir)
  if (borrowed === null) return
  const now = serviceSchema.parse(await call('GetStreamServiceSettings'))
  if (now.streamServiceSettings['server'] === borrowed.rehearsalServer) {
    if (statusSchema.parse(await call('GetStreamStatus')).outputActive) await endStream(call)
    await call('SetStreamServiceSettings', {
      streamServiceType: borrowed.type,
      streamServiceSettings: borrowed.settings,
    })
  }
  rmSync(fileOf(workDir), { force: true })
}

async function endStream(call: Call): Promise<void> {
  await call('StopStream')
  for (let waitedMs = 0; waitedMs < stopMs; waitedMs += lookMs) {
    if (!statusSchema.parse(await call('GetStreamStatus')).outputActive) return
    await pause(lookMs)
  }
  throw new Refused(problem('obs-stop-timeout'))
}

type Call = (
  request: 'GetStreamStatus' | 'GetStreamServiceSettings' | 'SetStreamServiceSettings' | 'StopStream',
  data?: Readonly<Record<string, unknown>>,
) => Promise<unknown>

/** A problem on its way out of a conversation with OBS. */
class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}

/** One short conversation. The library never times out by itself. */
async function withObs(
  address: ObsAddress,
  talk: (call: Call) => Promise<Result<void>>,
): Promise<Result<void>> {
  const { host, port, password } = address
  const at = `${host}:${port}`
  const socket = new OBSWebSocket()
  try {
    await inTime(
      socket
        .connect(`ws://${host.includes(':') ? `[${host}]` : host}:${port}`, password ?? undefined, {
          eventSubscriptions: 0,
        })
        .catch((error: unknown) => {
          const refused = codeOf(error) === 4009
          throw new Refused(
            refused
              ? problem(password === null ? 'obs-password-needed' : 'obs-auth-failed')
              : problem('obs-unreachable', { address: at }),
          )
        }),
      connectMs,
      'connect',
    )
    return await talk((request, data) =>
      inTime(
        // The table of the library types each request's data; ours has passed a schema, or is OBS's own.
        (socket.call as (request: string, data?: unknown) => Promise<unknown>).call(socket, request, data),
        callMs,
        request,
      ).catch((error: unknown) => {
        if (error instanceof Refused) throw error
        throw new Refused(problem('obs-request-failed', { request, code: codeOf(error) ?? 0 }))
      }),
    )
  } catch (error) {
    if (error instanceof Refused) return { ok: false, problem: error.problem }
    if (error instanceof z.ZodError) return fail('obs-garbage', { address: at })
    throw error
  } finally {
    void socket.disconnect().catch(() => undefined)
  }
}

const late = Symbol('late')

async function inTime<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const value = await within<T, typeof late>(promise, ms, late)
  if (value === late) throw new Refused(problem('obs-timeout', { what }))
  return value
}

function codeOf(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null
}

const fileOf = (workDir: string): string => join(workDir, 'obs-stream-settings.json')

function save(workDir: string, borrowed: Borrowed): void {
  mkdirSync(workDir, { recursive: true, mode: 0o700 })
  writeFileAtomic(fileOf(workDir), JSON.stringify(borrowed))
}

function load(workDir: string): Borrowed | null {
  try {
    return borrowedSchema.parse(JSON.parse(readFileSync(fileOf(workDir), 'utf8')))
  } catch {
    // Not there; or torn, which the rename rules out unless somebody else wrote it.
    return null
  }
}
