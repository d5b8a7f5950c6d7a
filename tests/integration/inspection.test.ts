import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import type { CarrierHost } from '../../src/engine/ingest/carrier'
import { createMediaMtxPort } from '../../src/engine/ingest/mediamtx/port'
import { toJpeg } from '../../src/engine/inspection/stills/jpeg'
import type { Still } from '../../src/engine/ports'
import { carrierHost, childrenOf, killCarrier } from '../support/app/carrier'
import { startMediaMtx } from '../support/peers/mediamtx'
import { startNginx } from '../support/peers/nginx'
import { memoryLogger, testClock } from '../support/app/port-deps'
import { startSource } from '../support/peers/source'
import { suite } from '../support/suite'
import { freePort, until } from '../support/wait'

const opened: (() => unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function carrier(): Promise<CarrierHost> {
  const { host, dataDir } = await carrierHost()
  opened.push(async () => {
    host.close()
    await killCarrier(dataDir)
  })
  return host
}

/** Width and height of a JPEG, from its frame header (SOF0 to SOF2). */
function sizeOf(jpeg: Uint8Array): readonly [number, number] {
  for (let at = 2; at + 9 < jpeg.length;) {
    const marker = jpeg[at + 1] ?? 0
    const at16 = (offset: number): number => (jpeg[at + offset] ?? 0) * 256 + (jpeg[at + offset + 1] ?? 0)
    if (marker >= 0xc0 && marker <= 0xc2) return [at16(7), at16(5)]
    at += 2 + at16(2)
  }
  throw new Error('no frame header')
}

/** A server that treats each connection as it is told. */
async function server(treat: (socket: Socket) => void): Promise<number> {
  const made: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    treat(socket)
  })
  const port = await new Promise<number>((resolve) => {
    made.listen(0, '127.0.0.1', () => {
      const address = made.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  opened.push(() => made.close())
  return port
}

/** With what a URL has to escape, as far as MediaMTX takes it. */
const password = 'word-with#@&'

suite('what a backup shows', ['ffmpeg', 'nginx'], () => {
  it('is a small JPEG of the carrier’s last keyframe', async () => {
    const host = await carrier()
    const source = await startSource({ keyintSec: 1, size: '640x360' })
    opened.push(() => source.stop())
    const port = host.port('backup')
    expect(await port.still(2_000)).toBeNull()
    expect(await port.prepare({ url: source.url }, { deadlineMs: 15_000 })).toEqual({
      ok: true,
      value: undefined,
    })
    const still = await port.still(2_000)
    expect(still?.kind).toBe('flv')
    const jpeg = await toJpeg('ffmpeg', still as Still, 10_000)
    expect(sizeOf(jpeg ?? new Uint8Array())).toEqual([320, 180])
    expect(await host.port('other').still(2_000)).toBeNull()
  })

  it('gives no picture of nonsense, and of a missing ffmpeg', async () => {
    const nonsense: Still = { kind: 'flv', bytes: Buffer.from('no media') }
    expect(await toJpeg('ffmpeg', nonsense, 10_000)).toBeNull()
    expect(await toJpeg('/nowhere/ffmpeg', nonsense, 10_000)).toBeNull()
    const silent = await server(() => undefined)
    const url = `rtsp://user:top-secret@127.0.0.1:${silent}/x`
    const picture = toJpeg('ffmpeg', { kind: 'rtsp', url }, 2_000)
    const commands = (): readonly string[] =>
      childrenOf(process.pid)
        .map(({ command }) => command)
        .filter((command) => command.includes('mjpeg'))
    await until(() => commands().length > 0, { timeoutMs: 2_000, what: 'ffmpeg to run', everyMs: 20 })
    expect(commands().join('\n')).not.toContain('top-secret')
    expect(await picture).toBeNull()
  })
})

suite('what a backup on a media server shows', ['ffmpeg', 'nginx', 'mediamtx'], () => {
  it('is read over its RTSP with the user of the API', async () => {
    const mediaMtx = await startMediaMtx({
      config: {
        authInternalUsers: [
          {
            user: 'ctl',
            pass: password,
            permissions: [{ action: 'api' }, { action: 'read' }, { action: 'publish' }],
          },
        ],
      },
    })
    opened.push(() => mediaMtx.stop())
    const source = await startSource({ keyintSec: 1 })
    opened.push(() => source.stop())
    const port = createMediaMtxPort({
      systemId: 'backup',
      config: {
        kind: 'mediamtx',
        url: mediaMtx.apiUrl,
        username: 'ctl',
        password: password,
        fingerprint: null,
        path: 'understudy-backup',
      },
      clock: testClock,
      logger: memoryLogger(),
    })
    opened.push(() => port.close())
    expect(await port.still(2_000)).toBeNull()
    const prepared = await port.prepare({ url: source.url }, { deadlineMs: 20_000 })
    expect(prepared).toEqual({ ok: true, value: undefined })
    const still = await until(() => port.still(2_000), { timeoutMs: 10_000, what: 'a still' })
    const jpeg = await toJpeg('ffmpeg', still, 15_000)
    expect(sizeOf(jpeg ?? new Uint8Array())).toEqual([320, 180])
  })
})

suite('a knock at the destination', ['nginx', 'ffmpeg'], () => {
  const at = (url: string) => ({ url, auth: null })

  it('is taken by a streaming server, and publishes nothing', async () => {
    const host = await carrier()
    const nginx = await startNginx()
    opened.push(() => nginx.stop())
    expect(await host.reach(at(nginx.rtmpUrl), 5_000)).toEqual({ ok: true, value: { checked: 'rtmp' } })
    expect(await nginx.stat()).toEqual([])
  })

  it('says why not', async () => {
    const host = await carrier()
    const code = async (url: string, deadlineMs = 5_000): Promise<string | null> => {
      const reached = await host.reach(at(url), deadlineMs)
      return reached.ok ? null : reached.problem.code
    }
    expect(await code(`rtmp://127.0.0.1:${await freePort()}/live`)).toBe('destination-unreachable')
    const web = await server((socket) => {
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    expect(['destination-protocol', 'destination-closed']).toContain(
      await code(`rtmp://127.0.0.1:${web}/live`),
    )
    expect(await code(`rtmps://127.0.0.1:${web}/live`)).toBe('destination-tls')
    const silent = await server(() => undefined)
    expect(await code(`rtmp://127.0.0.1:${silent}/live`, 800)).toBe('destination-protocol')
    expect(await code('http://127.0.0.1/live')).toBe('destination-unsupported')
    expect(await code('srt://no-such-host.invalid:9000')).toBe('destination-unreachable')
    expect(await code('srt://127.0.0.1:9000')).toBeNull()
  })

  it('is refused where the application does not exist', async () => {
    const host = await carrier()
    const nginx = await startNginx()
    opened.push(() => nginx.stop())
    const reached = await host.reach(at(nginx.rtmpUrl.replace(/live$/, 'other')), 3_000)
    expect(reached.ok).toBe(false)
  })
})
