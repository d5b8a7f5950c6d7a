import type { Context, Hono, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import type { Surface } from '../sockets/surface'
import { badRequest, type HttpProblem } from './problem-reply'

/** What the socket under a request knows and its headers do not. */
export interface Peer {
  readonly remoteAddress: string
  readonly remotePort: number | undefined
  readonly localAddress: string | undefined
}

/** `by`: 'api' came in by Bearer (a program, the desktop app), 'page' by the page's cookie. */
export type Env = { readonly Bindings: Peer; readonly Variables: { by: 'page' | 'api' } }

/** What a file of routes is given. Whoever reaches a route was let in already: host, token, origin. */
export interface RouteTools {
  /** A problem as every route answers it: JSON for programs, a plain page for people. */
  refuse(context: Context<Env>, found: HttpProblem): Response
  /** `?channel=`; null: there is no such channel now (answer 404). */
  surface(context: Context<Env>): Surface | null
  /** Refuses a body above `maxBytes` with 413. */
  limit(maxBytes: number): MiddlewareHandler<Env>
}

/** Adds routes to the API, behind the gate and before the static files. */
export type AddRoutes = (app: Hono<Env>, tools: RouteTools) => void

/** The body as JSON of this shape, or why not. */
export async function readJson<T>(
  context: Context<Env>,
  schema: z.ZodType<T>,
): Promise<
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refused: HttpProblem; readonly issues: readonly z.core.$ZodIssue[] | null }
> {
  const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    const refused = { ...badRequest('the content type must be application/json'), status: 415 as const }
    return { ok: false, refused, issues: null }
  }
  const body = await context.req
    .json<unknown>()
    .then((value) => ({ value }))
    .catch(() => null)
  if (body === null) return { ok: false, refused: badRequest('the body is not JSON'), issues: null }
  const parsed = schema.safeParse(body.value)
  if (parsed.success) return { ok: true, value: parsed.data }
  return { ok: false, refused: badRequest('not a message of the contract'), issues: parsed.error.issues }
}
