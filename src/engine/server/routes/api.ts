import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { commandSchema, type Health } from '../../../shared/contract'
import { isLive } from '../../../shared/live'
import { healthProof, setCookie } from '../access/auth'
import { readCaller, type Caller } from '../access/caller'
import type { Gate } from '../access/gate'
import { plainPage } from '../plain-page'
import { notFound, problemHeaders, refusal, tooLarge, type HttpProblem } from './problem-reply'
import { readJson, type AddRoutes, type Env, type RouteTools } from './route'
import { securityHeaders } from '../access/security-headers'
import { readStatic } from '../static-files'
import type { Surface } from '../sockets/surface'

export interface ApiOptions {
  readonly gate: Gate
  readonly token: string
  readonly port: () => number
  readonly staticDir: string
  readonly main: Surface
  readonly rehearsal: () => Surface | null
  readonly routes: readonly AddRoutes[]
  readonly maxBytes: number
}

const callerOf = ({ req, env }: Context<Env>): Caller =>
  readCaller({ header: (name) => req.header(name), method: req.method, upgrade: false, peer: env })

const wantsPage = (context: Context<Env>): boolean =>
  context.req.method === 'GET' && (context.req.header('accept') ?? '').includes('text/html')

function answer(context: Context<Env>, found: HttpProblem): Response {
  for (const [name, value] of Object.entries(problemHeaders(found))) context.header(name, value)
  const body = refusal(found.problem)
  if (wantsPage(context)) return context.html(plainPage(body.text, body.next), found.status)
  return context.json(body, found.status)
}

/** The HTTP side: health, page, snapshot, commands. Needs no socket of its own, so it can be asked directly. */
export function createApi(options: ApiOptions): Hono<Env> {
  const app = new Hono<Env>()

  app.use(async (context, next) => {
    const caller = callerOf(context)
    const wrong = options.gate.wrongHost(caller) ?? options.gate.wrongPage(caller)
    if (wrong === null) await next()
    else context.res = answer(context, wrong)
    const headers = securityHeaders(
      wrong === null ? (context.req.header('host') ?? '') : `127.0.0.1:${options.port()}`,
    )
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
    if (!context.res.headers.has('Cache-Control')) context.res.headers.set('Cache-Control', 'no-store')
  })

  app.get('/healthz', (context) => {
    const now = options.main.snapshot()
    const nonce = context.req.query('nonce') ?? ''
    const health: Health = {
      ok: true,
      name: 'understudy',
      version: now.version,
      live: isLive(now),
      armed: now.armed,
      ...(/^[\w-]{16,64}$/.test(nonce) ? { proof: healthProof(options.token, nonce) } : {}),
    }
    return context.json(health)
  })

  // The token comes in once by the link that was printed and leaves the address at once: it would stay in the history.
  app.get('/', async (context, next) => {
    const shown = context.req.query('token')
    if (shown === undefined) return next()
    const refused = options.gate.tokenInUrl(callerOf(context), shown)
    if (refused !== null) return answer(context, refused)
    context.header('Set-Cookie', setCookie(options.token, options.port()))
    return context.redirect('/', 303)
  })

  app.use(async (context, next) => {
    const admission = options.gate.admit(callerOf(context), !['GET', 'HEAD'].includes(context.req.method))
    if (!admission.ok) return answer(context, admission.refused)
    context.set('by', admission.by)
    return next()
  })

  const tools: RouteTools = {
    refuse: answer,
    surface: (context) => surfaceOf(options, context.req.query('channel')),
    limit: (maxSize) =>
      bodyLimit({ maxSize, onError: (context) => context.json(refusal(tooLarge.problem), 413) }),
  }

  app.get('/api/snapshot', (context) => {
    const surface = tools.surface(context)
    return surface === null ? answer(context, notFound) : context.json(surface.snapshot())
  })

  app.post('/api/command', tools.limit(options.maxBytes), async (context) => {
    const surface = tools.surface(context)
    if (surface === null) return answer(context, notFound)
    const body = await readJson(context, commandSchema)
    if (!body.ok) return answer(context, body.refused)
    const reply = await surface.command(body.value, context.get('by'))
    return context.json(reply, reply.ok ? 200 : 409)
  })

  for (const add of options.routes) add(app, tools)

  app.get('*', async (context) => {
    const path = new URL(context.req.url).pathname
    const file = await readStatic(options.staticDir, path)
    if (file === null && path === '/') {
      return context.html(
        plainPage('The page is not built', 'Run “npm run build”, then load this page again.'),
        503,
      )
    }
    if (file === null) return answer(context, notFound)
    return context.body(file.body, 200, { 'Content-Type': file.type, 'Cache-Control': file.cache })
  })

  app.notFound((context) => answer(context, notFound))
  return app
}

/** `?channel=`: the main one unless asked for another; null where there is none of that name now. */
export function surfaceOf(
  from: Pick<ApiOptions, 'main' | 'rehearsal'>,
  channel: string | null | undefined,
): Surface | null {
  if (channel === undefined || channel === null || channel === 'main') return from.main
  return channel === 'rehearsal' ? from.rehearsal() : null
}
