import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../src/core/failover'
import type { OffAir } from '../../../../src/core/off-air/account'
import { offAirNow } from '../../../../src/core/off-air/now'
import { onAir, Story, type StoryOptions } from '../../../support/story/story'
import type { StoryProgram } from '../../../support/story/story-program'

type Live = Story & { readonly program: StoryProgram }

function onProgram(options: StoryOptions = {}): Live {
  const story = new Story({ program: true, ...options }).live()
  story.until(onAir('obs')).run(2_000)
  story.commands.length = 0
  return story as Live
}

const notices = (story: Story): Notice[] =>
  story.commands.flatMap((command) => (command.kind === 'notice' ? [command.notice] : []))

const accounts = (story: Story): readonly OffAir[] =>
  notices(story).flatMap((notice) =>
    'offAir' in notice && notice.offAir !== undefined ? [notice.offAir] : [],
  )

const told = (story: Story): OffAir => {
  const found = accounts(story).at(-1)
  if (found === undefined) throw new Error(`no account; told:\n${story.tale().join('\n')}`)
  return found
}

/** The carrier reports at every tick of a story. */
const sampleMs = 250

describe('what viewers missed, on the program', () => {
  it('of a cut of the carrier is what its splicer measured, not how long it took to notice', () => {
    const story = onProgram()
    story.program.cut('backup', 'feed-ended', 41)
    story.obs.kill()
    story.until(onAir('backup'))
    expect(told(story)).toMatchObject({ wholeMs: 41, bound: 'measured', of: { system: 'obs' } })
    expect(accounts(story)).toHaveLength(1)
  })

  it('waits a moment for a measure that is not there yet', () => {
    const story = onProgram()
    story.program.cut('backup', 'feed-ended')
    story.program.lastCut = { ...story.program.lastCut!, gapMs: null }
    story.obs.kill()
    story.run(500)
    expect(onAir('obs')(story.state)).toBe(true)
    story.program.lastCut = { ...story.program.lastCut, gapMs: 63 }
    story.until(onAir('backup'))
    expect(told(story)).toMatchObject({ wholeMs: 63, bound: 'measured' })
    expect(notices(story).at(-1)).toMatchObject({ code: 'switched', tookMs: 63 })
  })

  it('is never nothing where the measure never comes', () => {
    const story = onProgram()
    story.program.cut('backup', 'feed-ended')
    story.program.lastCut = { ...story.program.lastCut!, gapMs: null }
    story.obs.kill()
    story.until(onAir('backup'))
    expect(told(story).bound).not.toBe('measured')
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(1_000)
  })

  it('of a cut that was asked for, and of the return to OBS, is their own measure', () => {
    const story = onProgram()
    story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup')).run(2_000)
    expect(told(story)).toMatchObject({ wholeMs: 40, bound: 'measured', of: null })
    story.say({ kind: 'switch', to: 'obs' }).until(onAir('obs')).run(2_000)
    expect(accounts(story)).toHaveLength(2)
    expect(told(story)).toMatchObject({ wholeMs: 40, bound: 'measured', of: null })
  })

  it('is counted whole where no feed was there to cut to', () => {
    const story = onProgram()
    story.backup.source = false
    story.run(3_000)
    const killedAt = story.now
    story.obs.kill()
    story.run(13_000)
    expect(offAirNow(story.state, story.now)).not.toBeNull()
    story.backup.source = true
    story.until(onAir('backup'))
    const account = told(story)
    expect(account).toMatchObject({ bound: 'measured', waitedFor: ['backup-not-ready'] })
    expect(account.wholeMs).toBeGreaterThanOrEqual(13_000)
    expect(account.wholeMs).toBeLessThanOrEqual(story.now - killedAt + sampleMs)
    expect(account.parts.waitMs).toBeGreaterThanOrEqual(12_000)
    expect(offAirNow(story.state, story.now)).toBeNull()
  })

  it('of an ingest that froze begins with its last acknowledgement', () => {
    const story = onProgram()
    story.program.link = 0
    story.run(7_000)
    story.program.link = 1
    story.run(5_000)
    const account = told(story)
    expect(account).toMatchObject({ how: 'healed', bound: 'about', of: { cause: 'destination-frozen' } })
    expect(account.wholeMs).toBeGreaterThanOrEqual(7_000)
    expect(account.wholeMs).toBeLessThanOrEqual(7_000 + 3 * sampleMs)
  })

  it('of a connection that the carrier made anew by itself is told, though nobody called it bad', () => {
    const story = onProgram()
    story.program.leg = 'connecting'
    story.run(2_000)
    story.program.leg = 'up'
    story.run(5_000)
    expect(notices(story)).toMatchObject([{ code: 'on-air-good', cause: 'destination-disconnected' }])
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(2_000)
    expect(told(story).wholeMs).toBeLessThanOrEqual(2_000 + 2 * sampleMs)
  })

  it('of a narrow line is nothing while something gets through', () => {
    const story = onProgram()
    story.program.link = 0.3
    story.run(4_000)
    expect(notices(story)).toMatchObject([{ code: 'on-air-bad', cause: 'uplink-narrow' }, {}])
    expect(offAirNow(story.state, story.now)).toBeNull()
  })

  it('of a cut that the carrier made while no engine ran is at least what that cut cost', () => {
    const story = onProgram()
    story.obs.kill()
    story.program.cut('backup', 'feed-ended', 55)
    story.restart().until(onAir('backup'))
    expect(notices(story)).toMatchObject([
      {
        code: 'adopted',
        offAir: { wholeMs: 55, bound: 'at-least', of: { system: 'obs', cause: 'feed-ended' } },
      },
    ])
  })

  it('of a carrier that was killed ends with its next program', () => {
    const story = onProgram()
    const diedAt = story.now
    story.program.die()
    story.run(1_000).until(onAir('obs'))
    const account = told(story)
    expect(account.of?.cause).toBe('program-stale')
    expect(account.wholeMs).toBeGreaterThanOrEqual(250)
    expect(account.wholeMs).toBeLessThanOrEqual(story.now - diedAt + sampleMs)
  })

  it('of a feed that froze under a hold ends where it thaws', () => {
    const story = onProgram()
    story.say({ kind: 'hold', forMs: null })
    story.program.frozen.add('obs')
    story.run(6_000)
    story.program.frozen.delete('obs')
    story.run(3_000)
    expect(told(story)).toMatchObject({ how: 'healed', waitedFor: ['hold'] })
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(6_000)
    expect(told(story).wholeMs).toBeLessThanOrEqual(6_000 + 2 * sampleMs)
  })

  it('of a cut that came to nothing is told once what was on goes on', () => {
    const story = onProgram()
    story.intercept = (command) => command.kind === 'start' && command.system === 'backup'
    story.say({ kind: 'switch', to: 'backup' }).run(20_000)
    expect(onAir('obs')(story.state)).toBe(true)
    expect(accounts(story)).toEqual([])
    expect(offAirNow(story.state, story.now)).toBeNull()
  })
})
