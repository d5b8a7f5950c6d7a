import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CarrierHost } from '../../../src/engine/ingest/carrier'
import type { IngestPort, SourceSpec } from '../../../src/engine/ports'
import { carrierHost, carrierLock, childrenOf, killCarrier } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { testClip } from '../../support/media/clip'
import { startMediaMtx, type MediaMtx } from '../../support/peers/mediamtx'
import { startProcess, type RigProcess } from '../../support/process'
import { startSource, type Source } from '../../support/peers/source'
import { suite } from '../../support/suite'
import { freePort, until } from '../../support/wait'

const PASSWORD = 's3cret-pw'
const PREPARE_MS = 20_000

suite('sources of the carrier', ['ffmpeg', 'nginx'], () => {
  let host: CarrierHost
  let port: IngestPort
  let dataDir: string

  beforeEach(async () => {
    ;({ host, dataDir } = await carrierHost())
    port = host.port('backup')
  })

  afterEach(async () => {
    host.close()
    await killCarrier(dataDir)
  })

  const prepare = (spec: SourceSpec) => port.prepare(spec, { deadlineMs: PREPARE_MS })
  const commandLines = () =>
    childrenOf(carrierLock(dataDir)?.pid ?? 0)
      .map((child) => child.command)
      .join('\n')
  const codeOf = async (spec: SourceSpec) => {
    const result = await prepare(spec)
    return result.ok ? 'ok' : result.problem.code
  }
  const tracks = () =>
    port
      .status()
      .tracks.map((track) => `${track.type} ${track.codec}`)
      .sort()

  describe('files', () => {
    const dir = peerDir('media')
    const make = (name: string, args: readonly string[]) => {
      const path = join(dir, name)
      execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, path], { timeout: 60_000 })
      return path
    }
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30']
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
    const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

    it('loops a clip beyond its end', async () => {
      const clip = make('short.mp4', [...picture, ...tone, '-t', '2', ...h264, '-g', '30', '-c:a', 'aac'])
      expect(await prepare({ url: clip, loop: true })).toMatchObject({ ok: true })
      const before = port.status()
      expect(before).toMatchObject({ pull: 'up', warm: true, restarts: 0 })
      await until(() => (port.status().uptimeMs ?? 0) > 5_000, { timeoutMs: 15_000, what: 'two loops' })
      expect(port.status()).toMatchObject({ pull: 'up', restarts: 0 })
      expect(port.status().fps ?? 0).toBeGreaterThan(20)
    })

    it('adds silence where there is no sound, and says so', async () => {
      const silent = make('silent.mp4', [...picture, '-t', '3', ...h264])
      const report = await port.probe({ url: silent }, { primary: null, deadlineMs: PREPARE_MS })
      expect(report.ok && report.value.tracks.map((track) => track.type)).toEqual(['video'])
      expect(report.ok && report.value.warnings.map((warning) => warning.code)).toContain('source-no-audio')
      expect(await prepare({ url: silent })).toMatchObject({ ok: true })
      expect(tracks()).toEqual(['audio aac', 'video h264'])
    })

    it('converts sound that is not AAC', async () => {
      const mp3 = make('mp3.mkv', [...picture, ...tone, '-t', '3', ...h264, '-c:a', 'libmp3lame'])
      const report = await port.probe({ url: mp3 }, { primary: null, deadlineMs: PREPARE_MS })
      expect(report.ok && report.value.warnings).toContainEqual({
        code: 'source-audio-converted',
        params: { codec: 'mp3' },
      })
      expect(await prepare({ url: mp3 })).toMatchObject({ ok: true })
      // Ready with the first keyframe: sound that is encoded comes a moment after it.
      await until(() => tracks().length > 1, { timeoutMs: PREPARE_MS, what: 'its sound' })
      expect(tracks()).toEqual(['audio aac', 'video h264'])
    })

    it('encodes a file whose picture is not H.264', async () => {
      const mpeg4 = make('mpeg4.mp4', [...picture, ...tone, '-t', '3', '-c:v', 'mpeg4', '-c:a', 'aac'])
      expect(await prepare({ url: mpeg4 })).toMatchObject({ ok: true })
      expect(tracks()).toEqual(['audio aac', 'video h264'])
    })

    it('encodes one to look like another feed, and knows what that costs', async () => {
      const convert = {
        width: 640,
        height: 480,
        fps: 25,
        videoKbps: 1_000,
        sampleRateHz: 44_100,
        channels: 1,
      }
      await prepare({ url: testClip(), loop: true, convert })
      expect(port.status().tracks).toMatchObject([
        { type: 'video', codec: 'h264', width: 640, height: 480, fps: 25, bFrames: false },
        { type: 'audio', codec: 'aac', sampleRateHz: 44_100, channels: 1 },
      ])
      const program = host.program({ port: 0, key: 'no-door-here' })
      const cost = (): number | null => program.status().media[0]?.cpuShare ?? null
      await program.prepare({ deadlineMs: 5_000 })
      await until(() => cost() !== null, { timeoutMs: 20_000, what: 'the cost' })
      expect(cost()).toBeGreaterThan(0)
    })

    it('shows a picture as a stream', async () => {
      const still = make('still.png', ['-f', 'lavfi', '-i', 'testsrc2=size=321x181:rate=1', '-frames:v', '1'])
      expect(await prepare({ url: still })).toMatchObject({ ok: true })
      expect(tracks()).toEqual(['audio aac', 'video h264'])
      await until(() => (port.status().bitrateKbps ?? 0) > 500, {
        timeoutMs: 15_000,
        what: 'enough bytes to be acknowledged',
      })
    })

    it('tells what is no media, and what is not there', async () => {
      const text = join(dir, 'text.mp4')
      writeFileSync(text, 'this is no film\n'.repeat(1000))
      expect(await codeOf({ url: text })).toBe('source-garbage')
      expect(await codeOf({ url: join(dir, 'missing.mp4') })).toBe('source-unreachable')
    })
  })

  describe('addresses', () => {
    it.each(['', 'gopher://host/x', 'rtmp:///live', 'rtmp://host/a\nb', 'http//x'])(
      'refuses %j',
      async (url) => {
        const code = await codeOf({ url })
        // The last one may be the name of a file.
        expect(code).toBe(url === 'http//x' ? 'source-unreachable' : 'source-invalid-url')
      },
    )
  })

  describe('a live source', () => {
    let source: Source

    beforeEach(async () => {
      source = await startSource({ keyintSec: 1 })
    })
    afterEach(() => source.stop())

    it('sees a frozen source as stalled and pulls again when it is back', async () => {
      expect(await prepare({ url: source.url })).toMatchObject({ ok: true })
      source.freeze()
      await until(() => port.status().pull === 'stalled', { timeoutMs: 8_000, what: 'the stall' })
      expect(port.status()).toMatchObject({ warm: false, stale: false, problem: { code: 'source-stalled' } })
      source.thaw()
      await until(() => port.status().warm, { timeoutMs: 30_000, what: 'the feed to be warm again' })
      expect(port.status()).toMatchObject({ pull: 'up', problem: null })
      expect(port.status().restarts).toBeGreaterThan(0)
    })
  })

  describe('http', () => {
    let server: Server
    let url: string

    beforeAll(async () => {
      const listenPort = await freePort()
      server = createServer((request, response) => {
        if (request.url === '/secret.flv') response.writeHead(401).end()
        else if (request.url === '/page.flv') response.writeHead(200).end('<html>no media</html>'.repeat(500))
        else response.writeHead(404).end()
      })
      await new Promise<void>((resolve) => server.listen(listenPort, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${listenPort}`
    })
    afterAll(() => void server.close())

    it('tells refused, missing and garbage apart', async () => {
      expect(await codeOf({ url: `${url}/secret.flv` })).toBe('source-auth')
      expect(await codeOf({ url: `${url}/none.flv` })).toBe('source-unreachable')
      expect(await codeOf({ url: `${url}/page.flv` })).toBe('source-garbage')
    })
  })

  describe('ffmpeg', () => {
    it('is found on PATH, with its version', async () => {
      expect(await host.ffmpeg()).toMatchObject({ ok: true, value: { path: 'ffmpeg' } })
    })

    it.each([
      ['ffmpeg-missing', null],
      ['ffmpeg-missing', 'echo hello'],
      ['ffmpeg-too-old', 'echo "ffmpeg version 4.4.2-0ubuntu0 Copyright"'],
    ])('is %s when the configured one says %j', async (code, script) => {
      const path = join(peerDir('ffmpeg'), 'ffmpeg')
      if (script !== null) {
        writeFileSync(path, `#!/bin/sh\n${script}\n`)
        chmodSync(path, 0o755)
      }
      const other = await carrierHost(undefined, path)
      try {
        expect(await other.host.ffmpeg()).toMatchObject({ ok: false, problem: { code } })
        const prepared = await other.host.port('backup').prepare({ url: testClip() }, { deadlineMs: 10_000 })
        expect(prepared).toMatchObject({ ok: false, problem: { code } })
      } finally {
        other.host.close()
        await killCarrier(other.dataDir)
      }
    })
  })

  suite('behind a password', ['mediamtx'], () => {
    let mtx: MediaMtx
    let camera: RigProcess
    let srtPort: number
    let hlsPort: number

    beforeAll(async () => {
      srtPort = await freePort()
      hlsPort = await freePort()
      mtx = await startMediaMtx({
        config: {
          srt: true,
          srtAddress: `127.0.0.1:${srtPort}`,
          hls: true,
          hlsAddress: `127.0.0.1:${hlsPort}`,
          hlsAlwaysRemux: true,
          hlsVariant: 'mpegts',
          authInternalUsers: [
            { user: 'any', permissions: [{ action: 'publish' }, { action: 'api' }] },
            { user: 'viewer', pass: PASSWORD, permissions: [{ action: 'read' }] },
          ],
        },
      })
      // Its readers need the password, so it is fed without looking whether media arrives; `prepare` waits for that.
      const args = ['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', testClip()]
      const copy = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '0', '-c:a', 'copy']
      camera = await startProcess({
        name: 'camera',
        command: 'ffmpeg',
        args: [...args, ...copy, '-f', 'flv', `${mtx.rtmpUrl}/cam`],
      })
      // HLS has nothing to show before its first segments.
      const online = async () => {
        const answer = await fetch(`${mtx.apiUrl}/v3/paths/get/cam`, { signal: AbortSignal.timeout(2_000) })
        const path: unknown = await answer.json()
        return JSON.stringify(path).includes('"ready":true')
      }
      await until(online, { timeoutMs: 15_000, what: 'the camera to be online' })
    })
    afterAll(async () => {
      await camera.stop()
      await mtx.stop()
    })

    const specs = (password: string): Readonly<Record<string, SourceSpec>> => ({
      rtmp: { url: `${mtx.rtmpUrl}/cam?user=viewer&pass=${password}` },
      'rtsp over tcp': { url: `${mtx.rtspUrl}/cam`.replace('://', `://viewer:${password}@`) },
      srt: { url: `srt://127.0.0.1:${srtPort}?streamid=read:cam:viewer:${password}` },
      hls: { url: `http://viewer:${password}@127.0.0.1:${hlsPort}/cam/index.m3u8` },
    })

    it.each(['rtmp', 'rtsp over tcp', 'srt', 'hls'])(
      'pulls %s without showing the password',
      async (name) => {
        const spec = specs(PASSWORD)[name]!
        expect(await prepare(spec)).toMatchObject({ ok: true })
        expect(port.status()).toMatchObject({ pull: 'up', warm: true })
        expect(tracks()).toEqual(['audio aac', 'video h264'])
        expect(commandLines()).toContain('pipe:1')
        expect(commandLines()).not.toContain(PASSWORD)
        expect(JSON.stringify(port.status())).not.toContain(PASSWORD)
        // It keeps up: no stall, no restart, the camera's own frame rate.
        await until(() => (port.status().uptimeMs ?? 0) > 6_000, {
          timeoutMs: 15_000,
          what: 'six seconds of media',
        })
        expect(port.status()).toMatchObject({ pull: 'up', restarts: 0 })
        expect(port.status().fps ?? 0).toBeGreaterThan(20)
      },
    )

    it.each(['rtmp', 'rtsp over tcp', 'hls'])('says that %s refused the password', async (name) => {
      const spec = specs('wrong-pw')[name]!
      const result = await prepare(spec)
      expect(result).toMatchObject({ ok: false, problem: { code: 'source-auth' } })
      expect(JSON.stringify(result)).not.toContain('wrong-pw')
    })
  })
})
