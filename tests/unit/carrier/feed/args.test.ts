import { describe, expect, it } from 'vitest'
import { firstPlan, pullCommand } from '../../../../src/carrier/feed/args'
import { shapeOf } from '../../../../src/carrier/feed/source'
import type { CarrierSource } from '../../../../src/shared/carrier/control'

const command = (source: CarrierSource, plan?: Parameters<typeof pullCommand>[2]) => {
  const shape = shapeOf(source)
  if (!shape.ok) throw new Error(shape.problem.code)
  return pullCommand(source, shape.value, plan ?? firstPlan(shape.value))
}

describe('shapeOf', () => {
  it.each([
    ['rtmp://host/live/key', 'rtmp'],
    ['RTMPS://host/live/key', 'rtmp'],
    ['rtsp://user:pw@cam:554/1', 'rtsp'],
    ['srt://host:9000?streamid=read:x', 'srt'],
    ['http://host/live/index.m3u8?token=1', 'hls'],
    ['https://host/live.flv', 'http'],
    ['/videos/slate.mp4', 'file'],
    ['C:\\videos\\slate.mp4', 'file'],
    ['file:///videos/my%20slate.mp4', 'file'],
    ['slate.JPG', 'picture'],
  ])('%s is %s', (url, kind) => {
    expect(shapeOf({ url })).toMatchObject({ ok: true, value: { kind } })
  })

  it.each(['', '  ', 'ftp://host/x', 'rtmp:host', 'rtsp://', 'rtmp://host/\n', 'file:///%'])(
    '%j is no source',
    (url) => {
      expect(shapeOf({ url })).toMatchObject({ ok: false, problem: { code: 'source-invalid-url' } })
    },
  )

  it('names the host without user and password', () => {
    expect(shapeOf({ url: 'rtsp://user:pw@cam.local:554/1' })).toMatchObject({ value: { host: 'cam.local' } })
  })

  it('opens file URLs as paths, drives included', () => {
    expect(shapeOf({ url: 'file:///videos/my%20slate.mp4' })).toMatchObject({
      value: { file: '/videos/my slate.mp4' },
    })
    expect(shapeOf({ url: 'file:///C:/slate.mp4' })).toMatchObject({ value: { file: 'C:/slate.mp4' } })
  })
})

describe('pullCommand', () => {
  it('keeps every network address off the command line', () => {
    const urls = [
      'rtmp://host/live/s3cret',
      'rtsp://user:s3cret@host/1',
      'srt://host:9000?passphrase=s3cret',
      'http://user:s3cret@host/index.m3u8',
      'https://host/live.flv?token=s3cret',
    ]
    for (const url of urls) {
      const { args, stdin } = command({ url })
      expect(args.join(' ')).not.toContain('s3cret')
      expect(args.join(' ')).not.toContain('host')
      expect(stdin).toContain('s3cret')
    }
  })

  it('cannot be broken out of by quotes in an address', () => {
    const { stdin } = command({ url: "rtmp://host/live/a'b" })
    expect(stdin).toContain(String.raw`file 'rtmp://host/live/a'\''b'`)
  })

  it('bounds every wait on the network', () => {
    expect(command({ url: 'rtmp://host/a' }).stdin).toContain("option rw_timeout '4000000'")
    // In ffmpeg's rtmp `timeout` turns listening on.
    expect(command({ url: 'rtmp://host/a' }).stdin).not.toContain('option timeout')
    expect(command({ url: 'rtsp://host/a' }).stdin).toContain("option timeout '4000000'")
    expect(command({ url: 'srt://host:1' }).stdin).toContain('srt://host:1?timeout=4000000')
    expect(command({ url: 'srt://host:1?timeout=9' }).stdin).not.toContain('4000000')
    expect(command({ url: 'http://host/a.m3u8' }).stdin).toContain('rw_timeout')
  })

  it('asks for the transport of rtsp', () => {
    expect(command({ url: 'rtsp://host/a' }).stdin).toContain("option rtsp_transport 'tcp'")
    expect(command({ url: 'rtsp://host/a', transport: 'udp' }).stdin).toContain("option rtsp_transport 'udp'")
  })

  it('never reconnects HLS at the end of a file, which is where each playlist ends', () => {
    const { args, stdin } = command({ url: 'http://host/a.m3u8' })
    expect(stdin).not.toContain('reconnect')
    expect(args.slice(0, args.indexOf('-i'))).toContain('-re')
  })

  it('loops files unless told otherwise, and takes a name for a name', () => {
    expect(command({ url: '-y.mp4' }).args.join(' ')).toMatch(/-re -stream_loop -1 .*-i file:-y\.mp4/)
    expect(command({ url: 'a.mp4', loop: false }).args).not.toContain('-stream_loop')
    expect(command({ url: 'a.mp4' }).stdin).toBeNull()
  })

  it('adds silence at its own pace, and ends with the picture', () => {
    const args = command({ url: 'rtmp://host/a' }, { video: 'copy', audio: 'silence' }).args.join(' ')
    expect(args).toContain('-re -f lavfi -i anullsrc=cl=stereo:r=48000')
    expect(args).toContain('-map 1:a:0')
    expect(args).toContain('-shortest')
  })

  it('opens nothing of this PC for an address of the network', () => {
    const local = [
      'file',
      'data',
      'subfile',
      'concat',
      'concatf',
      'pipe',
      'fd',
      'cache',
      'async',
      'unix',
      'hls',
    ]
    for (const url of [
      'rtmp://host/a',
      'rtmps://host/a',
      'rtsp://host/a',
      'rtsps://host/a',
      'srt://host:1',
      'http://host/a.m3u8',
      'https://host/a',
    ]) {
      const { args, stdin } = command({ url })
      const named = (option: string): readonly string[] =>
        new RegExp(`^option ${option} '(.*)'$`, 'm').exec(stdin ?? '')?.[1]?.split(',') ?? []
      // The list itself comes through the pipe and nothing else does.
      expect(args.join(' ')).toContain('-protocol_whitelist pipe -format_whitelist concat -i pipe:0')
      expect(named('protocol_whitelist').length).toBeGreaterThan(0)
      expect(named('protocol_whitelist').filter((name) => local.includes(name))).toEqual([])
      const leading = ['concat', 'sdp', 'image2', 'imf', 'lavfi', 'tty', 'svg_pipe', 'vobsub']
      expect(named('format_whitelist').length).toBeGreaterThan(0)
      expect(named('format_whitelist').filter((name) => leading.includes(name))).toEqual([])
    }
  })

  it('reads a local file alone, and a picture by its very name', () => {
    const file = command({ url: 'a.mp4' }).args.join(' ')
    expect(file).toMatch(/-protocol_whitelist file -format_whitelist \S+ -i file:a\.mp4/)
    expect(file).not.toMatch(/[, ](hls|dash|concat|sdp|image2|imf|svg_pipe)[, ]/)
    expect(command({ url: 'a%d.png' }).args.join(' ')).toContain('-f image2 -pattern_type none')
  })

  it('copies by default', () => {
    const args = command({ url: 'rtmp://host/a' }).args.join(' ')
    expect(args).toContain('-c:v copy -c:a copy')
    expect(args.endsWith('-f flv pipe:1')).toBe(true)
  })
})
