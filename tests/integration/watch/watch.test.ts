import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { WitnessEvent } from '../../../src/core/events'
import { createWatch } from '../../../src/engine/watch/watch'
import type { Destination, WatchPort } from '../../../src/engine/ports'
import type { WitnessConfig } from '../../../src/shared/settings/config'
import { testClip } from '../../support/media/clip'
import { startMediaMtx } from '../../support/peers/mediamtx'
import { startNginx } from '../../support/peers/nginx'
import { memoryLogger, testClock } from '../../support/app/port-deps'
import { startProcess } from '../../support/process'
import type { RigProcess } from '../../support/process'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { useTempDir } from '../../support/temp-dir'
import { freePort, until } from '../../support/wait'

const KEY = 'k3y-of-the-platform'
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Watched {
  readonly watch: WatchPort
  readonly events: WitnessEvent[]
  readonly last: () => WitnessEvent['media'] | undefined
  readonly logger: ReturnType<typeof memoryLogger>
}

function watched(witnesses: readonly WitnessConfig[], url = 'rtmp://127.0.0.1/live'): Watched {
  const destination: Destination = {
    id: 'd',
    url,
    key: KEY,
    auth: null,
    takeover: { kind: 'none' },
    graceMs: null,
  }
  const logger = memoryLogger()
  const watch = createWatch({
    witnesses,
    destination: () => destination,
    ffmpegPath: 'ffmpeg',
    clock: testClock,
    logger,
  })
  closing.push(() => watch.close())
  const events: WitnessEvent[] = []
  return { watch, events, last: () => events.at(-1)?.media, logger }
}

const becomes = (seen: Watched, media: WitnessEvent['media']): Promise<unknown> =>
  until(() => seen.last() === media, { timeoutMs: 15_000, what: `the witness to say ${media}` })

suite('witnesses of a real far end', ['nginx', 'ffmpeg'], () => {
  it('nginx-rtmp: flowing, frozen, gone, out of reach; proof only of media after the call', async () => {
    const nginx = await startNginx()
    closing.push(() => nginx.stop())
    const seen = watched([{ kind: 'nginx-stat', url: `${nginx.statUrl}/stat` }], nginx.rtmpUrl)
    expect(seen.watch.kinds).toEqual(['server'])
    expect(await seen.watch.prove(600)).toMatchObject({ ok: false, problem: { code: 'proof-missing' } })
    seen.watch.open((event) => seen.events.push(event))
    await becomes(seen, 'absent')

    const source = await startSource({ publishTo: `${nginx.rtmpUrl}/${KEY}` })
    closing.push(() => source.stop())
    await becomes(seen, 'flowing')
    const asked = testClock.monotonicMs()
    const proof = await seen.watch.prove(5000)
    expect(proof).toMatchObject({ ok: true, value: { kind: 'server' } })
    expect(proof.ok && proof.value.at > asked).toBe(true)

    source.freeze()
    await becomes(seen, 'absent')
    // Bytes of before the call are there, but none come.
    expect((await seen.watch.prove(1000)).ok).toBe(false)
    source.thaw()
    await becomes(seen, 'flowing')
    await source.kill()
    await becomes(seen, 'absent')
    nginx.freeze()
    await becomes(seen, 'unknown')
    nginx.thaw()
    await becomes(seen, 'absent')
  })

  it('playback: frames of a live RTMP stream, and none where there is nothing', async () => {
    const nginx = await startNginx()
    closing.push(() => nginx.stop())
    const seen = watched([{ kind: 'playback', url: `${nginx.rtmpUrl}/${KEY}` }])
    expect(seen.watch.kinds).toEqual(['playback'])
    expect((await seen.watch.prove(1500)).ok).toBe(false)
    expect(seen.logger.text()).not.toContain(KEY)
    const source = await startSource({ publishTo: `${nginx.rtmpUrl}/${KEY}` })
    closing.push(() => source.stop())
    expect(await seen.watch.prove(15_000)).toMatchObject({ ok: true, value: { kind: 'playback' } })
    seen.watch.open((event) => seen.events.push(event))
    await becomes(seen, 'flowing')
  })
})

suite('playback over HTTP', ['ffmpeg'], () => {
  const tempDir = useTempDir()

  const serve = async (dir: string): Promise<string> => {
    const types: Readonly<Record<string, string>> = {
      '.m3u8': 'application/vnd.apple.mpegurl',
      '.ts': 'video/mp2t',
    }
    const server = createServer((request, response) => {
      try {
        const file = join(dir, new URL(request.url ?? '/', 'http://x').pathname.slice(1))
        const bytes = readFileSync(file)
        response.writeHead(200, { 'content-type': types[extname(file)] ?? 'video/x-flv' }).end(bytes)
      } catch {
        response.writeHead(404).end('nothing here')
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => new Promise((resolve) => server.close(() => resolve())))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const encode = async (args: readonly string[], dir: string, name: string): Promise<RigProcess> => {
    const input = [
      '-hide_banner',
      '-loglevel',
      'error',
      '-nostdin',
      '-re',
      '-stream_loop',
      '-1',
      '-i',
      testClip(),
    ]
    const child = await startProcess({
      name: 'hls',
      command: 'ffmpeg',
      args: [...input, '-c', 'copy', ...args, join(dir, name)],
    })
    closing.push(() => child.stop(0))
    await until(() => existsSync(join(dir, name)), { timeoutMs: 20_000, what: `${name} to be there` })
    return child
  }

  it('FLV: frames, and none where there are none', async () => {
    const dir = tempDir()
    execFileSync('ffmpeg', ['-v', 'error', '-i', testClip(), '-c', 'copy', join(dir, 'live.flv')], {
      timeout: 30_000,
    })
    const base = await serve(dir)
    const seen = watched([{ kind: 'playback', url: `${base}/live.flv?token=abc` }])
    expect(await seen.watch.prove(15_000)).toMatchObject({ ok: true, value: { kind: 'playback' } })
    const nothing = watched([{ kind: 'playback', url: `${base}/other.flv?token=s3cret-token` }])
    expect((await nothing.watch.prove(1500)).ok).toBe(false)
    expect(nothing.logger.text()).not.toContain('s3cret-token')
  })

  it('HLS: proof while the list moves, none of segments that a dead stream left behind', async () => {
    const dir = tempDir()
    const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '3', '-master_pl_name', 'master.m3u8']
    const encoder = await encode(hls, dir, 'live.m3u8')
    const base = await serve(dir)
    const media = watched([{ kind: 'playback', url: `${base}/live.m3u8` }])
    expect(await media.watch.prove(30_000)).toMatchObject({ ok: true, value: { kind: 'playback' } })
    const master = watched([{ kind: 'playback', url: `${base}/master.m3u8` }])
    expect(await master.watch.prove(30_000)).toMatchObject({ ok: true, value: { kind: 'playback' } })
    encoder.kill('SIGKILL')
    await encoder.exited
    expect((await media.watch.prove(2000)).ok).toBe(false)
  })
})

suite('a MediaMTX as witness', ['mediamtx', 'ffmpeg'], () => {
  it('flowing, gone, out of reach; the stronger of two witnesses is named first', async () => {
    const server = await startMediaMtx()
    closing.push(() => server.stop())
    const api: WitnessConfig = { kind: 'mediamtx', url: server.apiUrl, path: `live/${KEY}` }
    const seen = watched([{ kind: 'playback', url: `${server.rtmpUrl}/live/${KEY}` }, api])
    expect(seen.watch.kinds).toEqual(['server', 'playback'])
    const cheap = watched([api])
    cheap.watch.open((event) => cheap.events.push(event))
    await becomes(cheap, 'absent')
    const source = await startSource({ publishTo: `${server.rtmpUrl}/live/${KEY}` })
    closing.push(() => source.stop())
    await becomes(cheap, 'flowing')
    expect((await seen.watch.prove(15_000)).ok).toBe(true)
    await source.kill()
    await becomes(cheap, 'absent')
    server.freeze()
    await becomes(cheap, 'unknown')
    server.thaw()
  })
})

describe('witnesses that cannot see', () => {
  it('know nothing of a server that is not there', async () => {
    const base = `http://127.0.0.1:${await freePort()}`
    const seen = watched([
      { kind: 'nginx-stat', url: `${base}/stat` },
      { kind: 'mediamtx', url: base, path: 'live/x' },
    ])
    seen.watch.open((event) => seen.events.push(event))
    await until(() => seen.events.length >= 4, { timeoutMs: 10_000, what: 'two rounds of looks' })
    expect(new Set(seen.events.map((event) => event.media))).toEqual(new Set(['unknown']))
    expect(await seen.watch.prove(300)).toEqual({
      ok: false,
      problem: { code: 'proof-missing', params: { witnesses: 2 } },
    })
  })

  it('none at all: no kinds, and no proof', async () => {
    const seen = watched([])
    expect(seen.watch.kinds).toEqual([])
    expect((await seen.watch.prove(300)).ok).toBe(false)
  })
})
