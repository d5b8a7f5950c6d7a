import { describe, expect, it } from 'vitest'
import { GapMeter, silenceMs, steadyMs } from '../../../src/rehearsal/viewer-gap'

/** A viewer at 25 frames a second. */
class Viewer {
  readonly meter = new GapMeter()
  now = 0
  watch(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += 40
      this.meter.frame(this.now)
    }
  }
  silence(ms: number): void {
    this.now += ms
  }
}

describe('the viewer gap of a fault', () => {
  it('is the pause from the last frame before to the first after, told once media flows steadily', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('drop', viewer.now)
    viewer.silence(3_000)
    expect(viewer.meter.view()).toEqual({ lastGapMs: null, gaps: [{ fault: 'drop', gapMs: null }] })
    viewer.watch(steadyMs)
    expect(viewer.meter.view().lastGapMs).toBeNull()
    viewer.watch(40)
    expect(viewer.meter.view()).toEqual({ lastGapMs: 3_040, gaps: [{ fault: 'drop', gapMs: 3_040 }] })
  })

  it('is the longest of several pauses, each beginning the steady time anew', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('narrow', viewer.now)
    viewer.silence(960)
    viewer.watch(steadyMs - 200)
    viewer.silence(1_960)
    viewer.watch(steadyMs - 200)
    viewer.silence(silenceMs)
    viewer.watch(steadyMs)
    expect(viewer.meter.view().gaps).toEqual([{ fault: 'narrow', gapMs: null }])
    viewer.watch(40)
    expect(viewer.meter.view().gaps).toEqual([{ fault: 'narrow', gapMs: 2_000 }])
  })

  it('counts a pause that began before the fault was made whole', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.silence(300)
    viewer.meter.begin('kill', viewer.now)
    viewer.silence(660)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view().lastGapMs).toBe(1_000)
  })

  it('waits for a fault that takes its time', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('narrow', viewer.now)
    viewer.watch(10_000)
    expect(viewer.meter.view().gaps).toEqual([{ fault: 'narrow', gapMs: null }])
    viewer.silence(1_000)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view().lastGapMs).toBe(1_040)
  })

  it('is next to nothing when the fault is healed before anybody noticed', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('freeze', viewer.now)
    viewer.watch(1_000)
    viewer.meter.heal(viewer.now)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view().lastGapMs).toBe(40)
  })

  it('goes on after healing for as long as the silence lasts', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('freeze', viewer.now)
    viewer.silence(5_000)
    viewer.meter.heal(viewer.now)
    viewer.silence(2_960)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view().lastGapMs).toBe(8_000)
  })

  it('belongs to the first of two faults made in one silence, and each has its own otherwise', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('freeze', viewer.now)
    viewer.silence(2_000)
    viewer.meter.begin('kill', viewer.now)
    viewer.silence(960)
    viewer.watch(1_000)
    viewer.meter.begin('drop', viewer.now)
    viewer.silence(1_960)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view()).toEqual({
      lastGapMs: 2_000,
      gaps: [
        { fault: 'drop', gapMs: 2_000 },
        { fault: 'freeze', gapMs: 3_000 },
      ],
    })
  })

  it('is not measured before anything was on air, nor after the stream ended on purpose', () => {
    const viewer = new Viewer()
    viewer.meter.begin('drop', viewer.now)
    viewer.watch(1_000)
    expect(viewer.meter.view().gaps).toEqual([])
    viewer.meter.begin('narrow', viewer.now)
    viewer.watch(1_000)
    viewer.meter.over()
    viewer.silence(60_000)
    viewer.watch(2 * steadyMs)
    expect(viewer.meter.view().gaps).toEqual([{ fault: 'narrow', gapMs: 40 }])
  })

  it('keeps the newest twenty', () => {
    const viewer = new Viewer()
    for (let count = 0; count < 25; count++) {
      viewer.watch(200)
      viewer.meter.begin('drop', viewer.now)
    }
    expect(viewer.meter.view().gaps).toHaveLength(20)
  })
})
