import { describe, expect, it } from 'vitest'
import { decodeAmf, encodeAmf } from '../../../src/media/amf0'
import { ByteQueue, concatBytes } from '../../../src/media/bytes'
import type { FlvTag } from '../../../src/media/flv'
import { GopCache } from '../../../src/media/gop-cache'
import { ChunkReader, ChunkWriter } from '../../../src/media/rtmp/chunks'
import { RtmpServerSession, type ServerStep } from '../../../src/media/rtmp/server-session'
import { command, userControl } from '../../../src/media/rtmp/messages'
import { movedBy } from '../../support/work'

const hands = (): Uint8Array => {
  const bytes = new Uint8Array(1 + 2 * 1536)
  bytes[0] = 3
  return bytes
}
const say = (writer: ChunkWriter, ...values: Parameters<typeof encodeAmf>[0]): Uint8Array =>
  writer.write(3, command(0, ...values))

/** A session whose publish was accepted, and the writer of its peer. */
function published(): { readonly session: RtmpServerSession; readonly writer: ChunkWriter } {
  const session = new RtmpServerSession()
  const writer = new ChunkWriter()
  const follow = (step: ServerStep): void => {
    for (const { type } of step.events) if (type === 'question') follow(session.accept())
  }
  follow(
    session.receive(
      concatBytes([
        hands(),
        say(writer, 'connect', 1, { app: 'live' }),
        say(writer, 'publish', 5, null, 'key', 'live'),
      ]),
    ),
  )
  expect(session.stage).toBe('admitted')
  return { session, writer }
}

/** In reads of 64 kB, as a socket hands it over. */
function reads(bytes: Uint8Array, take: (piece: Uint8Array) => void, size = 65_536): void {
  for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size))
}

/** One empty message, then chunks of one byte that each are another one. */
const emptyChunks = (count: number): Uint8Array => {
  const bytes = new Uint8Array(12 + count).fill(0xc4)
  bytes.set([4, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0])
  return bytes
}

/** A message of `length` bytes in chunks of one. */
const crumbs = (length: number): Uint8Array => {
  const writer = new ChunkWriter()
  const size = writer.setChunkSize(1)
  return concatBytes([
    size,
    writer.write(4, { type: 9, streamId: 1, timestampMs: 0, payload: new Uint8Array(length) }),
  ])
}

const works: readonly (readonly [string, (n: number) => () => void])[] = [
  [
    'empty chunks of a publisher',
    (n) => {
      const { session } = published()
      const bytes = emptyChunks(n)
      return () => reads(bytes, (piece) => session.receive(piece))
    },
  ],
  [
    'a message in chunks of one byte',
    (n) => {
      const reader = new ChunkReader()
      const bytes = crumbs(n)
      return () => reads(bytes, (piece) => reader.push(piece))
    },
  ],
  [
    'a message that comes byte by byte',
    (n) => {
      const reader = new ChunkReader()
      const writer = new ChunkWriter()
      const bytes = concatBytes([
        writer.setChunkSize(0xffffff),
        writer.write(4, { type: 9, streamId: 1, timestampMs: 0, payload: new Uint8Array(n) }),
      ])
      return () => reads(bytes, (piece) => reader.push(piece), 1)
    },
  ],
  [
    'a feed of sound alone in frames of two bytes',
    (n) => {
      const cache = new GopCache({ maxTags: n })
      const frame: FlvTag = { type: 8, timestampMs: 0, payload: Uint8Array.of(0xaf, 1) }
      return () => {
        for (let i = 0; i < 4 * n; i += 1) cache.push(frame)
      }
    },
  ],
  [
    'a queue of single bytes',
    (n) => {
      const queue = new ByteQueue()
      const one = new Uint8Array(1)
      return () => {
        for (let i = 0; i < n; i += 1) queue.push(one)
        for (let i = 0; i < n; i += 1) queue.take(1)
      }
    },
  ],
]

describe('four times as much costs four times as much', () => {
  it.each(works)('%s', (_, prepare) => {
    const once = movedBy(prepare(4_000))
    expect(movedBy(prepare(16_000))).toBeLessThan(once * 5 + 1_000)
  })
})

it('a message in crumbs takes room as it comes, and not as it announces', () => {
  const reader = new ChunkReader()
  const bytes = crumbs(100_000)
  const moved = movedBy(() => reads(bytes, (piece) => reader.push(piece)))
  // Each byte once, and again with every doubling of the room.
  expect(moved).toBeLessThan(4 * 100_000)
  const heads = Array.from({ length: 60 }, (_, i) =>
    Uint8Array.of(4 + i, 0, 0, 0, 0x7f, 0xff, 0xff, 9, 1, 0, 0, 0, 1),
  )
  const before = process.memoryUsage().arrayBuffers
  const many = Array.from({ length: 20 }, () => {
    const each = new ChunkReader()
    const writer = new ChunkWriter()
    each.push(concatBytes([writer.setChunkSize(1), ...heads]))
    return each
  })
  expect(many.every(({ fault }) => fault === null)).toBe(true)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
})

describe('a flood of a publisher is answered boundedly', () => {
  const flood = (
    unread: (sent: number) => number,
  ): { readonly sent: number; readonly fault: string | null } => {
    const { session, writer } = published()
    let sent = 0
    let fault: string | null = null
    const pings = concatBytes(Array.from({ length: 5_000 }, (_, i) => writer.write(2, userControl(6, i))))
    for (let i = 0; i < 100; i += 1) {
      const step = session.receive(pings, unread(sent))
      sent += step.send.length
      for (const event of step.events) if (event.type === 'fault') fault = event.fault.where
    }
    return { sent, fault }
  }

  it('of pings: a few pongs a read, none while it reads nothing, and its stream goes on', () => {
    expect(flood(() => 0).sent).toBeLessThan(100 * 100)
    expect(flood((sent) => sent)).toEqual({ sent: expect.any(Number) as number, fault: null })
    expect(flood(() => 17 * 1024)).toEqual({ sent: 0, fault: null })
  })

  it('of commands whose answers it does not read: it ends with a code', () => {
    const { session, writer } = published()
    const asks = concatBytes(Array.from({ length: 2_000 }, (_, i) => say(writer, 'FCPublish', i)))
    let sent = 0
    const faults: unknown[] = []
    for (let i = 0; i < 20; i += 1) {
      const step = session.receive(asks, sent)
      sent += step.send.length
      faults.push(...step.events)
    }
    expect(faults).toEqual([
      { type: 'fault', fault: { code: 'too-big', where: 'rtmp answers that nobody reads' } },
    ])
    expect(sent).toBeLessThan(1024 * 1024)
  })

  it('of single bytes: no acknowledgement for each, whatever window it asks for', () => {
    const { session, writer } = published()
    session.receive(
      writer.write(2, { type: 5, streamId: 0, timestampMs: 0, payload: Uint8Array.of(0, 0, 0, 1) }),
    )
    let sent = 0
    reads(
      writer.write(4, { type: 9, streamId: 1, timestampMs: 0, payload: new Uint8Array(10_000) }),
      (piece) => (sent += session.receive(piece).send.length),
      1,
    )
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(300)
  })
})

describe('AMF0 of a stranger', () => {
  const nulls = (head: readonly number[], count: number): Uint8Array =>
    Uint8Array.from([...head, ...new Array<number>(count).fill(5)])

  it.each<[string, Uint8Array, string]>([
    [
      'a list with more values than there ever are',
      nulls([0x0a, 0xff, 0xff, 0xff, 0xff], 200_000),
      'too-many',
    ],
    ['values side by side', nulls([], 200_000), 'too-many'],
    [
      'lists in lists',
      concatBytes(Array.from({ length: 40 }, () => Uint8Array.of(0x0a, 0, 0, 0, 9))),
      'too-deep',
    ],
    [
      'an object of very many names',
      concatBytes([
        Uint8Array.of(3),
        ...Array.from({ length: 6_000 }, (_, i) => Uint8Array.of(0, 2, i >> 8, i, 5)),
      ]),
      'too-many',
    ],
    [
      'an ECMA array of very many names under a huge count',
      concatBytes([
        Uint8Array.of(8, 0xff, 0xff, 0xff, 0xff),
        ...Array.from({ length: 6_000 }, () => Uint8Array.of(0, 1, 65, 5)),
      ]),
      'too-many',
    ],
    ['a text of megabytes', encodeAmf(['x'.repeat(2_000_000)]), 'too-big'],
  ])('%s', (_, bytes, code) => {
    expect(decodeAmf(bytes).fault?.code).toBe(code)
  })

  it('keeps what came whole before', () => {
    const bytes = concatBytes([encodeAmf(['onMetaData']), nulls([], 200_000)])
    expect(decodeAmf(bytes).values[0]).toBe('onMetaData')
    const index = { times: Array.from({ length: 80_000 }, (_, i) => i) }
    expect(decodeAmf(encodeAmf(['onMetaData', index])).fault).toBeNull()
  })
})
