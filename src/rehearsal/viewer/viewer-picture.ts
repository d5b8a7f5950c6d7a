import { spawn, type ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'
import { startChild } from '../../host/child'
import { flvHeader, muxTag, type FlvTag } from '../../media/flv'
import { GopCache } from '../../media/gop-cache'
import { JpegSplitter } from './jpeg-splitter'

export interface ViewerPictureOptions {
  readonly ffmpegPath: string
  readonly onPicture: () => void
  monotonicMs(): number
  wallMs(): number
}

/** Goes on for this long after somebody looked. */
const lookMs = 5_000
/** A moving picture; a decoded and packed one of 640 points costs about 4 ms. */
const picturesPerSecond = 12
/** How often a snapshot says that there is a newer one, ms. */
const tellMs = 500
const width = 640
/** One that ended is started again no sooner. */
const restartMs = 1_000
/** A decoder that does not keep up is started again. */
const maxWaitingBytes = 4 * 1024 * 1024

/**
 * What a viewer sees, as a player would: one ffmpeg decodes everything that arrives at the destination while somebody
 * looks. Where nothing arrives the last picture stays, as it does for a viewer.
 */
export class ViewerPicture {
  private readonly cache = new GopCache()
  private decoder: { readonly child: ChildProcess; readonly stdin: Writable } | null = null
  private lookedAt = -Infinity
  private startedAt = -Infinity
  private clockAt = 0
  private newest: { readonly jpeg: Uint8Array; readonly wall: number } | null = null
  private toldAt = -Infinity
  private readonly players = new Set<(jpeg: Uint8Array | null) => void>()
  private stopped = false
  private readonly watch: NodeJS.Timeout

  constructor(private readonly options: ViewerPictureOptions) {
    this.watch = setInterval(() => this.rest(), 1_000)
    this.watch.unref()
  }

  /** Each tag that a viewer gets. */
  take(tag: FlvTag): void {
    this.cache.push(tag)
    if (!this.wanted) return
    if (this.decoder === null) this.start()
    else this.feed(tag)
  }

  /** Somebody looks. */
  look(): void {
    this.lookedAt = this.options.monotonicMs()
  }

  /**
   * A player: each picture as it comes, and null once there will be none any more. Where nothing arrives nothing is given,
   * so that the picture stands still as long as a viewer's does. Returns the way out.
   */
  play(show: (jpeg: Uint8Array | null) => void): () => void {
    if (this.stopped) {
      show(null)
      return () => undefined
    }
    this.players.add(show)
    if (this.newest !== null) show(this.newest.jpeg)
    return () => void this.players.delete(show)
  }

  jpeg(): Uint8Array | null {
    return this.newest?.jpeg ?? null
  }

  wall(): number | null {
    return this.newest?.wall ?? null
  }

  stop(): void {
    this.stopped = true
    clearInterval(this.watch)
    this.end()
    for (const show of [...this.players]) show(null)
    this.players.clear()
  }

  private get wanted(): boolean {
    if (this.stopped) return false
    return this.players.size > 0 || this.options.monotonicMs() - this.lookedAt < lookMs
  }

  /** Nobody looks any more: the picture would be an old one when somebody comes back. */
  private rest(): void {
    if (this.wanted) return
    this.end()
    this.newest = null
  }

  private start(): void {
    const now = this.options.monotonicMs()
    if (!this.cache.warm || now - this.startedAt < restartMs) return
    this.startedAt = now
    const args = [
      ...[
        '-hide_banner',
        '-loglevel',
        'quiet',
        '-threads',
        '1',
        '-fflags',
        'nobuffer',
        '-flags',
        'low_delay',
      ],
      ...['-probesize', '32768', '-analyzeduration', '0', '-f', 'flv', '-i', 'pipe:0', '-map', '0:v:0'],
      ...['-vf', `fps=${picturesPerSecond},scale=${width}:-2:flags=bilinear`, '-pix_fmt', 'yuvj420p'],
      ...['-q:v', '6', '-flush_packets', '1', '-f', 'mjpeg', 'pipe:1'],
    ]
    const child = startChild(
      this.options.ffmpegPath,
      (path) => spawn(path, args, { stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true }),
      () => undefined,
    )
    // Tried again with a later picture, as one that ended is.
    if (child === null) return
    const mine = { child, stdin: child.stdin }
    const gone = (): void => {
      if (this.decoder === mine) this.decoder = null
    }
    child.once('exit', gone)
    const splitter = new JpegSplitter()
    child.stdout.on('data', (bytes: Buffer) => {
      const jpeg = splitter.push(bytes).at(-1)
      if (jpeg === undefined || this.decoder !== mine) return
      this.took(jpeg)
    })
    this.decoder = mine
    this.clockAt = now
    child.stdin.write(flvHeader())
    for (const tag of this.cache.latest()) this.feed(tag)
  }

  private took(jpeg: Uint8Array): void {
    const now = this.options.monotonicMs()
    for (const show of [...this.players]) show(jpeg)
    const tell = this.newest === null || now - this.toldAt >= tellMs
    this.newest = { jpeg, wall: tell || this.newest === null ? this.options.wallMs() : this.newest.wall }
    if (!tell) return
    this.toldAt = now
    this.options.onPicture()
  }

  /** With our own time: publishers come and go, and each begins its own. */
  private feed(tag: FlvTag): void {
    const { decoder } = this
    if (decoder === null || tag.type === 8) return
    if (decoder.stdin.writableLength > maxWaitingBytes) return this.end()
    const timestampMs = Math.max(0, Math.round(this.options.monotonicMs() - this.clockAt))
    decoder.stdin.write(muxTag({ ...tag, timestampMs }))
  }

  private end(): void {
    this.decoder?.child.kill('SIGKILL')
    this.decoder = null
  }
}
