import { describe, expect, it } from 'vitest'
import {
  emptyMemory,
  forwardProblem,
  observe,
  stallMs,
} from '../../../../../src/engine/ingest/mediamtx/status'
import type { ForwardSample, Memory, PathSample } from '../../../../../src/engine/ingest/mediamtx/status'

const path = (inboundBytes: number, available = true): PathSample => ({
  available,
  inboundBytes,
  framesInError: 0,
  tracks: [],
})
const forward = (outboundBytes: number, more: Partial<ForwardSample> = {}): ForwardSample => ({
  id: 'a',
  dest: 'rtmp://h/app#key',
  state: 'forwarding',
  lastError: '',
  outboundBytes,
  ...more,
})
const refused = (outboundBytes: number) =>
  forward(outboundBytes, {
    state: 'error',
    lastError: 'bad result: NetStream.Publish.BadName Already publishing',
  })

/** Looks one after the other, every 500 ms unless told. */
const seen = (
  looks: readonly (readonly [PathSample | null, ForwardSample | null])[],
  everyMs = 500,
): Memory =>
  looks.reduce<Memory>(
    (memory, [inbound, outbound], index) =>
      observe(memory, { at: index * everyMs, path: inbound, forward: outbound }),
    emptyMemory,
  )
const publishing = (forwards: readonly ForwardSample[], everyMs = 500): Memory =>
  seen(
    forwards.map((each, index) => [path(index * 1000), each] as const),
    everyMs,
  )

describe('the pull leg', () => {
  it('is up when media runs and its bytes grow, not by one look', () => {
    expect(seen([[path(5000), null]]).pull?.leg).toBe('connecting')
    expect(
      seen([
        [path(5000), null],
        [path(6000), null],
      ]).pull?.leg,
    ).toBe('up')
  })

  it('is connecting while the source is away, whatever its bytes', () => {
    expect(
      seen([
        [path(0, false), null],
        [path(0, false), null],
      ]).pull?.leg,
    ).toBe('connecting')
  })

  it('is stalled after three seconds without a byte, and not before', () => {
    const flat = (looks: number): Memory =>
      seen([[path(1), null], ...Array.from({ length: looks }, () => [path(2), null] as const)])
    const looksToStall = stallMs / 500
    expect(flat(looksToStall).pull?.leg).toBe('up')
    expect(flat(looksToStall + 1).pull?.leg).toBe('stalled')
  })

  it('stays up over a source that connected anew: its counter starts again', () => {
    expect(
      seen([
        [path(9000), null],
        [path(9500), null],
        [path(10), null],
        [path(500), null],
      ]).pull?.leg,
    ).toBe('up')
  })

  it('is gone with the path', () => {
    expect(
      seen([
        [path(1), null],
        [path(2), null],
        [null, null],
      ]).pull,
    ).toBeNull()
  })
})

describe('the publish leg', () => {
  it('is not up by the word "forwarding"', () => {
    expect(publishing([forward(0), forward(0)]).publish?.leg).toBe('connecting')
  })

  it('is not up by the bytes of handshake and publish', () => {
    expect(publishing([forward(0), forward(4803), forward(6162)]).publish?.leg).toBe('connecting')
    expect(publishing([forward(0), forward(4803), forward(19_777)]).publish?.leg).toBe('up')
  })

  it('is not up by one large number of an old forward', () => {
    expect(publishing([forward(11_000_000)]).publish?.leg).toBe('connecting')
    expect(publishing([forward(11_000_000), forward(11_020_000)]).publish?.leg).toBe('up')
  })

  it('keeps the refusal through the flicker of later attempts', () => {
    const memory = publishing([forward(0), refused(4800), forward(4800), forward(9600)], 20)
    expect(memory.publish?.leg).toBe('failed')
    expect(memory.problem).toEqual({ code: 'destination-busy' })
  })

  it('forgets it when media flows, and when nothing is forwarded', () => {
    expect(publishing([refused(0), forward(0), forward(20_000)]).problem).toBeNull()
    expect(
      seen([
        [path(1), refused(0)],
        [path(2), null],
      ]).problem,
    ).toBeNull()
  })

  it('starts anew with another forward', () => {
    const memory = publishing([forward(0), forward(20_000), forward(0, { id: 'b' })])
    expect(memory.publish?.leg).toBe('connecting')
    expect(memory.publish?.upSince).toBeNull()
  })

  it('is stalled when it stands, and counts as a restart', () => {
    const memory = publishing([
      forward(0),
      ...Array.from({ length: stallMs / 500 + 1 }, () => forward(20_000)),
    ])
    expect(memory.publish?.leg).toBe('stalled')
    expect(memory.restarts).toBe(1)
  })

  it('is stalled, not failed, when its own source is away', () => {
    const memory = publishing([forward(0), forward(20_000), forward(20_000, { state: 'idle' })])
    expect(memory.publish?.leg).toBe('stalled')
  })
})

describe('the bitrate', () => {
  it('is what came in a second', () => {
    const memory = seen(
      [
        [path(0), forward(0)],
        [path(125_000), forward(250_000)],
      ],
      1000,
    )
    expect(memory.inboundKbps).toBe(1000)
    expect(memory.outboundKbps).toBe(2000)
  })
  it('is not known across a counter that went back', () => {
    const memory = seen(
      [
        [path(9999), null],
        [path(1), null],
      ],
      1000,
    )
    expect(memory.inboundKbps).toBeNull()
  })
})

describe('the words of a failed forward', () => {
  it.each([
    ['bad result: &{..NetStream.Publish.BadName .. Already publishing}', 'destination-busy'],
    ['dial tcp 127.0.0.1:1: connect: connection refused', 'destination-unreachable'],
    ['lookup nowhere.example: no such host', 'destination-unreachable'],
    ['dial tcp 10.0.0.1:1935: i/o timeout', 'destination-unreachable'],
    ['tls: failed to verify certificate: x509: unknown authority', 'destination-tls'],
    ['authentication error', 'destination-auth'],
    ['bad result: NetConnection.Connect.Rejected', 'destination-refused'],
    ['EOF', 'destination-closed'],
    ['write: broken pipe', 'destination-closed'],
    ['something new', 'destination-protocol'],
  ])('%s', (text, code) => {
    expect(forwardProblem(text)).toEqual({ code })
  })
})
