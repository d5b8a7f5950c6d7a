import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAmf } from '../../../../src/media/amf0'
import { concatBytes } from '../../../../src/media/bytes'
import type { FlvTag } from '../../../../src/media/flv'
import { RtmpClientSession, type ClientEvent } from '../../../../src/media/rtmp/client-session'
import {
  RtmpServerSession,
  type Question,
  type ServerEvent,
  type ServerOptions,
  type ServerStep,
} from '../../../../src/media/rtmp/server-session'
import { cut, cuts, flvTag } from '../media-arbitraries'

type Verdict = 'accept' | readonly [code: string, description: string]
const options = { app: 'live', tcUrl: 'rtmp://host/live', key: 'secret?priority=2' }

/** Client and server joined by memory; `places` says how each delivery is cut. */
class Wire {
  readonly client: RtmpClientSession
  readonly server: RtmpServerSession
  readonly clientEvents: ClientEvent[] = []
  readonly serverEvents: ServerEvent[] = []
  readonly questions: Question[] = []

  constructor(
    private readonly verdicts: Partial<Record<Question['kind'], Verdict>> = {},
    private readonly places: readonly number[] = [],
    server: ServerOptions = {},
    ackWindowBytes = 50_000,
  ) {
    this.client = new RtmpClientSession({ ...options, ackWindowBytes })
    this.server = new RtmpServerSession(server)
  }

  open(): this {
    this.toServer(this.client.start())
    return this
  }

  toServer(bytes: Uint8Array): void {
    this.post('server', bytes)
    for (let next = this.mail.shift(); next !== undefined; next = this.mail.shift()) {
      if (next.to === 'server') this.serverStep(this.server.receive(next.piece))
      else {
        const answer = this.client.receive(next.piece)
        this.clientEvents.push(...answer.events)
        this.post('server', answer.send)
      }
    }
  }

  private readonly mail: { readonly to: 'client' | 'server'; readonly piece: Uint8Array }[] = []

  private post(to: 'client' | 'server', bytes: Uint8Array): void {
    for (const piece of cut(bytes, this.places)) if (piece.length > 0) this.mail.push({ to, piece })
  }

  private serverStep(step: ServerStep): void {
    this.serverEvents.push(...step.events)
    this.post('client', step.send)
    for (const event of step.events) if (event.type === 'question') this.answer(event.question)
  }

  private answer(question: Question): void {
    this.questions.push(question)
    const verdict = this.verdicts[question.kind] ?? 'accept'
    this.serverStep(verdict === 'accept' ? this.server.accept() : this.server.reject(...verdict))
  }

  get tags(): FlvTag[] {
    return this.serverEvents.flatMap((event) => (event.type === 'tag' ? [event.tag] : []))
  }
}

const frame = (bytes: number, timestampMs = 0): FlvTag => ({
  type: 9,
  timestampMs,
  payload: new Uint8Array(bytes).fill(0x27),
})

describe('a publish session', () => {
  it('is accepted and carries every tag, however the bytes are cut', () => {
    fc.assert(
      fc.property(cuts, fc.array(flvTag, { maxLength: 6 }), (places, tags) => {
        const wire = new Wire({}, places).open()
        expect(wire.clientEvents).toEqual([{ type: 'accepted' }])
        expect(wire.questions).toEqual([
          { kind: 'connect', app: 'live', tcUrl: 'rtmp://host/live', name: '' },
          { kind: 'publish', app: 'live', tcUrl: 'rtmp://host/live', name: 'secret?priority=2' },
        ])
        for (const tag of tags) wire.toServer(wire.client.publish(tag))
        const plain = (tag: FlvTag) => ({ ...tag, payload: [...tag.payload] })
        expect(wire.tags.map(plain)).toEqual(tags.filter((tag) => tag.payload.length > 0).map(plain))
      }),
      { numRuns: 40 },
    )
  })

  it('puts @setDataFrame in front of metadata, once', () => {
    const wire = new Wire().open()
    const metadata = encodeAmf(['onMetaData', { width: 1 }])
    const framed = concatBytes([encodeAmf(['@setDataFrame']), metadata])
    const one = wire.client.publish({ type: 18, timestampMs: 0, payload: metadata })
    const other = new Wire().open().client.publish({ type: 18, timestampMs: 0, payload: framed })
    expect([...one]).toEqual([...other])
    wire.toServer(one)
    expect([...(wire.tags[0]?.payload ?? [])]).toEqual([...metadata])
  })

  it('says goodbye in words', () => {
    const wire = new Wire().open()
    wire.toServer(wire.client.goodbye())
    expect(wire.serverEvents.at(-1)).toEqual({ type: 'goodbye' })
  })

  it.each<[string, Partial<Record<Question['kind'], Verdict>>, ClientEvent]>([
    [
      'a held key',
      { publish: ['NetStream.Publish.BadName', 'Already publishing'] },
      { type: 'refused', reason: 'busy', status: 'NetStream.Publish.BadName' },
    ],
    [
      'a held key without words',
      { publish: ['NetStream.Publish.BadName', ''] },
      { type: 'refused', reason: 'busy', status: 'NetStream.Publish.BadName' },
    ],
    [
      'a wrong key under the same code',
      { publish: ['NetStream.Publish.BadName', 'Not authorized'] },
      { type: 'refused', reason: 'auth', status: 'NetStream.Publish.BadName' },
    ],
    [
      'a denied key',
      { publish: ['NetStream.Publish.Denied', 'no'] },
      { type: 'refused', reason: 'auth', status: 'NetStream.Publish.Denied' },
    ],
    [
      'a failure',
      { publish: ['NetStream.Publish.Failed', ''] },
      { type: 'refused', reason: 'refused', status: 'NetStream.Publish.Failed' },
    ],
    [
      'an unknown app',
      { connect: ['NetConnection.Connect.InvalidApp', 'no such app'] },
      { type: 'refused', reason: 'refused', status: 'NetConnection.Connect.InvalidApp' },
    ],
    [
      'a rejected login',
      { connect: ['NetConnection.Connect.Rejected', 'authentication failed'] },
      { type: 'refused', reason: 'auth', status: 'NetConnection.Connect.Rejected' },
    ],
    [
      'a demand for Adobe authentication',
      { connect: ['NetConnection.Connect.Rejected', '[ code=403 need auth; authmod=adobe ]'] },
      { type: 'challenged', challenge: { step: 'name-needed' } },
    ],
  ])('tells %s', (_name, verdicts, event) => {
    expect(new Wire(verdicts).open().clientEvents).toEqual([event])
  })

  it('never repeats what a server wrote besides its code', () => {
    const events = new Wire({ publish: ['NetStream.Publish.Denied', 'key secret is wrong'] }).open()
      .clientEvents
    expect(JSON.stringify(events)).not.toContain('secret')
    const odd = new Wire({ publish: ['secret stream!', 'denied'] }).open().clientEvents
    expect(odd).toEqual([{ type: 'refused', reason: 'auth', status: 'unknown' }])
  })

  it('tells when the server ends it', () => {
    const wire = new Wire().open()
    expect(wire.client.receive(wire.server.notify('NetStream.Unpublish.Success')).events).toEqual([
      { type: 'ended', status: 'NetStream.Unpublish.Success' },
    ])
  })

  it('answers pings', () => {
    const wire = new Wire().open()
    const pong = wire.client.receive(wire.server.ping(0x01020304)).send
    expect([...pong.subarray(-6)]).toEqual([0, 7, 1, 2, 3, 4])
  })

  it('answers rubbish with a fault, on both sides', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3300, maxLength: 4000 }), (rubbish) => {
        const client = new RtmpClientSession(options)
        client.start()
        const fromClient = client.receive(Uint8Array.of(72, ...rubbish)).events
        expect(fromClient).toEqual([
          { type: 'fault', fault: { code: 'bad-signature', where: 'rtmp handshake' } },
        ])
        client.receive(rubbish)
        const server = new RtmpServerSession()
        server.receive(Uint8Array.of(3, ...rubbish))
        server.receive(rubbish)
        expect(new RtmpServerSession().receive(Uint8Array.of(71)).events[0]?.type).toBe('fault')
      }),
      { numRuns: 30 },
    )
  })

  it('bounds what a peer may send ahead of an answer', () => {
    const server = new RtmpServerSession()
    const client = new RtmpClientSession(options)
    const hello = server.receive(client.start()).send
    const opening = client.receive(hello).send
    expect(server.receive(opening).events[0]?.type).toBe('question')
    const events: ServerEvent[] = []
    for (let i = 0; i < 300; i += 1) events.push(...server.receive(client.publish(frame(1))).events)
    expect(events).toEqual([
      { type: 'fault', fault: { code: 'too-many', where: 'rtmp messages before an answer' } },
    ])
  })
})

describe('acknowledgements', () => {
  const acks = (server: ServerOptions, frames = 12) => {
    const wire = new Wire({}, [], server, 10_000).open()
    for (let i = 0; i < frames; i += 1) wire.toServer(wire.client.publish(frame(5000, i)))
    return wire.clientEvents.flatMap((event) => (event.type === 'acknowledged' ? [event.value] : []))
  }

  it('come as totals at the window the publisher asked for', () => {
    const values = acks({})
    expect(values.length).toBe(6)
    for (const [i, value] of values.entries()) expect(value).toBeGreaterThanOrEqual((i + 1) * 10_000)
  })

  it('come as increments, or not at all, where the stand-in is told so', () => {
    const values = acks({ ackMode: 'increments' })
    expect(values.every((value) => value >= 10_000 && value < 15_100)).toBe(true)
    expect(values.length).toBe(6)
    expect(acks({ ackMode: 'silent' })).toEqual([])
  })

  it('stop at the goodbye: one to a peer that is closing resets the connection', () => {
    const wire = new Wire({}, [], {}, 1000).open()
    const before = wire.clientEvents.length
    wire.toServer(concatBytes([wire.client.publish(frame(5000)), wire.client.goodbye()]))
    expect(wire.clientEvents.length).toBe(before)
    expect(wire.tags.length).toBe(1)
  })
})
