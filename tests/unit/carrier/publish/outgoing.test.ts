import { describe, expect, it } from 'vitest'
import { Outgoing } from '../../../../src/carrier/publish/outgoing'
import type { FlvTag } from '../../../../src/media/flv'

const tag = (type: 8 | 9, timestampMs: number, ...payload: number[]): FlvTag => ({
  type,
  timestampMs,
  payload: Uint8Array.from(payload),
})
const header = (at: number) => tag(9, at, 0x17, 0, 0, 0, 0)
const key = (at: number) => tag(9, at, 0x17, 1)
const inter = (at: number) => tag(9, at, 0x27, 1)
const sound = (at: number) => tag(8, at, 0xaf, 1)
const times = (tags: readonly FlvTag[], outgoing = new Outgoing()) =>
  tags.map((each) => outgoing.admit(each, 0, 0)?.timestampMs ?? null)

describe('Outgoing', () => {
  it('begins with a keyframe at 0; headers pass, sound before it does not', () => {
    expect(
      times([header(5000), sound(5010), inter(5020), key(5040), sound(5030), sound(5060), inter(5073)]),
    ).toEqual([0, null, null, 0, 0, 20, 33])
  })

  it('begins with sound where there is no picture', () => {
    expect(times([sound(700), sound(723)])).toEqual([0, 23])
  })

  it('runs on over the wrap of 32 bits', () => {
    expect(times([header(0), key(0xfffffff0), inter(0x10)])).toEqual([0, 0, 32])
  })

  it('keeps end-of-sequence tags and empty ones to itself', () => {
    expect(times([header(0), key(0), tag(9, 33, 0x17, 2, 0, 0, 0), tag(9, 66)])).toEqual([0, 0, null, null])
  })

  it('drops to the next keyframe while the destination is behind', () => {
    const outgoing = new Outgoing({ maxAgeMs: 100, maxQueuedBytes: 100, hardQueuedBytes: 200 })
    times([header(0), key(0)], outgoing)
    expect(outgoing.admit(inter(33), 101, 0)).toBeNull()
    expect(outgoing.admit(inter(66), 0, 0)).toBeNull()
    expect(outgoing.admit(key(99), 0, 0)?.timestampMs).toBe(99)
    expect(outgoing.droppedFrames).toBe(2)
  })
})
