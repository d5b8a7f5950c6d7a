import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstPlan, pullCommand } from '../../src/carrier/feed/args'
import { shapeOf } from '../../src/carrier/feed/source'
import { toJpeg } from '../../src/engine/pictures/jpeg'
import { playFrames } from '../../src/engine/watch/playback'
import { FlvDemuxer } from '../../src/media/flv'
import type { CarrierSource } from '../../src/shared/carrier-control'
import { peerDir } from '../support/cleanup'
import { testClip } from '../support/clip'
import { endings, startHostileServer, type HostileServer } from '../support/hostile-documents'
import { startProcess } from '../support/process'
import { startRtspServer } from '../support/rtsp-server'
import { startSource } from '../support/source'
import { suite } from '../support/suite'
import { freePort } from '../support/wait'

/** Long enough for every document that ends by itself; one that does not is ended. */
const patienceMs = 6_000

interface Pulled {
  readonly bytes: Buffer
  readonly pictures: number
  readonly stderr: string
}

/** ffmpeg with the arguments that the product makes, until `enough` pictures came or the patience is over. */
function pull(source: CarrierSource, enough = Infinity, timeoutMs = patienceMs): Promise<Pulled> {
  const shape = shapeOf(source)
  if (!shape.ok) throw new Error(shape.problem.code)
  const plan = firstPlan(shape.value)
  const { args, stdin } = pullCommand(source, shape.value, plan)
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    const demuxer = new FlvDemuxer()
    let pictures = 0
    let stderr = ''
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin ?? '')
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part)
      pictures += demuxer.push(part).tags.filter(({ type }) => type === 9).length
      if (pictures >= enough) child.kill('SIGKILL')
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('close', () => {
      clearTimeout(timer)
      resolve({ bytes: Buffer.concat(parts), pictures, stderr })
    })
  })
}

/** Four at a time: each mostly waits for its ffmpeg to give up. */
async function allOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

suite('what a stranger sends', ['ffmpeg'], () => {
  let server: HostileServer

  beforeAll(async () => {
    server = await startHostileServer()
  })
  afterAll(() => server.close())

  it('is a real attempt: the private clip is known when it is seen', async () => {
    expect(server.documents.length).toBeGreaterThan(60)
    const own = await pull({ url: join(server.privateDir, 'clip.mp4'), loop: false })
    expect(server.holdsPrivate(own.bytes)).toBe(true)
    const open = await pull({ url: `${server.url}/open.ts` })
    expect(open.pictures).toBeGreaterThan(10)
    expect(server.holdsPrivate(open.bytes)).toBe(false)
  })

  it('puts no file of this PC on air, whatever it is called', async () => {
    const leaks: string[] = []
    const tries = server.documents.flatMap((document) =>
      endings.map((ending) => server.path(document, ending)),
    )
    await allOf(tries, async (path) => {
      const { bytes } = await pull({ url: `${server.url}/${path}` })
      if (server.holdsPrivate(bytes)) leaks.push(path)
    })
    expect(leaks).toEqual([])
  }, 300_000)

  it('is no proof of a stream that plays', async () => {
    const proven: string[] = []
    // One begins with a clip that may be seen.
    const tries = server.documents.filter(({ name }) => name !== 'hls honest first')
    await allOf(tries, async (document) => {
      const url = `${server.url}/${server.path(document, '')}`
      if (await playFrames({ url, ffmpegPath: 'ffmpeg' }, patienceMs)) proven.push(document.name)
    })
    expect(proven).toEqual([])
  }, 300_000)

  it('leads nowhere over SRT either', async () => {
    const port = await freePort()
    const list = join(peerDir('srt'), 'list.m3u8')
    const segment = `#EXTINF:2.0,\nfile://${server.privateDir}/clip.ts\n`
    writeFileSync(list, `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${segment.repeat(40)}#EXT-X-ENDLIST\n`)
    const target = `srt://127.0.0.1:${port}?mode=listener`
    const sender = await startProcess({
      name: 'srt',
      command: 'ffmpeg',
      args: [
        '-v',
        'error',
        '-nostdin',
        '-f',
        'data',
        '-i',
        list,
        '-map',
        '0',
        '-c',
        'copy',
        '-f',
        'data',
        target,
      ],
    })
    const { bytes } = await pull({ url: `srt://127.0.0.1:${port}` })
    await sender.stop(0)
    expect(server.holdsPrivate(bytes)).toBe(false)
  })

  it('leads nowhere over RTSP either', async () => {
    const clip = `file://${server.privateDir}/clip.ts`
    const cameras = await Promise.all([
      startRtspServer({ location: clip }),
      startRtspServer({ location: `${server.url}/nested.m3u8` }),
      startRtspServer({ describe: (sdp) => sdp.replace('a=control:track1', `a=control:${clip}`) }),
      startRtspServer({
        describe: (sdp) => sdp.replace(/m=video.*/s, `m=video 0 RTP/AVP 33\r\na=control:${clip}\r\n`),
      }),
      startRtspServer({ describe: () => `#EXTM3U\n#EXTINF:2,\n${clip}\n` }),
      startRtspServer({ describe: () => `ffconcat version 1.0\nfile ${clip}\n` }),
    ])
    await allOf(cameras, async ({ url }) => {
      const { bytes } = await pull({ url })
      expect(server.holdsPrivate(bytes)).toBe(false)
    })
    for (const camera of cameras) await camera.stop()
  })
})

suite('a file of this PC', ['ffmpeg'], () => {
  let server: HostileServer
  let asked: string[]
  let web: Server
  let dir: string
  const leading = (): Readonly<Record<string, string>> => {
    const other = server.privateDir
    const at = `http://127.0.0.1:${(web.address() as AddressInfo).port}/asked`
    const m3u8 = (uri: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\n${uri}\n#EXT-X-ENDLIST\n`
    return {
      'list.m3u8': m3u8(`${other}/clip.ts`),
      'beside.m3u8': m3u8('clip.ts'),
      'web.m3u8': m3u8(at),
      'master.m3u8': `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${other}/list.m3u8\n`,
      'disguised.mp4': m3u8(`${other}/clip.ts`),
      'disguised.ts': m3u8(at),
      'no-ending': m3u8(`${other}/clip.ts`),
      'list.ffconcat': `ffconcat version 1.0\nfile 'clip.mp4'\n`,
      'disguised.mkv': `ffconcat version 1.0\nfile 'clip.mp4'\n`,
      'web.ffconcat': `ffconcat version 1.0\nfile '${at}'\noption protocol_whitelist 'http,tcp'\n`,
      'film.mpd': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${other}/clip.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      'web.mpd': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>${at}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      'session.sdp': 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 33\n',
      'film.imf': `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>`,
      'picture.svg': `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="36"><image width="64" height="36" xlink:href="${other}/still.png"/><image width="1" height="1" xlink:href="${at}"/></svg>`,
      'list.png': m3u8(`${other}/clip.ts`),
      'web.jpg': m3u8(at),
      'list.bmp': `ffconcat version 1.0\nfile 'clip.mp4'\n`,
    }
  }

  beforeAll(async () => {
    server = await startHostileServer()
    asked = []
    web = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end(readFileSync(join(server.privateDir, 'clip.mp4')))
    })
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    dir = peerDir('local')
    for (const name of readdirSync(server.privateDir))
      copyFileSync(join(server.privateDir, name), join(dir, name))
  })
  afterAll(() => {
    server.close()
    web.close()
  })

  it('reads that file and no other, and asks nobody on the network', async () => {
    const leaks: string[] = []
    const files = Object.entries(leading())
    for (const [name, text] of files) writeFileSync(join(dir, name), text)
    await allOf(files, async ([name]) => {
      const { bytes, pictures } = await pull({ url: join(dir, name) })
      if (server.holdsPrivate(bytes) || pictures > 0) leaks.push(name)
    })
    expect(leaks).toEqual([])
    expect(asked).toEqual([])
  }, 120_000)

  it('takes a name of a picture for a name, not for a pattern of many', async () => {
    const folder = join(dir, 'pictures')
    mkdirSync(folder)
    for (const name of ['one-000.png', 'one-001.png', 'star.png'])
      copyFileSync(join(server.privateDir, 'still.png'), join(folder, name))
    for (const pattern of ['one-%03d.png', 'st*.png', 'one-%d.jpg'])
      expect((await pull({ url: join(folder, pattern) }, 3)).pictures, pattern).toBe(0)
    copyFileSync(join(server.privateDir, 'still.png'), join(folder, 'one-%03d.png'))
    expect((await pull({ url: join(folder, 'one-%03d.png') }, 3)).pictures).toBeGreaterThan(2)
  })
})

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
