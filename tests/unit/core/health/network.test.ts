import { describe, expect, it } from 'vitest'
import { obsMetrics } from '../../../../src/core/health'
import { Drive } from './drive'

const polls = [500, 1_000, 2_000]

describe('network drops', () => {
  it.each(polls)('are bad while they go on (polled every %i ms)', (pollMs) => {
    const drive = new Drive(pollMs).live()
    const took = drive.until('bad network-drops', 10_000, { dropFps: 15, congestion: 1 })
    expect(took).not.toBeNull()
    expect(took).toBeLessThanOrEqual(Math.max(4_000, 2 * pollMs))
  })

  it('that have ended are told, not acted on', () => {
    const drive = new Drive().live().run(4_000, { dropFps: 20, congestion: 1 })
    expect(drive.verdict).toBe('bad network-drops')
    drive.run(2_500)
    expect(drive.verdict).toBe('good')
    expect(drive.assess().causes.map((cause) => cause.code)).toContain('drops-healed')
    expect(drive.run(6_000).assess().causes).toEqual([])
  })

  it('in one burst, the queue that OBS empties, are not enough', () => {
    const drive = new Drive().live().run(500, { dropFps: 90, congestion: 1 })
    expect(drive.verdict).toBe('good')
    expect(drive.run(1_000).verdict).toBe('good')
  })

  it('below the limit are not bad', () => {
    expect(new Drive().live().until('bad network-drops', 20_000, { dropFps: 5, congestion: 0.5 })).toBeNull()
  })
})

describe('a stalled output', () => {
  it.each(polls)('is bad after 2 s without a byte (polled every %i ms)', (pollMs) => {
    const took = new Drive(pollMs).live().until('bad output-stalled', 8_000, { kbps: 0 })
    expect(took).not.toBeNull()
    expect(took).toBeLessThanOrEqual(2_000 + 2 * pollMs)
  })

  it('needs neither drops nor congestion: SRT reports none', () => {
    expect(new Drive().live().until('bad output-stalled', 4_000, { kbps: 0, congestion: 0 })).toBe(2_000)
  })

  it('is good again as soon as bytes move', () => {
    const drive = new Drive().live().run(5_000, { kbps: 0 })
    expect(drive.verdict).toBe('bad output-stalled')
    expect(drive.run(500).verdict).toBe('good')
  })

  it('says nothing in the grace after a start', () => {
    const drive = new Drive()
    drive.feed({ kind: 'obs-connection', at: 0, state: 'connected' })
    drive.answer({ active: false }).event('starting').event('started').run(1_000).run(3_500, { kbps: 0 })
    expect(drive.verdict).toBe('good')
    expect(drive.run(1_000, { kbps: 0 }).verdict).toBe('bad output-stalled')
  })

  it('is not a stream delay that fills', () => {
    const drive = new Drive()
    drive.feed({ kind: 'obs-connection', at: 0, state: 'connected' })
    drive.answer({ active: false }).event('starting')
    drive.run(20_000, { reply: { bytes: 0 } })
    expect(drive.verdict).toBe('unknown stream-starting')
    drive.event('started').restartCounters().run(1_000)
    expect(drive.verdict).toBe('good')
  })

  it('is not a stream delay that fills again after a reconnect', () => {
    const drive = new Drive().live().event('reconnecting').wait(2_200).event('reconnected')
    drive.run(20_000, { reply: { bytes: 0, totalFrames: 0 } })
    expect(drive.verdict).toBe('unknown stream-starting')
  })

  it('is not concluded across a hole in the answers', () => {
    const drive = new Drive().live().wait(7_000).answer({})
    expect(drive.verdict).not.toMatch(/^bad/)
  })
})

describe('a collapsed bitrate', () => {
  it('with a full queue is bad: dynamic bitrate never drops', () => {
    const drive = new Drive().live()
    expect(drive.until('bad bitrate-collapsed', 20_000, { kbps: 300, congestion: 0.5 })).not.toBeNull()
  })

  it('of a still scene is not', () => {
    const drive = new Drive().live()
    expect(drive.until('bad bitrate-collapsed', 60_000, { kbps: 20 })).toBeNull()
    expect(drive.verdict).toBe('good')
  })

  it('with a queue that is full for a moment only is not', () => {
    const drive = new Drive().live().run(20_000, { kbps: 300 }).run(1_500, { kbps: 300, congestion: 1 })
    expect(drive.verdict).toBe('good')
  })

  it('is not a stream that settles at a third of a burst', () => {
    const drive = new Drive().live()
    expect(drive.until('bad bitrate-collapsed', 20_000, { kbps: 1_200, congestion: 0.5 })).toBeNull()
  })
})

describe('the encoder', () => {
  it('that hands over no frame for 3 s is bad though sound goes on', () => {
    expect(new Drive().live().until('bad encoder-stalled', 6_000, { fps: 0, kbps: 128 })).toBe(3_000)
  })

  it('that is slow is not', () => {
    expect(new Drive().live().until('bad encoder-stalled', 20_000, { fps: 10, kbps: 900 })).toBeNull()
  })
})

describe('counters that restart', () => {
  it('open a new epoch instead of a negative difference', () => {
    const drive = new Drive().live().restartCounters()
    drive.run(500)
    expect(drive.health.samples).toHaveLength(1)
    expect(obsMetrics(drive.health, drive.at, drive.policy).bitrateKbps).toBeNull()
    drive.run(2_000)
    expect(obsMetrics(drive.health, drive.at, drive.policy).bitrateKbps).toBeCloseTo(2_500, -1)
  })
})

describe('the far end', () => {
  it('that denies media for 3 s is bad once it has seen some', () => {
    const drive = new Drive().live().witness('flowing')
    for (let second = 0; second < 4; second += 1) drive.run(1_000).witness('absent')
    expect(drive.verdict).toBe('bad far-end-silent')
    drive.witness('flowing')
    expect(drive.verdict).toBe('good')
  })

  it('that never saw this stream counts for nothing: a wrong set-up', () => {
    const drive = new Drive().live()
    for (let second = 0; second < 20; second += 1) drive.run(1_000).witness('absent')
    expect(drive.verdict).toBe('good')
  })

  it('that cannot look counts for nothing', () => {
    const drive = new Drive().live().witness('flowing')
    for (let second = 0; second < 10; second += 1) drive.run(1_000).witness('unknown')
    expect(drive.verdict).toBe('good')
  })
})
