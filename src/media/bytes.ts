/** Small tools over Uint8Array: the codecs know neither Buffer nor TextEncoder. All numbers are big-endian, unsigned. */

export const emptyBytes = new Uint8Array(0)

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0] !== undefined) return parts[0]
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Bytes past the end read as 0: callers check lengths first. */
export const u8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0
export const u16 = (bytes: Uint8Array, at: number): number => (u8(bytes, at) << 8) | u8(bytes, at + 1)
export const u24 = (bytes: Uint8Array, at: number): number => (u16(bytes, at) << 8) | u8(bytes, at + 2)
export const u32 = (bytes: Uint8Array, at: number): number => u24(bytes, at) * 256 + u8(bytes, at + 3)
export const u32le = (bytes: Uint8Array, at: number): number =>
  u8(bytes, at + 3) * 0x1000000 + ((u8(bytes, at + 2) << 16) | (u8(bytes, at + 1) << 8) | u8(bytes, at))

export function putU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8
  bytes[at + 1] = value
}

export function putU24(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 16
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** UTF-8; a lone surrogate becomes U+FFFD, as everywhere. */
export function utf8Encode(text: string): Uint8Array {
  const out: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0xfffd
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code
    if (point < 0x80) out.push(point)
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f))
    else if (point < 0x10000)
      out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f))
    else
      out.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      )
  }
  return Uint8Array.from(out)
}

/** Code units handed to `fromCharCode` at once: engines bound the number of arguments. */
const unitsAtOnce = 4_096

/** Lenient: what is not UTF-8 becomes U+FFFD (peers send Latin-1 in descriptions). */
export function utf8Decode(bytes: Uint8Array): string {
  let text = ''
  // Letter by letter, the string would be a chain of as many parts.
  let units: number[] = []
  let at = 0
  while (at < bytes.length) {
    const lead = u8(bytes, at)
    const extra = lead < 0x80 ? 0 : lead >= 0xf0 && lead < 0xf5 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : -1
    const point = extra === 0 ? lead : lead >= 0xf5 ? null : sequence(bytes, at, lead, extra)
    if (point === null) units.push(0xfffd)
    else if (point < 0x10000) units.push(point)
    else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff))
    at += point === null ? 1 : extra + 1
    if (units.length >= unitsAtOnce) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

function sequence(bytes: Uint8Array, at: number, lead: number, extra: number): number | null {
  if (extra < 1 || at + extra >= bytes.length) return null
  let point = lead & (0x3f >> extra)
  for (let i = 1; i <= extra; i += 1) {
    const next = u8(bytes, at + i)
    if ((next & 0xc0) !== 0x80) return null
    point = (point << 6) | (next & 0x3f)
  }
  const least = extra === 1 ? 0x80 : extra === 2 ? 0x800 : 0x10000
  return point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) ? null : point
}

/** Bytes as they arrive, taken in the pieces a format wants. Copies only what spans two arrivals. */
export class ByteQueue {
  private chunks: Uint8Array[] = []
  private head = 0
  private offset = 0
  private size = 0

  get length(): number {
    return this.size
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.chunks.push(bytes)
    this.size += bytes.length
  }

  /** The first `count` bytes without taking them; null when there are fewer. */
  peek(count: number): Uint8Array | null {
    if (count > this.size) return null
    const first = this.chunks[this.head]
    if (first === undefined || count === 0) return emptyBytes
    if (first.length - this.offset >= count) return first.subarray(this.offset, this.offset + count)
    const all = new Uint8Array(count)
    let filled = 0
    for (let i = this.head; filled < count; i += 1) {
      const chunk = this.chunks[i] ?? emptyBytes
      const from = i === this.head ? this.offset : 0
      const piece = chunk.subarray(from, Math.min(chunk.length, from + count - filled))
      all.set(piece, filled)
      filled += piece.length
    }
    return all
  }

  /** Moves the first `count` bytes, or as many as there are, to `target`. How many. */
  moveTo(target: Uint8Array, at: number, count: number): number {
    const wanted = Math.min(count, this.size)
    let moved = 0
    while (moved < wanted) {
      const chunk = this.chunks[this.head] ?? emptyBytes
      const piece = chunk.subarray(this.offset, this.offset + wanted - moved)
      target.set(piece, at + moved)
      moved += piece.length
      this.drop(piece.length)
    }
    return wanted
  }

  take(count: number): Uint8Array | null {
    const bytes = this.peek(count)
    if (bytes !== null) this.drop(count)
    return bytes
  }

  /** Takes at most `count` bytes. */
  drop(count: number): void {
    let left = Math.min(count, this.size)
    this.size -= left
    while (left > 0) {
      const here = (this.chunks[this.head]?.length ?? 0) - this.offset
      if (left < here) {
        this.offset += left
        break
      }
      left -= here
      this.chunks[this.head] = emptyBytes
      this.head += 1
      this.offset = 0
    }
    // Half of the list at least, so that what stays is not moved again and again.
    if (this.size === 0 || (this.head > 64 && this.head * 2 > this.chunks.length)) {
      this.chunks = this.chunks.slice(this.head)
      this.head = 0
    }
  }

  clear(): void {
    this.chunks = []
    this.head = 0
    this.offset = 0
    this.size = 0
  }
}
