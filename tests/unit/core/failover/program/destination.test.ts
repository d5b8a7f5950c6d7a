import { describe, expect, it } from 'vitest'
import { inPhase, onAir, Story, type StoryOptions } from '../../../../support/story/story'
import type { StoryProgram } from '../../../../support/story/story-program'

function onProgram(options: StoryOptions = {}): Story & { readonly program: StoryProgram } {
  const story = new Story({ program: true, slate: true, ...options }).live()
  story.until(onAir('obs')).run(2_000)
  return story as Story & { readonly program: StoryProgram }
}

const deeds = (story: Story): string[] => story.deeds().filter((deed) => !deed.startsWith('guard'))

describe('a destination that takes nothing', () => {
  it('is not cut away from: said once, with why nothing is switched', () => {
    const story = onProgram()
    story.program.link = 0
    story.run(20_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(deeds(story)).toEqual(['start obs'])
    expect(story.told().filter((notice) => notice.startsWith('bad'))).toEqual(['bad obs destination-frozen'])
    expect(story.told().filter((notice) => notice === 'not-switched cannot-cure')).toHaveLength(1)
    story.program.link = 1
    story.run(3_000)
    expect(story.told().at(-1)).toBe('on-air-good')
  })

  it('is an alarm within a second and a half', () => {
    const story = onProgram()
    story.program.link = 0
    const from = story.now
    story.until((state) => state.phase.kind === 'on-air' && state.phase.badSince !== null)
    expect(story.now - from).toBeLessThanOrEqual(1_500)
  })

  it('is left for its other ingest, once', () => {
    const story = onProgram()
    story.program.hasOther = true
    story.program.firstFrozen = true
    story.run(20_000)
    expect(deeds(story)).toEqual(['start obs', 'redirect main other'])
    expect(story.told().slice(-3)).toEqual(['bad obs destination-frozen', 'redirected', 'on-air-good'])
    expect(onAir('obs')(story.state)).toBe(true)
  })

  it('is not left under a hold, nor while disarmed', () => {
    for (const command of [{ kind: 'hold', forMs: null }, { kind: 'disarm' }] as const) {
      const story = onProgram({ remote: true }).say(command)
      story.program.hasOther = true
      story.program.link = 0
      story.run(20_000)
      expect(deeds(story)).toEqual(['start obs'])
    }
  })

  it('goes to a backup on a server when the other ingest is no better', () => {
    const story = onProgram({ remote: true })
    story.program.hasOther = true
    story.program.link = 0
    story.until(onAir('remote'))
    expect(deeds(story)).toEqual(['start obs', 'redirect main other', 'stop obs', 'start remote'])
    expect(story.commands.find((command) => command.kind === 'stop')).toMatchObject({ mode: 'abrupt' })
    expect(story.program.live).toBe(false)
    // OBS goes on feeding the program, and is neither stopped nor owed anything.
    expect(story.obs.output).toBe('live')
    expect(story.state.owedFence).toBe(false)
    story.program.link = 1
    story.run(60_000)
    expect(onAir('remote')(story.state)).toBe(true)
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs'))
    expect(deeds(story).slice(-2)).toEqual(['stop remote', 'start obs'])
    expect([...story.destination.publishers]).toEqual([])
  })

  it('goes to a backup on a server after a few seconds where there is no other ingest', () => {
    const story = onProgram({ remote: true })
    story.program.link = 0
    const from = story.now
    story.until(onAir('remote'))
    expect(story.now - from).toBeGreaterThan(3_000)
    expect(story.now - from).toBeLessThan(7_000)
  })

  it('that healed before is no reason to go', () => {
    const story = onProgram({ remote: true })
    story.program.link = 0
    story.run(2_500)
    story.program.link = 1
    story.run(20_000)
    expect(deeds(story)).toEqual(['start obs'])
  })
})

describe('an uplink that is too narrow', () => {
  it('is said as that', () => {
    const story = onProgram()
    story.program.link = 0.3
    story.run(5_000)
    expect(story.told()).toContain('bad obs uplink-narrow')
    expect(story.told()).toContain('not-switched cannot-cure')
  })
})

describe('a destination that is disconnected', () => {
  it('has its allowance, then it is an alarm', () => {
    const story = onProgram()
    story.program.leg = 'connecting'
    story.run(2_500)
    expect(story.told().filter((notice) => notice.startsWith('bad'))).toEqual([])
    story.run(1_500)
    expect(story.told()).toContain('bad obs destination-disconnected')
    expect(onAir('obs')(story.state)).toBe(true)
  })
})

describe('one of several destinations', () => {
  it('that fails is said, and nothing else happens', () => {
    const story = onProgram({ remote: true })
    const extra = {
      id: 'second',
      on: 'first',
      hasOther: false,
      problem: null,
      acknowledges: 'yes',
      bytesSent: 0,
      bytesAcknowledged: 0,
      acknowledgedAgeMs: 0,
      backlogBytes: 0,
      usualBacklogBytes: 100_000,
      queuedBytes: 0,
      sentKbps: 2_500,
      offeredKbps: 2_500,
      droppedFrames: 0,
      uptimeMs: null,
      retryInMs: null,
      sessions: 1,
    } as const
    story.program.more = [{ ...extra, leg: 'failed' }]
    story.run(10_000)
    expect(story.told().filter((notice) => notice === 'destination-bad')).toHaveLength(1)
    expect(deeds(story)).toEqual(['start obs'])
    story.program.more = [{ ...extra, leg: 'up' }]
    story.run(2_000)
    expect(story.told().at(-1)).toBe('destination-good')
  })
})

describe('an engine that starts again', () => {
  it('takes the program as it finds it, and gives its guard', () => {
    const story = onProgram().restart()
    story.until(onAir('obs')).run(1_000)
    expect(story.told()).toContain('adopted')
    expect(story.deeds()).toEqual(['guard backup slate'])
    expect(story.program.live).toBe(true)
  })

  it('finds the backup that the carrier cut to meanwhile, and comes back by itself', () => {
    const story = onProgram()
    story.program.frozen.add('obs')
    for (let look = 0; look < 8; look += 1) {
      story.now += 250
      story.program.answers = false
      story.program.sample()
    }
    story.program.answers = true
    expect(story.program.onFeed).toBe('backup')
    story.restart().until(onAir('backup'))
    story.program.frozen.delete('obs')
    story.until(onAir('obs'))
    expect(deeds(story)).toEqual(['start obs'])
  })

  it('does not undo what the operator chose before', () => {
    const story = onProgram().say({ kind: 'switch', to: 'backup' })
    story.until(onAir('backup')).run(2_000)
    story.restart().until(onAir('backup')).run(60_000)
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('puts on what was on when the program is gone', () => {
    const story = onProgram()
    story.program.die()
    story.restart().until(onAir('obs'))
    expect(deeds(story)).toEqual(['start obs'])
  })
})

describe('a carrier that was killed', () => {
  it('is published by again as soon as a feed is there', () => {
    const story = onProgram()
    story.program.die()
    story.obs.reconnects = true
    story.obs.dropped()
    story.until((state) => state.phase.kind === 'on-air' && state.phase.system !== 'obs').until(onAir('obs'))
    expect(story.program.live).toBe(true)
    expect(deeds(story)).not.toContain('stop obs')
  })

  it('under a hold waits for the one that was on', () => {
    const story = onProgram().say({ kind: 'hold', forMs: null })
    story.program.die()
    story.obs.reconnects = true
    story.obs.dropped()
    story.until(inPhase('dark')).until(onAir('obs'))
    expect(deeds(story).filter((deed) => deed !== 'start obs')).toEqual([])
  })

  it('that brought the program back by itself is taken as found', () => {
    const story = onProgram()
    story.program.lastCut = null
    story.program.onFeed = 'slate'
    story.until(onAir('slate'))
    expect(story.told()).toContain('adopted')
    story.until(onAir('obs'))
  })

  it('and does not answer is unknown, not bad', () => {
    const story = onProgram()
    story.program.answers = false
    story.run(30_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told().filter((notice) => notice.startsWith('bad'))).toEqual([])
    expect(story.told()).toContain('monitor-blind')
  })
})
