import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import OBSWebSocket from 'obs-websocket-js/json'
import type { OBSRequestTypes, OBSResponseTypes } from 'obs-websocket-js/json'
import { peerDir } from '../cleanup'
import { startDesktop } from '../desktop/desktop'
import type { Desktop } from '../desktop/desktop'
import { writeObsFiles } from './obs-files'
import { freezeProcess, startProcess, untilReady } from '../process'
import type { Exit, RigProcess } from '../process'
import { freePort, until, within } from '../wait'

/** How OBS is set up. A `Lab`'s `obs` place can be spread in here. */
export interface ObsOptions {
  /** `rtmp://host:port/app` */
  readonly server: string
  readonly key: string
  readonly websocketPort?: number
  readonly password?: string
  /** OBS's own reconnect (first try after 2 s, 25 tries); on unless told, as in OBS. */
  readonly reconnect?: boolean
  readonly videoBitrateKbps?: number
  /** Seconds between keyframes; 2, as the platforms ask for. */
  readonly keyintSec?: number
  readonly netns?: string
  /** Where obs-websocket is reached from here; 127.0.0.1 unless in a namespace. */
  readonly controlAddress?: string
}

/** A real OBS under a display of its own. It does not stream until told to. */
export interface Obs {
  readonly wsUrl: string
  readonly host: string
  readonly port: number
  readonly password: string
  /** The `obs-studio` directory with global.ini and the profile, as discovery would find it. */
  readonly configDir: string
  /** `$XDG_CONFIG_HOME` of this OBS. */
  readonly configHome: string
  /** Of the process `obs` itself; another after `restart`. */
  readonly pid: () => number
  readonly running: () => boolean
  /** Settles when the OBS that runs now has ended. */
  readonly exited: () => Promise<Exit>
  /** OBS's own log, all runs. */
  readonly log: () => string
  /** One request over a connection of its own, as a second operator would. @throws Error after 5 s. */
  readonly call: <T extends keyof OBSRequestTypes>(
    request: T,
    data?: OBSRequestTypes[T],
  ) => Promise<OBSResponseTypes[T]>
  /** StartStream, resolved when OBS reports the output active. */
  readonly startStream: (timeoutMs?: number) => Promise<void>
  /** StopStream, resolved when OBS reports the output inactive. */
  readonly stopStream: (timeoutMs?: number) => Promise<void>
  /** `kill -9` */
  readonly kill: () => Promise<void>
  readonly freeze: () => void
  readonly thaw: () => void
  /** File, Exit: ExitStarted, then the socket closes with 1001, or 1006 where its close frame came too late. Resolves when the process has ended. */
  readonly quit: () => Promise<void>
  /** The same OBS again, with the same files, after it ended (or ends it first). */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts OBS and waits until it answers a request on its websocket.
 * Measured: OBS 29.0.2 on 2 shared cores is ready within 1 to 3 s.
 */
export async function startObs(options: ObsOptions): Promise<Obs> {
  const { server, key, netns, reconnect = true, videoBitrateKbps = 800, keyintSec = 2 } = options
  const port = options.websocketPort ?? (await freePort())
  const password = options.password ?? randomBytes(12).toString('hex')
  const host = options.controlAddress ?? '127.0.0.1'
  const wsUrl = `ws://${host}:${port}`
  const home = peerDir('obs')
  const configHome = join(home, '.config')
  const configDir = join(configHome, 'obs-studio')
  const runtimeDir = join(home, 'run')
  mkdirSync(runtimeDir, { mode: 0o700 })
  writeObsFiles(configDir, {
    server,
    key,
    websocketPort: port,
    password,
    reconnect,
    videoBitrateKbps,
    keyintSec,
  })

  const call: Obs['call'] = async (request, data) => {
    const client = new OBSWebSocket()
    const work = client
      .connect(wsUrl, password, { eventSubscriptions: 0 })
      .then(() => client.call(request, data))
    try {
      return await within(work, { timeoutMs: 5000, what: `OBS to answer ${request}` })
    } finally {
      void client.disconnect().catch(() => undefined)
    }
  }
  const active = async (): Promise<boolean> => (await call('GetStreamStatus')).outputActive

  const startOn = async (desktop: Desktop): Promise<RigProcess> => {
    const child = await startProcess({
      name: 'obs',
      command: 'obs',
      args: ['--multi', '--minimize-to-tray', '--disable-shutdown-check'],
      dir: home,
      env: {
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        HOME: home,
        XDG_CONFIG_HOME: configHome,
        XDG_RUNTIME_DIR: runtimeDir,
        QT_QPA_PLATFORM: 'xcb',
        LIBGL_ALWAYS_SOFTWARE: '1',
        ...desktop.env,
      },
      ...(netns === undefined ? {} : { netns }),
    })
    const answers = async (): Promise<boolean> => (await call('GetVersion')).rpcVersion > 0
    await untilReady(child, answers, { timeoutMs: 45_000, what: 'OBS to answer on its websocket' })
    return child
  }

  const desktop = await startDesktop()
  let child = await startOn(desktop).catch(async (error: unknown) => {
    await desktop.stop()
    throw error
  })
  return {
    wsUrl,
    host,
    port,
    password,
    configDir,
    configHome,
    pid: () => child.pid,
    running: () => child.running(),
    exited: () => child.exited,
    log: () => readFileSync(join(home, 'obs.log'), 'utf8'),
    call,
    startStream: async (timeoutMs = 15_000) => {
      await call('StartStream')
      await until(active, { timeoutMs, what: 'OBS to stream', everyMs: 100 })
    },
    stopStream: async (timeoutMs = 40_000) => {
      await call('StopStream')
      await until(async () => !(await active()), { timeoutMs, what: 'OBS to stop streaming', everyMs: 100 })
    },
    kill: async () => {
      child.kill('SIGKILL')
      await within(child.exited, { timeoutMs: 5000, what: 'the killed OBS to end' })
    },
    freeze: () => freezeProcess(child.pid),
    thaw: () => void child.kill('SIGCONT'),
    quit: () => desktop.fileExit(child),
    restart: async () => {
      await child.stop(0)
      child = await startOn(desktop)
    },
    stop: async () => {
      // Never asked nicely: a black-holed OBS needs 12 s to stop.
      await child.stop(0)
      await desktop.stop()
    },
  }
}
