import { describe, expect, it } from 'vitest'
import { inPhase, onAir, Story } from '../../../support/story/story'

const query = { kind: 'query', param: 'priority' } as const
const twoUrls = { kind: 'backup-url' } as const

describe('hold, arm and governor', () => {
  it('blocks the automatic switch until the hold is released', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: null })
    story.obs.dropped()
    story.run(20_000)
    expect(story.deeds()).toEqual([])
    expect(story.told().filter((notice) => notice === 'not-switched hold')).toHaveLength(1)
    story.say({ kind: 'release' }).until(onAir('backup'))
  })

  it('lets the switch happen when the hold runs out', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: 10_000 })
    story.obs.dropped()
    story.run(9_000)
    expect(story.deeds()).toEqual([])
    story.until(onAir('backup'))
  })

  it('does nothing by itself while disarmed', () => {
    const story = new Story().live().say({ kind: 'disarm' })
    story.obs.dropped()
    story.run(20_000)
    expect(story.told()).toContain('not-switched not-armed')
    story.say({ kind: 'arm' }).until(onAir('backup'))
  })

  it('ends a switch that fails under a hold in the dark, not on a third system', () => {
    const story = new Story({ slate: true }).live()
    story.destination.refusesKey = true
    story.intercept = (command) => command.kind === 'start'
    story.obs.dropped()
    story.until(inPhase('switching')).say({ kind: 'hold', forMs: null })
    const start = story.commands.findLast((command) => command.kind === 'start')
    story.tell({
      kind: 'result',
      commandId: start?.id ?? 0,
      outcome: { ok: false, problem: { code: 'source-no-media' } },
    })
    expect(story.state.phase).toMatchObject({ kind: 'dark', wanted: 'backup' })
    story.run(30_000)
    expect(new Set(story.deeds())).toEqual(new Set(['start backup', 'stop backup']))
  })

  it('stops flapping and says why', () => {
    const story = new Story({ policy: { governorMaxSwitches: 2, settleMs: 1_000 } }).live()
    for (let fault = 0; fault < 6; fault += 1) {
      if (onAir('obs')(story.state)) story.obs.dropped()
      else {
        story.backup.source = false
        story.run(6_000)
        story.backup.source = true
      }
      story.run(8_000)
    }
    expect(story.told()).toContain('not-switched governor')
    expect(story.told()).toContain('governor-holds')
    expect(story.told().filter((notice) => notice.startsWith('switching'))).toHaveLength(2)
  })
})

describe('a backup that fails on air', () => {
  it('raises the alarm and goes back to an OBS that can start', () => {
    const story = new Story().backupLive()
    story.backup.source = false
    story.until(onAir('obs'))
    expect(story.told()[0]).toMatch(/^bad backup (source-lost|publish-stalled)$/)
    expect(story.told()[1]).toBe('switching obs')
  })

  it('stays, with an alarm, while OBS is not there; and switches once it is', () => {
    const story = new Story().backupLive()
    story.obs.kill()
    story.backup.source = false
    story.run(20_000)
    expect(story.told()[0]).toMatch(/^bad backup (source-lost|publish-stalled)$/)
    expect(story.told().slice(1)).toEqual(['not-switched backup-not-ready'])
    story.obs.launch()
    story.until(onAir('obs'))
  })

  it('is started again when its publisher was stopped behind our back and nobody else can', () => {
    const story = new Story().backupLive()
    story.obs.kill()
    story.backup.lose()
    story.until(inPhase('dark')).until(onAir('backup'))
    expect(story.deeds()).toEqual(['stop backup', 'start backup'])
    expect(story.told()).toContain('bad backup publish-failed')
  })

  it('is started again when the destination closed its connection and nobody else can', () => {
    const story = new Story().backupLive()
    story.obs.kill()
    story.backup.breaks()
    story.until(inPhase('dark')).until(onAir('backup')).run(5_000)
    expect(onAir('backup')(story.state)).toBe(true)
    expect([...story.destination.publishers]).toEqual(['backup'])
    expect(story.told()).toContain('bad backup publish-failed')
  })

  it('is started again under a hold and while disarmed: that is no switch', () => {
    const story = new Story().backupLive().say({ kind: 'hold', forMs: null }).say({ kind: 'disarm' })
    story.backup.breaks()
    story.until(inPhase('dark')).until(onAir('backup'))
    expect(story.told().filter((notice) => notice.startsWith('switching'))).toEqual([])
  })

  it('gives way to an OBS that can start when its connection ended', () => {
    const story = new Story().backupLive()
    story.backup.breaks()
    story.until(onAir('obs'))
    expect([...story.destination.publishers]).toEqual(['obs'])
  })

  it('is left alone while its ingest does not answer', () => {
    const story = new Story().backupLive()
    story.backup.answers = false
    story.run(60_000)
    expect(story.deeds()).toEqual([])
    expect(story.told()).toEqual(['monitor-blind'])
    story.backup.answers = true
    story.run(2_000)
    expect(onAir('backup')(story.state)).toBe(true)
  })
})

describe('destinations that take a second publisher', () => {
  it('get the backup first; OBS is stopped after the proof', () => {
    const story = new Story({ takeover: query }).live()
    story.obs.link = 0.3
    story.until(onAir('backup')).run(2_000)
    expect(story.deeds()).toEqual(['start backup', 'stop obs'])
    expect(story.commands.find((command) => command.kind === 'start')).toMatchObject({ overlap: true })
    expect(story.obs.output).toBe('off')
  })

  it('do not put an OBS that is dead back on air when the switch is called off', () => {
    const story = new Story({ takeover: query }).live()
    story.destination.ghostUntil = 0
    story.intercept = (command) => command.kind === 'start'
    story.obs.dropped()
    story.until(inPhase('switching')).run(1_000)
    story.intercept = () => false
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs'))
    expect(story.deeds()).toEqual(['start backup', 'stop backup', 'start obs', 'prove obs'])
    expect(story.obs.output).toBe('live')
  })

  it('keep OBS on air when the backup does not arrive, without counting a switch', () => {
    const story = new Story({ takeover: query }).live()
    story.obs.link = 0.3
    story.destination.refusesKey = true
    story.until((state) => state.phase.kind === 'switching').until(onAir('obs'))
    expect(story.obs.output).toBe('live')
    expect(story.state.automaticSwitches).toEqual([])
  })

  it('cannot be outbid by OBS, which has no priority: the backup is fenced first', () => {
    const story = new Story({ takeover: query }).backupLive()
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs'))
    expect(story.deeds()).toEqual(['stop backup', 'start obs', 'prove obs'])
  })

  it('take OBS beside the backup on a second URL', () => {
    const story = new Story({ takeover: twoUrls }).backupLive()
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs')).run(2_000)
    expect(story.deeds()).toEqual(['start obs', 'prove obs', 'stop backup'])
    expect([...story.destination.publishers]).toEqual(['obs'])
  })
})

describe('the standby picture', () => {
  it('goes on air when asked', () => {
    const story = new Story({ slate: true }).live().say({ kind: 'switch', to: 'slate' })
    story.until(onAir('slate'))
    expect(story.deeds()).toEqual(['stop obs', 'start slate'])
  })

  it('comes after every backup', () => {
    const story = new Story({ slate: true }).live()
    story.obs.dropped()
    story.until(onAir('backup'))
    expect(story.deeds()).toEqual(['start backup'])
  })

  it('takes over when no backup is ready', () => {
    const story = new Story({ slate: true }).live()
    story.backup.source = false
    story.run(1_000).obs.dropped()
    story.until(onAir('slate'))
    expect(story.deeds()).toEqual(['start slate'])
  })
})

describe('ports that never answer', () => {
  it('are given up at every step', () => {
    const story = new Story().live()
    story.intercept = () => true
    story.obs.blackHole()
    story.until(inPhase('switching'))
    const { fenceMaxMs, startTimeoutMs } = story.policy.failover
    story.run(fenceMaxMs + 250)
    expect(story.state.phase).toMatchObject({ step: 'start' })
    expect(story.state.owedFence).toBe(true)
    story.run(startTimeoutMs + 5_000)
    expect(story.told()).toContain('switch-failing backup timeout')
    story.until(inPhase('dark'))
    story.intercept = () => false
    story.until(onAir('backup'))
  })

  it('do not keep a stream from being ended', () => {
    const story = new Story().live()
    story.intercept = () => true
    story.say({ kind: 'end-stream' }).until(inPhase('offline'))
    expect(story.state.owedFence).toBe(true)
  })

  it('do not keep OBS from giving way to the backup again', () => {
    const story = new Story().backupLive()
    story.intercept = (command) => command.kind === 'start' && command.system === 'obs'
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('backup'))
    expect(story.deeds()).toEqual(['stop backup', 'start obs', 'stop obs', 'start backup'])
  })
})
