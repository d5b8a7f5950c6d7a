import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { startChild } from '../host/child'
import { tryFfmpeg } from './ffmpeg'

export interface BackupPictureOptions {
  readonly ffmpegPath: string
  /** Where it is published: `rtmp://127.0.0.1:port/app/name`, in this process, so that it ends when this process does. */
  readonly url: string
  readonly onRestart: () => void
}

/** A second source that nobody takes for the first: another pattern, the word BACKUP, another tone. */
export interface BackupPicture {
  readonly pid: () => number | undefined
  readonly stop: () => Promise<void>
}

const fps = 30
/** 1 s between keyframes of 1200 kbit/s: a feed keeps 150 kB a group, three times what a destination acknowledges first. */
const gopFrames = fps
const rate = '1200k'
const probeMs = 5_000
const restartMs = 1_000
const endMs = 2_000

export async function startBackupPicture(options: BackupPictureOptions): Promise<BackupPicture> {
  // An ffmpeg built without libfreetype, or a PC without a font, draws no text.
  const canWrite = (
    await tryFfmpeg(
      options.ffmpegPath,
      ['-f', 'lavfi', '-i', `color=size=64x36,${word}`, '-frames:v', '1', '-f', 'null', '-'],
      probeMs,
    )
  ).ok
  let child: ChildProcess | null = null
  let stopped = false
  let again: NodeJS.Timeout | null = null
  let ended: Promise<void> = Promise.resolve()

  const start = (): void => {
    ended = new Promise((resolve) => {
      const over = (): void => {
        child = null
        resolve()
        if (stopped) return
        options.onRestart()
        again = setTimeout(start, restartMs)
      }
      child = startChild(
        options.ffmpegPath,
        (path) => spawn(path, pictureArgs(canWrite, options.url), { stdio: 'ignore', windowsHide: true }),
        over,
      )
      child?.once('exit', over)
    })
  }
  start()
  return {
    pid: () => child?.pid,
    stop: async () => {
      stopped = true
      if (again !== null) clearTimeout(again)
      child?.kill('SIGTERM')
      const hard = setTimeout(() => child?.kill('SIGKILL'), endMs)
      await ended
      clearTimeout(hard)
    },
  }
}

const word =
  'drawtext=text=BACKUP:fontcolor=white:fontsize=h/5:box=1:boxcolor=black:boxborderw=20:x=(w-tw)/2:y=h/8'

/** `testsrc` counts its seconds, so that even without a word one sees that it lives. Constant bitrate, no B-frames. */
function pictureArgs(canWrite: boolean, url: string): readonly string[] {
  const picture = `testsrc=size=640x360:rate=${fps},hue=h=90:s=0.6${canWrite ? `,${word}` : ''},format=yuv420p`
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'quiet'],
    ...['-re', '-f', 'lavfi', '-i', picture],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=880:beep_factor=2:sample_rate=48000'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-bf', '0', '-threads', '1'],
    ...['-g', String(gopFrames), '-keyint_min', String(gopFrames), '-sc_threshold', '0'],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-x264-params', 'nal-hrd=cbr'],
    ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
    ...['-flvflags', 'no_duration_filesize', '-f', 'flv', url],
  ]
}
