import { describe, expect, it } from 'vitest'
import { encodeAmf, type AmfValue } from '../../../../src/media/amf0'
import { concatBytes } from '../../../../src/media/bytes'
import { ChunkWriter } from '../../../../src/media/rtmp/chunks'
import { command, userControl } from '../../../../src/media/rtmp/messages'
import {
  RtmpServerSession,
  type ServerEvent,
  type ServerStep,
} from '../../../../src/media/rtmp/server-session'

/** A peer that has shaken hands and says what it is told to; its questions are answered with yes. */
class Stranger {
  readonly session = new RtmpServerSession()
  readonly writer = new ChunkWriter()
  readonly events: ServerEvent[] = []
  sent = 0

  constructor() {
    const hands = new Uint8Array(1 + 2 * 1536)
    hands[0] = 3
    this.send(hands)
  }

  send(bytes: Uint8Array, unread = 0): this {
    let step: ServerStep | null = this.session.receive(bytes, unread)
    while (step !== null) {
      this.sent += step.send.length
      this.events.push(...step.events)
      step = step.events.some(({ type }) => type === 'question') ? this.session.accept() : null
    }
    return this
  }

  say(...values: readonly AmfValue[]): Uint8Array {
    return this.writer.write(3, command(0, ...values))
  }

  get fault(): string | null {
    for (const event of this.events)
      if (event.type === 'fault') return `${event.fault.code} in ${event.fault.where}`
    return null
  }
}

const many = (count: number, one: (i: number) => Uint8Array): Uint8Array =>
  concatBytes(Array.from({ length: count }, (_, i) => one(i)))

describe('before its publish was accepted', () => {
  it.each([
    ['the key of an installation', 'door-k3y-of-this-machine'],
    ['a very long key', 'k'.repeat(4_000)],
  ])('an encoder has room enough: %s', (_, key) => {
    const peer = new Stranger()
    const { writer } = peer
    peer.send(
      concatBytes([
        writer.setChunkSize(4096),
        writer.write(2, userControl(3, 3000)),
        peer.say('connect', 1, {
          app: 'live',
          type: 'nonprivate',
          flashVer: 'FMLE/3.0 (compatible; FMSc/1.0)',
          swfUrl: 'rtmp://127.0.0.1:1935/live',
          tcUrl: `rtmp://127.0.0.1:1935/live?${'q'.repeat(2_000)}`,
          fourCcList: ['av01', 'hvc1', 'vp09', 'Opus'],
          videoFourCcInfoMap: { '*': 7 },
        }),
        peer.say('releaseStream', 2, null, key),
        peer.say('FCPublish', 3, null, key),
        peer.say('createStream', 4, null),
        peer.say('_checkbw', 5, null),
        peer.say('publish', 6, null, key, 'live'),
        // What it sends with its publish belongs to the time after it.
        many(300, (i) =>
          writer.write(4, { type: 9, streamId: 1, timestampMs: i, payload: new Uint8Array(20_000) }),
        ),
      ]),
    )
    expect(peer.fault).toBeNull()
    expect(peer.session.stage).toBe('admitted')
    expect(peer.events.filter(({ type }) => type === 'tag').length).toBe(300)
  })

  const empty = (type: number) => (peer: Stranger) =>
    many(100, (i) =>
      peer.writer.write(4 + (i % 2), { type, streamId: 1, timestampMs: 0, payload: new Uint8Array(0) }),
    )

  it.each<[string, (peer: Stranger) => Uint8Array, string]>([
    ['empty chunks', empty(9), 'too-many in rtmp messages before publish'],
    ['unknown messages', empty(99), 'too-many in rtmp messages before publish'],
    ['aborts', empty(2), 'too-many in rtmp messages before publish'],
    [
      'chunk sizes',
      ({ writer }) => many(100, () => writer.setChunkSize(128)),
      'too-many in rtmp messages before publish',
    ],
    [
      'pings',
      ({ writer }) => many(100, (i) => writer.write(2, userControl(6, i))),
      'too-many in rtmp messages before publish',
    ],
    [
      'commands',
      (peer) => many(100, (i) => peer.say('FCPublish', i)),
      'too-many in rtmp messages before publish',
    ],
    [
      'questions',
      (peer) => many(60, (i) => peer.say('connect', i, { app: 'live' })),
      'too-many in rtmp questions',
    ],
    [
      'a command of megabytes',
      (peer) => peer.say('connect', 1, { app: 'x'.repeat(8_000_000) }),
      'too-big in rtmp message before publish',
    ],
    [
      'media before its key',
      ({ writer }) =>
        many(20, () =>
          writer.write(4, { type: 9, streamId: 1, timestampMs: 0, payload: new Uint8Array(8_000) }),
        ),
      'too-big in rtmp messages together before publish',
    ],
    [
      'chunk streams',
      ({ writer }) =>
        many(20, (i) =>
          writer.write(10 + i, { type: 9, streamId: 1, timestampMs: 0, payload: encodeAmf([null]) }),
        ),
      'too-many in rtmp chunk streams before publish',
    ],
  ])('a stranger is out: %s', (_, document, reason) => {
    const peer = new Stranger()
    peer.send(document(peer))
    expect(peer.fault).toBe(reason)
    expect(peer.sent).toBeLessThan(16 * 1024)
    const { length } = peer.events
    peer.send(document(peer))
    expect(peer.events.length).toBe(length)
  })

  it('one that reads nothing is out', () => {
    const peer = new Stranger()
    peer.send(peer.say('connect', 1, { app: 'live' }), 40 * 1024)
    expect(peer.fault).toBe('too-big in rtmp answers that nobody reads')
  })
})

it('tells how far a peer has come', () => {
  const session = new RtmpServerSession()
  const writer = new ChunkWriter()
  const hands = new Uint8Array(1 + 2 * 1536)
  hands[0] = 3
  const stages = [session.stage]
  const send = (bytes: Uint8Array): void => {
    if (session.receive(bytes).events.some(({ type }) => type === 'question')) {
      stages.push(session.stage)
      session.accept()
    }
    stages.push(session.stage)
  }
  send(hands.subarray(0, 1536))
  send(hands.subarray(1536, 1537))
  send(hands.subarray(1537))
  send(writer.write(3, command(0, 'createStream', 1, null)))
  send(writer.write(3, command(0, 'connect', 1, { app: 'live' })))
  send(writer.write(3, command(0, 'createStream', 2, null)))
  send(writer.write(3, command(0, 'publish', 3, null, 'key', 'live')))
  expect(stages).toEqual([
    'silent',
    'silent',
    'greeted',
    'shaken',
    'shaken',
    'shaken',
    'connected',
    'created',
    'created',
    'admitted',
  ])
})
