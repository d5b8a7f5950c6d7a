import { ByteQueue, putU24, putU32, u24, u32, u8 } from './bytes'
import { fault, type MediaFault } from './fault'

/** One FLV tag without its header: what RTMP carries as a message and FLV files as a tag (FLV spec v10.1, annex E.4). */
export interface FlvTag {
  /** 8 audio, 9 video, 18 script data */
  readonly type: 8 | 9 | 18
  readonly timestampMs: number
  readonly payload: Uint8Array
}

const signature = [0x46, 0x4c, 0x56] // 'FLV'
const headerBytes = 9
const tagHeaderBytes = 11
/** The header names its own length; nobody writes more than 9, so more than this is not FLV. */
const maxHeaderBytes = 1024
/** A 4K keyframe at 50 Mbit/s has 1-2 MB. */
const defaultMaxTagBytes = 8 * 1024 * 1024

/** File header and the PreviousTagSize0 behind it; announces audio and video. */
export function flvHeader(): Uint8Array {
  return Uint8Array.from([...signature, 1, 0b101, 0, 0, 0, headerBytes, 0, 0, 0, 0])
}

/** Tag header, payload, PreviousTagSize. */
export function muxTag(tag: FlvTag): Uint8Array {
  const size = tag.payload.length
  const out = new Uint8Array(tagHeaderBytes + size + 4)
  out[0] = tag.type
  putU24(out, 1, size)
  putU24(out, 4, tag.timestampMs)
  out[7] = tag.timestampMs >>> 24
  out.set(tag.payload, tagHeaderBytes)
  putU32(out, tagHeaderBytes + size, tagHeaderBytes + size)
  return out
}

/** Bytes of an FLV stream in any pieces -> tags. After a fault it takes nothing more. Holds at most one tag. */
export class FlvDemuxer {
  private readonly queue = new ByteQueue()
  private readonly maxTagBytes: number
  private state: 'header' | 'skip' | 'tag' = 'header'
  private skipBytes = 0
  private broken: MediaFault | null = null

  constructor(options: { readonly maxTagBytes?: number } = {}) {
    this.maxTagBytes = options.maxTagBytes ?? defaultMaxTagBytes
  }

  push(bytes: Uint8Array): { readonly tags: readonly FlvTag[]; readonly fault: MediaFault | null } {
    const tags: FlvTag[] = []
    if (this.broken === null) {
      this.queue.push(bytes)
      while (this.step(tags));
    }
    return { tags, fault: this.broken }
  }

  private step(tags: FlvTag[]): boolean {
    switch (this.state) {
      case 'header':
        return this.header()
      case 'skip':
        if (this.queue.length < this.skipBytes) return false
        this.queue.drop(this.skipBytes)
        this.state = 'tag'
        return true
      case 'tag':
        return this.tag(tags)
    }
  }

  private header(): boolean {
    const seen = this.queue.peek(Math.min(this.queue.length, signature.length))
    if (seen?.some((byte, i) => byte !== signature[i])) return this.fail('bad-signature', 'flv header')
    const head = this.queue.take(headerBytes)
    if (head === null) return false
    const length = u32(head, 5)
    if (length < headerBytes || length > maxHeaderBytes)
      return this.fail('bad-structure', 'flv header length')
    this.skipBytes = length - headerBytes + 4
    this.state = 'skip'
    return true
  }

  private tag(tags: FlvTag[]): boolean {
    const head = this.queue.peek(tagHeaderBytes)
    if (head === null) return false
    const type = u8(head, 0)
    if (type === 0x28 || type === 0x29) return this.fail('unsupported', 'flv encrypted tag')
    if (type !== 8 && type !== 9 && type !== 18) return this.fail('bad-structure', 'flv tag type')
    const size = u24(head, 1)
    if (size > this.maxTagBytes) return this.fail('too-big', 'flv tag')
    const timestampMs = u8(head, 7) * 0x1000000 + u24(head, 4)
    if (this.queue.length < tagHeaderBytes + size + 4) return false
    this.queue.drop(tagHeaderBytes)
    const payload = this.queue.take(size)
    const trailer = this.queue.take(4)
    if (payload === null || trailer === null) return false
    // Some muxers leave the back pointer 0 or forget the header in it; anything else means that we are out of step.
    const back = u32(trailer, 0)
    if (back !== tagHeaderBytes + size && back !== size && back !== 0)
      return this.fail('bad-structure', 'flv previous tag size')
    tags.push({ type, timestampMs, payload })
    return true
  }

  private fail(code: MediaFault['code'], where: string): false {
    this.broken = fault(code, where)
    this.queue.clear()
    return false
  }
}
