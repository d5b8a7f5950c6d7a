import { describe, expect, it } from 'vitest'
import { obsAbsent } from '../../../../src/core/health'
import { Drive } from './drive'

describe('OBS gone', () => {
  it('1006 suffices where nothing was ever said of processes', () => {
    expect(new Drive().live().closed(1_006).verdict).toBe('bad obs-gone')
  })

  it('1006 and the process missing', () => {
    const drive = new Drive().process(true).live().closed(1_006)
    expect(drive.verdict).toBe('unknown obs-unreachable')
    drive.wait(300).process(false)
    expect(drive.verdict).toBe('bad obs-gone')
    expect(drive.health).toMatchObject({ phase: 'inactive', end: { how: 'failed', cause: 'obs-gone' } })
    expect(obsAbsent(drive.health)).toBe(true)
  })

  it('1006 with the process running is not known to be bad', () => {
    const drive = new Drive().process(true).live().closed(1_006).wait(200).process(true).wait(60_000)
    expect(drive.verdict).toBe('unknown obs-unreachable')
  })

  it('1006 and a refused reconnect', () => {
    const drive = new Drive().process(true).live().closed(1_006).wait(500)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'refused' })
    expect(drive.verdict).toBe('bad obs-gone')
  })

  it('where processes cannot be seen, 1006 has to last', () => {
    const drive = new Drive().process(null).live().closed(1_006)
    expect(drive.verdict).toBe('unknown obs-unreachable')
    expect(drive.wait(1_000).verdict).toBe('bad obs-gone')
  })

  it('stays gone when it is told to stop, and is over once it comes back idle', () => {
    const drive = new Drive().live().closed(1_006).told('stop')
    expect(drive.wait(5_000).verdict).toBe('bad obs-gone')
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    expect(drive.answer({ active: false }).verdict).toBe('unknown not-streaming')
  })

  it('is over once it comes back idle, also where its process was seen to be missing', () => {
    const drive = new Drive().process(true).live().closed(1_006).process(false).told('stop')
    expect(drive.wait(5_000).verdict).toBe('bad obs-gone')
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    expect(drive.answer({ active: false }).verdict).toBe('unknown not-streaming')
  })

  it('stays a failure when it comes back idle and nobody has dealt with it', () => {
    const drive = new Drive().live().closed(1_006).wait(5_000)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    expect(drive.answer({ active: false }).verdict).toBe('bad obs-gone')
  })

  it('is not concluded from how attempts to reconnect end', () => {
    const drive = new Drive().process(true).live().closed(4_011).wait(500).closed(1_006).wait(500)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'refused' })
    expect(drive.verdict).toBe('unknown obs-unreachable')
  })

  it('that was there all the time goes on with the same stream', () => {
    const drive = new Drive().live().closed(1_006).wait(2_000)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    drive.run(2_000)
    expect(drive.verdict).toBe('good')
    expect(drive.health.streamSeq).toBe(1)
  })

  it.each([1_000, 4_009, 4_011])('a socket closed with %i is a blind monitor', (code) => {
    const drive = new Drive().live().closed(code).wait(30_000)
    expect(drive.verdict).toBe('unknown obs-unreachable')
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'refused' })
    expect(drive.verdict).toBe('unknown obs-unreachable')
  })

  it('1001 is an OBS that quits', () => {
    expect(new Drive().live().closed(1_001).verdict).toBe('unknown obs-quit')
  })

  it.each([1_001, 1_006])(
    'ExitStarted is an OBS that quits, also where its socket then closes with %i',
    (code) => {
      const drive = new Drive().process(true).live()
      drive.feed({ kind: 'obs-exit', at: drive.at })
      expect(drive.closed(code).verdict).toBe('unknown obs-quit')
      drive.feed({ kind: 'obs-connection', at: drive.at, state: 'refused' })
      expect(drive.verdict).toBe('unknown obs-quit')
      expect(drive.process(false).wait(60_000).verdict).toBe('unknown obs-quit')
      expect(drive.health).toMatchObject({ gone: false, end: { how: 'quit' } })
    },
  )

  it('1001 of an OBS that runs on is its websocket server turned off', () => {
    const drive = new Drive().process(true).live().closed(1_001).wait(500).process(true).wait(5_000)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'refused' })
    expect(drive.verdict).toBe('unknown obs-unreachable')
    expect(drive.process(false).verdict).toBe('unknown obs-quit')
  })
})

describe('OBS hung', () => {
  it('after 3 s without an answer to GetStreamStatus', () => {
    const drive = new Drive().live().wait(1_500).timeout().wait(1_000).timeout('obs-stats').wait(250)
    expect(drive.verdict).toBe('good')
    expect(drive.wait(250).verdict).toBe('bad obs-hung')
  })

  it('not while GetStats alone is unanswered', () => {
    const drive = new Drive().live()
    for (let poll = 0; poll < 20; poll += 1) {
      drive.wait(500).timeout('obs-stats')
      drive.answer({ bytes: 10_000_000 + poll * 100_000, totalFrames: 1_000 + poll * 15 })
    }
    expect(drive.verdict).toBe('good')
  })

  it('not for one lost answer while GetStats is answered', () => {
    const drive = new Drive().live().wait(3_200).timeout().wait(100).stats().wait(1_000)
    expect(drive.verdict).toBe('good')
  })

  it('not while OBS is busy (207)', () => {
    const drive = new Drive().live()
    for (let poll = 0; poll < 12; poll += 1) {
      drive.wait(500)
      drive.feed({ kind: 'obs-status', at: drive.at, reply: null, error: 'busy' })
    }
    expect(drive.verdict).toBe('good')
    for (let poll = 0; poll < 12; poll += 1) {
      drive.wait(500)
      drive.feed({ kind: 'obs-status', at: drive.at, reply: null, error: 'busy' })
    }
    expect(drive.verdict).toBe('unknown monitor-blind')
  })

  it('not while media is seen at the far end; blind after a while', () => {
    const drive = new Drive().live()
    for (let second = 0; second < 12; second += 1) drive.wait(1_000).timeout().witness('flowing')
    expect(drive.verdict).toBe('unknown monitor-blind')
    expect(drive.wait(3_250).verdict).toBe('bad obs-hung')
  })

  it('stays hung when its socket is closed from our side, until it answers', () => {
    const drive = new Drive().process(true).live().wait(1_500).timeout().wait(1_500).timeout().wait(500)
    expect(drive.verdict).toBe('bad obs-hung')
    drive.closed(1_006).process(true).wait(5_000)
    expect(drive.verdict).toBe('bad obs-hung')
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    expect(drive.run(1_000).verdict).toBe('good')
  })

  it('is good again when it thaws', () => {
    const drive = new Drive().live().wait(2_000).timeout().wait(2_000).timeout()
    expect(drive.verdict).toBe('bad obs-hung')
    expect(drive.run(1_000).verdict).toBe('good')
  })
})

describe('a blind monitor', () => {
  it('is unknown, never bad', () => {
    const drive = new Drive().live().wait(11_000)
    expect(drive.verdict).toBe('unknown monitor-blind')
    expect(drive.wait(60_000).verdict).toBe('unknown monitor-blind')
  })

  it('knows nothing at the beginning', () => {
    expect(new Drive().verdict).toBe('unknown obs-unreachable')
  })
})

describe('a PC that slept', () => {
  it('starts its windows and clocks anew', () => {
    const drive = new Drive().live().run(1_500, { kbps: 0 })
    drive.at += 3_600_000
    drive.feed({ kind: 'host', at: drive.at, what: 'resumed' })
    drive.answer({})
    expect(drive.verdict).not.toMatch(/^bad/)
    expect(drive.run(1_000).verdict).toBe('good')
  })

  it('gives a reconnect its allowance from then on', () => {
    const drive = new Drive().live().event('reconnecting').wait(1_000)
    drive.at += 3_600_000
    drive.feed({ kind: 'host', at: drive.at, what: 'resumed' })
    drive.answer({ reconnecting: true })
    expect(drive.verdict).toBe('unknown within-allowance')
  })
})

describe('readiness', () => {
  it('connected, answering and rendering is ready', () => {
    const drive = new Drive()
    drive.feed({ kind: 'obs-connection', at: 0, state: 'connected' })
    expect(drive.assess().readiness).toBe('unknown')
    drive.run(2_000, { reply: { active: false } })
    expect(drive.assess().readiness).toBe('ready')
  })

  it('rendering that stands still is not', () => {
    const drive = new Drive()
    drive.feed({ kind: 'obs-connection', at: 0, state: 'connected' })
    drive.run(2_000, { reply: { active: false } })
    for (let poll = 0; poll < 7; poll += 1) drive.wait(500).answer({ active: false }).stats(false)
    expect(drive.assess().readiness).toBe('not-ready')
  })

  it.each([
    ['gone', (drive: Drive) => drive.closed(1_006)],
    ['reconnecting', (drive: Drive) => drive.event('reconnecting')],
    ['stopping', (drive: Drive) => drive.event('stopping')],
    ['stalled', (drive: Drive) => drive.run(3_000, { kbps: 0 })],
  ] as const)('%s is not', (_, act) => {
    const drive = new Drive().live()
    expect(drive.assess().readiness).toBe('ready')
    act(drive)
    expect(drive.assess().readiness).toBe('not-ready')
  })
})

describe('the value', () => {
  it('survives JSON', () => {
    const drive = new Drive().live().witness('flowing').event('reconnecting').wait(1_000)
    const copy: unknown = JSON.parse(JSON.stringify(drive.health))
    expect(copy).toEqual(drive.health)
  })
})
