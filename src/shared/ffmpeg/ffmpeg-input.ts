/**
 * What ffmpeg may open for an address. What comes over the network is written by strangers: a playlist, a manifest or an
 * `ffconcat` list may name `file:///…`, `subfile,`, `pipe:` or a unix socket, and ffmpeg would open it and send it on air. So
 * every kind of address has a list of protocols without anything of this PC, and a list of formats without those that only
 * lead elsewhere (concat, sdp, image2, …). A local file may open itself alone.
 */

/** How an address is spoken to. `http`: also a playlist over it. */
export type RemoteKind = 'rtmp' | 'rtsp' | 'srt' | 'http'

export interface RemoteInput {
  /** Up to and with `-i`. */
  readonly args: readonly string[]
  /** For ffmpeg's standard input. Holds the address: a secret. */
  readonly stdin: string
}

/** TLS goes through `httpproxy` where the environment names a proxy (libavformat/tls.c). */
const tls = 'tcp,tls,httpproxy'

/** libavformat's protocols. `crypto`: AES segments of HLS, opened as `crypto+https`; what it wraps is checked as well. */
const protocols: Readonly<Record<RemoteKind, string>> = {
  rtmp: `rtmp,rtmps,${tls}`,
  rtsp: `rtp,srtp,udp,${tls}`,
  srt: 'srt',
  http: `http,https,crypto,${tls}`,
}

/** Formats that hold their media themselves. */
const containers =
  'mpegts,mpegtsraw,flv,live_flv,kux,mov,matroska,mpeg,mpegvideo,avi,asf,ogg,nut,mxf,mjpeg,mpjpeg,h264,hevc,vvc,evc,av1,obu,ivf,m4v,' +
  'vc1,dirac,dhav,yuv4mpegpipe'

/** Sound and words apart, as playlists offer them. */
const renditions = 'aac,ac3,eac3,mp3,flac,wav,webvtt'

const formats: Readonly<Record<RemoteKind, string>> = {
  rtmp: 'flv,live_flv',
  // `asf` travels in RTP as Microsoft's servers send it (rtpdec_asf.c).
  rtsp: 'rtsp,asf',
  srt: containers,
  http: `hls,dash,${containers},${renditions}`,
}

/** What a file on this PC may be: no playlist, no list, no description of a session, no name that is a pattern. */
const fileFormats =
  `${containers},${renditions},gif,apng,wtv,dv,gxf,rm,swf,lxf,nsv,film_cpk,smk,bink,aiff,dts,` +
  'png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,gif_pipe,tiff_pipe,jpegxl_pipe,qoi_pipe'

/**
 * A live address, which may hold a secret and so stands on no command line: the concat demuxer reads a list from standard
 * input and opens its one entry with the options named there, `more` among them (tried on ffmpeg 5.1 with live rtmp, rtsp
 * over tcp and udp, srt and HLS). The list itself comes through `pipe`; what it leads to has no pipe, for the entry's own
 * lists take the place of the inherited ones (concatdec.c, `open_file`). `auto_convert 0`: H.264 stays as it came.
 *
 * @param url without line breaks: the list is one of lines
 */
export function remoteInput(
  url: string,
  kind: RemoteKind,
  more: readonly (readonly [name: string, value: string])[] = [],
): RemoteInput {
  const options = [
    ...more,
    ['protocol_whitelist', protocols[kind]],
    ['format_whitelist', formats[kind]],
  ] as const
  const lines = options.map(([name, value]) => `option ${name} ${quote(value)}`)
  return {
    args: [
      ...['-f', 'concat', '-safe', '0', '-auto_convert', '0'],
      ...['-protocol_whitelist', 'pipe', '-format_whitelist', 'concat', '-i', 'pipe:0'],
    ],
    stdin: `${['ffconcat version 1.0', `file ${quote(url)}`, ...lines].join('\n')}\n`,
  }
}

/** Arguments up to and with `-i` for one file of this PC, and nothing that it names. `file:` keeps a name a name. */
export const fileInput = (path: string): readonly string[] => [
  ...['-protocol_whitelist', 'file', '-format_whitelist', fileFormats, '-i', `file:${path}`],
]

/** One picture of this PC, over and over. `pattern_type none`: a `%d` in its name is two letters, not many files. */
export const pictureInput = (path: string): readonly string[] => [
  ...['-protocol_whitelist', 'file', '-format_whitelist', 'image2', '-f', 'image2', '-pattern_type', 'none'],
  ...['-loop', '1', '-framerate', '30', '-i', `file:${path}`],
]

/** How to speak to an address, by its scheme; null: it is none that ffmpeg is given. */
export function remoteKindOf(url: string): RemoteKind | null {
  switch (/^([a-z]+):\/\//i.exec(url)?.[1]?.toLowerCase()) {
    case 'rtmp':
    case 'rtmps':
      return 'rtmp'
    case 'rtsp':
    case 'rtsps':
      return 'rtsp'
    case 'srt':
      return 'srt'
    case 'http':
    case 'https':
      return 'http'
    default:
      return null
  }
}

/** Quoting of ffmpeg's list files (ffmpeg-utils, "Quoting and escaping"). */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
