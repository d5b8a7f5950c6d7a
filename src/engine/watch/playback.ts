import { spawn } from 'node:child_process'
import { startChild } from '../../host/child'
import { remoteInput, remoteKindOf } from '../../shared/ffmpeg/ffmpeg-input'

export interface PlaybackOptions {
  readonly url: string
  readonly ffmpegPath: string
}

/** Frames that must come out: more than one, for a still answer from a cache of one keyframe is no stream. */
const frames = 5

/** A line longer than this is none of ffmpeg's progress. */
const maxLine = 64 * 1024

/**
 * Pulls the stream as a viewer does. Resolves true once some frames came out, false when they did not by then. The URL
 * stands on no command line: ffmpeg reads it from its standard input as a one-line list.
 */
export function playFrames({ url, ffmpegPath }: PlaybackOptions, timeoutMs: number): Promise<boolean> {
  const kind = remoteKindOf(url)
  // A line break would be another line of the list, and a torn pair is no text: such a URL is none.
  if (kind === null || /[\p{Cc}\p{Cs}]/u.test(url)) return Promise.resolve(false)
  const input = remoteInput(url, kind)
  return new Promise((resolve) => {
    const args = [
      ...['-hide_banner', '-loglevel', 'quiet', '-nostats', '-progress', 'pipe:1', '-stats_period', '0.1'],
      ...input.args,
      ...['-map', '0:v:0', '-c', 'copy', '-frames:v', String(frames), '-f', 'null', '-'],
    ]
    const child = startChild(
      ffmpegPath,
      (path) => spawn(path, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true }),
      () => resolve(false),
    )
    if (child === null) return
    let settled = false
    const settle = (result: boolean): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(result)
    }
    const timer = setTimeout(() => settle(false), Math.max(1, timeoutMs))
    let text = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (chunk: string) => {
      text = (text + chunk).slice(-maxLine)
      const counts = [...text.matchAll(/^frame=\s*(\d+)\s*$/gm)].map((match) => Number(match[1]))
      if (counts.some((count) => count >= frames)) settle(true)
    })
    child.once('close', () => settle(false))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input.stdin)
  })
}
