import { describe, expect, it } from 'vitest'
import {
  GapMeter,
  silenceMs,
  steadyMs,
  unaidedMs,
  type Sender,
} from '../../../../src/rehearsal/viewer/viewer-gap'

const obs: Sender = { id: 1, obs: true }
const obsAgain: Sender = { id: 3, obs: true }
const backup: Sender = { id: 2, obs: false }

/** A viewer at 25 frames a second. */
class Viewer {
  readonly meter: GapMeter
  constructor(toldLateMs = 0) {
    this.meter = new GapMeter(toldLateMs)
  }
  now = 0
  sender = obs
  watch(ms: number, sender = this.sender): void {
    this.sender = sender
    for (const end = this.now + ms; this.now < end;) {
      this.now += 40
      this.meter.frame(this.now, sender)
    }
  }
  silence(ms: number): void {
    this.now += ms
  }
  get tries() {
    return this.meter.view().tries.map(({ what, gapMs, outcome }) => ({ what, gapMs, outcome }))
  }
}

describe('the viewer gap of a fault', () => {
  it('is the pause from the last frame before to the first after, told once media flows steadily', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('drop', viewer.now)
    viewer.silence(3_000)
    expect(viewer.meter.view()).toEqual({
      lastGapMs: null,
      tries: [{ id: 1, what: 'drop', gapMs: null, outcome: null }],
    })
    viewer.watch(steadyMs, backup)
    expect(viewer.meter.view().lastGapMs).toBeNull()
    viewer.watch(40)
    expect(viewer.meter.view()).toEqual({
      lastGapMs: 3_040,
      tries: [{ id: 1, what: 'drop', gapMs: 3_040, outcome: 'switched' }],
    })
  })

  it('is the longest of several pauses, each beginning the steady time anew', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('kill', viewer.now)
    viewer.silence(960)
    viewer.watch(steadyMs - 200, backup)
    viewer.silence(1_960)
    viewer.watch(steadyMs - 200)
    viewer.silence(silenceMs)
    viewer.watch(steadyMs)
    expect(viewer.tries).toEqual([{ what: 'kill', gapMs: null, outcome: null }])
    viewer.watch(40)
    expect(viewer.tries).toEqual([{ what: 'kill', gapMs: 2_000, outcome: 'switched' }])
  })

  it('counts a pause that began before the fault was made whole', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.silence(300)
    viewer.meter.begin('kill', viewer.now)
    viewer.silence(660)
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.meter.view().lastGapMs).toBe(1_000)
  })

  it('waits for a fault that takes its time', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('narrow', viewer.now)
    viewer.watch(2 * unaidedMs)
    expect(viewer.tries).toEqual([{ what: 'narrow', gapMs: null, outcome: null }])
    viewer.silence(1_000)
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.tries).toEqual([{ what: 'narrow', gapMs: 1_040, outcome: 'switched' }])
  })

  it('does not take a trickle between two pauses for the end', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('narrow', viewer.now)
    viewer.silence(700)
    viewer.watch(3 * steadyMs)
    expect(viewer.tries).toEqual([{ what: 'narrow', gapMs: null, outcome: null }])
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.tries).toEqual([{ what: 'narrow', gapMs: 740, outcome: 'switched' }])
  })

  it('says that nobody took over where OBS goes on by itself, or comes back', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('narrow', viewer.now)
    viewer.silence(700)
    viewer.watch(unaidedMs + 40)
    viewer.meter.begin('drop', viewer.now)
    viewer.silence(1_960)
    viewer.watch(2 * steadyMs, obsAgain)
    expect(viewer.tries).toEqual([
      { what: 'drop', gapMs: 2_000, outcome: 'stayed' },
      { what: 'narrow', gapMs: 740, outcome: 'stayed' },
    ])
  })

  it('is next to nothing when the fault is healed before anybody noticed', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('freeze', viewer.now)
    viewer.watch(1_000)
    viewer.meter.heal(viewer.now)
    viewer.watch(2 * steadyMs)
    expect(viewer.tries).toEqual([{ what: 'freeze', gapMs: 40, outcome: 'healed' }])
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
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.tries).toEqual([
      { what: 'drop', gapMs: 2_000, outcome: 'switched' },
      { what: 'freeze', gapMs: 3_000, outcome: 'cut-short' },
    ])
  })

  it('is not measured before anything was on air, nor after the stream ended on purpose', () => {
    const viewer = new Viewer()
    viewer.meter.begin('drop', viewer.now)
    viewer.watch(1_000)
    expect(viewer.tries).toEqual([])
    viewer.meter.begin('narrow', viewer.now)
    viewer.watch(1_000)
    viewer.meter.over()
    viewer.watch(200)
    viewer.silence(60_000)
    viewer.meter.live()
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.tries).toEqual([{ what: 'narrow', gapMs: 40, outcome: 'cut-short' }])
  })

  it('is not measured while the backup carries the stream: it costs nobody', () => {
    const viewer = new Viewer()
    viewer.watch(1_000, backup)
    viewer.meter.begin('freeze', viewer.now)
    viewer.watch(2 * steadyMs)
    expect(viewer.tries).toEqual([])
  })

  it('that a hold kept from being mended is marked so, whoever ended it', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('drop', viewer.now)
    viewer.meter.hold()
    viewer.silence(20_000)
    viewer.watch(2 * steadyMs, backup)
    expect(viewer.tries).toEqual([{ what: 'drop', gapMs: 20_040, outcome: 'held' }])
  })

  it('keeps the newest twenty, each with a number of its own', () => {
    const viewer = new Viewer()
    for (let count = 0; count < 25; count++) {
      viewer.watch(200)
      viewer.meter.begin('drop', viewer.now)
    }
    expect(viewer.meter.view().tries.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, index) => 25 - index),
    )
  })
})

describe('a hand-over without a fault', () => {
  it('is a try of its own, in both directions', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.silence(160)
    viewer.watch(2 * steadyMs, backup)
    viewer.silence(360)
    viewer.watch(2 * steadyMs, obsAgain)
    expect(viewer.tries).toEqual([
      { what: 'to-obs', gapMs: 400, outcome: 'switched' },
      { what: 'to-backup', gapMs: 200, outcome: 'switched' },
    ])
  })

  it('ends the fault that came before, however soon', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.meter.begin('drop', viewer.now)
    viewer.silence(960)
    viewer.watch(400, backup)
    viewer.silence(60)
    viewer.watch(400, obsAgain)
    expect(viewer.tries).toEqual([
      { what: 'to-obs', gapMs: null, outcome: null },
      { what: 'drop', gapMs: 1_000, outcome: 'switched' },
    ])
  })

  it('is none where OBS merely comes back to itself', () => {
    const viewer = new Viewer()
    viewer.watch(1_000)
    viewer.silence(5_000)
    viewer.watch(2 * steadyMs, obsAgain)
    expect(viewer.tries).toEqual([])
  })
})

describe('a hand-over that is told after it was seen', () => {
  it('costs the pause that was seen before it was told', () => {
    const viewer = new Viewer(3_000)
    viewer.watch(1_000)
    viewer.silence(400)
    viewer.watch(600)
    // Told only now.
    viewer.watch(steadyMs + 80, backup)
    expect(viewer.tries).toEqual([{ what: 'to-backup', gapMs: 440, outcome: 'switched' }])
  })

  it('does not cost a pause of long before', () => {
    const viewer = new Viewer(3_000)
    viewer.watch(1_000)
    viewer.silence(400)
    viewer.watch(3_400)
    viewer.watch(steadyMs + 80, backup)
    expect(viewer.tries).toEqual([{ what: 'to-backup', gapMs: 40, outcome: 'switched' }])
  })
})

it('does not take the first word on who sends for a hand-over', () => {
  const meter = new GapMeter()
  let now = 0
  const watch = (ms: number, sender: Sender | null): void => {
    for (const end = now + ms; now < end;) meter.frame((now += 40), sender)
  }
  watch(1_000, null)
  meter.begin('kill', now)
  watch(steadyMs + 200, obs)
  expect(meter.view().tries[0]).toMatchObject({ outcome: null })
  watch(steadyMs + 200, backup)
  expect(meter.view().tries[0]).toMatchObject({ what: 'kill', outcome: 'switched' })
})
