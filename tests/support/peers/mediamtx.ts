import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { peerDir } from '../cleanup'
import { peer } from './peers'
import { freezeProcess, startProcess, untilReady } from '../process'
import { freePort, listening, until } from '../wait'

/** Top-level keys of mediamtx.yml. */
export type MediaMtxConfig = Readonly<Record<string, unknown>>

/** A real MediaMTX with its API on loopback. */
export interface MediaMtx {
  /** `http://127.0.0.1:port` (`https` when the config sets `apiEncryption`), without `/v3`. */
  readonly apiUrl: string
  /** `rtmp://127.0.0.1:port`, a path is appended. */
  readonly rtmpUrl: string
  /** `rtsp://127.0.0.1:port`, a path is appended. */
  readonly rtspUrl: string
  readonly configFile: string
  readonly running: () => boolean
  readonly log: () => string
  /**
   * Writes the same configuration file again and waits until the server has read it again, which loses every path that was made
   * over the API while `started` stays what it was.
   */
  readonly touchConfig: () => Promise<void>
  /** Ends it (`kill -9`) and starts it again on the same ports: API-made paths are lost, `started` is new. */
  readonly restart: () => Promise<void>
  readonly freeze: () => void
  readonly thaw: () => void
  readonly stop: () => Promise<void>
}

/** Whether mediamtx is on PATH. */
export function hasMediaMtx(): boolean {
  return peer('mediamtx').present
}

/**
 * Starts MediaMTX: API, RTMP and RTSP over TCP on free loopback ports, everything else off. `config` is laid over
 * that at the top level; `paths` defaults to any name being publishable.
 */
export async function startMediaMtx({
  config = {},
}: { readonly config?: MediaMtxConfig } = {}): Promise<MediaMtx> {
  const [apiPort, rtmpPort, rtspPort] = [await freePort(), await freePort(), await freePort()]
  const dir = peerDir('mediamtx')
  const configFile = join(dir, 'mediamtx.yml')
  const whole: MediaMtxConfig = {
    logLevel: 'info',
    api: true,
    apiAddress: `127.0.0.1:${apiPort}`,
    rtmp: true,
    rtmpAddress: `127.0.0.1:${rtmpPort}`,
    rtsp: true,
    rtspTransports: ['tcp'],
    rtspAddress: `127.0.0.1:${rtspPort}`,
    hls: false,
    webrtc: false,
    srt: false,
    moq: false,
    paths: { all_others: {} },
    ...config,
  }
  // JSON is YAML.
  const text = JSON.stringify(whole, null, 2)
  writeFileSync(configFile, text)
  const start = async () => {
    const child = await startProcess({ name: 'mediamtx', command: 'mediamtx', args: [configFile], dir })
    const listens = async (): Promise<boolean> =>
      (await Promise.all([apiPort, rtmpPort, rtspPort].map((port) => listening(port)))).every(Boolean)
    await untilReady(child, listens, { timeoutMs: 15_000, what: 'MediaMTX to listen' })
    return child
  }
  let child = await start()
  return {
    apiUrl: `${whole['apiEncryption'] === true ? 'https' : 'http'}://127.0.0.1:${apiPort}`,
    rtmpUrl: `rtmp://127.0.0.1:${rtmpPort}`,
    rtspUrl: `rtsp://127.0.0.1:${rtspPort}`,
    configFile,
    running: () => child.running(),
    log: () => child.log(),
    touchConfig: async () => {
      const reloads = (): number => child.log().split('reloading configuration').length
      const before = reloads()
      // The watcher looks for writes (a new time stamp alone is none), and skips those right after the last one.
      await until(
        () => {
          if (reloads() > before) return true
          writeFileSync(configFile, text)
          return false
        },
        { timeoutMs: 15_000, what: 'MediaMTX to read its configuration again', everyMs: 500 },
      )
    },
    restart: async () => {
      await child.stop(0)
      child = await start()
    },
    freeze: () => freezeProcess(child.pid),
    thaw: () => void child.kill('SIGCONT'),
    stop: () => child.stop(),
  }
}
