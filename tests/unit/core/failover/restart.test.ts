import { describe, expect, it } from 'vitest'
import { inPhase, onAir, Story } from '../../../support/story/story'

describe('a new engine', () => {
  it('adopts OBS on air and starts nothing', () => {
    const story = new Story().live().restart()
    story.until(onAir('obs')).run(20_000)
    expect(story.deeds()).toEqual([])
    expect(story.told()).toEqual(['adopted'])
    expect(story.state.armed).toBe(true)
  })

  it('adopts the backup on air, and OBS that is idle stays idle', () => {
    const story = new Story().backupLive()
    const generation = story.backup.generation
    story.restart().until(onAir('backup')).run(20_000)
    expect(story.deeds()).toEqual([])
    expect(story.backup.generation).toBe(generation)
    expect(story.state.generation).toBe(generation)
  })

  it('whose restore point was lost takes over the lease of what it finds, so that it is obeyed', () => {
    const story = new Story().backupLive()
    const generation = story.backup.generation ?? 0
    expect(generation).toBeGreaterThan(0)
    story
      .restart((point) => ({ ...point, onAir: null, generation: 0 }))
      .until(onAir('backup'))
      .run(8_000)
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs'))
    const stop = story.commands.find((command) => command.kind === 'stop')
    expect(stop).toMatchObject({ system: 'backup', generation })
  })

  it('switches as the old one would when OBS fails after it', () => {
    const story = new Story().live().restart()
    story.until(onAir('obs')).run(8_000)
    story.obs.dropped()
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['start backup'])
  })

  it('keeps the one that was meant when it finds both, and stops the other', () => {
    const story = new Story().backupLive()
    story.obs.output = 'live'
    story.destination.publishers.add('obs')
    story.restart().until(onAir('backup')).run(10_000)
    expect(story.deeds()).toEqual(['stop obs'])
    expect([...story.destination.publishers]).toEqual(['backup'])
  })

  it('stops a backup beside the OBS that was meant', () => {
    const story = new Story().live()
    story.backup.generation = 1
    story.destination.publishers.add('backup')
    story.restart().until(onAir('obs')).run(10_000)
    expect(story.deeds()).toEqual(['stop backup'])
    expect([...story.destination.publishers]).toEqual(['obs'])
  })

  it('carries on a switch in the middle of its fence', () => {
    const story = new Story().live()
    story.obs.blackHole()
    story.until(inPhase('switching')).restart()
    story.until(onAir('backup'), 90_000)
    story.run(10_000)
    expect([...story.destination.publishers]).toEqual(['backup'])
    expect(story.obs.output).toBe('off')
  })

  it('carries on a switch whose backup already publishes', () => {
    const story = new Story().live()
    story.obs.dropped()
    story.until((state) => state.phase.kind === 'switching' || state.phase.kind === 'on-air')
    story.run(250).restart()
    story.until(onAir('backup')).run(10_000)
    expect(story.deeds()).toEqual([])
  })

  it('carries on in the dark', () => {
    const story = new Story().live()
    story.destination.reachable = false
    story.obs.blackHole()
    story.until(inPhase('dark')).restart()
    story.until(inPhase('dark')).run(10_000)
    story.destination.reachable = true
    story.until((state) => state.phase.kind === 'on-air')
  })

  it('adopts the OBS that the operator was putting on air', () => {
    const story = new Story().backupLive().say({ kind: 'switch', to: 'obs' })
    story.until((state) => state.phase.kind === 'switching' && state.phase.step === 'start').run(500)
    story.restart().until(onAir('obs')).run(10_000)
    expect(story.deeds()).toEqual([])
  })

  it('stops the OBS that was owed a fence', () => {
    const story = new Story().live()
    story.obs.freeze()
    story.destination.publishers.delete('obs')
    story.until(onAir('backup')).restart()
    story.until(onAir('backup'))
    expect(story.state.owedFence).toBe(true)
    story.obs.thaw()
    story.obs.open()
    story.run(5_000)
    expect(story.obs.output).toBe('off')
    expect([...story.destination.publishers]).toEqual(['backup'])
    expect(story.state.owedFence).toBe(false)
  })

  it('leaves viewers an owed OBS when nobody else is on air', () => {
    const story = new Story().live()
    story.backup.source = false
    story.restart((point) => ({ ...point, onAir: 'backup', owedFence: true }))
    story.until(onAir('obs')).run(10_000)
    expect(story.deeds()).toEqual([])
  })

  it('finds the stream over when OBS does not stream, and says so loudly', () => {
    const story = new Story().live()
    story.obs.pressStop()
    story.run(250).restart((point) => ({ ...point, onAir: 'obs' }))
    story.until(inPhase('offline'))
    expect(story.told()).toEqual(['ended user?'])
    expect(story.deeds()).toEqual([])
  })

  it.each([true, false])(
    'finds the stream over when there is no OBS any more (process visible: %s)',
    (visible) => {
      const story = new Story()
      story.obs.processVisible = visible
      story.live()
      story.obs.process = false
      story.obs.socket = false
      story.restart().until(inPhase('offline'))
      expect(story.told()).toEqual(['ended user?'])
    },
  )

  it('finds nothing where nothing was', () => {
    const story = new Story()
    story.obs.open()
    story.run(3_000).restart().until(inPhase('offline')).run(5_000)
    expect(story.commands).toEqual([])
  })

  it('keeps a hold over the restart, and its end', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: 20_000 }).restart()
    story.until(onAir('obs')).run(8_000)
    story.obs.dropped()
    story.run(6_000)
    expect(story.told()).toContain('not-switched hold')
    expect(story.deeds()).toEqual([])
    story.until(onAir('backup'))
  })

  it('ends the stream while it still looks who is on air', () => {
    const story = new Story().backupLive().restart()
    expect(story.state.phase.kind).toBe('adopting')
    story.say({ kind: 'end-stream' }).until(inPhase('offline')).run(5_000)
    expect([...story.destination.publishers]).toEqual([])
  })
})
