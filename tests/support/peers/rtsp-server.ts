import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { peerDir } from '../cleanup'
import { testClip } from '../media/clip'
import { startProcess } from '../process'
import { freePort, until } from '../wait'

export interface RtspServer {
  /** `rtsp://127.0.0.1:port/cam` */
  readonly url: string
  readonly stop: () => Promise<void>
}

export interface RtspServerOptions {
  /** Changes the description that a player is given. */
  readonly describe?: (sdp: string) => string
  /** Answers DESCRIBE with this redirect. */
  readonly location?: string
}

/**
 * A camera that speaks RTSP 1.0 over TCP and UDP (RFC 2326): ffmpeg makes RTP of the test clip's picture, this hands its
 * packets to whoever plays.
 */
export async function startRtspServer(options: RtspServerOptions = {}): Promise<RtspServer> {
  const rtpPort = await freePort()
  const intake = createSocket('udp4')
  await new Promise<void>((resolve) => intake.bind(rtpPort, '127.0.0.1', resolve))
  const players = new Set<(packet: Buffer) => void>()
  intake.on('message', (packet) => {
    for (const send of players) send(packet)
  })
  const dir = peerDir('rtsp')
  const picture = ['-map', '0:v:0', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '0']
  const camera = await startProcess({
    name: 'rtp',
    command: 'ffmpeg',
    args: [
      ...['-v', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', testClip(), ...picture],
      ...['-sdp_file', join(dir, 'cam.sdp'), '-f', 'rtp', `rtp://127.0.0.1:${rtpPort}?pkt_size=1200`],
    ],
    dir,
  })
  const sdp = await until(() => readFileSync(join(dir, 'cam.sdp'), 'utf8'), {
    timeoutMs: 15_000,
    what: 'a description of the camera',
  })
  const described = sdp.replace(/^m=video \d+/m, 'm=video 0').replace(/\s*$/, '\r\na=control:track1\r\n')
  const sockets = new Set<Socket>()
  const senders = new Set<Datagrams>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ''
    let send: ((packet: Buffer) => void) | null = null
    socket.on('error', () => undefined)
    socket.on('close', () => {
      sockets.delete(socket)
      if (send !== null) players.delete(send)
    })
    const transportOf = (asked: string): string => {
      const ports = /client_port=(\d+)/.exec(asked)
      if (ports === null) {
        send = (packet) => {
          const head = Buffer.from([0x24, 0, 0, 0])
          head.writeUInt16BE(packet.length, 2)
          socket.write(Buffer.concat([head, packet]))
        }
        return 'RTP/AVP/TCP;unicast;interleaved=0-1'
      }
      const out = createSocket('udp4')
      senders.add(out)
      send = (packet) => out.send(packet, Number(ports[1]), '127.0.0.1')
      return `RTP/AVP;unicast;client_port=${ports[1] ?? ''}-${Number(ports[1]) + 1};server_port=${rtpPort}-${rtpPort + 1}`
    }
    const answer = (request: string): void => {
      const cseq = /^CSeq:\s*(\d+)/im.exec(request)?.[1] ?? '0'
      const reply = (status: string, headers: readonly string[] = [], body = ''): void => {
        const lines = [`RTSP/1.0 ${status}`, `CSeq: ${cseq}`, ...headers, `Content-Length: ${body.length}`]
        socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
      }
      switch (request.split(' ', 1)[0]) {
        case 'OPTIONS':
          return reply('200 OK', ['Public: DESCRIBE, SETUP, PLAY, TEARDOWN'])
        case 'DESCRIBE':
          if (options.location !== undefined) return reply('302 Found', [`Location: ${options.location}`])
          return reply('200 OK', ['Content-Type: application/sdp'], (options.describe ?? String)(described))
        case 'SETUP':
          return reply('200 OK', [
            `Transport: ${transportOf(/^Transport:\s*(.*)$/im.exec(request)?.[1] ?? '')}`,
            'Session: 1',
          ])
        case 'PLAY':
          reply('200 OK', ['Session: 1'])
          if (send !== null) players.add(send)
          return
        default:
          return reply('200 OK')
      }
    }
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        // What a player sends of RTCP lies between the requests.
        const request = text.slice(0, end)
        text = text.slice(end + 4)
        answer(request.slice(Math.max(0, request.search(/[A-Z_]+ (rtsp:|\*)/))))
      }
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `rtsp://127.0.0.1:${port}/cam`,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      for (const sender of senders) sender.close()
      server.close()
      intake.close()
      await camera.stop(0)
    },
  }
}
