import { describe, expect, it } from 'vitest'
import { inPhase, onAir, Story } from '../../../support/story/story'

describe('the operator', () => {
  it('puts the backup on air though disarmed and under a hold', () => {
    const story = new Story().live()
    story.say({ kind: 'disarm' }).say({ kind: 'hold', forMs: null }).say({ kind: 'switch', to: 'backup' })
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['stop obs', 'start backup'])
  })

  it('tries to fence an OBS that may only have had its websocket turned off', () => {
    const story = new Story()
    story.obs.processVisible = false
    story.live()
    story.obs.socket = false
    story.tell({ kind: 'obs-process', running: null })
    story.tell({ kind: 'obs-connection', state: 'closed', code: 1001 })
    story.tell({ kind: 'obs-connection', state: 'refused' })
    story.say({ kind: 'switch', to: 'backup' })
    story.run(1_000)
    expect(story.deeds().slice(0, 2)).toEqual(['stop obs', 'start backup'])
    expect(story.state.owedFence).toBe(true)
  })

  it('takes the stream back to OBS: fence, start, prove', () => {
    const story = new Story().backupLive()
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs'))
    expect(story.deeds()).toEqual(['stop backup', 'start obs', 'prove obs'])
    expect(story.told()).toEqual(['switching obs', 'switched obs'])
    expect(story.state.phase).toMatchObject({ proof: { kind: 'server' } })
    story.run(20_000)
    expect(onAir('obs')(story.state)).toBe(true)
  })

  it('gets the backup back when OBS cannot start, even under a hold', () => {
    const story = new Story().backupLive()
    story.obs.cannotStart = true
    story.say({ kind: 'hold', forMs: null }).say({ kind: 'switch', to: 'obs' })
    story.until(onAir('backup'), 15_000)
    expect(story.deeds().filter((deed) => deed === 'start obs')).toHaveLength(4)
    expect(story.deeds().at(-1)).toBe('start backup')
    expect(story.told()).toContain('switch-failed obs obs-start-failed')
  })

  it('is heard when Start is pressed in OBS while the backup is on air', () => {
    const story = new Story().backupLive()
    story.obs.pressStart()
    story.until(onAir('obs'))
    expect(story.deeds()).toEqual(['stop backup', 'prove obs'])
    story.run(10_000)
    expect(onAir('obs')(story.state)).toBe(true)
  })

  it('is heard when the Start in OBS was refused because the backup held the key', () => {
    const story = new Story().backupLive()
    story.intercept = (command) => command.kind === 'stop' && command.system === 'backup'
    story.obs.pressStart()
    story.run(1_000)
    expect(story.obs.output).toBe('off')
    story.intercept = () => false
    story.backup.lose()
    story.until(onAir('obs'))
    expect(story.deeds()).toEqual(['stop backup', 'start obs', 'prove obs'])
  })

  it('is heard when Start is pressed in OBS in the middle of a switch to the backup', () => {
    const story = new Story().live()
    story.destination.ghostUntil = story.now + 60_000
    story.obs.dropped()
    story.until((state) => state.phase.kind === 'switching' && state.phase.step === 'start').run(2_000)
    story.destination.ghostUntil = 0
    story.obs.pressStart()
    story.until(onAir('obs'))
    story.run(10_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect([...story.destination.publishers]).toEqual(['obs'])
  })

  it('may call a switch off while OBS is being fenced', () => {
    const story = new Story().live()
    story.obs.blackHole()
    story.until(inPhase('switching'))
    story.obs.link = 1
    story.say({ kind: 'switch', to: 'obs' })
    story.until(onAir('obs'))
    expect(story.deeds().filter((deed) => deed.endsWith('backup'))).toEqual([])
    expect(story.told().at(-1)).toBe('switched obs')
  })

  it('supersedes a switch: who may publish by then is fenced, and its late answer changes nothing', () => {
    const story = new Story().backupLive()
    const held: number[] = []
    story.intercept = (command) => {
      if (command.kind !== 'prove') return false
      held.push(command.id)
      return true
    }
    story.say({ kind: 'switch', to: 'obs' })
    story.until((state) => state.phase.kind === 'switching' && state.phase.step === 'prove')
    story.intercept = () => false
    story.say({ kind: 'switch', to: 'backup' })
    expect(story.deeds().at(-1)).toBe('stop obs')
    story.tell({
      kind: 'result',
      commandId: held[0] ?? 0,
      outcome: { ok: true, proof: { kind: 'server', at: story.now } },
    })
    expect(story.state.phase.kind).toBe('switching')
    story.until(onAir('backup'))
    expect(story.obs.output).toBe('off')
  })

  it('is refused what cannot be done, in words', () => {
    const story = new Story()
    story.obs.open()
    story.run(3_000)
    story.say({ kind: 'end-stream' }).say({ kind: 'switch', to: 'backup' }).say({ kind: 'switch', to: 'x' })
    expect(story.told()).toEqual([
      'refused end-stream refused-no-stream',
      'refused backup-now refused-no-stream',
      'refused switch refused-unknown-system',
    ])
    story.obs.pressStart()
    story.run(6_000)
    story.backup.source = false
    story.run(1_000)
    story.say({ kind: 'switch', to: 'backup' }).say({ kind: 'go-live' })
    expect(story.told().slice(-2)).toEqual([
      'refused backup-now refused-not-ready',
      'refused go-live refused-busy',
    ])
  })

  it('goes live and ends the stream', () => {
    const story = new Story({ autoArm: true })
    story.obs.open()
    story.run(5_000)
    story.say({ kind: 'go-live' }).until(onAir('obs'))
    expect(story.told()).toEqual(['stream-started', 'switched obs'])
    expect(story.state.armed).toBe(true)
    story.run(10_000).say({ kind: 'end-stream' }).until(inPhase('offline'))
    story.run(20_000)
    expect(story.deeds()).toEqual(['start obs', 'prove obs', 'stop obs'])
    expect(story.state.phase).toEqual({ kind: 'offline', lastEnd: 'operator' })
  })

  it('has no stream when going live fails: no backup is put on air for it', () => {
    const story = new Story({ autoArm: true })
    story.obs.open()
    story.run(5_000)
    story.obs.cannotStart = true
    story.say({ kind: 'go-live' }).until(inPhase('offline'))
    expect(story.deeds()).not.toContain('start backup')
    expect(story.told()).toContain('switch-failed obs obs-start-failed')
  })

  it('stops OBS in the middle of a switch to it: the stream is over', () => {
    const story = new Story().backupLive()
    story.intercept = (command) => command.kind === 'prove'
    story.say({ kind: 'switch', to: 'obs' })
    story.until((state) => state.phase.kind === 'switching' && state.phase.step === 'prove').run(1_000)
    story.obs.pressStop()
    story.run(1_000)
    expect(story.state.phase).toEqual({ kind: 'offline', lastEnd: 'user' })
  })
})

describe('end stream', () => {
  it('from a backup on air says goodbye once', () => {
    const story = new Story().backupLive()
    story.say({ kind: 'end-stream' })
    expect(story.commands).toContainEqual(
      expect.objectContaining({ kind: 'stop', system: 'backup', mode: 'clean' }),
    )
    story.until(inPhase('offline')).run(10_000)
    expect(story.deeds()).toEqual(['stop backup'])
  })

  it('in the middle of a switch stops both', () => {
    const story = new Story().live()
    story.obs.blackHole()
    story.until(inPhase('switching')).say({ kind: 'end-stream' })
    story.until(inPhase('offline')).run(20_000)
    expect([...story.destination.publishers]).toEqual([])
  })

  it('in the dark ends the attempts', () => {
    const story = new Story().live()
    story.destination.reachable = false
    story.obs.blackHole()
    story.until(inPhase('dark')).say({ kind: 'end-stream' }).until(inPhase('offline'))
    story.commands.length = 0
    story.run(30_000)
    expect(story.deeds()).toEqual([])
  })

  it('of a hung OBS is owed to it', () => {
    const story = new Story().live()
    story.obs.freeze()
    story.run(1_000)
    story.say({ kind: 'end-stream' }).until(inPhase('offline'))
    expect(story.state.owedFence).toBe(true)
    story.obs.thaw()
    story.run(10_000)
    expect(story.obs.output).toBe('off')
    expect(story.state.phase).toEqual({ kind: 'offline', lastEnd: 'operator' })
    expect(story.state.owedFence).toBe(false)
  })
})
