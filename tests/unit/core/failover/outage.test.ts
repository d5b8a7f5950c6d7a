import { describe, expect, it } from 'vitest'
import { outageOf } from '../../../../src/core/failover'
import { noticeText } from '../../../../src/shared/messages'
import { notificationTitle } from '../../../../src/shared/messages/shell/notifications'
import { onAir, Story, type StoryOptions } from '../../../support/story/story'
import type { StoryProgram } from '../../../support/story/story-program'

const onProgram = (options: StoryOptions = {}): Story & { readonly program: StoryProgram } => {
  const story = new Story({ program: true, slate: true, ...options }).live()
  story.until(onAir('obs')).run(2_000)
  return story as Story & { readonly program: StoryProgram }
}
const outage = ({ state }: Story) =>
  state.phase.kind === 'on-air' ? outageOf(state, state.phase) : 'not on air'

describe('an outage of every destination', () => {
  it('is there at once, and ends when a session counts', () => {
    const story = onProgram()
    expect(outage(story)).toBeNull()
    const { program, now } = story
    program.leg = 'connecting'
    program.confirmed = false
    program.problem = { code: 'destination-refused' }
    story.run(250)
    expect(outage(story)).toEqual({ since: now + 250, settling: false, problem: program.problem })
    program.leg = 'up'
    story.run(1_000)
    expect(outage(story)).toMatchObject({ since: now + 250, settling: true })
    program.leg = 'connecting'
    story.run(1_000)
    expect(outage(story)).toMatchObject({ since: now + 250, settling: false })
    program.leg = 'up'
    program.confirmed = true
    story.run(250)
    expect(outage(story)).toBeNull()
  })

  it('is none while another destination has the stream, nor while the carrier does not answer', () => {
    const story = onProgram()
    story.program.leg = 'connecting'
    story.program.confirmed = false
    story.run(1_000)
    const [first] = story.state.program.status!.destinations
    story.program.more = [{ ...first!, id: 'second', leg: 'up', confirmed: true }]
    story.run(500)
    expect(outage(story)).toBeNull()
    story.program.more = []
    story.run(500)
    expect(outage(story)).not.toBeNull()
    story.program.answers = false
    story.run(500)
    expect(outage(story)).toBeNull()
  })

  it('on the direct route is an OBS that reconnects, and a pull whose publisher broke', () => {
    const story = new Story().live()
    expect(outage(story)).toBeNull()
    story.obs.reconnects = true
    story.obs.dropped()
    story.run(500)
    expect(outage(story)).toMatchObject({ settling: false })
    const pulled = new Story().backupLive()
    expect(outage(pulled)).toBeNull()
  })
})

describe('the notice of a switch', () => {
  const switched = (story: Story) =>
    story.commands
      .flatMap((command) =>
        command.kind === 'notice' && command.notice.code === 'switched' ? command.notice : [],
      )
      .at(-1) ?? expect.fail('nobody was switched to')

  it('does not count on a session that was let in a moment ago', () => {
    const story = new Story({ program: true })
    if (story.program !== null) story.program.confirmed = false
    story.obs.open()
    story.run(5_000)
    story.say({ kind: 'go-live' }).until(onAir('obs'))
    expect(switched(story)).toMatchObject({ to: 'obs', settling: true })
    expect(noticeText(switched(story))).toBe(
      'OBS is being sent. The server accepted the connection; Understudy is checking that it holds.',
    )
    expect(notificationTitle(switched(story))).toBe('OBS is being sent')
  })

  it('is plain where a session that has held is cut within, or on the direct route', () => {
    const story = onProgram()
    story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup'))
    expect(switched(story)).not.toHaveProperty('settling')
    expect(noticeText(switched(story))).toContain('is on air (the server confirmed the media)')
    const direct = new Story().live().say({ kind: 'switch', to: 'backup' }).until(onAir('backup'))
    expect(switched(direct)).not.toHaveProperty('settling')
  })
})

describe('a destination that is turned away in a running broadcast', () => {
  const turnedAway = (options: StoryOptions) => {
    const story = onProgram({ remote: true, ...options })
    story.program.leg = 'connecting'
    story.program.confirmed = false
    story.program.problem = { code: 'destination-refused' }
    return story
  }

  it('is said, and keeps its turn until the grace period is over; then a backup on a server goes', () => {
    const story = turnedAway({ graceMs: 20_000 })
    const from = story.now
    story.run(18_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(story.told()).toContain('bad obs destination-disconnected')
    expect(story.told()).toContain('not-switched cannot-cure')
    story.until(onAir('remote'))
    expect(story.now - from).toBeGreaterThan(20_000)
  })

  it('that is let in again is well, and nothing was switched', () => {
    const story = turnedAway({ graceMs: 20_000 })
    story.run(12_000)
    story.program.leg = 'up'
    story.program.problem = null
    story.run(1_500)
    expect(story.told().at(-1)).not.toBe('on-air-good')
    story.program.confirmed = true
    story.run(500)
    expect(story.told().at(-1)).toBe('on-air-good')
    expect(story.deeds().filter((deed) => !deed.startsWith('guard'))).toEqual(['start obs'])
  })

  it('is left for its other ingest at once', () => {
    const story = turnedAway({ graceMs: 20_000 })
    story.program.hasOther = true
    story.run(5_000)
    expect(story.deeds()).toContain('redirect main other')
  })

  it('whose grace is not known gets a minute; one that cannot be reached is no such thing', () => {
    const story = turnedAway({})
    story.run(55_000)
    expect(onAir('obs')(story.state)).toBe(true)
    story.until(onAir('remote'))
    const unreached = turnedAway({})
    unreached.program.problem = { code: 'destination-unreachable' }
    unreached.run(12_000)
    expect(onAir('remote')(unreached.state)).toBe(true)
  })
})
