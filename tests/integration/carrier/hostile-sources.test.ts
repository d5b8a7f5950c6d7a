import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { playFrames } from '../../../src/engine/watch/playback'
import { peerDir } from '../../support/cleanup'
import { endings, startHostileServer, type HostileServer } from '../../support/media/hostile-documents'
import { startProcess } from '../../support/process'
import { allOf, patienceMs, pull } from '../../support/media/pull'
import { startRtspServer } from '../../support/peers/rtsp-server'
import { suite } from '../../support/suite'
import { freePort } from '../../support/wait'

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
