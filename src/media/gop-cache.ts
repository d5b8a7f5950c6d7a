import type { FlvTag } from './flv'
import { classify, type TagKind } from './tags/tags'

export interface GopCacheOptions {
  /** Media kept at most. A group of pictures that does not fit is not kept at all. 16 MB: 10 s at 12 Mbit/s. */
  readonly maxBytes?: number
  readonly maxTags?: number
  /**
   * Older groups are kept while the newer ones hold less than this, so that a start always has this much to send (as far
   * as the feed has run): 50 kB, what a destination acknowledges first.
   */
  readonly minBytes?: number
}

interface Gop {
  readonly tags: FlvTag[]
  bytes: number
}

/**
 * What a feed needs to be joined at once: metadata, decoder headers, and its media since a keyframe. A feed without video is kept
 * the same way, each sound frame being a place to begin.
 */
export class GopCache {
  private readonly maxBytes: number
  private readonly maxTags: number
  private readonly minBytes: number
  private metadata: FlvTag | null = null
  private videoHeader: FlvTag | null = null
  private audioHeader: FlvTag | null = null
  private videoSeen = false
  private gops: Gop[] = []
  /** How many at the front of the list are gone: taken out together, for a feed of sound alone has thousands of groups. */
  private gone = 0
  private bytes = 0
  private count = 0

  constructor(options: GopCacheOptions = {}) {
    this.maxBytes = options.maxBytes ?? 16 * 1024 * 1024
    this.maxTags = options.maxTags ?? 20_000
    this.minBytes = options.minBytes ?? 50_000
  }

  push(tag: FlvTag): void {
    const info = classify(tag)
    this.otherCodec(tag.type, info)
    if (info.kind === 'metadata') this.metadata = tag
    else if (info.kind === 'video') this.video(tag, info.part)
    else if (info.kind === 'audio' && info.part === 'header') {
      // A new sound format makes the cached sound undecodable.
      if (this.audioHeader !== null && !samePayload(this.audioHeader, tag)) this.forgetMedia()
      this.audioHeader = tag
    } else if (info.kind === 'audio' && info.part === 'frame') {
      if (!this.videoSeen && this.videoHeader === null) this.begin(tag)
      else this.append(tag)
    }
  }

  /** Media of another codec than its header: what was kept of the old one says nothing about it. */
  private otherCodec(type: FlvTag['type'], info: TagKind): void {
    const header = type === 9 ? this.videoHeader : this.audioHeader
    const frame =
      info.kind === 'video'
        ? info.part === 'keyframe' || info.part === 'inter'
        : info.kind === 'audio' && info.part === 'frame'
    if (header === null || !frame) return
    const before = classify(header)
    if ((before.kind !== 'video' && before.kind !== 'audio') || before.codec === codecOf(info)) return
    this.forgetMedia()
    if (type === 9) this.videoHeader = null
    else this.audioHeader = null
  }

  private video(tag: FlvTag, part: string): void {
    if (!this.videoSeen && this.videoHeader === null) this.forgetMedia()
    this.videoSeen = true
    if (part === 'header') {
      if (this.videoHeader !== null && !samePayload(this.videoHeader, tag)) this.forgetMedia()
      this.videoHeader = tag
    } else if (part === 'keyframe') this.begin(tag)
    else if (part === 'inter') this.append(tag)
  }

  private begin(tag: FlvTag): void {
    this.gops.push({ tags: [], bytes: 0 })
    this.append(tag)
    let oldest = this.gops[this.gone]
    while (
      oldest !== undefined &&
      this.gops.length - this.gone > 1 &&
      this.bytes - oldest.bytes >= this.minBytes
    ) {
      this.dropOldest()
      oldest = this.gops[this.gone]
    }
  }

  private append(tag: FlvTag): void {
    const gop = this.warm ? this.gops.at(-1) : undefined
    if (gop === undefined) return
    gop.tags.push(tag)
    gop.bytes += tag.payload.length
    this.bytes += tag.payload.length
    this.count += 1
    // Whole groups only: with the last one gone, nothing is kept until the next keyframe.
    while (this.warm && (this.bytes > this.maxBytes || this.count > this.maxTags)) this.dropOldest()
  }

  private dropOldest(): void {
    const gop = this.gops[this.gone]
    if (gop === undefined) return
    this.bytes -= gop.bytes
    this.count -= gop.tags.length
    this.gops[this.gone] = { tags: [], bytes: 0 }
    this.gone += 1
    if (this.gone * 2 < this.gops.length) return
    this.gops = this.gops.slice(this.gone)
    this.gone = 0
  }

  private forgetMedia(): void {
    this.gops = []
    this.gone = 0
    this.bytes = 0
    this.count = 0
  }

  /** The feed begins again (its process restarted): headers and media of the old run say nothing. */
  clear(): void {
    this.forgetMedia()
    this.metadata = null
    this.videoHeader = null
    this.audioHeader = null
    this.videoSeen = false
  }

  /** Metadata and decoder headers, as far as they were seen. */
  headers(): readonly FlvTag[] {
    return [this.metadata, this.videoHeader, this.audioHeader].filter((tag) => tag !== null)
  }

  /** What to send first: headers, then media from a keyframe (at least `minBytes` where there is that much). */
  start(): readonly FlvTag[] {
    return [...this.headers(), ...this.gops.flatMap((gop) => gop.tags)]
  }

  /** Headers and only the newest group: for a cut, where history costs time. */
  latest(): readonly FlvTag[] {
    return [...this.headers(), ...(this.gops.at(-1)?.tags ?? [])]
  }

  /** Decoder header and the newest keyframe: one whole picture. Empty: there is none. */
  keyframe(): readonly FlvTag[] {
    const first = this.gops.at(-1)?.tags[0]
    if (this.videoHeader === null || first?.type !== 9) return []
    return [this.videoHeader, first]
  }

  /** Whether a start would have media. */
  get warm(): boolean {
    return this.gops.length > this.gone
  }

  /** Media bytes held. */
  get keptBytes(): number {
    return this.bytes
  }
}

const codecOf = (info: TagKind): string | null =>
  info.kind === 'video' || info.kind === 'audio' ? info.codec : null

const samePayload = (a: FlvTag, b: FlvTag): boolean =>
  a.payload.length === b.payload.length && a.payload.every((byte, i) => byte === b.payload[i])
