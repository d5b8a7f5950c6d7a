import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerDir } from '../cleanup'

/**
 * A short moving test picture with a tone, H.264 + AAC in MP4, made once a machine (about a second of CPU) and kept in
 * the temp directory. 320x180 at 30 fps: cheap to decode, and every frame differs.
 */
export function testClip(): string {
  const file = join(tmpdir(), 'understudy-test-clip-v1.mp4')
  if (existsSync(file)) return file
  const made = join(peerDir('clip'), 'clip.mp4')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2']
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...picture, ...sound, '-t', '10', ...coding, made], {
    timeout: 60_000,
  })
  // Whole or not at all: others may look for it at the same time.
  renameSync(made, file)
  return file
}
