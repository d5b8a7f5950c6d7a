import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../../../../src/core/policy'
import { inPhase, onAir, Story, type StoryOptions } from '../../../../support/story/story'
import type { StoryProgram } from '../../../../support/story/story-program'

const { returnAfterMs } = defaultPolicy.program

/** OBS, a backup and a standby picture in the program, live from OBS and armed. */
function onProgram(options: StoryOptions = {}): Story & { readonly program: StoryProgram } {
  const story = new Story({ program: true, slate: true, ...options }).live()
  story.until(onAir('obs')).run(2_000)
  return story as Story & { readonly program: StoryProgram }
}

const deedsAfter = (story: Story, act: () => void): string[] => {
  const before = story.deeds().length
  act()
  return story.deeds().slice(before)
}
const deedsWithoutGuard = (story: Story): string[] =>
  story.deeds().filter((deed) => !deed.startsWith('guard'))
const lastGuard = (story: Story): string | undefined =>
  story.deeds().findLast((deed) => deed.startsWith('guard'))

describe('going live by the program', () => {
  it('by the operator: OBS is told to stream, and put on', () => {
    const story = new Story({ program: true })
    story.obs.open()
    story.run(5_000)
    story.say({ kind: 'go-live' }).until(onAir('obs'))
    expect(deedsWithoutGuard(story)).toEqual(['start obs'])
    expect(story.obs.output).toBe('live')
    expect(story.program?.onFeed).toBe('obs')
  })

  it('by Start in OBS, once its feed has come in', () => {
    const story = new Story({ program: true, autoArm: true })
    story.obs.open()
    story.run(5_000)
    story.obs.pressStart()
    story.until(onAir('obs')).run(1_000)
    expect(deedsWithoutGuard(story)).toEqual(['start obs'])
    expect(story.told()).toContain('stream-started')
    expect(story.state.armed).toBe(true)
  })

  it('not by an OBS that streams to somewhere else', () => {
    const story = new Story({ program: true })
    story.program?.frozen.add('obs')
    story.obs.open()
    story.run(3_000)
    story.obs.pressStart()
    story.run(20_000)
    expect(inPhase('offline')(story.state)).toBe(true)
    expect(deedsWithoutGuard(story)).toEqual([])
  })

  it('comes to nothing without a stream where it fails', () => {
    const story = new Story({ program: true })
    story.obs.open()
    story.run(5_000)
    story.program?.frozen.add('obs')
    story.say({ kind: 'go-live' }).until(inPhase('offline'))
    expect(story.told()).toContain('switch-failed obs source-no-media')
  })
})

describe('a cut', () => {
  it('has no fence and no stop, in either direction', () => {
    const story = onProgram()
    const deeds = deedsAfter(story, () => {
      story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup')).run(3_000)
      story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs')).run(3_000)
    }).filter((deed) => !deed.startsWith('guard'))
    expect(deeds).toEqual(['start backup', 'start obs'])
    expect(story.obs.output).toBe('live')
    expect(story.state.owedFence).toBe(false)
  })

  it('to a feed without a picture leaves on what was on', () => {
    const story = onProgram()
    story.intercept = (command) => command.kind === 'start'
    story.say({ kind: 'switch', to: 'backup' })
    const start = story.commands.findLast((command) => command.kind === 'start')
    story.tell({
      kind: 'result',
      commandId: start?.id ?? 0,
      outcome: { ok: false, problem: { code: 'source-no-media' } },
    })
    story.run(3_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told()).toContain('switch-failed backup source-no-media')
    expect(story.deeds().filter((deed) => deed.startsWith('stop'))).toEqual([])
  })

  it('that gets no answer is given up, and another can be asked for meanwhile', () => {
    const story = onProgram()
    story.intercept = (command) => command.kind === 'start' && command.system === 'backup'
    story.say({ kind: 'switch', to: 'backup' }).run(2_000)
    story.say({ kind: 'switch', to: 'slate' }).until(onAir('slate'))
    story.say({ kind: 'switch', to: 'backup' }).run(20_000)
    expect(onAir('slate')(story.state)).toBe(true)
    expect(story.told()).toContain('switch-failed backup timeout')
  })
})

describe('the guard', () => {
  it('names who is ready, standby picture last, and follows', () => {
    const story = onProgram()
    expect(lastGuard(story)).toBe('guard backup slate')
    story.backup.source = false
    story.run(2_000)
    expect(lastGuard(story)).toBe('guard slate')
    story.backup.source = true
    story.run(2_000)
    expect(lastGuard(story)).toBe('guard backup slate')
    expect(story.program.guard).toEqual({ order: ['backup', 'slate'], freezeMs: 700 })
  })

  it('is given once, not at every look', () => {
    const story = onProgram()
    expect(deedsAfter(story, () => story.run(60_000))).toEqual([])
  })

  it('is taken back under a hold, while disarmed and when the stream ends', () => {
    const story = onProgram()
    story.say({ kind: 'hold', forMs: 5_000 })
    expect(lastGuard(story)).toBe('guard none')
    story.run(6_000)
    expect(lastGuard(story)).toBe('guard backup slate')
    story.say({ kind: 'disarm' })
    expect(lastGuard(story)).toBe('guard none')
    story.say({ kind: 'arm' })
    expect(lastGuard(story)).toBe('guard backup slate')
    story.say({ kind: 'end-stream' }).until(inPhase('offline'))
    expect(lastGuard(story)).toBe('guard none')
  })

  it('is given again when it did not reach the carrier, and when the carrier is another one', () => {
    const story = onProgram()
    let failing = true
    story.intercept = (command) => command.kind === 'guard' && failing
    story.backup.source = false
    story.run(1_500)
    const command = story.commands.findLast((each) => each.kind === 'guard')
    failing = false
    story.tell({
      kind: 'result',
      commandId: command?.id ?? 0,
      outcome: { ok: false, problem: { code: 'carrier-lost' } },
    })
    story.run(2_000)
    expect(story.program.guard?.order).toEqual(['slate'])
  })
})

describe('a feed that fails', () => {
  it('is cut away from by the carrier, and that is the switch', () => {
    const story = onProgram()
    const deeds = deedsAfter(story, () => {
      story.obs.kill()
      story.until(onAir('backup'))
    })
    expect(deeds.filter((deed) => deed.startsWith('start') || deed.startsWith('stop'))).toEqual([])
    expect(story.told().slice(-3)).toEqual([
      expect.stringMatching(/^bad obs (obs-gone|feed-ended)$/),
      'switching backup',
      'switched backup',
    ])
    expect(story.state.automaticSwitches).toHaveLength(1)
    const switched = story.commands.findLast((each) => each.kind === 'notice')
    expect(switched).toMatchObject({ notice: { code: 'switched', tookMs: 40, proof: 'acknowledged' } })
  })

  it('with its process there is frozen', () => {
    const story = onProgram()
    story.program.frozen.add('obs')
    story.until(onAir('backup'))
    expect(story.told()).toContain('bad obs feed-frozen')
  })

  it('stays on air under a hold, with an alarm, and is left when that ends', () => {
    const story = onProgram().say({ kind: 'hold', forMs: null })
    story.program.frozen.add('obs')
    story.run(10_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told()).toContain('bad obs feed-frozen')
    expect(story.told().filter((notice) => notice === 'not-switched hold')).toHaveLength(1)
    story.say({ kind: 'release' }).until(onAir('backup'))
  })

  it('stays on air while disarmed', () => {
    const story = onProgram().say({ kind: 'disarm' })
    story.program.frozen.add('obs')
    story.run(10_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told()).toContain('not-switched not-armed')
  })

  it('is left by the core where the carrier cannot see it: an encoder that stands still with its sound', () => {
    const story = onProgram()
    // Bytes and sound go on, frames do not.
    const total = story.state.obs.status?.reply.totalFrames ?? 0
    let bytes = story.state.obs.status?.reply.bytes ?? 0
    const tell = story.tell.bind(story)
    story.tell = (event) => {
      if (event.kind === 'obs-status' && event.reply !== null) {
        bytes += 8_000
        tell({ ...event, reply: { ...event.reply, totalFrames: total, bytes } })
      } else tell(event)
    }
    story.until(onAir('backup'))
    expect(story.told()).toContain('bad obs encoder-stalled')
    expect(deedsWithoutGuard(story).at(-1)).toBe('start backup')
  })

  it('does not count as failed while only its window hangs', () => {
    const story = onProgram()
    const sample = story.obs.sample.bind(story.obs)
    let last = 0
    story.obs.sample = () => {
      if (story.now - last < 2_000) return
      last = story.now
      story.tell({ kind: 'obs-status', reply: null, error: 'timeout' })
    }
    story.run(20_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told().filter((notice) => notice.startsWith('bad'))).toEqual([])
    story.obs.sample = sample
  })

  it('is dead when OBS reconnects to our own ingest: there is nothing to wait for', () => {
    const story = onProgram()
    story.obs.reconnects = true
    story.obs.dropped()
    const from = story.now
    story.until(onAir('backup'))
    expect(story.now - from).toBeLessThanOrEqual(1_000)
  })

  it('leads to the standby picture when no backup is ready, and to nothing where there is none', () => {
    const story = onProgram()
    story.backup.source = false
    story.run(1_000).obs.kill()
    story.until(onAir('slate'))
    const alone = onProgram({ slate: false })
    alone.backup.source = false
    alone.run(1_000).obs.kill()
    alone.run(5_000)
    expect(onAir('obs')(alone.state)).toBe(true)
    expect(alone.told()).toContain('not-switched backup-not-ready')
    alone.backup.source = true
    alone.until(onAir('backup'))
  })
})

describe('the way back', () => {
  it('is taken once OBS was well for long enough, without a break', () => {
    const story = onProgram()
    story.obs.kill()
    story.until(onAir('backup')).run(5_000)
    story.obs.launch()
    story.run(3_000).obs.pressStart()
    story.run(3_000)
    story.program.frozen.add('obs')
    story.run(3_000)
    story.program.frozen.delete('obs')
    const from = story.now
    story.until(onAir('obs'))
    expect(story.now - from).toBeGreaterThanOrEqual(returnAfterMs)
    expect(story.now - from).toBeLessThanOrEqual(returnAfterMs + 1_500)
    expect(story.commands.findLast((each) => each.kind === 'start')?.reason).toMatchObject({
      code: 'start',
      to: 'obs',
    })
    expect(story.commands).toContainEqual(
      expect.objectContaining({
        notice: expect.objectContaining({
          code: 'switching',
          reason: { code: 'returned', to: 'obs' },
        }) as unknown,
      }),
    )
  })

  it('is not taken where the operator chose the backup', () => {
    const story = onProgram().say({ kind: 'switch', to: 'backup' })
    story.until(onAir('backup')).run(60_000)
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('is not taken under a hold, nor while disarmed', () => {
    const story = onProgram()
    story.program.frozen.add('obs')
    story.until(onAir('backup'))
    story.program.frozen.delete('obs')
    story.say({ kind: 'hold', forMs: null }).run(30_000)
    expect(onAir('backup')(story.state)).toBe(true)
    story.say({ kind: 'disarm' }).say({ kind: 'release' }).run(30_000)
    expect(onAir('backup')(story.state)).toBe(true)
    story.say({ kind: 'arm' }).until(onAir('obs'), 2_000)
  })

  it('ends, and the guard with it, when there were too many switches; that is said once', () => {
    const story = onProgram({ policy: { governorMaxSwitches: 3 } })
    for (let round = 0; round < 3; round += 1) {
      story.program.frozen.add('obs')
      story.run(3_000)
      story.program.frozen.delete('obs')
      story.run(returnAfterMs + 3_000)
    }
    expect(onAir('backup')(story.state)).toBe(true)
    expect(lastGuard(story)).toBe('guard none')
    expect(story.told().filter((notice) => notice === 'governor-holds')).toHaveLength(1)
    story.say({ kind: 'release' }).until(onAir('obs'), 2_000)
    expect(lastGuard(story)).toBe('guard backup slate')
  })
})

describe('the end', () => {
  it('comes when the user stops it in OBS, though the carrier was faster', () => {
    const story = onProgram()
    story.obs.pressStop()
    story.until(inPhase('offline')).run(3_000)
    expect(story.told()).toContain('ended user?')
    expect(story.program.live).toBe(false)
    const stop = story.commands.find((command) => command.kind === 'stop')
    expect(stop).toMatchObject({ mode: 'clean' })
  })

  it('comes when the user stops it while disarmed', () => {
    const story = onProgram().say({ kind: 'disarm' })
    story.obs.pressStop()
    story.until(inPhase('offline')).run(3_000)
    expect(story.program.live).toBe(false)
  })

  it('does not come when OBS is quit and a backup takes its place: it may be restarted', () => {
    const story = onProgram()
    story.obs.quit()
    story.until(onAir('backup'))
    expect(story.told()).toContain('bad obs obs-quit')
    story.run(10_000)
    story.obs.launch()
    story.run(3_000).obs.pressStart()
    story.until(onAir('obs'))
    expect(deedsWithoutGuard(story).filter((deed) => deed.startsWith('stop'))).toEqual([])
  })

  it('comes when OBS is quit and nobody takes its place', () => {
    const story = onProgram().say({ kind: 'disarm' })
    story.obs.quit()
    story.until(inPhase('offline')).run(3_000)
    expect(story.told()).toContain('ended quit')
    expect(story.program.live).toBe(false)
  })

  it('does not come by a Stop in OBS while the backup has long been on air', () => {
    const story = onProgram().say({ kind: 'switch', to: 'backup' })
    story.until(onAir('backup')).run(20_000)
    story.obs.pressStop()
    story.run(10_000)
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('by the operator is a goodbye of the program and a stop of OBS, whoever is on', () => {
    const story = onProgram().say({ kind: 'switch', to: 'backup' })
    story.until(onAir('backup')).run(3_000)
    story.say({ kind: 'end-stream' }).until(inPhase('offline'))
    expect(story.program.live).toBe(false)
    expect(story.obs.output).toBe('off')
    const stops = story.commands.filter((command) => command.kind === 'stop')
    expect(stops.every((command) => command.mode === 'clean')).toBe(true)
    story.run(20_000)
    expect(inPhase('offline')(story.state)).toBe(true)
  })
})
