import { describe, expect, it } from 'vitest'
import {
  planFor,
  StderrReader,
  stronger,
  type ProblemHint,
  type Hint,
} from '../../../../src/carrier/feed/stderr'
import type { SourceShape } from '../../../../src/carrier/feed/source'

const hints = (text: string): readonly Hint[] => {
  const reader = new StderrReader()
  return text.split('\n').flatMap((line) => reader.read(line) ?? [])
}
/** What a whole run comes to. */
const verdict = (text: string): string | null =>
  hints(text)
    .filter((hint): hint is ProblemHint => hint.kind === 'problem')
    .reduce<ProblemHint | null>((before, hint) => stronger(before, hint), null)?.code ?? null

describe('StderrReader', () => {
  it('tells the tracks of the first input once, before anything is written', () => {
    const text = `[info] Input #0, concat, from 'pipe:0':
[info]   Duration: N/A, start: 0.000000, bitrate: N/A
[info]   Stream #0:0: Video: h264 (High), yuv420p(progressive), 320x180, 30 fps, 30 tbr, 1k tbn
[info]   Stream #0:1(eng): Audio: opus, 48000 Hz, stereo, fltp
[info] Input #1, lavfi, from 'anullsrc':
[info]   Stream #1:0: Audio: pcm_u8, 48000 Hz, stereo, u8, 768 kb/s
[info] Output #0, flv, to 'pipe:1':
[info]   Stream #0:0: Video: h264 (High) ([7][0][0][0] / 0x0007), 320x180
[info] Stream mapping:
[info]   Stream #0:0 -> #0:0 (copy)`
    expect(hints(text)).toEqual([{ kind: 'tracks', video: 'h264', audio: 'opus' }])
  })

  it('counts the tracks beside the first of each kind; a cover is none', () => {
    const text = `[info] Input #0, concat, from 'pipe:0':
[info]   Stream #0:0: Video: h264 (High), yuv420p(progressive), 320x180, 30 fps, 30 tbr, 1k tbn
[info]   Stream #0:1(eng): Audio: aac (LC), 48000 Hz, stereo, fltp
[info]   Stream #0:2(deu): Audio: aac (LC), 48000 Hz, stereo, fltp
[info]   Stream #0:3: Video: mjpeg, yuvj420p, 600x600, 90k tbr, 90k tbn (attached pic)
[info] Stream mapping:`
    expect(hints(text)).toEqual([
      { kind: 'tracks', video: 'h264', audio: 'aac', more: { video: 0, audio: 1 } },
    ])
  })

  it.each([
    [
      'source-auth',
      `[rtmp @ 0x1] [error] Server error: authentication failed\n[error] pipe:0: Operation not permitted`,
    ],
    [
      'source-auth',
      `[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized\n[concat @ 0x2] [error] Impossible to open 'rtsp://u:p@h/1'\n[error] pipe:0: Server returned 401 Unauthorized (authorization failed)`,
    ],
    [
      'source-unreachable',
      `[tcp @ 0x1] [error] Connection to tcp://127.0.0.1:1 failed: Connection refused\n[error] pipe:0: Invalid argument`,
    ],
    ['source-unreachable', `[error] pipe:0: Server returned 404 Not Found`],
    [
      'source-unreachable',
      `[concat @ 0x2] [error] Impossible to open 'x'\n[error] pipe:0: Input/output error`,
    ],
    [
      'source-garbage',
      `[concat @ 0x2] [error] Impossible to open 'x'\n[error] pipe:0: Invalid data found when processing input`,
    ],
    ['source-garbage', `[mov,mp4 @ 0x1] [error] moov atom not found\n[error] a.mp4: Invalid data found`],
    [
      'source-leads-elsewhere',
      `[https @ 0x1] [error] Protocol 'file' not on whitelist 'http,https'!\n[concat @ 0x2] [error] Impossible to open 'x'\n[error] pipe:0: Invalid argument`,
    ],
    [
      'source-leads-elsewhere',
      `[hls @ 0x1] [error] Format not on whitelist 'mov'\n[error] file:list.m3u8: Invalid argument`,
    ],
    ['source-no-media', `[error] Output file #0 does not contain any stream`],
    ['source-codec-unsupported', `[flv @ 0x1] [error] Video codec hevc not compatible with flv`],
  ])('understands %s', (code, text) => {
    expect(verdict(text)).toBe(code)
  })

  it('does not take a warning of a healthy run for a problem', () => {
    expect(
      verdict(`[concat @ 0x1] [warning] DTS 88917 < 90000 out of order
[flv @ 0x1] [warning] Non-monotonous DTS in output stream 0:0
[h264 @ 0x1] [warning] Invalid data found when processing input
[info] Connection refused`),
    ).toBeNull()
  })

  it('keeps nothing of what it read: hints hold no address', () => {
    const text = `[concat @ 0x2] [error] Impossible to open 'rtmp://u:s3cret@h/1': Connection refused`
    expect(JSON.stringify(hints(text))).not.toContain('s3cret')
  })
})

describe('planFor', () => {
  const live: SourceShape = { kind: 'rtmp', host: 'h', file: null }
  const file: SourceShape = { kind: 'file', host: null, file: 'a.mkv' }

  it('carries H.264 and AAC untouched', () => {
    expect(planFor({ video: 'h264', audio: 'aac' }, live)).toEqual({ video: 'copy', audio: 'copy' })
  })
  it('converts other sound and replaces missing sound', () => {
    expect(planFor({ video: 'h264', audio: 'opus' }, live)).toEqual({ video: 'copy', audio: 'encode' })
    expect(planFor({ video: 'h264', audio: null }, live)).toEqual({ video: 'copy', audio: 'silence' })
  })
  it('encodes the picture of a file, never that of a live source', () => {
    expect(planFor({ video: 'vp9', audio: 'aac' }, file)).toEqual({ video: 'encode', audio: 'copy' })
    expect(planFor({ video: 'hevc', audio: 'aac' }, live)).toBeNull()
    expect(planFor({ video: null, audio: 'aac' }, live)).toBeNull()
  })
})
