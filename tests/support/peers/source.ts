import { startNginx } from './nginx'
import { freezeProcess, startProcess, untilReady } from '../process'
import type { RigProcess } from '../process'
import { startViewer } from './viewer'

/** What the source looks like and where it publishes. */
export interface SourceOptions {
  /** Video; 800 unless told. Held by filler, so that it is really sent. */
  readonly bitrateKbps?: number
  /** 2 unless told. */
  readonly keyintSec?: number
  /** Publish here (`rtmp://host:port/app/name`) instead of to an nginx of its own. */
  readonly publishTo?: string
  /** Picture size; 320x180 unless told, some 5 % of a core. */
  readonly size?: `${number}x${number}`
  /** Leave the sound out. */
  readonly silent?: boolean
}

/** A second real source that backups pull. */
export interface Source {
  /** Where it can be pulled: `rtmp://…/live/cam` unless told where to publish. */
  readonly url: string
  readonly running: () => boolean
  /** `kill -9` of the encoder; its server stays. */
  readonly kill: () => Promise<void>
  readonly freeze: () => void
  readonly thaw: () => void
  /** Publishes again after `kill`; resolves when media flows. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts a camera: ffmpeg publishing a moving picture and a tone as H.264 (no B-frames) and AAC, in real time. Resolves
 * when its media can be read: measured, 0.3 s on nginx-rtmp, 2 to 4 s on MediaMTX, which looks at the tracks first.
 */
export async function startSource(options: SourceOptions = {}): Promise<Source> {
  const nginx = options.publishTo === undefined ? await startNginx() : undefined
  const url = options.publishTo ?? `${nginx?.rtmpUrl ?? ''}/cam`
  const start = async (): Promise<RigProcess> => {
    const child = await startProcess({ name: 'source', command: 'ffmpeg', args: sourceArgs(options, url) })
    const viewer = startViewer(url)
    const readable = (): boolean => viewer.lastArrivalAt() !== undefined
    try {
      await untilReady(child, readable, { timeoutMs: 20_000, what: 'media at the source' })
    } catch (error) {
      await child.stop(0)
      throw error
    } finally {
      await viewer.stop()
    }
    return child
  }
  let child: RigProcess
  try {
    child = await start()
  } catch (error) {
    await nginx?.stop()
    throw error
  }
  return {
    url,
    running: () => child.running(),
    kill: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
    freeze: () => freezeProcess(child.pid),
    thaw: () => void child.kill('SIGCONT'),
    restart: async () => {
      await child.stop(0)
      child = await start()
    },
    stop: async () => {
      await child.stop(0)
      await nginx?.stop()
    },
  }
}

/** ffmpeg as an encoder that publishes there: see `startSource`. */
export function sourceArgs(options: SourceOptions, url: string): readonly string[] {
  const { bitrateKbps = 800, keyintSec = 2, size = '320x180', silent = false } = options
  const fps = 30
  const rate = `${bitrateKbps}k`
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'warning'],
    ...['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${fps}`],
    ...(silent ? [] : ['-re', '-f', 'lavfi', '-i', 'sine=frequency=660:sample_rate=48000']),
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-bf', '0'],
    ...[
      '-g',
      String(keyintSec * fps),
      '-keyint_min',
      String(keyintSec * fps),
      '-sc_threshold',
      '0',
      '-threads',
      '1',
    ],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-x264-params', 'nal-hrd=cbr'],
    ...(silent ? [] : ['-c:a', 'aac', '-ac', '2', '-b:a', '96k']),
    ...['-f', 'flv', url],
  ]
}
