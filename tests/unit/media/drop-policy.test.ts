import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BacklogClock, DropPolicy } from '../../../src/media/drop-policy'
import type { TagKind } from '../../../src/media/tags/tags'

const video = (part: 'keyframe' | 'inter' | 'header'): TagKind => ({
  kind: 'video',
  codec: 'h264',
  part,
  dataAt: 5,
})
const sound: TagKind = { kind: 'audio', codec: 'aac', part: 'frame', dataAt: 2 }
const limits = { maxAgeMs: 1000, maxQueuedBytes: 1000, hardQueuedBytes: 2000 }

describe('DropPolicy', () => {
  it('begins with a keyframe; what came before is not counted as dropped', () => {
    const policy = new DropPolicy(limits)
    expect(
      [video('inter'), video('header'), video('keyframe'), video('inter')].map((tag) =>
        policy.admits(tag, 0, 0),
      ),
    ).toEqual([false, true, true, true])
    expect(policy.droppedFrames).toBe(0)
  })

  it('drops the picture to the next keyframe that finds the peer caught up; sound goes on', () => {
    const policy = new DropPolicy(limits)
    policy.admits(video('keyframe'), 0, 0)
    expect(policy.admits(video('inter'), 1001, 0)).toBe(false)
    expect(policy.admits(sound, 1001, 1500)).toBe(true)
    expect(policy.admits(video('inter'), 0, 0)).toBe(false)
    expect(policy.admits(video('keyframe'), 0, 1001)).toBe(false)
    expect(policy.paused).toBe(true)
    expect(policy.admits(video('keyframe'), 0, 0)).toBe(true)
    expect(policy.admits(video('inter'), 0, 0)).toBe(true)
    expect(policy.droppedFrames).toBe(3)
  })

  it('bounds memory: sound too is dropped in the end', () => {
    expect(new DropPolicy(limits).admits(sound, 0, 2001)).toBe(false)
  })

  it('never lets an inter frame through after a gap', () => {
    const frame = fc.tuple(fc.constantFrom(video('keyframe'), video('inter')), fc.nat(2000), fc.nat(2000))
    fc.assert(
      fc.property(fc.array(frame), (frames) => {
        const policy = new DropPolicy(limits)
        let whole = false
        for (const [tag, age, queued] of frames) {
          const sent = policy.admits(tag, age, queued)
          if (tag.kind === 'video' && tag.part === 'inter' && sent) expect(whole).toBe(true)
          whole = sent
        }
      }),
    )
  })
})

describe('BacklogClock', () => {
  it('tells the age of the oldest byte that waits', () => {
    const clock = new BacklogClock(10)
    clock.wrote(100, 0)
    clock.wrote(200, 500)
    expect(clock.ageMs(600)).toBe(600)
    clock.settled(100)
    expect(clock.ageMs(600)).toBe(100)
    clock.settled(200)
    expect(clock.ageMs(9000)).toBe(0)
  })

  it('never tells less than the truth, with marks bounded', () => {
    const writes = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.nat(40)), {
      minLength: 1,
      maxLength: 80,
    })
    fc.assert(
      fc.property(writes, fc.nat(8000), (steps, settled) => {
        const clock = new BacklogClock(50, 8)
        const exact: { total: number; at: number }[] = []
        let total = 0
        let at = 0
        for (const [bytes, ms] of steps) {
          total += bytes
          at += ms
          exact.push({ total, at })
          clock.wrote(total, at)
        }
        clock.settled(settled)
        const waiting = exact.find((mark) => mark.total > settled)
        expect(clock.ageMs(at)).toBeGreaterThanOrEqual(waiting === undefined ? 0 : at - waiting.at)
        if (waiting === undefined) expect(clock.ageMs(at)).toBe(0)
      }),
    )
  })
})
