import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createPublisher, type PublisherDeps } from '../../../src/carrier/publish'
import type { Publisher, PublishTarget } from '../../../src/carrier/publish/publisher'
import { FlvDemuxer, type FlvTag } from '../../../src/media/flv'
import { GopCache } from '../../../src/media/gop-cache'
import { RtmpServerSession, type ServerStep } from '../../../src/media/rtmp/server-session'
import { peerDir } from '../../support/cleanup'
import { startMediaMtx, type MediaMtx } from '../../support/peers/mediamtx'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { suite } from '../../support/suite'
import { freePort, until, within } from '../../support/wait'

const run = promisify(execFile)

/** Six seconds of a real encoder at 2.5 Mbit/s, a keyframe every second. */
function encodedClip(): readonly FlvTag[] {
  const file = join(peerDir('publisher'), 'clip.flv')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30', '-bf', '0']
  const rate = [
    '-b:v',
    '2500k',
    '-minrate',
    '2500k',
    '-maxrate',
    '2500k',
    '-bufsize',
    '1000k',
    '-x264-params',
    'nal-hrd=cbr',
  ]
  execFileSync('ffmpeg', [
    '-v',
    'error',
    ...picture,
    ...sound,
    '-t',
    '6',
    ...coding,
    ...rate,
    '-c:a',
    'aac',
    file,
  ])
  const { tags, fault } = new FlvDemuxer().push(readFileSync(file))
  if (fault !== null) throw new Error(fault.code)
  return tags
}

/** Publishers opened by a test, closed after it. */
const open = new Set<Publisher>()
const pumps = new Set<NodeJS.Timeout>()

function publish(target: Partial<PublishTarget> & { readonly url: string }, deps?: PublisherDeps): Publisher {
  const publisher = createPublisher({ key: 'key', auth: null, ...target }, deps)
  open.add(publisher)
  return publisher
}

/** Feeds a publisher at the clip's own pace from its beginning, over and over. Its first second goes out at once. */
function pump(publisher: Publisher, clip: readonly FlvTag[]): void {
  const startedAt = performance.now()
  const lengthMs = (clip.at(-1)?.timestampMs ?? 0) + 33
  let next = 0
  let round = 0
  const step = (): void => {
    const nowMs = performance.now() - startedAt + 1000
    for (
      let tag = clip[next];
      tag !== undefined && tag.timestampMs + round * lengthMs <= nowMs;
      tag = clip[next]
    ) {
      publisher.write({ ...tag, timestampMs: tag.timestampMs + round * lengthMs })
      next += 1
      if (next < clip.length) continue
      next = 0
      round += 1
    }
  }
  step()
  pumps.add(setInterval(step, 10))
}

const acknowledged = (publisher: Publisher, bytes = 1) =>
  until(() => (publisher.status().bytesAcknowledged ?? 0) >= bytes, {
    timeoutMs: 10_000,
    what: `${bytes} acknowledged bytes`,
  })

const code = async (publisher: Publisher) =>
  (await within(publisher.accepted, { timeoutMs: 10_000, what: 'an answer' }))?.code ?? null

afterEach(async () => {
  for (const timer of pumps) clearInterval(timer)
  pumps.clear()
  await Promise.all([...open].map((publisher) => publisher.close('abrupt')))
  open.clear()
})

suite('publisher and nginx-rtmp', ['nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let clip: readonly FlvTag[]
  const warm = new GopCache()

  beforeAll(async () => {
    nginx = await startNginx()
    clip = encodedClip()
    for (const tag of clip.slice(0, clip.length - 20)) warm.push(tag)
  })
  afterAll(() => nginx.stop())

  it('has a warm group of pictures acknowledged', async () => {
    const publisher = publish({ url: nginx.rtmpUrl, key: 'warm' })
    expect(await code(publisher)).toBeNull()
    expect(warm.keptBytes).toBeGreaterThan(50_000)
    for (const tag of warm.start()) publisher.write(tag)
    await acknowledged(publisher, 50_000)
    const { state, bytesSent, bytesAcknowledged, droppedFrames } = publisher.status()
    expect({ state, droppedFrames }).toEqual({ state: 'publishing', droppedFrames: 0 })
    expect(bytesAcknowledged).toBeLessThanOrEqual(bytesSent)
    expect((await nginx.stream('warm'))?.publishing).toBe(true)
  })

  it('sends what was written before the yes', async () => {
    const publisher = publish({ url: nginx.rtmpUrl, key: 'early' })
    for (const tag of clip) publisher.write(tag)
    await acknowledged(publisher)
  })

  it('is refused while another holds the key, and let in once that is gone, however it went', async () => {
    for (const mode of ['clean', 'abrupt'] as const) {
      const first = publish({ url: nginx.rtmpUrl, key: 'held' })
      expect(await code(first)).toBeNull()
      const second = publish({ url: nginx.rtmpUrl, key: 'held' })
      expect(await code(second)).toBe('destination-busy')
      expect(second.status()).toMatchObject({ state: 'failed', problem: { code: 'destination-busy' } })
      expect(first.status().state).toBe('publishing')
      await first.close(mode)
      await until(async () => (await nginx.stream('held'))?.publishing !== true, {
        timeoutMs: 5000,
        what: 'nginx to let go of the key',
      })
    }
  })

  it('tells a server that is not there, one that says nothing and one that talks rubbish', async () => {
    const gone = publish({ url: `rtmp://127.0.0.1:${await freePort()}/live` })
    expect(await within(gone.accepted, { timeoutMs: 5000, what: 'an answer' })).toEqual({
      code: 'destination-unreachable',
      params: { host: '127.0.0.1', reason: 'ECONNREFUSED' },
    })
    const silent = await listen(createServer())
    const mute = publish({ url: `rtmp://127.0.0.1:${silent.port}/live` }, { rtmp: { acceptTimeoutMs: 200 } })
    expect(await code(mute)).toBe('timeout')
    const web = await listen(
      createServer((socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(99))),
    )
    expect(await code(publish({ url: `rtmp://127.0.0.1:${web.port}/live` }))).toBe('destination-protocol')
    const curt = await listen(createServer((socket) => void socket.destroy()))
    expect(await code(publish({ url: `rtmp://127.0.0.1:${curt.port}/live` }))).toBe('destination-protocol')
    expect(await code(publish({ url: 'http://127.0.0.1/live' }))).toBe('destination-unsupported')
    await Promise.all([silent, web, curt].map((server) => server.close()))
  })

  it('tells when the server throws it out', async () => {
    const publisher = publish({ url: nginx.rtmpUrl, key: 'thrown' })
    const changed = new Promise<void>((resolve) => {
      publisher.onChange(() => {
        if (publisher.status().state === 'failed') resolve()
      })
    })
    pump(publisher, clip)
    await acknowledged(publisher)
    expect(await nginx.dropPublisher('live', 'thrown')).toBe(true)
    await within(changed, { timeoutMs: 5000, what: 'the publisher to fail' })
    expect(publisher.status().problem?.code).toBe('destination-closed')
    publisher.write(clip[5]!)
  })

  it('sees a frozen ingest by its acknowledgements while the socket still takes bytes', async () => {
    const publisher = publish({ url: nginx.rtmpUrl, key: 'frozen' })
    pump(publisher, clip)
    await acknowledged(publisher, 200_000)
    nginx.freeze()
    try {
      await until(() => (publisher.status().acknowledgedAgeMs ?? 0) > 800, {
        timeoutMs: 10_000,
        what: 'acknowledgements to age',
      })
      const frozen = publisher.status()
      await until(() => publisher.status().bytesSent > frozen.bytesSent + 100_000, {
        timeoutMs: 10_000,
        what: 'more bytes to be sent',
      })
      const later = publisher.status()
      expect(later.bytesAcknowledged).toBe(frozen.bytesAcknowledged)
      expect(later.acknowledgedAgeMs).toBeGreaterThan(frozen.acknowledgedAgeMs ?? Infinity)
      expect(later.backlogBytes).toBeGreaterThan(frozen.backlogBytes)
      // It lasts: the picture pauses by the age of what waits.
      await until(() => publisher.status().droppedFrames > 0, {
        timeoutMs: 15_000,
        what: 'frames to be dropped',
      })
    } finally {
      nginx.thaw()
    }
    const sent = publisher.status().bytesSent
    await acknowledged(publisher, sent + 100_000)
    expect(publisher.status().state).toBe('publishing')
  })

  it('is played without a warning', async () => {
    const publisher = publish({ url: nginx.rtmpUrl, key: 'played' })
    pump(publisher, clip)
    await acknowledged(publisher)
    const { stdout } = await run(
      'ffprobe',
      [
        '-v',
        'error',
        '-show_entries',
        'stream=codec_name,width',
        '-of',
        'csv=p=0',
        `${nginx.rtmpUrl}/played`,
      ],
      { timeout: 20_000 },
    )
    expect(stdout.trim().split('\n').sort()).toEqual(['aac', 'h264,640'])
    const player = await run(
      'ffmpeg',
      ['-v', 'warning', '-i', `${nginx.rtmpUrl}/played`, '-t', '2', '-f', 'null', '-'],
      { timeout: 20_000 },
    )
    expect(player.stderr).toBe('')
  })

  it('publishes over TLS to a server whose certificate is trusted, to no other', async () => {
    const dir = peerDir('tls')
    const [keyFile, certFile] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        keyFile,
        '-out',
        certFile,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const [key, cert] = [readFileSync(keyFile, 'utf8'), readFileSync(certFile, 'utf8')]
    const names: string[] = []
    const tls = createTlsServer(
      {
        key,
        cert,
        SNICallback: (name, done) => {
          names.push(name)
          done(null)
        },
      },
      (socket) => {
        const inner = connect(nginx.port, '127.0.0.1')
        for (const each of [socket, inner]) each.on('error', () => undefined)
        // A reset does not run through a pipe.
        socket.on('close', () => inner.destroy())
        socket.pipe(inner).pipe(socket)
      },
    )
    tls.on('tlsClientError', () => undefined)
    const server = await listen(tls)
    const url = `rtmps://localhost:${server.port}/live`
    const publisher = publish({ url, key: 'tls' }, { rtmp: { ca: cert } })
    pump(publisher, clip)
    await acknowledged(publisher)
    expect(names[0]).toBe('localhost')
    expect(await code(publish({ url, key: 'tls2' }))).toBe('destination-tls')
    for (const mode of ['abrupt', 'clean'] as const) {
      const again = publish({ url, key: mode }, { rtmp: { ca: cert } })
      expect(await code(again)).toBeNull()
      await again.close(mode)
      await until(async () => (await nginx.stream(mode))?.publishing !== true, {
        timeoutMs: 5000,
        what: 'nginx to let go of the key',
      })
    }
    await server.close()
  })
})

suite('publisher and Adobe authentication', [], () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('base64')
  /** What the stand-in says to a `connect` of this app; null lets it in. */
  const verdict = (app: string): string | null => {
    const query = new URLSearchParams(app.split('?')[1]?.replaceAll('+', '%2B') ?? '')
    const [user, challenge, response] = ['user', 'challenge', 'response'].map((name) => query.get(name))
    if (user === null) return '[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : '
    if (response === null)
      return `[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=${user}&salt=sa+lt==&challenge=ch&opaque=op`
    const right = md5(`${md5('annasa+lt==wordpass')}op${challenge}`)
    return response === right
      ? null
      : '[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=op'
  }
  const apps: string[] = []
  let server: Awaited<ReturnType<typeof listen>>

  beforeAll(async () => {
    server = await listen(
      createServer((socket) => {
        const session = new RtmpServerSession()
        const handle = ({ send, events }: ServerStep): void => {
          socket.write(send)
          for (const event of events) {
            if (event.type !== 'question') continue
            const { kind, app } = event.question
            if (kind === 'connect') apps.push(app)
            const no = kind === 'connect' ? verdict(app) : null
            handle(no === null ? session.accept() : session.reject('NetConnection.Connect.Rejected', no))
          }
        }
        socket.on('data', (bytes) => handle(session.receive(bytes)))
      }),
    )
  })
  afterAll(() => server.close())

  it('answers the challenge, and tells when user or password are wrong or missing', async () => {
    const url = `rtmp://127.0.0.1:${server.port}/live`
    expect(await code(publish({ url, auth: { username: 'anna', password: 'wordpass' } }))).toBeNull()
    expect(apps.length).toBe(3)
    expect(apps.join(' ')).not.toContain('wordpass')
    expect(await code(publish({ url, auth: { username: 'anna', password: 'no' } }))).toBe('destination-auth')
    expect(await code(publish({ url }))).toBe('destination-auth')
  })
})

/** A server on a free loopback port; `close` ends its connections too. */
async function listen(
  server: Server,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<{ destroy: () => void }>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

suite('publisher and MediaMTX', ['mediamtx', 'ffmpeg'], () => {
  let mediamtx: MediaMtx
  let srtPort: number
  let clip: readonly FlvTag[]

  beforeAll(async () => {
    clip = encodedClip()
    srtPort = await freePort()
    const permissions = [{ action: 'publish' }, { action: 'api' }]
    mediamtx = await startMediaMtx({
      config: {
        srt: true,
        srtAddress: `127.0.0.1:${srtPort}`,
        authInternalUsers: [
          { user: 'any', ips: [], permissions: [{ action: 'publish', path: '~^open/' }, { action: 'api' }] },
          { user: 'anna', pass: 'wordpass', ips: [], permissions },
        ],
        paths: { 'open/srt': { srtPublishPassphrase: 'a-long-passphrase' }, all_others: {} },
      },
    })
  })
  afterAll(() => mediamtx.stop())

  const online = (name: string) =>
    until(
      async () => {
        const answer = await fetch(`${mediamtx.apiUrl}/v3/paths/get/${name}`)
        const body = (await answer.json()) as { readonly online?: boolean }
        return body.online === true
      },
      { timeoutMs: 10_000, what: `${name} to be online` },
    )

  it('is acknowledged over RTMP', async () => {
    const publisher = publish({ url: `${mediamtx.rtmpUrl}/open`, key: 'rtmp' })
    pump(publisher, clip)
    await acknowledged(publisher, 200_000)
    await online('open/rtmp')
    expect(publisher.status().state).toBe('publishing')
  })

  it('is let in with the name and password of its key, and told when they are wrong or missing', async () => {
    const url = `${mediamtx.rtmpUrl}/closed`
    expect(await code(publish({ url, key: 'a?user=anna&pass=wordpass' }))).toBeNull()
    const wrong = publish({ url, key: 'b?user=anna&pass=wrong' })
    expect(await code(wrong)).toBe('destination-auth')
    expect(JSON.stringify(wrong.status())).not.toContain('wrong')
    expect(await code(publish({ url, key: 'c' }))).toBe('destination-auth')
  })

  it('publishes over SRT with stream id and passphrase off the command line', async () => {
    const url = `srt://127.0.0.1:${srtPort}`
    const publisher = publish({
      url,
      key: 'publish:open/srt',
      auth: { username: '', password: 'a-long-passphrase' },
    })
    pump(publisher, clip)
    expect(await code(publisher)).toBeNull()
    await online('open/srt')
    const { stdout } = await run('ps', ['-A', '-ww', '-o', 'args'])
    expect(stdout).toContain(url)
    expect(stdout).not.toContain('publish:open/srt')
    expect(stdout).not.toContain('a-long-passphrase')
    const refused = publish({
      url,
      key: 'publish:open/srt',
      auth: { username: '', password: 'another-passphrase' },
    })
    pump(refused, clip)
    expect(await code(refused)).toBe('destination-refused')
    await publisher.close('clean')
    expect(publisher.status().state).toBe('closed')
  })
})
