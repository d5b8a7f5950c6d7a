import { createServer, type Server, type Socket } from 'node:net'
import { sameSecret } from '../../host/same-secret'
import { fail, ok, problem, type Result } from '../../core/problem'
import type { Question } from '../../media/rtmp/server-session'
import type { IngestVisit } from '../../shared/carrier/program'
import { wireNames } from '../../shared/addresses/rtmp-names'
import type { ReceivedFeed } from '../feed/received-feed'
import { IngestConnection, type Answer } from './ingest-connection'
import { ConnectionLog } from './connection-log'
import { crowdedOut } from './waiting-room'

export interface LocalIngestOptions {
  /** 0: any free one. */
  readonly port: number
  /** A secret. */
  readonly key: string
  readonly feed: ReceivedFeed
  readonly now: () => number
  readonly changed: () => void
  readonly mishap: (error: unknown, where: string) => void
}

/** The application that OBS connects to: rtmp://127.0.0.1:port/live */
export const ingestApp = 'live'

/** Sockets that were told no and have not closed yet, at most: the words are with the system by then, the oldest has read them. */
const maxLeaving = 16

/**
 * The RTMP server that OBS publishes to. On loopback only, and only with this installation's key. One publisher: a newer one
 * with the right key takes over, because after a broken connection OBS comes back while the old socket still looks alive.
 */
export class LocalIngest {
  private readonly visitors: ConnectionLog
  private readonly connections = new Set<IngestConnection>()
  private readonly leaving = new Set<IngestConnection>()
  private looking: NodeJS.Timeout | null = null
  private looksSoon: NodeJS.Immediate | null = null
  private publisher: IngestConnection | null = null

  private constructor(
    private readonly server: Server,
    private readonly options: LocalIngestOptions,
  ) {
    this.visitors = new ConnectionLog(options.now)
    server.on('connection', (socket) => this.welcome(socket))
  }

  /** Opens it; `ingest-port-in-use` where another program has the port. */
  static open(options: LocalIngestOptions): Promise<Result<LocalIngest>> {
    const server = createServer()
    return new Promise((resolve) => {
      server.once('error', () => resolve(fail('ingest-port-in-use', { port: options.port })))
      server.listen({ host: '127.0.0.1', port: options.port }, () => {
        server.on('error', () => undefined)
        resolve(ok(new LocalIngest(server, options)))
      })
    })
  }

  get port(): number {
    const address = this.server.address()
    return typeof address === 'object' && address !== null ? address.port : this.options.port
  }

  get key(): string {
    return this.options.key
  }

  get publishing(): boolean {
    return this.publisher !== null
  }

  visits(): IngestVisit[] {
    return this.visitors.list()
  }

  private welcome(socket: Socket): void {
    if (!isLoopback(socket.remoteAddress)) {
      socket.on('error', () => undefined)
      socket.destroy()
      this.note('refused', problem('ingest-not-local'))
      return
    }
    const connection: IngestConnection = new IngestConnection(socket, {
      now: this.options.now,
      mishap: this.options.mishap,
      ask: (question) => this.answer(question),
      further: () => this.lookSoon(),
      publishing: () => this.enter(connection),
      tag: (tag) => {
        if (this.publisher === connection) this.options.feed.push(tag)
      },
      over: (why, published) => {
        this.connections.delete(connection)
        if (!connection.isCut) this.seeOff(connection)
        if (this.publisher === connection) {
          this.publisher = null
          this.options.feed.end(why)
          this.note('left', why)
        } else if (!published && why !== null) this.note('refused', why)
      },
      closed: () => this.leaving.delete(connection),
    })
    this.connections.add(connection)
    this.lookSoon()
  }

  /** Once all that has come was read: who spoke while this process was busy shall not count as silent. */
  private lookSoon(): void {
    this.looksSoon ??= setImmediate(() => {
      this.looksSoon = null
      this.makeRoom()
    })
  }

  /** A newcomer is let in first: only who stays and says nothing more is turned away for it. */
  private makeRoom(): void {
    if (this.looking !== null) clearTimeout(this.looking)
    const waiting = [...this.connections].filter((connection) => connection !== this.publisher)
    const { leave, againMs } = crowdedOut(waiting, this.options.now())
    for (const connection of leave) connection.turnAway(problem('ingest-crowded'))
    this.looking = againMs === null ? null : setTimeout(() => this.lookSoon(), againMs)
  }

  private seeOff(connection: IngestConnection): void {
    this.leaving.add(connection)
    const [oldest] = this.leaving
    if (this.leaving.size > maxLeaving) oldest?.destroy()
  }

  private answer(question: Question): Answer {
    if (question.app !== ingestApp) return no('NetConnection.Connect.InvalidApp', problem('ingest-app-wrong'))
    if (question.kind === 'connect') return { yes: true }
    if (question.kind === 'play') return no('NetStream.Play.Failed', problem('ingest-not-publisher'))
    return sameSecret(question.name.split('?')[0] ?? '', saidKey(this.options.key))
      ? { yes: true }
      : no('NetStream.Publish.BadName', problem('ingest-key-wrong'))
  }

  private enter(connection: IngestConnection): void {
    const before = this.publisher
    this.publisher = connection
    if (before !== null) before.dismiss(problem('ingest-taken-over'))
    this.options.feed.begin()
    this.note(
      before === null ? 'published' : 'took-over',
      before === null ? null : problem('ingest-taken-over'),
    )
  }

  private note(what: IngestVisit['what'], why: IngestVisit['problem']): void {
    if (this.visitors.note(what, why)) this.options.changed()
  }

  close(): void {
    this.server.close()
    if (this.looking !== null) clearTimeout(this.looking)
    if (this.looksSoon !== null) clearImmediate(this.looksSoon)
    this.looking = null
    this.looksSoon = null
    for (const connection of [...this.connections, ...this.leaving]) connection.destroy()
    this.connections.clear()
    if (this.publisher !== null) this.options.feed.end(null)
    this.publisher = null
  }
}

const no = (code: string, why: ReturnType<typeof problem>): Answer => ({ yes: false, code, problem: why })

/** The key as OBS says it: one that was written by hand may hold a `%2D`. */
function saidKey(key: string): string {
  const read = wireNames('rtmp://127.0.0.1/live', key)
  const name = read.ok ? (read.names.name.split('?')[0] ?? '') : ''
  return name === '' ? key : name
}

const isLoopback = (address: string | undefined): boolean =>
  address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address)
