import { z } from 'zod'
import { fail, ok } from '../../../core/problem'
import type { Problem, Result } from '../../../core/problem'
import type { Redactor } from '../../../shared/addresses/redact'
import { createHttpClient, TlsError } from './http'
import type { HttpClientOptions } from './http'
import type { ForwardSample, PathSample } from './status'
import { readTracks } from './tracks'

/**
 * MediaMTX's control API, version 3, as far as we need it. Every reply that we rely on is checked; every failure is a
 * code. A wrong password is answered only after up to 4 s (measured), so a call that may meet one needs more than 5 s.
 */
export interface MediaMtxApi {
  info(timeoutMs: number): Promise<Result<ServerInfo>>
  /** null: there is no such path configuration (one that only `all_others` matches counts as none). */
  pathConfig(name: string, timeoutMs: number): Promise<Result<PathConfig | null>>
  /** Creates the path or replaces all of it, which destroys what runs there. */
  replacePath(name: string, config: PathConfigInput, timeoutMs: number): Promise<Result<void>>
  patchPath(name: string, patch: PathConfigInput, timeoutMs: number): Promise<Result<void>>
  /** A path that is not there counts as deleted. */
  deletePath(name: string, timeoutMs: number): Promise<Result<void>>
  /** null: no such path runs. */
  path(name: string, timeoutMs: number): Promise<Result<PathSample | null>>
  /** null: no such path runs. `dest` holds the stream key. */
  forwards(name: string, timeoutMs: number): Promise<Result<readonly ForwardSample[] | null>>
  /** Port of its RTSP server; null: it is off, or takes encrypted connections only. */
  rtspPort(timeoutMs: number): Promise<Result<number | null>>
  close(): void
}

export interface ServerInfo {
  readonly version: string
  /** Changes when the server was started again. */
  readonly started: string
}

/** All fields of a path's configuration, as the server returned them. May hold secrets. */
export type PathConfig = Readonly<Record<string, unknown>>
export type PathConfigInput = Readonly<Record<string, unknown>>

const infoReply = z.object({ version: z.string(), started: z.string().default('') })
const configReply = z.record(z.string(), z.unknown())
const pathReply = z.object({
  available: z.boolean(),
  inboundBytes: z.number(),
  inboundFramesInError: z.number().default(0),
  tracks2: z
    .array(z.object({ codec: z.string(), codecProps: z.record(z.string(), z.unknown()).nullish() }))
    .nullish(),
})
const forwardReply = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      conf: z.object({ dest: z.string() }),
      state: z.string(),
      lastError: z.string().default(''),
      outboundBytes: z.number(),
    }),
  ),
})
const globalReply = z.object({
  rtsp: z.boolean().catch(false),
  rtspAddress: z.string().catch(''),
  rtspEncryption: z.string().catch('no'),
})
const errorReply = z.object({ error: z.string() })

/** @param redact applied to every text of the server that goes into a problem. */
export function createMediaMtxApi(options: HttpClientOptions, redact: Redactor): MediaMtxApi {
  const client = createHttpClient(options)
  const { host } = new URL(options.baseUrl)

  /** `missing` is answered where the server says 404. */
  const call = async <T, M>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    missing: M,
    timeoutMs: number,
    body?: unknown,
  ): Promise<Result<T | M>> => {
    let reply
    try {
      reply = await client.request(method, path, {
        timeoutMs,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      return { ok: false, problem: connectionProblem(error, host, redact) }
    }
    let json: unknown
    try {
      json = reply.body.trim() === '' ? {} : JSON.parse(reply.body)
    } catch {
      json = undefined
    }
    if (reply.status === 404 && errorReply.safeParse(json).success && missing !== undefined)
      return ok(missing)
    if (reply.status < 200 || reply.status > 299) {
      const said = errorReply.safeParse(json)
      return {
        ok: false,
        problem: replyProblem(reply.status, host, said.success ? redact(said.data.error) : ''),
      }
    }
    const parsed = schema.safeParse(json)
    if (!parsed.success)
      return fail('ingest-bad-request', {
        detail: `not the reply of a MediaMTX (${path.split('/')[2] ?? ''})`,
      })
    return ok(parsed.data)
  }

  const done = z.unknown().transform(() => undefined)
  return {
    info: async (timeoutMs) => {
      const reply = await call('GET', '/v3/info', infoReply, undefined, timeoutMs)
      if (reply.ok && reply.value !== undefined) return ok(reply.value)
      // Before 1.12 there was no /v3/info: a 404 there is an old server, or none at all.
      if (!reply.ok && reply.problem.params?.['status'] === 404) return fail('ingest-version')
      return reply.ok ? fail('ingest-version') : reply
    },
    pathConfig: (name, timeoutMs) =>
      call('GET', `/v3/config/paths/get/${encodePath(name)}`, configReply, null, timeoutMs),
    replacePath: (name, config, timeoutMs) =>
      call('POST', `/v3/config/paths/replace/${encodePath(name)}`, done, undefined, timeoutMs, config),
    patchPath: (name, patch, timeoutMs) =>
      call('PATCH', `/v3/config/paths/patch/${encodePath(name)}`, done, undefined, timeoutMs, patch),
    deletePath: async (name, timeoutMs) => {
      const reply = await call('DELETE', `/v3/config/paths/delete/${encodePath(name)}`, done, null, timeoutMs)
      return reply.ok ? ok(undefined) : reply
    },
    path: async (name, timeoutMs) => {
      const reply = await call('GET', `/v3/paths/get/${encodePath(name)}`, pathReply, null, timeoutMs)
      if (!reply.ok || reply.value === null) return reply.ok ? ok(null) : reply
      const { available, inboundBytes, inboundFramesInError, tracks2 } = reply.value
      return ok({
        available,
        inboundBytes,
        framesInError: inboundFramesInError,
        tracks: readTracks(tracks2 ?? []),
      })
    },
    forwards: async (name, timeoutMs) => {
      const query = `path=${encodeURIComponent(name)}`
      const reply = await call('GET', `/v3/paths/forward/list?${query}`, forwardReply, null, timeoutMs)
      if (!reply.ok || reply.value === null) return reply.ok ? ok(null) : reply
      return ok(reply.value.items.map(({ conf, ...item }) => ({ ...item, dest: conf.dest })))
    },
    rtspPort: async (timeoutMs) => {
      const reply = await call('GET', '/v3/config/global/get', globalReply, undefined, timeoutMs)
      if (!reply.ok) return reply
      if (reply.value?.rtsp !== true || reply.value.rtspEncryption === 'strict') return ok(null)
      const port = Number(/:(\d+)$/.exec(reply.value.rtspAddress)?.[1] ?? '')
      return ok(port > 0 ? port : null)
    },
    close: () => client.close(),
  }
}

/** A path's name may hold slashes, which the API takes as they are. */
const encodePath = (name: string): string => name.split('/').map(encodeURIComponent).join('/')

function connectionProblem(error: unknown, host: string, redact: Redactor): Problem {
  if (error instanceof TlsError) return { code: 'ingest-tls', params: { detail: error.message } }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const name = error instanceof Error ? error.name : ''
  const detail = name === 'AbortError' || name === 'TimeoutError' ? 'no answer in time' : redact(code)
  return { code: 'ingest-unreachable', params: { host, detail } }
}

function replyProblem(status: number, host: string, detail: string): Problem {
  const params = { status, detail }
  if (status === 401 || status === 403) return { code: 'ingest-auth' }
  if (status === 404) return { code: 'ingest-not-found', params }
  // Its own failures say nothing of our request: like no answer.
  if (status >= 500) return { code: 'ingest-unreachable', params: { host, ...params } }
  return { code: 'ingest-bad-request', params }
}

/** `forward`, which all of this stands on, came with 1.20.0. */
export const minVersion = '1.20.0'

/** Whether a server of this version (`v1.20.1`, maybe with a line end) has what we need. */
export function isSupported(version: string): boolean {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim())
  if (match === null) return false
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return major > 1 || (major === 1 && minor >= 20)
}
