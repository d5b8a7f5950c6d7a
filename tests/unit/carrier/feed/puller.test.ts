import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Puller, type PullerListener } from '../../../../src/carrier/feed/puller'
import { flvHeader, muxTag } from '../../../../src/media/flv'
import { useTempDir } from '../../../support/temp-dir'

const tempDir = useTempDir()

/** How a run ended, and what was noted on the way. */
function run(
  ffmpeg: string,
  args: readonly string[],
  over: Partial<PullerListener> = {},
): Promise<{ readonly end: Parameters<PullerListener['end']>[0]; readonly mishaps: readonly unknown[] }> {
  const mishaps: unknown[] = []
  return new Promise((resolve) => {
    new Puller(
      ffmpeg,
      { args, stdin: null },
      {
        tag: () => undefined,
        hint: () => undefined,
        mishap: (error) => mishaps.push(error),
        end: (end) => resolve({ end, mishaps }),
        ...over,
      },
    )
  })
}

it.each([
  ['a NUL in its path', 'a\0', [], 'ffmpeg-unusable'],
  ['a NUL in an argument', 'ffmpeg', ['-i', 'file:\0'], 'ffmpeg-unusable'],
  ['no ffmpeg', '/nowhere/ffmpeg', [], 'ffmpeg-missing'],
  ['too long an argument', process.execPath, ['x'.repeat(200_000)], 'ffmpeg-unusable'],
])('%s ends by a code', async (_name, ffmpeg, args, code) => {
  const { end } = await run(ffmpeg, args)
  expect(end.unstarted?.code).toBe(code)
})

it('ends the run whose listener throws, and nothing else', async () => {
  const ffmpeg = join(tempDir(), 'ffmpeg')
  const tag = muxTag({ type: 9, timestampMs: 0, payload: new Uint8Array([0x17, 1, 0, 0, 0]) })
  const bytes = Buffer.concat([flvHeader(), tag]).toString('base64')
  writeFileSync(ffmpeg, `#!/bin/sh\nprintf %s ${bytes} | base64 -d\nexec sleep 60\n`)
  chmodSync(ffmpeg, 0o700)
  const fault = new Error('cache')
  const { end, mishaps } = await run(ffmpeg, [], {
    tag: () => {
      throw fault
    },
  })
  expect(mishaps).toEqual([fault])
  expect(end).toEqual({ garbage: false, unstarted: null })
})

it('hears what the source is before its media, though both were there when it came to read', async () => {
  const ffmpeg = join(tempDir(), 'ffmpeg')
  const written = join(tempDir(), 'written')
  const tag = muxTag({ type: 9, timestampMs: 0, payload: new Uint8Array([0x17, 1, 0, 0, 0]) })
  const bytes = Buffer.concat([flvHeader(), tag]).toString('base64')
  const words = [
    "[info] Input #0, flv, from 'x':",
    '[info]   Stream #0:0: Audio: mp3, 44100 Hz, stereo',
    '[info] Output #0',
  ]
  const says = words.map((line) => `echo "${line}" >&2`).join('\n')
  writeFileSync(
    ffmpeg,
    `#!/bin/sh\n${says}\nprintf %s ${bytes} | base64 -d\ntouch ${written}\nexec sleep 0.2\n`,
  )
  chmodSync(ffmpeg, 0o700)
  const heard: string[] = []
  const done = run(ffmpeg, [], { tag: () => heard.push('tag'), hint: ({ kind }) => heard.push(kind) })
  // As on a busy PC: nothing is read until all of it is there.
  const end = performance.now() + 5_000
  while (!existsSync(written) && performance.now() < end);
  await done
  expect(heard.at(-1)).toBe('tag')
  expect(heard.length).toBeGreaterThan(1)
})
