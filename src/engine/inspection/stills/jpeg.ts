import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { startChild } from '../../../host/child'
import { remoteInput } from '../../../shared/ffmpeg/ffmpeg-input'
import type { Still } from '../../ports'

/** As wide as a card of the page shows it, twice for dense screens. */
export const pictureWidth = 320
/** A picture of 320 x 180 has 5 to 20 kB; one that is a hundred times as large is none. */
const maxJpegBytes = 2 * 1024 * 1024
/** Behind everything that matters: the stream's own ffmpeg, OBS. */
const niceness = 15
/** RTSP waits for the next keyframe: up to a group of pictures. */
const rtspTimeoutUs = 4_000_000

/** One JPEG of a still by one short ffmpeg; null where it gives none in time. */
export function toJpeg(ffmpeg: string, still: Still, deadlineMs: number): Promise<Uint8Array | null> {
  if (still.kind === 'jpeg') return Promise.resolve(still.bytes)
  const input = still.kind === 'flv' ? flvInput(still.bytes) : rtspInput(still.url)
  const args = [
    ...['-hide_banner', '-loglevel', 'quiet', '-nostats', '-threads', '1', ...input.args],
    ...['-map', '0:v:0', '-frames:v', '1', '-vf', `scale=${pictureWidth}:-2:flags=bilinear`],
    ...['-pix_fmt', 'yuvj420p', '-q:v', '6', '-f', 'mjpeg', 'pipe:1'],
  ]
  return new Promise((resolve) => {
    const child = startChild(
      ffmpeg,
      (path) => spawn(path, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true }),
      () => resolve(null),
    )
    if (child === null) return
    const parts: Buffer[] = []
    let size = 0
    const finish = (jpeg: Uint8Array | null): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(jpeg)
    }
    const timer = setTimeout(() => finish(null), deadlineMs)
    lower(child.pid)
    child.stdout.on('data', (part: Buffer) => {
      size += part.length
      parts.push(part)
      if (size > maxJpegBytes) finish(null)
    })
    child.once('close', () => {
      const jpeg = Buffer.concat(parts)
      finish(jpeg[0] === 0xff && jpeg[1] === 0xd8 ? jpeg : null)
    })
    child.stdin.end(input.stdin)
  })
}

function lower(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, niceness)
  } catch {
    // Gone already, or not allowed here: it runs as it is.
  }
}

const flvInput = (bytes: Uint8Array): { readonly args: readonly string[]; readonly stdin: Uint8Array } => ({
  args: ['-f', 'flv', '-i', 'pipe:0'],
  stdin: bytes,
})

/** The URL holds a password: it goes through standard input. */
const rtspInput = (url: string): { readonly args: readonly string[]; readonly stdin: string } =>
  remoteInput(url, 'rtsp', [
    ['rtsp_transport', 'tcp'],
    ['timeout', String(rtspTimeoutUs)],
  ])
