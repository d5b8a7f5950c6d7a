import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { peerDir } from '../cleanup'
import { freezeProcess, startProcess, untilReady } from '../process'
import { freePort, until } from '../wait'

/** Where Debian and Ubuntu put the module (package libnginx-mod-rtmp). */
export const NGINX_RTMP_MODULE = '/usr/lib/nginx/modules/ngx_rtmp_module.so'

/** Where nginx listens and how long it keeps a silent publisher. A `Lab`'s `platform` can be spread in here. */
export interface NginxOptions {
  readonly port?: number
  readonly statPort?: number
  /** Where publishers and viewers find it; 127.0.0.1 unless given. */
  readonly address?: string
  /** Where the test itself asks for statistics: a way that the lab's faults do not touch. `address` unless given. */
  readonly controlAddress?: string
  readonly netns?: string
  /**
   * Throw out a publisher that has sent nothing for so long (`drop_idle_publisher`). Unset, nginx-rtmp holds its
   * stream name until its own ping fails: 60 to 90 s.
   */
  readonly dropIdleMs?: number
  /** Asked before a publisher is let in (`on_publish`): any answer but 2xx turns it away. */
  readonly onPublish?: string
}

/** One stream as `/stat` tells it. */
export interface StatStream {
  readonly app: string
  readonly name: string
  /** Somebody holds the name as publisher; a ghost counts. */
  readonly publishing: boolean
  /** Media received under this name since the name exists, over all its publishers. */
  readonly bytesIn: number
  readonly bytesOut: number
  /** Publisher and viewers together. */
  readonly clients: number
  readonly publisher: { readonly id: string; readonly address: string; readonly ageMs: number } | undefined
}

/** A real nginx-rtmp: the judge of who publishes what. */
export interface Nginx {
  /** `rtmp://address:port/live`; the stream key is appended by the publisher. */
  readonly rtmpUrl: string
  /** The same application over the unharmed way, for viewers that must outlive a fault. */
  readonly controlRtmpUrl: string
  /** Base of `/stat` and `/control`, over `address`: what a product would be told. */
  readonly statUrl: string
  readonly port: number
  readonly statPort: number
  /** @throws Error if nginx does not answer within 2 s (a frozen or killed worker does not). */
  readonly stat: () => Promise<readonly StatStream[]>
  /** The one stream, or undefined while nobody publishes or watches it. */
  readonly stream: (name: string, app?: string) => Promise<StatStream | undefined>
  /** Resolves when the name's media has grown by `bytes` (1) since the call. */
  readonly untilMedia: (
    name: string,
    options?: { readonly bytes?: number; readonly timeoutMs?: number },
  ) => Promise<void>
  /** Throws the publisher out, connection and all. Returns false if there was none. */
  readonly dropPublisher: (app: string, name: string) => Promise<boolean>
  readonly workerPid: () => number
  /** `kill -9` of the worker: every connection breaks at once; the master starts another within some 10 ms. */
  readonly killWorker: () => void
  /** `kill -STOP` of the worker: connections stay, nothing is read any more. */
  readonly freeze: () => void
  readonly thaw: () => void
  /** Ends nginx and starts it again on the same ports. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Starts nginx with the rtmp module: application `live`, one worker, statistics and control over HTTP. */
export async function startNginx(options: NginxOptions = {}): Promise<Nginx> {
  const { address = '127.0.0.1', netns, dropIdleMs, onPublish } = options
  const controlAddress = options.controlAddress ?? address
  const port = options.port ?? (await freePort())
  const statPort = options.statPort ?? (await freePort())
  const dir = peerDir('nginx')
  mkdirSync(join(dir, 'temp'))
  // In a namespace of its own it answers at every address of the namespace; on the host only where it was asked to.
  const listen = netns === undefined ? address : '0.0.0.0'
  const config = join(dir, 'nginx.conf')
  writeFileSync(config, nginxConf({ dir, listen, port, statPort, dropIdleMs, onPublish }))

  const control = `http://${controlAddress}:${statPort}`
  const get = async (path: string): Promise<string> => {
    const response = await fetch(`${control}${path}`, { signal: AbortSignal.timeout(2000) })
    if (!response.ok) throw new Error(`nginx answered ${response.status} to ${path}`)
    return response.text()
  }
  const start = async () => {
    const child = await startProcess({
      name: 'nginx',
      command: 'nginx',
      args: ['-p', dir, '-c', config, '-e', join(dir, 'error.log')],
      dir,
      ...(netns === undefined ? {} : { netns }),
    })
    await untilReady(child, async () => (await get('/stat')) !== '', {
      timeoutMs: 10_000,
      what: 'nginx to answer',
    })
    return child
  }
  let master = await start()

  const stat = async (): Promise<readonly StatStream[]> => parseStat(await get('/stat'))
  const stream = async (name: string, app = 'live'): Promise<StatStream | undefined> =>
    (await stat()).find((each) => each.name === name && each.app === app)
  const workerPid = (): number => {
    const children = readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, 'utf8').trim().split(' ')
    const pid = Number(children[0])
    if (!Number.isInteger(pid) || pid <= 0) throw new Error('nginx has no worker')
    return pid
  }
  return {
    rtmpUrl: `rtmp://${address}:${port}/live`,
    controlRtmpUrl: `rtmp://${controlAddress}:${port}/live`,
    statUrl: `http://${address}:${statPort}`,
    port,
    statPort,
    stat,
    stream,
    untilMedia: async (name, { bytes = 1, timeoutMs = 15_000 } = {}) => {
      const before = (await stream(name))?.bytesIn ?? 0
      const what = `${bytes} more bytes of media under ${name}`
      await until(async () => ((await stream(name))?.bytesIn ?? 0) >= before + bytes, { timeoutMs, what })
    },
    dropPublisher: async (app, name) => {
      // Answers the number of clients that it dropped.
      const answer = await get(`/control/drop/publisher?app=${app}&name=${encodeURIComponent(name)}`)
      return Number(answer.trim()) > 0
    },
    workerPid,
    killWorker: () => void process.kill(workerPid(), 'SIGKILL'),
    freeze: () => freezeProcess(workerPid()),
    thaw: () => void process.kill(workerPid(), 'SIGCONT'),
    restart: async () => {
      await master.stop()
      master = await start()
    },
    stop: () => master.stop(),
  }
}

/** Whether nginx's rtmp module is where the distribution puts it. */
export function hasNginxRtmp(): boolean {
  return existsSync(NGINX_RTMP_MODULE)
}

interface ConfValues {
  readonly dir: string
  readonly listen: string
  readonly port: number
  readonly statPort: number
  readonly dropIdleMs: number | undefined
  readonly onPublish: string | undefined
}

function nginxConf({ dir, listen, port, statPort, dropIdleMs, onPublish }: ConfValues): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${dir}/temp/${kind};`,
  )
  return `load_module ${NGINX_RTMP_MODULE};
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log info;
events { worker_connections 256; }
rtmp {
  server {
    listen ${listen}:${port};
    chunk_size 4096;
    ping 60s;
    ping_timeout 30s;
    application live {
      live on;
      ${dropIdleMs === undefined ? '' : `drop_idle_publisher ${dropIdleMs}ms;`}
      ${onPublish === undefined ? '' : `on_publish ${onPublish};`}
    }
  }
}
http {
  access_log off;
  ${temps.join('\n  ')}
  server {
    listen ${listen}:${statPort};
    location /stat { rtmp_stat all; }
    location /control { rtmp_control all; }
  }
}
`
}

const LISTS = new Set(['application', 'stream', 'client'])
const xml = new XMLParser({ parseTagValue: false, isArray: (tag) => LISTS.has(tag) })

/** Reads the XML of `rtmp_stat all`. */
function parseStat(text: string): readonly StatStream[] {
  const document: unknown = xml.parse(text)
  return list(at(document, 'rtmp', 'server', 'application')).flatMap((application) =>
    list(at(application, 'live', 'stream')).map((stream): StatStream => {
      const clients = list(at(stream, 'client'))
      const publisher = clients.find((client) => at(client, 'publishing') !== undefined)
      return {
        app: string(at(application, 'name')),
        name: string(at(stream, 'name')),
        publishing: at(stream, 'publishing') !== undefined,
        bytesIn: Number(at(stream, 'bytes_in') ?? 0),
        bytesOut: Number(at(stream, 'bytes_out') ?? 0),
        clients: Number(at(stream, 'nclients') ?? 0),
        publisher:
          publisher === undefined
            ? undefined
            : {
                id: string(at(publisher, 'id')),
                address: string(at(publisher, 'address')),
                ageMs: Number(at(publisher, 'time') ?? 0),
              },
      }
    }),
  )
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && key in inner
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  )
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
