import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ReceivedFeed } from '../../../src/carrier/feed/received-feed'
import { LocalIngest } from '../../../src/carrier/ingest/local-ingest'
import type { Destination, ProgramPort, ProgramTarget } from '../../../src/engine/ports'
import { RtmpClientSession } from '../../../src/media/rtmp/client-session'
import { classify } from '../../../src/media/tags/tags'
import { carrierHost, killCarrier } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import {
  av1Tags,
  inManyTracks,
  plainClip,
  withSecondTrack,
  withSound,
  type Clip,
} from '../../support/media/enhanced'
import { startNginx, type Nginx } from '../../support/peers/nginx'
import { startSource } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const key = 'door-k3y-of-this-machine'

/** Sends a clip over and over in real time, every message as it is: the carrier's own publisher would leave second tracks out. */
async function encode(url: string, clip: Clip): Promise<() => void> {
  const { hostname, port } = new URL(url)
  const session = new RtmpClientSession({ app: 'live', tcUrl: url, key, ackWindowBytes: 2_500_000, seed: 7 })
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let accepted = false
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(session.start()))
  socket.on('data', (bytes) => {
    const { send, events } = session.receive(bytes)
    socket.write(send)
    accepted ||= events.some(({ type }) => type === 'accepted')
  })
  await until(() => accepted, { timeoutMs: 5_000, what: 'the door to let the encoder in' })
  const begun = performance.now()
  let next = 0
  const send = (): void => {
    for (;;) {
      const tag = clip.tags[next % clip.tags.length]!
      const round = Math.floor(next / clip.tags.length)
      const timestampMs = tag.timestampMs + round * clip.lastsMs
      if (timestampMs > performance.now() - begun) return
      next += 1
      socket.write(session.publish({ ...tag, timestampMs }))
    }
  }
  const timer = setInterval(send, 10)
  return () => {
    clearInterval(timer)
    socket.destroy()
  }
}

/** What a fresh viewer's ffmpeg makes of three seconds of it: every word of complaint, and what it saw. */
function watch(url: string): Promise<{ readonly log: string; readonly frames: number }> {
  return new Promise((resolve) => {
    const args = [
      '-hide_banner',
      '-nostdin',
      '-loglevel',
      'level+info',
      '-progress',
      'pipe:1',
      '-rw_timeout',
      '10000000',
    ]
    const child = spawn(
      'ffmpeg',
      [
        ...args,
        '-i',
        url,
        '-t',
        '3',
        '-fps_mode',
        'passthrough',
        '-enc_time_base',
        '1:1000',
        '-f',
        'null',
        '-',
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000)
    let log = ''
    let frames = 0
    child.stderr.on('data', (bytes) => (log += String(bytes)))
    child.stdout.on('data', (bytes) => (frames = Number(/frame=(\d+)/.exec(String(bytes))?.[1] ?? frames)))
    child.once('close', () => {
      clearTimeout(late)
      resolve({ log, frames })
    })
  })
}

suite('tracks and codecs through the carrier', ['nginx', 'ffmpeg'], () => {
  let nginx: Nginx
  let dataDir: string
  let host: Awaited<ReturnType<typeof carrierHost>>['host']
  let program: ProgramPort
  const closers: (() => unknown)[] = []

  beforeEach(async () => {
    nginx = await startNginx()
    dataDir = peerDir('carrier-data')
    ;({ host } = await carrierHost(dataDir))
    program = host.program({ port: 0, key })
    expect(await program.prepare({ deadlineMs: 10_000 })).toMatchObject({ ok: true })
  })
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
    host.close()
    await killCarrier(dataDir)
    await nginx.stop()
  })

  const target = (id: string, url: string, name: string): ProgramTarget => {
    const destination: Destination = {
      id,
      url,
      key: name,
      auth: null,
      takeover: { kind: 'none' },
      graceMs: null,
    }
    return { id, destination, other: null }
  }
  const start = (system: string, generation: number, more: readonly ProgramTarget[] = []) =>
    program.start({
      system,
      generation,
      targets: [target('main', nginx.rtmpUrl, 'program'), ...more],
      deadlineMs: 15_000,
    })
  const obs = async (clip: Clip): Promise<void> => {
    closers.push(await encode(program.status().ingestUrl ?? '', clip))
    await program.untilWarm('obs', 20_000)
  }
  const feed = (system: string) => program.status().feeds.find((each) => each.system === system)
  const media = (system: string) => program.status().media.find((each) => each.system === system)?.tracks

  it.each([
    [
      'a second sound track',
      () => withSecondTrack(plainClip(), 8, plainClip(44_100)),
      { video: 0, audio: 1 },
    ],
    ['a second picture track', () => withSecondTrack(plainClip(), 9), { video: 1, audio: 0 }],
    [
      'both tracks in each message',
      () => inManyTracks(plainClip(), plainClip(44_100)),
      { video: 1, audio: 1 },
    ],
  ])(
    '%s is left out: a viewer decodes the first without a word, and it is told',
    async (_, clip, leftOut) => {
      await obs(clip())
      expect(await start('obs', 1)).toMatchObject({ ok: true, value: { kind: 'acknowledged' } })
      const { log, frames } = await watch(`${nginx.rtmpUrl}/program`)
      expect(log).not.toMatch(/\[(warning|error|fatal)\]/)
      expect(log).toMatch(/Audio: aac.*48000 Hz, stereo/)
      expect(frames).toBeGreaterThan(30)
      expect(media('obs')).toMatchObject([
        { type: 'video', codec: 'h264' },
        { type: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 },
      ])
      await until(() => feed('obs')?.leftOut !== undefined, { timeoutMs: 5_000, what: 'the word of it' })
      expect(feed('obs')?.leftOut).toEqual(leftOut)
    },
  )

  it('AV1 to H.264 and back: each session carries one codec, and a fresh viewer decodes after the cut', async () => {
    const camera = await startSource({ keyintSec: 1 })
    closers.push(() => camera.stop())
    const backup = host.port('backup')
    expect(await backup.prepare({ url: camera.url }, { deadlineMs: 20_000 })).toMatchObject({ ok: true })
    // A second destination that writes down what each of its publish sessions carries.
    const sessions = new Map<number, Set<string>>()
    const far = new ReceivedFeed({ now: () => performance.now(), stallMs: 10_000 })
    far.onTag((tag, epoch) => {
      const info = classify(tag)
      if (info.kind !== 'video' && info.kind !== 'audio') return
      sessions.set(epoch, (sessions.get(epoch) ?? new Set()).add(info.codec))
    })
    const recorder = await LocalIngest.open({
      port: 0,
      key: 'far-key-of-this-test',
      feed: far,
      now: () => performance.now(),
      changed: () => undefined,
      mishap: (error) => {
        throw error
      },
    })
    if (!recorder.ok) throw new Error('no recorder')
    closers.push(
      () => far.dispose(),
      () => recorder.value.close(),
    )
    const more = [target('second', `rtmp://127.0.0.1:${recorder.value.port}/live`, 'far-key-of-this-test')]
    const seen = () => [...sessions.values()].map((codecs) => [...codecs].sort().join('+'))

    await obs(withSound(av1Tags(), plainClip()))
    expect(await start('obs', 1, more)).toMatchObject({ ok: true })
    await until(() => seen().length === 1 && seen()[0] === 'aac+av1', { timeoutMs: 10_000, what: 'AV1' })
    expect(await start('backup', 2, more)).toMatchObject({ ok: true, value: { kind: 'acknowledged' } })
    expect(program.status()).toMatchObject({
      lastCut: { to: 'backup', renewed: true },
      session: { seq: 1, format: { video: 'h264' } },
    })
    await until(() => seen().length === 2 && seen()[1] === 'aac+h264', { timeoutMs: 10_000, what: 'H.264' })
    const { log, frames } = await watch(`${nginx.rtmpUrl}/program`)
    expect(log).not.toMatch(/\[(error|fatal)\]/)
    expect(frames).toBeGreaterThan(30)
    expect(program.status().destinations).toMatchObject([{ sessions: 2 }, { sessions: 2 }])

    expect(await start('obs', 3, more)).toMatchObject({ ok: true })
    await until(() => seen().length === 3 && seen()[2] === 'aac+av1', {
      timeoutMs: 10_000,
      what: 'AV1 again',
    })
    expect(seen()).toEqual(['aac+av1', 'aac+h264', 'aac+av1'])

    // By itself, as its guard allows: the same.
    await program.guard({ order: ['backup'], freezeMs: 700 })
    await closers.pop()!()
    await until(() => program.status().onFeed === 'backup', { timeoutMs: 10_000, what: 'the cut' })
    await until(() => seen().length === 4 && seen()[3] === 'aac+h264', {
      timeoutMs: 10_000,
      what: 'H.264 again',
    })
    expect(seen().slice(0, 3)).toEqual(['aac+av1', 'aac+h264', 'aac+av1'])
    const after = await watch(`${nginx.rtmpUrl}/program`)
    expect(after.log).not.toMatch(/\[(error|fatal)\]/)
    expect(after.frames).toBeGreaterThan(30)
  })
})
