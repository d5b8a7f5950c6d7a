import { spawn } from 'node:child_process'
import { startChild } from '../../host/child'
import { flvHeader, muxTag } from '../../media/flv'
import type { FlvTag } from '../../media/flv'

const deadlineMs = 5_000
const width = 320

/** The first picture of some tags as a small JPEG; of a test picture where there are none. Null: ffmpeg gave none. */
export function firstPicture(ffmpeg: string, tags: readonly FlvTag[]): Promise<Buffer | null> {
  const input =
    tags.length === 0 ? ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=1'] : ['-f', 'flv', '-i', 'pipe:0']
  const args = [
    ...['-hide_banner', '-loglevel', 'quiet', '-threads', '1', ...input, '-map', '0:v:0', '-frames:v', '1'],
    ...['-vf', `scale=${width}:-2`, '-pix_fmt', 'yuvj420p', '-q:v', '6', '-f', 'mjpeg', 'pipe:1'],
  ]
  return new Promise((resolve) => {
    const child = startChild(
      ffmpeg,
      (path) => spawn(path, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true }),
      () => resolve(null),
    )
    if (child === null) return
    const parts: Buffer[] = []
    const finish = (picture: Buffer | null): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(picture)
    }
    const timer = setTimeout(() => finish(null), deadlineMs)
    child.stdout.on('data', (part: Buffer) => void parts.push(part))
    child.once('close', () => finish(parts.length === 0 ? null : Buffer.concat(parts)))
    child.stdin.end(Buffer.concat([flvHeader(), ...tags.map(muxTag)]))
  })
}
