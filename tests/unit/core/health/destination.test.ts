import { describe, expect, it } from 'vitest'
import {
  assessDestination,
  rebaselinedDestination,
  unheardDestination,
} from '../../../../src/core/health/destination'
import { defaultPolicy } from '../../../../src/core/policy'
import { Leg, random, type LegOptions } from './destination-leg'

/** The fault comes at any time between two samples and between two acknowledgements. */
const phases = Array.from({ length: 25 }, (_, index) => index * 70)

/** The latest that the fault was known, over all phases; null: at some phase it never was. */
function worst(
  options: LegOptions,
  fault: (leg: Leg) => void,
): { readonly ms: number; readonly causes: string[]; readonly after: string[] } {
  let ms = 0
  const causes = new Set<string>()
  const settled = new Set<string>()
  for (const phaseMs of phases) {
    const leg = new Leg(options).run(10_000 + phaseMs)
    expect(leg.verdict).toBe('good')
    leg.mark()
    fault(leg)
    leg.run(1_800)
    settled.add(leg.verdict)
    leg.run(3_200)
    ms = Math.max(ms, leg.badAfterMs ?? Infinity)
    causes.add(leg.badCause ?? 'none')
  }
  return { ms, causes: [...causes], after: [...settled] }
}

const blackHole = (leg: Leg): void => {
  leg.linkKbps = 0
}
const narrowTo =
  (share: number) =>
  (leg: Leg): void => {
    leg.linkKbps = leg.kbps * share
  }

describe('an ingest that froze, a black hole', () => {
  it.each([800, 1_200, 2_500, 6_000, 8_000])('is known within 1 s at %i kbit/s', (kbps) => {
    const { ms, after } = worst({ kbps }, blackHole)
    expect(ms).toBeLessThanOrEqual(1_000)
    expect(after).toEqual(['bad destination-frozen'])
  })

  it('is known on a long way too', () => {
    expect(worst({ roundTripMs: 200 }, blackHole).ms).toBeLessThanOrEqual(1_000)
  })

  it('is over with the first acknowledgement and a backlog that shrinks', () => {
    const leg = new Leg().run(10_000)
    leg.linkKbps = 0
    leg.run(3_000)
    expect(leg.verdict).toBe('bad destination-frozen')
    leg.linkKbps = 20_000
    expect(leg.run(1_000).verdict).toBe('good')
  })

  it('shows by our own queue where the destination never acknowledges', () => {
    const { ms, causes } = worst({ acknowledges: 'no' }, blackHole)
    // The system swallows 1 MB first: 3.2 s at 2.5 Mbit/s.
    expect(ms).toBeGreaterThan(3_200)
    expect(causes).toContain('destination-frozen')
    const leg = new Leg({ acknowledges: 'no' }).run(10_000)
    leg.linkKbps = 0
    leg.dropAtBytes = 1_800_000
    leg.run(20_000)
    expect(leg.verdict).toBe('bad destination-frozen')
  })
})

describe('an uplink at 30 % of the need', () => {
  it.each([2_500, 6_000, 8_000])('is known within 1.5 s at %i kbit/s', (kbps) => {
    const { ms, causes } = worst({ kbps }, narrowTo(0.3))
    expect(ms).toBeLessThanOrEqual(1_500)
    expect(causes).toContain('uplink-narrow')
  })

  it('is known within 1.8 s where acknowledgements are 0.9 s apart by then', () => {
    expect(worst({ kbps: 1_500 }, narrowTo(0.3)).ms).toBeLessThanOrEqual(1_800)
  })

  it.each([1_500, 2_500, 6_000, 8_000])('is known within 5 s at 70 %% of %i kbit/s too', (kbps) => {
    const { ms, causes } = worst({ kbps }, narrowTo(0.7))
    expect(ms).toBeLessThanOrEqual(5_000)
    expect(causes).toEqual(['uplink-narrow'])
  })

  it('stays bad while the carrier drops to keep up, and is over once the link is wide again', () => {
    const leg = new Leg().run(10_000)
    leg.linkKbps = 750
    leg.dropAtBytes = 600_000
    leg.run(20_000)
    for (let second = 0; second < 10; second += 1) expect(leg.run(1_000).verdict).toMatch(/^bad/)
    leg.linkKbps = 10_000
    expect(leg.run(5_000).verdict).toBe('good')
  })

  it('is told by our own queue where the destination never acknowledges', () => {
    const leg = new Leg({ acknowledges: 'no' }).run(10_000)
    leg.linkKbps = 750
    expect(leg.run(8_000).verdict).toBe('bad uplink-narrow')
  })
})

describe('what is no fault', () => {
  const links = [1.25, 2, 4]

  it.each(links)('a warm start and the bursts of cuts, on a link of %f times the need', (times) => {
    for (const phaseMs of phases) {
      const leg = new Leg({ phaseMs: Math.floor(phaseMs / 10) * 10 })
      leg.linkKbps = leg.kbps * times
      leg.mark().burst(600_000).run(12_000)
      for (let cut = 0; cut < 3; cut += 1) leg.burst(400_000).run(6_000 + phaseMs)
      expect([leg.badAfterMs, leg.badCause]).toEqual([null, null])
    }
  })

  it.each([2_500, 8_000])('one hiccup of half a second at %i kbit/s', (kbps) => {
    for (const phaseMs of phases) {
      const leg = new Leg({ kbps }).run(10_000 + phaseMs).mark()
      const { linkKbps } = leg
      leg.linkKbps = 0
      leg.run(500)
      leg.linkKbps = linkKbps
      leg.run(5_000)
      expect([phaseMs, leg.badAfterMs, leg.badCause]).toEqual([phaseMs, null, null])
    }
  })

  it('a feed that went silent: nothing is owed', () => {
    const leg = new Leg().run(10_000).mark()
    leg.kbps = 0
    expect(leg.run(20_000).verdict).toBe('good')
    expect(leg.badAfterMs).toBeNull()
  })

  it('a picture that stands still and costs next to nothing', () => {
    const leg = new Leg().run(10_000).mark()
    leg.kbps = 60
    expect(leg.run(60_000).badAfterMs).toBeNull()
  })

  it.each([1, 2, 3, 4, 5, 6])('ten minutes of a healthy stream on a nervous link (%i)', (seed) => {
    const next = random(seed)
    const leg = new Leg({ kbps: 2_000 + next() * 6_000, roundTripMs: 20 + Math.floor(next() * 130) })
    const { kbps } = leg
    const wideKbps = kbps * (1.4 + next() * 3)
    leg.linkKbps = wideKbps
    let hiccupMs = 0
    leg.mark().run(600_000, () => {
      hiccupMs -= 10
      if (hiccupMs <= -2_000 && next() < 0.003) hiccupMs = next() * 350
      leg.linkKbps = hiccupMs > 0 ? 0 : wideKbps * (0.75 + next() * 0.5)
      // The encoder breathes.
      if (leg.at % 500 === 0) leg.kbps = kbps * (0.6 + next() * 0.5)
    })
    expect([leg.badAfterMs, leg.badCause]).toEqual([null, null])
  })

  it('ten minutes with a destination that never acknowledges', () => {
    const next = random(7)
    const leg = new Leg({ acknowledges: 'no' }).mark()
    leg.run(600_000, () => {
      leg.linkKbps = leg.kbps * (0.8 + next() * 3)
    })
    expect(leg.badAfterMs).toBeNull()
  })
})

describe('a destination that is gone', () => {
  it('is bad once the reconnect has had its time', () => {
    const leg = new Leg().run(5_000).mark()
    leg.leg = 'connecting'
    expect(leg.run(2_800).verdict).toBe('unknown destination-settling')
    expect(leg.run(400).verdict).toBe('bad destination-disconnected')
    leg.leg = 'up'
    leg.sessions = 2
    expect(leg.run(1_000).verdict).toBe('good')
  })

  it('is bad at once where it refuses; not while a ghost holds the key', () => {
    const leg = new Leg().run(5_000)
    leg.leg = 'failed'
    leg.problem = { code: 'destination-busy' }
    expect(leg.run(400).verdict).toBe('unknown destination-settling')
    leg.problem = { code: 'destination-refused' }
    expect(leg.run(200).verdict).toBe('bad destination-refused')
  })
})

describe('a session that is too young to count', () => {
  it('is neither good nor the end of the outage', () => {
    const leg = new Leg().run(5_000)
    const look = (up: boolean, ms: number): string => {
      leg.leg = up ? 'up' : 'connecting'
      leg.confirmed = false
      if (up) leg.sessions += 1
      return leg.run(ms).verdict
    }
    expect(look(false, 1_400)).toBe('unknown destination-settling')
    // Let in, and thrown out before it counts: the same outage goes on.
    expect(look(true, 200)).toBe('unknown destination-settling')
    expect(look(false, 1_200)).toBe('unknown destination-settling')
    expect(look(true, 200)).toBe('unknown destination-settling')
    expect(look(false, 400)).toBe('bad destination-disconnected')
    // One that is up is waited for, not called disconnected.
    expect(look(true, 1_800)).toBe('unknown destination-settling')
    leg.confirmed = true
    expect(leg.run(200).verdict).toBe('good')
  })

  it('that freezes is known as soon as any other', () => {
    const leg = new Leg().run(5_000)
    leg.confirmed = false
    leg.sessions += 1
    leg.run(1_000).mark()
    leg.linkKbps = 0
    expect(leg.run(1_200).verdict).toBe('bad destination-frozen')
  })

  it('while it is turned away and tried again it is disconnected, not refused', () => {
    const leg = new Leg().run(5_000)
    leg.leg = 'connecting'
    leg.problem = { code: 'destination-refused' }
    expect(leg.run(2_000).verdict).toBe('unknown destination-settling')
    expect(leg.run(1_400).verdict).toBe('bad destination-disconnected')
    leg.leg = 'failed'
    expect(leg.run(200).verdict).toBe('bad destination-refused')
  })
})

describe('what is not known', () => {
  it('whether it acknowledges', () => {
    const leg = new Leg({ acknowledges: 'unknown' }).run(5_000)
    leg.linkKbps = 0
    expect(leg.run(10_000).verdict).toBe('unknown destination-settling')
  })

  it('while the carrier does not answer, and what was before says nothing after', () => {
    const leg = new Leg().run(5_000)
    const judge = (health = leg.health, at = leg.at) => assessDestination(health, at, defaultPolicy)
    expect(judge(unheardDestination(leg.health))).toMatchObject({
      verdict: 'unknown',
      causes: [{ code: 'program-stale' }],
    })
    expect(judge(leg.health, leg.at + 6_000)).toMatchObject({ causes: [{ code: 'monitor-blind' }] })
    expect(rebaselinedDestination(leg.health, leg.at).samples).toEqual([])
  })

  it('before the first sample, and while nothing is published', () => {
    expect(new Leg().verdict).toBe('unknown no-sample')
    const leg = new Leg()
    leg.leg = 'idle'
    expect(leg.run(5_000).verdict).toBe('unknown not-streaming')
  })
})
