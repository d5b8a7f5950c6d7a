import { describe, expect, it } from 'vitest'
import { SendQueue } from '../../../../src/rehearsal/obs/send-queue'
import type { Packet } from '../../../../src/rehearsal/obs/send-queue'

const packet = (what: Packet['what'], timestampMs: number): Packet => ({
  what,
  tag: { type: what === 'audio' ? 8 : 9, timestampMs, payload: new Uint8Array(1) },
})
/** 25 frames a second with a keyframe each 2 s, and sound. */
function feed(queue: SendQueue, fromMs: number, toMs: number): void {
  for (let at = fromMs; at < toMs; at += 40) {
    queue.push(packet(at % 2_000 === 0 ? 'keyframe' : 'video', at))
    queue.push(packet('audio', at + 10))
  }
}

describe('SendQueue', () => {
  it('shows no congestion and drops nothing while it is drained', () => {
    const queue = new SendQueue()
    for (let at = 0; at < 4_000; at += 40) {
      feed(queue, at, at + 40)
      while (queue.shift() !== undefined);
      expect(queue.congestion).toBe(0)
    }
    expect(queue.dropped).toBe(0)
  })

  it('shows congestion as a share of 700 ms, then 1', () => {
    const queue = new SendQueue()
    feed(queue, 0, 400)
    expect(queue.congestion).toBeCloseTo(320 / 700, 2)
    feed(queue, 400, 800)
    expect(queue.congestion).toBe(1)
    expect(queue.dropped).toBe(0)
  })

  it('beyond 900 ms drops every frame but keyframes and sound, until the next keyframe', () => {
    const queue = new SendQueue()
    feed(queue, 0, 2_000)
    expect(queue.dropped).toBe(49)
    expect(queue.congestion).toBe(1)
    const left: string[] = []
    feed(queue, 2_000, 2_120)
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) left.push(next.what)
    expect(left.filter((what) => what === 'audio')).toHaveLength(53)
    expect(left.filter((what) => what === 'keyframe')).toHaveLength(2)
    expect(left.filter((what) => what === 'video')).toHaveLength(2)
    expect(queue.congestion).toBeLessThan(1)
  })

  it('begins anew at a connect attempt', () => {
    const queue = new SendQueue()
    feed(queue, 0, 2_000)
    queue.reset()
    expect([queue.length, queue.dropped, queue.congestion]).toEqual([0, 0, 0])
  })
})
