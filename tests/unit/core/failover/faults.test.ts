import { describe, expect, it } from 'vitest'
import { assessments } from '../../../../src/core/failover'
import { inPhase, onAir, Story } from '../../../support/story/story'

describe('OBS fails on air', () => {
  it('hands over without a fence when the ingest drops an OBS that does not reconnect', () => {
    const story = new Story().live()
    story.obs.dropped()
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['start backup'])
    expect(story.told()).toEqual([
      'stream-started',
      'bad obs output-disconnected',
      'switching backup',
      'switched backup',
    ])
    expect(story.state.owedFence).toBe(false)
    expect(story.state.phase).toMatchObject({ proof: { kind: 'acknowledged' } })
  })

  it('leaves OBS its first reconnect', () => {
    const story = new Story()
    story.obs.reconnects = true
    story.live().obs.dropped()
    story.run(30_000)
    expect(story.state.phase).toMatchObject({ kind: 'on-air', system: 'obs' })
    expect(story.deeds()).toEqual([])
  })

  it('fences an OBS that reconnects past its allowance', () => {
    const story = new Story()
    story.obs.reconnects = true
    story.live()
    story.obs.link = 0
    story.obs.dropped()
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['stop obs', 'start backup'])
    expect(story.obs.output).toBe('off')
  })

  it.each([true, false])('takes a killed OBS off air at once (process visible: %s)', (visible) => {
    const story = new Story()
    story.obs.processVisible = visible
    story.live().obs.kill()
    story.until(onAir('backup'), 5_000)
    expect(story.deeds()).toEqual(['start backup'])
    expect(story.told()).toContain('bad obs obs-gone')
    // Where the process can be seen to be gone, nothing is left to fence.
    expect(story.state.owedFence).toBe(!visible)
    story.run(20_000)
    expect(story.deeds()).toEqual(['start backup'])
  })

  it('does not take media of the backup at the far end for a sign of life of a hung OBS', () => {
    const story = new Story().live()
    story.obs.freeze()
    story.destination.publishers.delete('obs')
    story.until(onAir('backup'))
    for (let second = 0; second < 5; second++) {
      story.tell({ kind: 'witness', proof: 'server', media: 'flowing' })
      story.run(1_000)
      const { obs } = assessments(story.state, story.now, story.policy)
      expect(obs).toMatchObject({ verdict: 'bad', causes: [{ code: 'obs-hung' }] })
    }
  })

  it('does not wait for a hung OBS, and stops it when it thaws', () => {
    const story = new Story().live()
    story.obs.freeze()
    // The ingest throws the silent publisher out.
    story.destination.publishers.delete('obs')
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['stop obs', 'start backup'])
    expect(story.told()).toContain('fence-owed')
    expect(story.state.owedFence).toBe(true)
    story.obs.thaw()
    story.run(3_000)
    expect(story.obs.output).toBe('off')
    expect(story.state.owedFence).toBe(false)
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('stops an OBS that thaws after its stop was given up', () => {
    const story = new Story().live()
    story.obs.freeze()
    story.destination.publishers.delete('obs')
    story.until(onAir('backup')).run(60_000)
    const before = story.deeds().length
    // Nobody talks to a deaf OBS.
    expect(story.deeds().slice(2)).toEqual([])
    story.obs.thaw()
    story.run(5_000)
    expect(story.deeds().slice(before)).toEqual(['stop obs'])
    expect(story.obs.output).toBe('off')
    expect(story.state.owedFence).toBe(false)
  })

  it('starts the backup though a black-holed OBS takes 12 s to stop and its ghost holds the key', () => {
    const story = new Story().live()
    story.obs.blackHole()
    story.until(inPhase('switching'))
    const began = story.now
    story.until(onAir('backup'))
    const deeds = story.deeds()
    expect(deeds.slice(0, 2)).toEqual(['stop obs', 'start backup'])
    expect(deeds.slice(1).every((deed) => deed === 'start backup')).toBe(true)
    expect(deeds.length).toBeGreaterThan(4)
    expect(story.told()).toEqual([
      'stream-started',
      'bad obs output-stalled',
      'switching backup',
      'fence-owed',
      'switch-failing backup destination-busy',
      'switch-failed backup destination-busy',
      'switched backup',
    ])
    expect(story.now - began).toBeGreaterThan(story.policy.failover.fenceMaxMs)
    expect(story.state.owedFence).toBe(false)
  })

  it('leaves a narrowed uplink that goes on dropping frames', () => {
    const story = new Story().live()
    story.obs.link = 0.3
    story.until(onAir('backup'))
    expect(story.told()).toContain('bad obs network-drops')
    expect(story.deeds()).toEqual(['stop obs', 'start backup'])
  })

  it('stops an OBS whose own reconnect takes the stream back', () => {
    const story = new Story().live()
    story.obs.kill()
    story.until(onAir('backup'))
    // It comes back streaming, as an OBS that was only thought dead does.
    const owed = { ...story.state, owedFence: true }
    story.state = owed
    story.obs.process = true
    story.obs.output = 'live'
    story.obs.open()
    story.run(2_000)
    expect(story.deeds()).toContain('stop obs')
    expect(story.obs.output).toBe('off')
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('never switches on unknown: the socket is gone but the process lives', () => {
    const story = new Story().live()
    story.obs.socket = false
    story.tell({ kind: 'obs-connection', state: 'closed', code: 1006 })
    story.run(60_000)
    expect(story.deeds()).toEqual([])
    expect(story.told()).toContain('monitor-blind')
    expect(onAir('obs')(story.state)).toBe(true)
  })
})

describe('the end of a stream', () => {
  it('is what a stop in OBS is', () => {
    const story = new Story().live()
    story.obs.pressStop()
    story.run(20_000)
    expect(story.state.phase).toEqual({ kind: 'offline', lastEnd: 'user' })
    expect(story.deeds()).toEqual([])
    expect(story.told()).toContain('ended user?')
  })

  it('is certain where the log says so', () => {
    const story = new Story().live()
    story.tell({ kind: 'obs-log', cause: 'user-stop' })
    story.obs.pressStop()
    story.run(2_000)
    expect(story.told()).toContain('ended user')
  })

  it('is what quitting OBS is', () => {
    const story = new Story().live()
    story.obs.quit()
    story.run(20_000)
    expect(story.state.phase).toEqual({ kind: 'offline', lastEnd: 'quit' })
    expect(story.deeds()).toEqual([])
  })

  it('does not keep the next Start in OBS from being a new stream', () => {
    const story = new Story().live()
    story.obs.pressStop()
    story.run(5_000)
    story.obs.pressStart()
    story.run(5_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told().filter((notice) => notice === 'stream-started')).toHaveLength(2)
  })
})

describe('the destination', () => {
  it('out of reach for everybody fails the switch in words, and the stream returns with the link', () => {
    const story = new Story().live()
    story.destination.reachable = false
    story.obs.blackHole()
    story.until(inPhase('dark'))
    expect(story.told()).toContain('switch-failing backup destination-unreachable')
    expect(story.told()).toContain('switch-failed backup destination-unreachable')
    story.run(20_000)
    expect(story.state.phase.kind).toBe('dark')
    story.destination.reachable = true
    story.until(onAir('backup'))
    expect(story.told().at(-1)).toBe('switched backup')
  })

  it('that refuses the key is said at once, and OBS with its own way there is tried', () => {
    const story = new Story().live()
    story.destination.refusesKey = true
    story.obs.dropped()
    story.run(1_500)
    expect(story.told()).toContain('switch-failed backup destination-refused')
    expect(story.deeds().slice(0, 3)).toEqual(['start backup', 'stop backup', 'start obs'])
    story.until(inPhase('dark'))
    story.destination.refusesKey = false
    story.until((state) => state.phase.kind === 'on-air')
  })
})
