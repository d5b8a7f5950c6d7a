import { createServer } from 'node:net'
import { fail, ok } from '../../core/problem'
import type { Result } from '../../core/problem'
import type { Question, ServerOptions } from '../../media/rtmp/server-session'
import type { Line } from './line'
import { createLine } from './line'
import { listen } from './listen'
import type { Tap } from './live-stream'
import { LiveStream } from './live-stream'
import { startStatPage } from './stat-page'

export interface DestinationOptions {
  /** RTMP; 0 (the default): any free one. Loopback only. */
  readonly port?: number
  readonly statPort?: number
  /** Monotonic, ms. */
  readonly now?: () => number
  /** Who has sent nothing for so long loses the stream name, ms. nginx-rtmp's own ping takes 60 to 90 s; platforms differ. */
  readonly ghostMs?: number
  /** Applications that take any publisher with one of these stream names only; one that is not named here takes any. */
  readonly keys?: Readonly<Record<string, readonly string[]>>
  /** Applications whose players are cut with their publisher, as MediaMTX does. Elsewhere they wait for the next one, as on nginx-rtmp. */
  readonly cutPlayers?: readonly string[]
  /** A query parameter by which a higher number takes a held name over; none: a second publisher is always refused. */
  readonly priorityParam?: string
}

/**
 * `ingest`: everybody who publishes to the application, newcomers too. `publisher`: the way of the one who publishes now,
 * if it calls itself `from` (a publisher names itself with `?from=` behind its stream key).
 */
export type HarmTarget =
  | { readonly app: string; readonly reach: 'ingest' }
  | { readonly app: string; readonly reach: 'publisher'; readonly from?: string }

/** The stream as the far end has it. */
export interface FarEnd {
  /** Number of the publishing connection; another number is another session. Null: nobody holds the name. */
  readonly publisherId: number | null
  /** What it calls itself. */
  readonly from: string | null
  /** Media bytes under this name over all its publishers. */
  readonly bytesIn: number
  /** Of the last ten seconds that are over. */
  readonly kbps: number
}

/** A destination on this PC: a real RTMP server that can be harmed on command. */
export interface DestinationStandIn {
  readonly port: number
  /** Statistics in nginx-rtmp's form. */
  readonly statUrl: string
  /** `rtmp://127.0.0.1:port/app` */
  readonly url: (app: string) => string
  readonly farEnd: (app: string, name: string) => FarEnd
  /** Gives each tag that a player of the stream gets, from now on. Returns the way out. */
  readonly watch: (app: string, name: string, tap: Tap) => () => void
  /** Stops reading. New connections to a frozen ingest are not answered either. */
  readonly freeze: (target: HarmTarget) => void
  /** Reads publishers at so many kbit/s. */
  readonly narrow: (target: HarmTarget, kbit: number) => void
  /** Refuses every new publisher with this code (`NetStream.Publish.Denied`, `NetConnection.Connect.Rejected`, ...); null: no more. */
  readonly refuse: (app: string, code: string | null) => void
  /** Of connections made from now on. */
  readonly ackMode: (mode: NonNullable<ServerOptions['ackMode']>) => void
  /** Throws the publisher out, connection and all. False: there was none. */
  readonly dropPublisher: (app: string, name: string) => boolean
  /** Takes every harm away. */
  readonly heal: () => void
  readonly stop: () => Promise<void>
}

type Role =
  | { readonly kind: 'none'; readonly since: number }
  | { readonly kind: 'publisher' | 'player'; readonly stream: LiveStream }
  /** Lost its stream name while its way was dead: it does not know yet. */
  | { readonly kind: 'orphan' }

interface Harm {
  frozen: boolean
  kbit: number | null
  refusal: string | null
}

const sweepMs = 200
/** A connection that does not say what it wants is closed after this, ms. */
const introductionMs = 10_000
/** A refused publisher has so long to close by itself, ms. */
const refusedMs = 1_000
const defaultGhostMs = 2_000

export async function startDestination(
  options: DestinationOptions = {},
): Promise<Result<DestinationStandIn>> {
  const now = options.now ?? (() => performance.now())
  const ghostMs = options.ghostMs ?? defaultGhostMs
  const startedAt = now()
  const streams = new Map<string, LiveStream>()
  const roles = new Map<Line, Role>()
  const harms = new Map<string, Harm>()
  let unanswered: (() => void)[] = []
  let ackMode: NonNullable<ServerOptions['ackMode']> = 'window'
  let lineCount = 0

  const harmOf = (app: string): Harm => {
    const known = harms.get(app)
    if (known !== undefined) return known
    const fresh: Harm = { frozen: false, kbit: null, refusal: null }
    harms.set(app, fresh)
    return fresh
  }
  const streamOf = (app: string, name: string): LiveStream => {
    const at = `${app}/${name}`
    const stream = streams.get(at) ?? new LiveStream(app, name, now)
    streams.set(at, stream)
    return stream
  }
  const publishersOf = (target: HarmTarget): readonly Line[] =>
    [...streams.values()].flatMap(({ app, publisher }) => {
      const meant = target.reach === 'ingest' || target.from === undefined || target.from === publisher?.from
      return app === target.app && meant && publisher !== null ? [publisher.line] : []
    })

  /** The name is free again; the connection is left as it is. */
  const release = (line: Line): void => {
    const role = roles.get(line)
    if (role?.kind !== 'publisher') return
    const { stream } = role
    stream.release(line)
    roles.set(line, { kind: 'none', since: now() })
    if (options.cutPlayers?.includes(stream.app) === true)
      for (const player of stream.watchers) player.dismiss('NetStream.Play.UnpublishNotify')
  }
  const refusePublisher = (line: Line, code: string, words: string): void => {
    line.reject(code, words)
    setTimeout(() => line.destroy(), refusedMs).unref()
  }

  const publish = (line: Line, { app, name: asked }: Question): void => {
    const [name = '', query = ''] = splitOnce(asked, '?')
    const { refusal, kbit } = harmOf(app)
    const allowed = options.keys?.[app]
    if (refusal !== null) {
      refusePublisher(line, refusal, 'refused on command')
      return
    }
    if (name === '' || (allowed !== undefined && !allowed.includes(name))) {
      refusePublisher(line, 'NetStream.Publish.Denied', 'wrong stream key')
      return
    }
    const stream = streamOf(app, name)
    const params = new URLSearchParams(query)
    const priority = options.priorityParam === undefined ? 0 : Number(params.get(options.priorityParam) ?? 0)
    const holder = stream.publisher
    if (holder !== null && !(priority > holder.priority)) {
      refusePublisher(line, 'NetStream.Publish.BadName', 'Already publishing')
      return
    }
    if (holder !== null) {
      release(holder.line)
      holder.line.destroy()
    }
    roles.set(line, { kind: 'publisher', stream })
    stream.publish(line, { priority, from: params.get('from') })
    if (kbit !== null) line.narrow(kbit)
    line.accept()
  }

  const answer = (line: Line, question: Question): void => {
    if (!roles.has(line)) return
    const harm = harmOf(question.app)
    if (harm.frozen) {
      line.freeze()
      unanswered.push(() => answer(line, question))
      return
    }
    switch (question.kind) {
      case 'connect':
        if (harm.refusal?.startsWith('NetConnection') === true) refusePublisher(line, harm.refusal, '')
        else line.accept()
        break
      case 'publish':
        publish(line, question)
        break
      case 'play': {
        const stream = streamOf(question.app, splitOnce(question.name, '?')[0] ?? '')
        roles.set(line, { kind: 'player', stream })
        line.accept()
        stream.play(line)
      }
    }
  }

  const server = createServer((socket) => {
    lineCount += 1
    const line: Line = createLine(socket, {
      id: lineCount,
      now,
      ackMode,
      onQuestion: (question) => answer(line, question),
      onTag: (tag) => {
        const role = roles.get(line)
        if (role?.kind === 'publisher') role.stream.media(tag)
      },
      onGoodbye: () => {
        const role = roles.get(line)
        if (role?.kind === 'player') role.stream.leave(line)
        else release(line)
      },
      onClose: () => {
        release(line)
        const role = roles.get(line)
        if (role?.kind === 'player') role.stream.leave(line)
        roles.delete(line)
      },
    })
    roles.set(line, { kind: 'none', since: now() })
  })

  /** Ghosts lose their names, the shy their connections, forgotten names their memory. */
  const sweep = setInterval(() => {
    const at = now()
    for (const [line, role] of roles) {
      if (role.kind === 'none' && at - role.since > introductionMs) line.destroy()
      if (role.kind !== 'publisher' || harmOf(role.stream.app).frozen || at - line.lastReadAt < ghostMs)
        continue
      release(line)
      // Where its way is dead the publisher does not hear of it.
      if (line.isFrozen) roles.set(line, { kind: 'orphan' })
      else line.destroy()
    }
    for (const [path, stream] of streams)
      if (stream.isIdle && stream.stat().ageMs > introductionMs) streams.delete(path)
  }, sweepMs)

  const listening = await listen(server, options.port ?? 0)
  const page = listening.ok
    ? await startStatPage(options.statPort ?? 0, () => ({
        uptimeMs: now() - startedAt,
        applications: [...new Set([...streams.values()].map(({ app }) => app))].map((name) => ({
          name,
          streams: [...streams.values()].filter(({ app }) => app === name).map((stream) => stream.stat()),
        })),
      }))
    : fail('internal')
  if (!listening.ok || !page.ok) {
    clearInterval(sweep)
    server.close()
    return listening.ok && !page.ok ? page : fail('port-in-use', { port: options.port ?? 0 })
  }
  const port = listening.value

  return ok({
    port,
    statUrl: page.value.url,
    url: (app) => `rtmp://127.0.0.1:${port}/${app}`,
    farEnd: (app, name) => {
      const stream = streams.get(`${app}/${name}`)
      const stat = stream?.stat()
      return {
        publisherId: stream?.publisher?.line.id ?? null,
        from: stream?.publisher?.from ?? null,
        bytesIn: stat?.bytesIn ?? 0,
        kbps: (stat?.bandwidthIn ?? 0) / 1000,
      }
    },
    watch: (app, name, tap) => streamOf(app, name).tap(tap),
    freeze: (target) => {
      if (target.reach === 'ingest') harmOf(target.app).frozen = true
      for (const line of publishersOf(target)) line.freeze()
    },
    narrow: (target, kbit) => {
      if (target.reach === 'ingest') harmOf(target.app).kbit = kbit
      for (const line of publishersOf(target)) line.narrow(kbit)
    },
    refuse: (app, code) => {
      harmOf(app).refusal = code
    },
    ackMode: (mode) => {
      ackMode = mode
    },
    dropPublisher: (app, name) => {
      const line = streams.get(`${app}/${name}`)?.publisher?.line
      if (line === undefined) return false
      release(line)
      line.destroy()
      return true
    },
    heal: () => {
      harms.clear()
      for (const [line, role] of roles) {
        if (role.kind === 'orphan') line.destroy()
        line.thaw()
        line.narrow(null)
      }
      const waiting = unanswered
      unanswered = []
      for (const go of waiting) go()
    },
    stop: async () => {
      clearInterval(sweep)
      for (const line of roles.keys()) line.destroy()
      await page.value.stop()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  })
}

function splitOnce(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)]
}
