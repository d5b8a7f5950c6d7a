import { encodeAmf, type AmfValue } from '../src/media/amf0'
import { concatBytes } from '../src/media/bytes'
import { flvHeader, muxTag, type FlvTag } from '../src/media/flv'
import { ChunkWriter } from '../src/media/rtmp/chunks'
import { command, userControl, windowAckSize } from '../src/media/rtmp/messages'
import type { Random } from './random'

/** Values that parsers trip over: ends of ranges, and a length more than is there. */
const edges = [0, 1, 2, 3, 0x7f, 0x80, 0xff] as const

/** Tags as encoders send them: headers, groups of pictures, sound; plain and enhanced; with clocks that jump and wrap. */
export function someTags(random: Random, count: number): FlvTag[] {
  const tags: FlvTag[] = []
  const enhanced = random.chance(0.3)
  let timeMs = random.pick([0, 5_000, 0xfffff0, 0xfffffff0])
  const body = (...head: number[]): Uint8Array =>
    concatBytes([Uint8Array.from(head), random.bytes(random.below(40))])
  const fourCc = random.pick([
    [0x68, 0x76, 0x63, 0x31],
    [0x61, 0x76, 0x30, 0x31],
    [0x61, 0x76, 0x63, 0x31],
  ])
  const videoHeader = enhanced ? body(0x90, ...fourCc) : body(0x17, 0, 0, 0, 0, 1, 0x64, 0, 0x1f, 0xff, 0xe1)
  tags.push({ type: 9, timestampMs: timeMs >>> 0, payload: videoHeader })
  tags.push({ type: 8, timestampMs: timeMs >>> 0, payload: Uint8Array.of(0xaf, 0, 0x11, 0x90) })
  for (let i = 0; i < count; i += 1) {
    const key = i % 12 === 0
    timeMs += random.chance(0.02) ? random.next() : random.below(40)
    const head = enhanced
      ? [key ? 0x91 : 0xa1, ...fourCc, 0, 0, random.below(80)]
      : [key ? 0x17 : 0x27, 1, 0, 0, random.below(80)]
    const which = random.below(100)
    if (which < 50) tags.push({ type: 9, timestampMs: timeMs >>> 0, payload: body(...head) })
    else if (which < 95) tags.push({ type: 8, timestampMs: timeMs >>> 0, payload: body(0xaf, 1) })
    else if (which < 98) tags.push({ type: 18, timestampMs: timeMs >>> 0, payload: metadata(random) })
    else {
      const type = random.pick<8 | 9 | 18>([8, 9, 18])
      tags.push({ type, timestampMs: random.next(), payload: random.bytes(random.below(30)) })
    }
  }
  return tags
}

function metadata(random: Random): Uint8Array {
  return encodeAmf([
    ...(random.chance(0.5) ? ['@setDataFrame'] : []),
    'onMetaData',
    someValue(random, 0) ?? null,
  ])
}

export function someValue(random: Random, depth: number): AmfValue {
  const kind = random.below(depth > 4 ? 5 : 8)
  if (kind === 0) return random.next()
  if (kind === 1) return random.chance(0.5)
  if (kind === 2) return 'x'.repeat(random.below(20))
  if (kind === 3) return null
  if (kind === 4) return undefined
  if (kind === 5) return Array.from({ length: random.below(4) }, () => someValue(random, depth + 1))
  return Object.fromEntries(
    Array.from({ length: random.below(4) }, (_, i) => [`k${i}`, someValue(random, depth + 1)]),
  )
}

export const flvStream = (random: Random): Uint8Array =>
  concatBytes([flvHeader(), ...someTags(random, random.below(40)).map(muxTag)])

/** What a publisher says once hands were shaken. */
export function publisherChunks(random: Random, key: string): Uint8Array {
  const writer = new ChunkWriter()
  const say = (...values: readonly AmfValue[]): Uint8Array => writer.write(3, command(0, ...values))
  const parts = [
    writer.setChunkSize(random.pick([128, 4096, 65_536])),
    say('connect', 1, { app: random.chance(0.9) ? 'live' : 'other', tcUrl: 'rtmp://127.0.0.1/live' }),
    say('releaseStream', 2, null, key),
    say('FCPublish', 3, null, key),
    say('createStream', 4, null),
    say(random.chance(0.95) ? 'publish' : 'play', 5, null, random.chance(0.9) ? key : 'wrong', 'live'),
  ]
  if (random.chance(0.3)) parts.push(writer.write(2, windowAckSize(random.pick([1, 1000, 50_000]))))
  for (const { type, timestampMs, payload } of someTags(random, random.below(40)))
    parts.push(writer.write(type === 8 ? 4 : 6, { type, streamId: 1, timestampMs, payload }))
  if (random.chance(0.3)) parts.push(say('deleteStream', 7, null, 1))
  return concatBytes(parts)
}

/** What somebody without the key says, over and over: what is small to send and may be dear to read or to answer. */
export function strangerChunks(random: Random): Uint8Array {
  const writer = new ChunkWriter()
  const say = (...values: readonly AmfValue[]): Uint8Array => writer.write(3, command(0, ...values))
  const empty = new Uint8Array(0)
  const kinds: readonly (() => Uint8Array)[] = [
    () =>
      writer.write(4, {
        type: random.pick([2, 3, 9, 18, 20, 99]),
        streamId: 1,
        timestampMs: 0,
        payload: empty,
      }),
    () => writer.write(2, userControl(6, random.next())),
    () => writer.setChunkSize(random.pick([1, 128, 0xffffff])),
    () => writer.write(2, windowAckSize(1)),
    () =>
      say(random.pick(['connect', 'FCPublish', 'createStream', '_checkbw']), random.below(9), {
        app: 'live',
      }),
    () => say('publish', 5, null, 'wrong', 'live'),
    () => say('x', someValue(random, 0), 'x'.repeat(random.below(random.chance(0.1) ? 90_000 : 90))),
    () =>
      writer.write(4 + random.below(90), {
        type: 9,
        streamId: 1,
        timestampMs: 0,
        payload: random.bytes(random.below(900)),
      }),
  ]
  const some = [random.below(kinds.length), random.below(kinds.length)] as const
  return concatBytes(Array.from({ length: random.below(400) }, () => kinds[random.pick(some)]?.() ?? empty))
}

/** What a server says to our publisher. */
export function serverChunks(random: Random): Uint8Array {
  const writer = new ChunkWriter()
  const say = (...values: readonly AmfValue[]): Uint8Array => writer.write(3, command(0, ...values))
  const status = (code: string): Uint8Array =>
    say('onStatus', 0, null, { level: random.chance(0.8) ? 'status' : 'error', code, description: 'x' })
  const parts = [
    writer.write(2, windowAckSize(random.pick([1, 2_500_000, 0xffffffff]))),
    say('_result', 1, someValue(random, 0), someValue(random, 0)),
    say('_result', 4, null, random.pick<AmfValue>([1, 0, -1, 2 ** 40, 'x'])),
    status(random.pick(['NetStream.Publish.Start', 'NetStream.Publish.BadName', 'x'.repeat(200)])),
    say(random.pick(['_error', 'close', 'onBWDone', '_result']), random.below(9), someValue(random, 0)),
  ]
  return concatBytes(random.chance(0.5) ? parts : parts.reverse())
}

/** The stream with some of its bytes changed, left out, doubled, or torn off. Now and then as it was, or noise alone. */
export function spoil(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.chance(0.05)) return bytes
  if (random.chance(0.05)) return random.bytes(random.below(600))
  let out: Uint8Array = bytes.slice()
  const times = 1 + random.below(6)
  for (let i = 0; i < times && out.length > 0; i += 1) {
    const at = random.below(out.length)
    const way = random.below(6)
    if (way === 0) out[at] = random.next()
    else if (way === 1) out[at] = edges[random.below(edges.length)] ?? 0
    else if (way === 2) out[at] = (out[at] ?? 0) ^ (1 << random.below(8))
    else if (way === 3) out = concatBytes([out.subarray(0, at), out.subarray(at + 1 + random.below(20))])
    else if (way === 4)
      out = concatBytes([out.subarray(0, at), random.bytes(random.below(20)), out.subarray(at)])
    else if (random.chance(0.3)) out = out.subarray(0, at)
  }
  return out
}

/** In pieces as a socket hands them over. */
export function pieces(random: Random, bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const size = random.chance(0.1) ? 1 + random.below(4) : 1 + random.below(2_000)
    out.push(bytes.subarray(at, at + size))
    at += size
  }
  return out
}
