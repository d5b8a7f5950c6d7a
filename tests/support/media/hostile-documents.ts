import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { peerDir } from '../cleanup'
import { testClip } from './clip'

/** One document of a stranger. `path` ends as a stranger chooses; what it names lies on this PC. */
export interface HostileDocument {
  readonly name: string
  readonly body: string
  /** Answered with this redirect instead of a body. */
  readonly location?: string
}

export interface HostileServer {
  /** `http://127.0.0.1:port` */
  readonly url: string
  readonly documents: readonly HostileDocument[]
  /** Path of a document: bare, or with an ending that makes another kind of it. */
  path(document: HostileDocument, ending: string): string
  /** Whether bytes hold pictures of the private clip. */
  holdsPrivate(bytes: Uint8Array): boolean
  /** A clip that nobody may see, in several containers, by file name. */
  readonly privateDir: string
  close(): void
}

/** A private clip on this PC, and a web server whose documents try to have it played. */
export async function startHostileServer(): Promise<HostileServer> {
  const privateDir = peerDir('private')
  const publicDir = peerDir('public')
  const marks = makeFiles(privateDir, publicDir)
  const bodies = new Map<string, { readonly body: string | Buffer; readonly location?: string }>()
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const found = bodies.get(path.slice(1))
    if (found === undefined) response.writeHead(404).end()
    else if (found.location !== undefined) response.writeHead(302, { location: found.location }).end()
    else response.writeHead(200, { 'accept-ranges': 'none' }).end(found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  for (const file of readdirSync(publicDir)) bodies.set(file, { body: readFileSync(join(publicDir, file)) })
  const documents = documentsFor(privateDir, url)
  const path = ({ name }: HostileDocument, ending: string): string => `${name.replace(/\W+/g, '-')}${ending}`
  for (const document of documents) for (const ending of endings) bodies.set(path(document, ending), document)
  for (const document of helpersFor(privateDir, url)) bodies.set(document.name, document)
  return {
    url,
    documents,
    path,
    privateDir,
    holdsPrivate: (bytes) => marks.some((mark) => Buffer.from(bytes).includes(mark)),
    close: () => void server.close(),
  }
}

/** How a document may be called: as nothing, as a playlist. */
export const endings = ['', '.m3u8'] as const

function makeFiles(privateDir: string, publicDir: string): readonly Buffer[] {
  const ffmpeg = (...args: readonly string[]) =>
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...args], { timeout: 60_000, cwd: privateDir })
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '15', '-bf', '0']
  ffmpeg('-f', 'lavfi', '-i', 'mandelbrot=size=160x90:rate=30', '-t', '2', ...coding, 'clip.mp4')
  for (const name of ['clip.ts', 'clip.mkv', 'clip.flv']) ffmpeg('-i', 'clip.mp4', '-c', 'copy', name)
  ffmpeg('-f', 'lavfi', '-i', 'mandelbrot=size=160x90:rate=1', '-frames:v', '1', 'still.png')
  // Fragments whose head is private, segments whose key is private.
  const hls = ['-c', 'copy', '-f', 'hls', '-hls_list_size', '0', '-hls_playlist_type', 'vod']
  ffmpeg(
    ...[
      '-i',
      'clip.mp4',
      ...hls,
      '-hls_segment_type',
      'fmp4',
      '-hls_segment_filename',
      join(publicDir, 'f%d.m4s'),
    ],
    ...['-hls_fmp4_init_filename', 'init.mp4', 'frag.m3u8'],
  )
  writeFileSync(join(privateDir, 'key.mp4'), '0123456789abcdef')
  writeFileSync(join(privateDir, 'keyinfo'), `key\n${join(privateDir, 'key.mp4')}\n`)
  ffmpeg(
    ...['-i', 'clip.mp4', ...hls, '-hls_key_info_file', 'keyinfo'],
    ...['-hls_segment_filename', join(publicDir, 'e%d.ts'), 'enc.m3u8'],
  )
  ffmpeg('-i', testClip(), '-t', '1', '-c', 'copy', join(publicDir, 'open.ts'))
  writeFileSync(join(privateDir, 'list.m3u8'), playlist('clip.ts'))
  writeFileSync(join(privateDir, 'list.txt'), `${join(privateDir, 'clip.ts')}\n`)
  writeFileSync(join(privateDir, 'list.ffconcat'), `ffconcat version 1.0\nfile clip.ts\n`)
  return marksOf(readFileSync(join(privateDir, 'clip.flv')))
}

/** Pieces out of the middle of each picture: they are the same in every container. */
function marksOf(flv: Buffer): readonly Buffer[] {
  const marks: Buffer[] = []
  for (let at = 13; at + 11 < flv.length;) {
    const size = flv.readUIntBE(at + 1, 3)
    const payload = flv.subarray(at + 11, at + 11 + size)
    if (flv[at] === 9 && size > 400) marks.push(Buffer.from(payload.subarray(size - 64, size - 16)))
    at += 15 + size
  }
  return marks
}

const playlist = (...segments: readonly string[]): string =>
  [
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:0'],
    ...segments.flatMap((segment) => (segment.startsWith('#') ? [segment] : ['#EXTINF:2.0,', segment])),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')

const master = (variant: string, ...lines: readonly string[]): string =>
  ['#EXTM3U', ...lines, '#EXT-X-STREAM-INF:BANDWIDTH=900000', variant, ''].join('\n')

const manifest = (inner: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" minBufferTime="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period duration="PT2S"><AdaptationSet mimeType="video/mp4" contentType="video"><Representation id="1" bandwidth="900000" codecs="avc1.42c00c" width="160" height="90">${inner}</Representation></AdaptationSet></Period></MPD>`

/** What other documents lead to. */
function helpersFor(dir: string, url: string): readonly HostileDocument[] {
  return [
    { name: 'nested.m3u8', body: playlist(`file://${dir}/clip.ts`) },
    { name: 'nested-twice.m3u8', body: master(`${url}/nested.m3u8`) },
    { name: 'inner.ts', body: playlist(`file://${dir}/clip.ts`) },
    { name: 'inner.mp4', body: `ffconcat version 1.0\nfile '${dir}/clip.mp4'\n` },
    { name: 'to-file', body: '', location: `file://${dir}/clip.ts` },
  ]
}

function documentsFor(dir: string, url: string): readonly HostileDocument[] {
  const clip = `${dir}/clip.ts`
  const data = (text: string): string =>
    `data:application/vnd.apple.mpegurl;base64,${Buffer.from(text).toString('base64')}`
  const hls = (name: string, ...segments: readonly string[]): HostileDocument => ({
    name: `hls ${name}`,
    body: playlist(...segments),
  })
  const list = (name: string, ...lines: readonly string[]): HostileDocument => ({
    name: `ffconcat ${name}`,
    body: ['ffconcat version 1.0', ...lines, ''].join('\n'),
  })
  const dash = (name: string, inner: string, head = ''): HostileDocument => ({
    name: `dash ${name}`,
    body: manifest(inner, head),
  })
  const away = (name: string, location: string): HostileDocument => ({
    name: `redirect ${name}`,
    body: '',
    location,
  })
  return [
    hls('file url', `file://${clip}`),
    hls('file with one slash', `file:${clip}`),
    hls('file in capitals', `FILE://${clip}`),
    hls('file with a host', `file://localhost${clip}`),
    hls('plain path', clip),
    hls('path with two slashes', `/${clip}`),
    hls('path upwards', `../../../../../../..${clip}`),
    hls('mp4 file', `file://${dir}/clip.mp4`),
    hls('mkv file', `file://${dir}/clip.mkv`),
    hls('flv file', `file://${dir}/clip.flv`),
    hls('subfile', `subfile,,start,0,end,0,,:${clip}`),
    hls('file with options', `file,,blocksize,1,,:${clip}`),
    hls('concat', `concat:${clip}|${clip}`),
    hls('concat of file urls', `concat:file://${clip}|file://${clip}`),
    hls('concatf', `concatf:${dir}/list.txt`),
    hls('crypto', `crypto:file://${clip}`),
    hls('crypto plus', `crypto+file://${clip}`),
    hls('crypto around http around file', `crypto+${url}/to-file`),
    hls('cache', `cache:file://${clip}`),
    hls('async', `async:file://${clip}`),
    hls('pipe', 'pipe:0'),
    hls('descriptor', 'fd:0'),
    hls('unix socket', `unix:${dir}/socket`),
    hls('device file', 'file:///dev/stdin'),
    hls('hls plus file', `hls+file://${dir}/list.m3u8`),
    hls('data holding a playlist', data(playlist(`file://${clip}`))),
    hls('honest first', `${url}/open.ts`, '#EXT-X-DISCONTINUITY', `file://${clip}`),
    hls('segment that is a playlist', `${url}/inner.ts`),
    hls('segment that is a list', `${url}/inner.mp4`),
    hls('segment that is redirected', `${url}/to-file`),
    hls('byte range', '#EXT-X-BYTERANGE:100000@0', `file://${clip}`),
    hls('head from a file', `#EXT-X-MAP:URI="file://${dir}/init.mp4"`, `${url}/f0.m4s`),
    hls('head by path', `#EXT-X-MAP:URI="subfile,,start,0,end,0,,:${dir}/init.mp4"`, `${url}/f0.m4s`),
    hls('key from a file', `#EXT-X-KEY:METHOD=AES-128,URI="file://${dir}/key.mp4"`, `${url}/e0.ts`),
    hls(
      'key by subfile',
      `#EXT-X-KEY:METHOD=AES-128,URI="subfile,,start,0,end,0,,:${dir}/key.mp4"`,
      `${url}/e0.ts`,
    ),
    { name: 'hls with a byte order mark', body: `\ufeff${playlist(`file://${clip}`)}` },
    { name: 'hls with carriage returns', body: playlist(`file://${clip}`).replaceAll('\n', '\r\n') },
    { name: 'hls that is live', body: playlist(`file://${clip}`).replace('#EXT-X-ENDLIST\n', '') },
    { name: 'master to a file', body: master(`file://${dir}/list.m3u8`) },
    { name: 'master to a path', body: master(`${dir}/list.m3u8`) },
    { name: 'master to another', body: master(`${url}/nested.m3u8`) },
    { name: 'master to another twice', body: master(`${url}/nested-twice.m3u8`) },
    { name: 'master to data', body: master(data(playlist(`file://${clip}`))) },
    {
      name: 'master with a rendition',
      body: master(
        `${url}/nested.m3u8`,
        `#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="v",DEFAULT=YES,URI="file://${dir}/list.m3u8"`,
      ),
    },
    {
      name: 'master with pictures of its own',
      body: master(
        `${url}/nested.m3u8`,
        `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="file://${dir}/list.m3u8"`,
      ),
    },
    {
      name: 'master with subtitles',
      body: master(
        `${url}/nested.m3u8`,
        `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",URI="file://${dir}/list.m3u8"`,
      ),
    },
    list('path', `file '${dir}/clip.mp4'`),
    list('file url', `file 'file://${dir}/clip.mp4'`),
    list('subfile', `file 'subfile,,start,0,end,0,,:${dir}/clip.mp4'`),
    list('with options', `file '${dir}/clip.mp4'`, "option protocol_whitelist 'file'"),
    list('another list', `file '${dir}/list.ffconcat'`),
    list('playlist', `file '${dir}/list.m3u8'`),
    list('http', `file '${url}/inner.mp4'`),
    { name: 'list without a head', body: `file '${dir}/clip.mp4'\n` },
    dash('base url', `<BaseURL>file://${dir}/clip.mp4</BaseURL>`),
    dash('base url by path', `<BaseURL>${dir}/clip.mp4</BaseURL>`),
    dash(
      'template',
      `<SegmentTemplate media="file://${dir}/clip.mp4" initialization="file://${dir}/init.mp4" duration="2" startNumber="1"/>`,
    ),
    dash(
      'segment list',
      `<SegmentList duration="2"><Initialization sourceURL="file://${dir}/init.mp4"/><SegmentURL media="${url}/f0.m4s"/></SegmentList>`,
    ),
    dash(
      'entity',
      '<BaseURL>&leak;</BaseURL>',
      `<!DOCTYPE MPD [<!ENTITY leak SYSTEM "file://${dir}/list.txt">]>`,
    ),
    {
      name: 'session description',
      body: `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:file://${clip}\n`,
    },
    away('to a file', `file://${clip}`),
    away('to subfile', `subfile,,start,0,end,0,,:${clip}`),
    away('to concat', `concat:${clip}`),
    away('to a playlist', `${url}/nested.m3u8`),
    away('to a list', `${url}/inner.mp4`),
  ]
}
