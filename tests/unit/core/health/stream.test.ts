import { describe, expect, it } from 'vitest'
import { startedByOthers } from '../../../../src/core/health'
import { Drive } from './drive'

describe('how a stream ends', () => {
  it('STOPPED without STOPPING is a broken connection', () => {
    const drive = new Drive().live().event('stopped')
    expect(drive.verdict).toBe('bad output-disconnected')
    expect(drive.health.end).toMatchObject({ how: 'failed', cause: 'output-disconnected' })
    expect(drive.wait(60_000).answer({ active: false }).verdict).toBe('bad output-disconnected')
  })

  it('STOPPING and STOPPED are the user', () => {
    const drive = new Drive().live().event('stopping').wait(200).event('stopped')
    expect(drive.verdict).toBe('unknown stream-ended')
    expect(drive.health.end).toMatchObject({ how: 'user', certain: false })
  })

  it('two STOPPED of Enhanced Broadcasting are one', () => {
    const drive = new Drive().live().event('stopping').wait(200).event('stopped').event('stopped')
    drive.wait(2_000)
    expect(drive.verdict).toBe('unknown stream-ended')
  })

  it('a stop of ours is ours, with or without STOPPING', () => {
    const asked = new Drive().live().told('stop').event('stopping').event('stopped')
    expect(asked.health.end?.how).toBe('ours')
    const bare = new Drive().live().told('stop').event('stopped')
    expect(bare.health.end?.how).toBe('ours')
    expect(bare.verdict).toBe('unknown not-streaming')
  })

  it('what the log said of an earlier stop says nothing of a stream that breaks soon after', () => {
    const drive = new Drive().live().told('stop').event('stopping').event('stopped').log('user-stop')
    drive.wait(500).told('start').event('starting').event('started').wait(1_000).event('stopped')
    expect(drive.health.end).toMatchObject({ how: 'failed', cause: 'output-disconnected' })
  })

  it('nor does a line that comes late, when the next stream runs', () => {
    const drive = new Drive().live().told('stop').event('stopping').event('stopped')
    drive.told('start').event('starting').event('started').log('user-stop').wait(1_000).event('stopped')
    expect(drive.health.end).toMatchObject({ how: 'failed', cause: 'output-disconnected' })
  })

  it('a stop while reconnecting is the user, also when the two events swap', () => {
    const drive = new Drive().live().event('reconnecting').wait(1_000).event('stopping').event('stopped')
    expect(drive.health.end?.how).toBe('user')
    const swapped = new Drive().live().event('reconnecting').wait(1_000).event('stopped').event('stopping')
    expect(swapped.wait(2_000).health.end?.how).toBe('user')
  })

  it('retries that ran out are a broken connection', () => {
    const drive = new Drive().live().event('reconnecting').wait(1_000).event('stopped').wait(500)
    expect(drive.verdict).toBe('bad output-disconnected')
  })

  it('inactive in two answers without an event is lost', () => {
    const drive = new Drive().live().wait(500).answer({ active: false })
    expect(drive.verdict).toBe('good')
    expect(drive.wait(500).answer({ active: false }).verdict).toBe('bad output-lost')
  })

  it('inactive after the socket was renewed: nobody saw it end, so it is not called broken', () => {
    const drive = new Drive().live().closed(1_000).wait(5_000)
    drive.feed({ kind: 'obs-connection', at: drive.at, state: 'connected' })
    drive.answer({ active: false }).wait(500).answer({ active: false })
    expect(drive.verdict).toBe('unknown stream-ended')
    expect(drive.health.end).toMatchObject({ how: 'user', certain: false })
  })

  it('a first connect that fails was never on air', () => {
    const drive = new Drive()
    drive.feed({ kind: 'obs-connection', at: 0, state: 'connected' })
    drive.answer({ active: false }).event('starting').wait(3_000).event('stopped')
    expect(drive.verdict).toBe('unknown not-streaming')
    expect(drive.health).toMatchObject({ neverStarted: true, end: { how: 'failed' } })
  })

  it('ExitStarted is the user who quits', () => {
    const drive = new Drive().live()
    drive.feed({ kind: 'obs-exit', at: drive.at })
    drive.run(500).closed(1_006).wait(3_000)
    expect(drive.verdict).toBe('unknown obs-quit')
    expect(drive.health.end?.how).toBe('quit')
  })

  it('a failure the core has dealt with is no longer a verdict', () => {
    const drive = new Drive().live().event('stopped').told('stop')
    expect(drive.verdict).toBe('unknown not-streaming')
  })
})

describe("OBS's log", () => {
  it('tells a broken encoder from a user', () => {
    const drive = new Drive().logReadable().live().event('stopping').event('stopped')
    expect(drive.health.end).toBeNull()
    drive.feed({ kind: 'obs-log', at: drive.at, cause: 'encoder-error' })
    expect(drive.verdict).toBe('bad encoder-failed')
  })

  it('may speak before the event', () => {
    const drive = new Drive().logReadable().live()
    drive.feed({ kind: 'obs-log', at: drive.at, cause: 'encoder-error' })
    drive.event('stopping').event('stopped')
    expect(drive.verdict).toBe('bad encoder-failed')
  })

  it('makes a user stop certain', () => {
    const drive = new Drive().logReadable().live().event('stopping').event('stopped')
    drive.feed({ kind: 'obs-log', at: drive.at, cause: 'user-stop' })
    expect(drive.health.end).toMatchObject({ how: 'user', certain: true })
  })

  it('is not waited for in vain', () => {
    const drive = new Drive().logReadable().live().event('stopping').event('stopped').wait(1_000)
    expect(drive.health.end).toBeNull()
    expect(drive.verdict).toBe('unknown stream-ended')
    drive.wait(750)
    expect(drive.health.end).toMatchObject({ how: 'user', certain: false })
  })

  it('of long ago says nothing', () => {
    const drive = new Drive().live()
    drive.feed({ kind: 'obs-log', at: drive.at, cause: 'encoder-error' })
    drive.run(10_000).event('stopping').event('stopped')
    expect(drive.health.end?.how).toBe('user')
  })
})

describe('reconnecting', () => {
  it('has an allowance, counted from the first sign', () => {
    const drive = new Drive().live().event('reconnecting').wait(2_100).event('reconnecting')
    expect(drive.verdict).toBe('unknown within-allowance')
    drive.answer({ reconnecting: true, bytes: 0 }).wait(1_300)
    expect(drive.verdict).toBe('unknown within-allowance')
    expect(drive.wait(250).verdict).toBe('bad reconnecting')
  })

  it('that succeeds is over', () => {
    const drive = new Drive().live().event('reconnecting').wait(2_200).event('reconnected').restartCounters()
    drive.run(1_000)
    expect(drive.verdict).toBe('good')
    expect(drive.run(20_000).verdict).toBe('good')
    expect(drive.health.streamSeq).toBe(1)
  })

  it('is seen in the status where no event tells (OBS 28)', () => {
    const drive = new Drive().live()
    drive.wait(500).answer({ reconnecting: true })
    expect(drive.verdict).toBe('unknown within-allowance')
    for (let poll = 0; poll < 7; poll += 1) drive.wait(500).answer({ reconnecting: true, bytes: 0 })
    expect(drive.verdict).toBe('bad reconnecting')
    drive.restartCounters().run(1_000)
    expect(drive.verdict).toBe('good')
  })

  it('again and again counts together', () => {
    const drive = new Drive().live()
    const verdicts: string[] = []
    for (let round = 0; round < 5; round += 1) {
      drive.event('reconnecting').wait(2_200).event('reconnected').restartCounters().run(1_500)
      verdicts.push(drive.verdict)
    }
    expect(verdicts.slice(0, 2)).toEqual(['good', 'good'])
    expect(verdicts.at(-1)).toBe('bad reconnecting')
    expect(drive.run(11_000).verdict).toBe('good')
  })

  it('twice in a while is not flapping', () => {
    const drive = new Drive().live()
    for (let round = 0; round < 6; round += 1) {
      drive.event('reconnecting').wait(2_200).event('reconnected').restartCounters().run(15_000)
      expect(drive.verdict).toBe('good')
    }
  })

  it('left set on a stream that runs is OBS 31.0, not an outage', () => {
    const drive = new Drive().live().run(10_000, { reply: { reconnecting: true } })
    expect(drive.verdict).toBe('good')
  })
})

describe('whose start it was', () => {
  const started = (drive: Drive, act: () => void): boolean => {
    const before = drive.health
    act()
    return startedByOthers(before, drive.health)
  }

  it('STARTING that we did not ask for is somebody else', () => {
    const drive = new Drive()
      .live()
      .event('stopping')
      .event('stopped')
      .run(1_000, { reply: { active: false } })
    expect(started(drive, () => drive.event('starting'))).toBe(true)
  })

  it('STARTING that we asked for is ours', () => {
    const drive = new Drive()
      .live()
      .event('stopping')
      .event('stopped')
      .run(1_000, { reply: { active: false } })
    drive.told('start')
    expect(started(drive, () => drive.event('starting').wait(300).event('started').run(1_000))).toBe(false)
    expect(drive.health.startedBy).toBe('ours')
  })

  it('a reconnect is no start, also after a stop of ours that OBS did not carry out', () => {
    const drive = new Drive().live().event('reconnecting').wait(4_000).told('stop')
    expect(started(drive, () => drive.event('reconnected').restartCounters().run(2_000))).toBe(false)
  })

  it('the late answer of a stream that stops is no start', () => {
    const drive = new Drive().live().event('stopping').wait(100).event('stopped')
    expect(started(drive, () => drive.run(3_000))).toBe(false)
    expect(drive.health.phase).toBe('inactive')
  })

  it('active where inactive was seen is a start', () => {
    const drive = new Drive()
      .live()
      .event('stopping')
      .event('stopped')
      .run(1_000, { reply: { active: false } })
    expect(started(drive, () => drive.restartCounters().run(1_000))).toBe(true)
  })
})
