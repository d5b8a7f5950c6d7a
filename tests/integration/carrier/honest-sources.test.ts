import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toJpeg } from '../../../src/engine/inspection/stills/jpeg'
import { playFrames } from '../../../src/engine/watch/playback'
import { peerDir } from '../../support/cleanup'
import { testClip } from '../../support/media/clip'
import { startProcess } from '../../support/process'
import { pull } from '../../support/media/pull'
import { startRtspServer } from '../../support/peers/rtsp-server'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { freePort } from '../../support/wait'

suite('an honest source', ['ffmpeg', 'nginx'], () => {
  let server: Server
  let url: string
  let dir: string

  beforeAll(async () => {
    dir = peerDir('honest')
    const ffmpeg = (...args: readonly string[]) =>
      execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { timeout: 60_000, cwd: dir })
    const clip = ['-t', '4', '-i', testClip(), '-c', 'copy']
    const hls = ['-f', 'hls', '-hls_list_size', '0', '-hls_playlist_type', 'vod', '-hls_time', '2']
    for (const file of ['clip.mp4', 'clip.mkv', 'clip.flv', 'clip.ts', 'clip.mov', 'clip.avi', 'clip.nut'])
      ffmpeg(...clip, file)
    ffmpeg(...clip, '-movflags', 'frag_keyframe+empty_moov', 'frag.mp4')
    ffmpeg(...clip, ...hls, 'plain.m3u8')
    ffmpeg(...clip, ...hls, '-hls_segment_type', 'fmp4', 'fragments.m3u8')
    ffmpeg(...clip, ...hls, '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', 'ranges.m3u8')
    ffmpeg(...clip, '-f', 'dash', 'film.mpd')
    server = createServer((request, response) => {
      const name = (request.url ?? '').split('?', 1)[0]?.slice(1) ?? ''
      const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '')
      if (name === 'moved') return void response.writeHead(302, { location: '/plain.m3u8' }).end()
      if (name === 'key') return void response.end('0123456789abcdef')
      try {
        const body = readFileSync(join(dir, name === 'playlist' ? 'plain.m3u8' : name))
        if (range === null) return void response.end(body)
        const to = range[2] === '' || range[2] === undefined ? body.length - 1 : Number(range[2])
        response.writeHead(206, { 'content-range': `bytes ${range[1] ?? ''}-${to}/${body.length}` })
        response.end(body.subarray(Number(range[1]), to + 1))
      } catch {
        response.writeHead(404).end()
      }
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    writeFileSync(join(dir, 'secret'), '0123456789abcdef')
    writeFileSync(join(dir, 'keyinfo'), `${url}/key\nsecret\n`)
    ffmpeg(...clip, ...hls, '-hls_key_info_file', 'keyinfo', '-hls_segment_filename', 'k%d.ts', 'locked.m3u8')
    writeFileSync(
      join(dir, 'master.m3u8'),
      '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nfragments.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=90000\nplain.m3u8\n',
    )
    const still = ['-i', testClip(), '-frames:v', '1', '-update', '1']
    for (const file of [
      'still.png',
      'still.jpg',
      'still.webp',
      'still.bmp',
      'still.tga',
      'still.tiff',
      'still.gif',
    ])
      ffmpeg(...still, file)
  })
  afterAll(() => void server.close())

  const enough = 10

  describe.each(['over the web', 'as a viewer'])('%s', (how) => {
    it.each([
      ...['plain.m3u8', 'fragments.m3u8', 'ranges.m3u8', 'locked.m3u8', 'master.m3u8', 'playlist', 'moved'],
      ...['film.mpd', 'clip.mp4', 'frag.mp4', 'clip.mkv', 'clip.flv', 'clip.ts', 'clip.mov'],
    ])('%s plays', async (name) => {
      if (how === 'as a viewer')
        expect(await playFrames({ url: `${url}/${name}`, ffmpegPath: 'ffmpeg' }, 15_000)).toBe(true)
      else
        expect((await pull({ url: `${url}/${name}` }, enough, 15_000)).pictures).toBeGreaterThanOrEqual(
          enough,
        )
    })
  })

  it.each([
    ...['clip.mp4', 'frag.mp4', 'clip.mkv', 'clip.flv', 'clip.ts', 'clip.mov', 'clip.avi', 'clip.nut'],
    ...['still.png', 'still.jpg', 'still.webp', 'still.bmp', 'still.tga'],
  ])('%s on this PC plays', async (name) => {
    const { pictures, stderr } = await pull({ url: join(dir, name) }, enough, 15_000)
    expect(pictures, stderr).toBeGreaterThanOrEqual(enough)
  })

  it.each(['tcp', 'udp'] as const)('RTSP over %s plays', async (transport) => {
    const camera = await startRtspServer()
    const { pictures, stderr } = await pull({ url: camera.url, transport }, enough, 20_000)
    expect(pictures, stderr).toBeGreaterThanOrEqual(enough)
    if (transport === 'tcp') {
      expect(await playFrames({ url: camera.url, ffmpegPath: 'ffmpeg' }, 20_000)).toBe(true)
      expect(await toJpeg('ffmpeg', { kind: 'rtsp', url: camera.url }, 20_000)).not.toBeNull()
    }
    await camera.stop()
  })

  it('RTMP plays', async () => {
    const source = await startSource({ keyintSec: 1 })
    expect((await pull({ url: source.url }, enough, 20_000)).pictures).toBeGreaterThanOrEqual(enough)
    expect(await playFrames({ url: source.url, ffmpegPath: 'ffmpeg' }, 20_000)).toBe(true)
    await source.stop()
  })

  it('SRT plays', async () => {
    const port = await freePort()
    const target = `srt://127.0.0.1:${port}?mode=listener`
    const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '0', '-c:a', 'copy']
    const sender = await startProcess({
      name: 'srt',
      command: 'ffmpeg',
      args: [
        '-v',
        'error',
        '-nostdin',
        '-re',
        '-stream_loop',
        '-1',
        '-i',
        testClip(),
        ...coding,
        '-f',
        'mpegts',
        target,
      ],
    })
    const { pictures, stderr } = await pull({ url: `srt://127.0.0.1:${port}` }, enough, 20_000)
    await sender.stop(0)
    expect(pictures, stderr).toBeGreaterThanOrEqual(enough)
  })
})
