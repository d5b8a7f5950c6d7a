import type { CarrierSource } from '../../shared/carrier/control'
import { fileInput, pictureInput, remoteInput, type RemoteKind } from '../../shared/ffmpeg/ffmpeg-input'
import type { SourceShape } from './source'

/** What ffmpeg does with each track of the source on its way into FLV. */
export interface PullPlan {
  /** `encode` only for local files: a live picture is never encoded here. */
  readonly video: 'copy' | 'encode'
  /** `silence`: the source has no sound and platforms want one. */
  readonly audio: 'copy' | 'encode' | 'silence'
}

/** Right for nearly every source; ffmpeg's first words about the source correct it. */
export const firstPlan = (shape: SourceShape): PullPlan =>
  shape.kind === 'picture' ? { video: 'encode', audio: 'silence' } : { video: 'copy', audio: 'copy' }

export interface PullCommand {
  readonly args: readonly string[]
  /** Fed to ffmpeg's standard input: the source's URL, which may be a secret and so stands on no command line. */
  readonly stdin: string | null
}

/**
 * No read may wait longer, µs. It also ends an ffmpeg whose carrier was killed while its source was silent (measured on
 * ffmpeg 5.1: rtsp tcp and udp, hls and srt end within 1.5 to 2 times this value, rtmp after twice; with media flowing they
 * end at once on the closed pipe).
 */
const readTimeoutUs = 4_000_000

/** A picture that stands still still has to be acknowledged now and then: filler up to this rate. */
const pictureKbps = 1_000
const encodeKbps = 2_500

/** ffmpeg's command for a feed: anything in, FLV on standard output. */
export function pullCommand(source: CarrierSource, shape: SourceShape, plan: PullPlan): PullCommand {
  const input = shape.file === null ? networkInput(source, shape) : localInput(source, shape, shape.file)
  const silence = plan.audio === 'silence' ? ['-re', '-f', 'lavfi', '-i', 'anullsrc=cl=stereo:r=48000'] : []
  const audioFrom = plan.audio === 'silence' ? '1:a:0' : '0:a:0?'
  return {
    args: [
      ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info'],
      ...input.args,
      ...silence,
      ...['-map', '0:v:0?', '-map', audioFrom],
      ...(source.convert === undefined ? video(shape, plan) : converted(source.convert)),
      ...sound(plan, source.convert),
      ...(plan.audio === 'silence' ? ['-shortest'] : []),
      ...['-max_interleave_delta', '1000000', '-flush_packets', '1'],
      ...['-flvflags', 'no_duration_filesize+no_sequence_end', '-f', 'flv', 'pipe:1'],
    ],
    stdin: input.stdin,
  }
}

/**
 * Encoded to look like another feed: the same size (bars where the shape differs), rate and sound, a keyframe every two
 * seconds, no frames that wait for others.
 */
function converted({
  width,
  height,
  fps,
  videoKbps,
}: NonNullable<CarrierSource['convert']>): readonly string[] {
  const even = (pixels: number): number => pixels - (pixels % 2)
  const size = `${even(width)}:${even(height)}`
  const rate = `${videoKbps}k`
  const gop = String(Math.round(fps * 2))
  return [
    ...[
      '-vf',
      `scale=${size}:force_original_aspect_ratio=decrease:force_divisible_by=2,pad=${size}:(ow-iw)/2:(oh-ih)/2,setsar=1`,
    ],
    ...['-r', String(fps), '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast'],
    ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-bf', '0'],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate, '-x264-params', 'nal-hrd=cbr'],
  ]
}

function sound(plan: PullPlan, convert: CarrierSource['convert']): readonly string[] {
  if (convert === undefined && plan.audio === 'copy') return ['-c:a', 'copy']
  const { sampleRateHz, channels } = convert ?? { sampleRateHz: 48_000, channels: 2 }
  return ['-c:a', 'aac', '-ar', String(sampleRateHz), '-ac', String(channels), '-b:a', '128k']
}

function video(shape: SourceShape, plan: PullPlan): readonly string[] {
  if (plan.video === 'copy') return ['-c:v', 'copy']
  const still = shape.kind === 'picture'
  const rate = `${still ? pictureKbps : encodeKbps}k`
  return [
    ...[
      '-vf',
      "scale=w='min(1920,iw)':h='min(1080,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2",
    ],
    ...['-r', '30', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', still ? 'ultrafast' : 'veryfast'],
    ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-bf', '0'],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate, '-x264-params', 'nal-hrd=cbr'],
  ]
}

function localInput(source: CarrierSource, shape: SourceShape, path: string): PullCommand {
  if (shape.kind === 'picture') return { args: ['-re', ...pictureInput(path)], stdin: null }
  const loop = source.loop === false ? [] : ['-stream_loop', '-1']
  return { args: ['-re', ...loop, ...fileInput(path)], stdin: null }
}

function networkInput(source: CarrierSource, shape: SourceShape): PullCommand {
  const { args, stdin } = remoteInput(
    withTimeout(source.url, shape),
    remoteKind(shape),
    options(source, shape),
  )
  // HLS comes a segment at a time; -re spreads it out again, so that a stall shows.
  const pace = shape.kind === 'hls' ? ['-re'] : []
  return { args: [...pace, '-fflags', '+genpts+discardcorrupt', ...args], stdin }
}

const remoteKind = ({ kind }: SourceShape): RemoteKind =>
  kind === 'rtmp' || kind === 'rtsp' || kind === 'srt' ? kind : 'http'

function options(source: CarrierSource, shape: SourceShape): readonly (readonly [string, string])[] {
  const analysis = [
    ['analyzeduration', '2000000'],
    ['probesize', '1000000'],
  ] as const
  const timeout = ['rw_timeout', String(readTimeoutUs)] as const
  switch (shape.kind) {
    case 'rtmp':
      // In ffmpeg's rtmp, `timeout` means seconds and turns listening on.
      return [...analysis, timeout, ['rtmp_live', 'live']]
    case 'rtsp':
      return [...analysis, ['timeout', String(readTimeoutUs)], ['rtsp_transport', source.transport ?? 'tcp']]
    case 'hls':
      // Reconnecting at end of file loops for ever on playlists. Bounded reloads: a playlist that stands still ends.
      return [timeout, ['live_start_index', '-3'], ['max_reload', '5'], ['m3u8_hold_counters', '10']]
    case 'http':
      return [
        ...analysis,
        timeout,
        ['reconnect', '1'],
        ['reconnect_streamed', '1'],
        ['reconnect_delay_max', '2'],
      ]
    case 'srt':
    case 'file':
    case 'picture':
      return analysis
  }
}

/** SRT takes its options from the URL. */
function withTimeout(url: string, shape: SourceShape): string {
  if (shape.kind !== 'srt' || /[?&]timeout=/.test(url)) return url
  return `${url}${url.includes('?') ? '&' : '?'}timeout=${readTimeoutUs}`
}
