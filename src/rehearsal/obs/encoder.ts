import { spawn } from 'node:child_process'
import { startChild } from '../../host/child'
import { FlvDemuxer } from '../../media/flv'
import type { FlvTag } from '../../media/flv'
import { classify } from '../../media/tags/tags'
import type { Packet } from './send-queue'

export interface EncoderOptions {
  readonly ffmpeg: string
  readonly fps: number
  readonly bitrateKbps: number
  /** Seconds between keyframes. */
  readonly gopSec: number
}

/** A running picture and tone, as packets in real time. */
export interface Encoder {
  /** Metadata and decoder headers, then everything since the last keyframe: what a new connection begins with. */
  opening(): readonly Packet[]
  /** What a SIGSTOP does to the process that OBS's encoder lives in. */
  pause(): void
  resume(): void
  stop(): void
}

/**
 * Starts ffmpeg on a test picture with a running clock and a tone. `onPacket` gets each packet as it is encoded,
 * `onEnd` is called when ffmpeg ends without having been told to.
 */
export function startEncoder(
  options: EncoderOptions,
  onPacket: (packet: Packet) => void,
  onEnd: () => void,
): Encoder {
  const demuxer = new FlvDemuxer()
  let headers: Packet[] = []
  let group: Packet[] = []
  let over = false
  const end = (): void => {
    if (over) return
    over = true
    onEnd()
  }
  const child = startChild(
    options.ffmpeg,
    (path) => spawn(path, ffmpegArgs(options), { stdio: ['ignore', 'pipe', 'ignore'] }),
    end,
  )
  child?.on('exit', end)
  child?.stdout.on('data', (bytes: Buffer) => {
    if (over) return
    for (const tag of demuxer.push(bytes).tags) {
      const packet = toPacket(tag)
      if (packet === null) continue
      if (packet.what === 'header') headers = [...headers, packet]
      else {
        if (packet.what === 'keyframe') group = []
        group.push(packet)
      }
      onPacket(packet)
    }
  })
  return {
    opening: () => [...headers, ...group],
    // Its pipe fills and it waits. A SIGSTOP would outlive us: a stopped ffmpeg never learns that its reader is gone.
    pause: () => void child?.stdout.pause(),
    resume: () => void child?.stdout.resume(),
    stop: () => {
      over = true
      child?.kill('SIGKILL')
    },
  }
}

function toPacket(tag: FlvTag): Packet | null {
  const kind = classify(tag)
  switch (kind.kind) {
    case 'video':
      if (kind.part === 'header') return { tag, what: 'header' }
      return kind.part === 'keyframe' || kind.part === 'inter'
        ? { tag, what: kind.part === 'keyframe' ? 'keyframe' : 'video' }
        : null
    case 'audio':
      return { tag, what: kind.part === 'header' ? 'header' : 'audio' }
    case 'metadata':
      return { tag, what: 'header' }
    default:
      return null
  }
}

/** `-re` on the video source paces both. x264 as OBS's lab set-up: ultrafast, no b-frames. */
function ffmpegArgs({ fps, bitrateKbps, gopSec }: EncoderOptions): readonly string[] {
  const picture = `testsrc2=size=640x360:rate=${fps}`
  return [
    '-hide_banner',
    '-loglevel',
    'error',
    '-nostdin',
    ...['-re', '-f', 'lavfi', '-i', picture],
    ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`],
    ...['-x264-params', 'nal-hrd=cbr', '-g', String(Math.round(fps * gopSec)), '-threads', '1'],
    ...['-c:a', 'aac', '-b:a', '96k', '-ac', '2'],
    ...['-flvflags', 'no_duration_filesize', '-flush_packets', '1', '-f', 'flv', 'pipe:1'],
  ]
}
