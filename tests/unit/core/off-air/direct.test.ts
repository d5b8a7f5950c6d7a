import { describe, expect, it } from 'vitest'
import type { Notice } from '../../../../src/core/failover'
import { foldIncident, noIncidents } from '../../../../src/core/incident'
import type { OffAir } from '../../../../src/core/off-air/account'
import { offAirNow } from '../../../../src/core/off-air/now'
import { inPhase, onAir, Story } from '../../../support/story/story'

type Ending = Extract<Notice, { readonly code: 'switched' | 'adopted' | 'on-air-good' | 'stream-ended' }>

const notices = (story: Story): Notice[] =>
  story.commands.flatMap((command) => (command.kind === 'notice' ? [command.notice] : []))

/** The newest account that was told. */
function told(story: Story): OffAir {
  const found = notices(story).findLast(
    (notice): notice is Ending => 'offAir' in notice && notice.offAir !== undefined,
  )?.offAir
  if (found === undefined) throw new Error(`no account; told:\n${story.tale().join('\n')}`)
  return found
}

/** How long it took from now until `what`, by the story's own clock. */
function lasted(story: Story, what: Parameters<Story['until']>[0], limitMs?: number): number {
  const from = story.now
  story.until(what, limitMs)
  return story.now - from
}

/** OBS reports twice a second: so much longer than the truth may an account be, and never shorter. */
const sampleMs = 500

function expectTruth({ wholeMs }: OffAir, trueMs: number): void {
  expect(wholeMs).toBeGreaterThanOrEqual(trueMs)
  expect(wholeMs).toBeLessThanOrEqual(trueMs + sampleMs)
}

describe('what viewers missed, each system publishing by itself', () => {
  it('counts the wait for a backup that was not ready, and not only its switch', () => {
    const story = new Story().live()
    story.backup.source = false
    story.run(3_000)
    const killedAt = story.now
    story.obs.kill()
    story.run(13_000)
    story.backup.source = true
    story.until(onAir('backup'))
    const account = told(story)
    expectTruth(account, story.now - killedAt)
    expect(account).toMatchObject({
      bound: 'about',
      how: 'switched',
      waitedFor: ['backup-not-ready'],
      of: { system: 'obs', cause: 'obs-gone' },
    })
    expect(account.parts.waitMs).toBeGreaterThanOrEqual(13_000)
    expect(account.parts.switchMs).toBeLessThanOrEqual(500)
  })

  it('counts what passed before it was noticed', () => {
    const story = new Story().live()
    story.obs.freeze()
    // Its session ends with a frozen OBS at once, so that no ghost is in the way.
    story.destination.publishers.delete('obs')
    const trueMs = lasted(story, onAir('backup'))
    expectTruth(told(story), trueMs)
    expect(told(story).parts.noticeMs).toBeGreaterThanOrEqual(story.policy.obs.hungAfterMs)
  })

  it('is at least so long where only what OBS sent is known: bytes go on into a dead line', () => {
    const story = new Story().live()
    story.obs.blackHole()
    const trueMs = lasted(story, onAir('backup'))
    expect(told(story)).toMatchObject({ bound: 'at-least' })
    expectTruth(told(story), trueMs)
  })

  it('begins with what the far end last saw, where somebody looks', () => {
    const story = new Story().live()
    const look = (media: 'flowing' | 'absent'): void => {
      story.tell({ kind: 'witness', proof: 'server', media })
    }
    for (let second = 0; second < 5; second += 1) {
      look('flowing')
      story.run(1_000)
    }
    look('flowing')
    const stoppedAt = story.now
    // OBS counts on for seconds; nothing of it arrives.
    for (let second = 0; second < 10 && onAir('obs')(story.state); second += 1) {
      story.run(1_000)
      look('absent')
    }
    story.until(onAir('backup'))
    const account = told(story)
    expect(account).toMatchObject({ bound: 'about', of: { cause: 'far-end-silent' } })
    expect(account.wholeMs).toBeGreaterThanOrEqual(story.now - stoppedAt)
    expect(account.wholeMs).toBeLessThanOrEqual(story.now - stoppedAt + 1_000)
  })

  it('does not count a time in which frames were dropped and media went on', () => {
    const story = new Story().live()
    story.obs.link = 0.3
    story.until((state) => state.phase.kind === 'switching')
    const trueMs = lasted(story, onAir('backup'))
    expectTruth(told(story), trueMs)
    expect(told(story).parts.noticeMs).toBe(0)
  })

  it('is nothing where frames were dropped and it healed: the stream stayed on air', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: null })
    story.obs.link = 0.3
    story.run(9_000)
    story.obs.link = 1
    story.run(9_000)
    expect(notices(story).at(-1)).toMatchObject({ code: 'on-air-good', offAir: { wholeMs: 0 } })
  })

  it('names the hold that the backup waited for', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: null })
    const killedAt = story.now
    story.obs.kill()
    story.run(20_000)
    story.say({ kind: 'release' }).until(onAir('backup'))
    expect(told(story).waitedFor).toEqual(['hold'])
    expectTruth(told(story), story.now - killedAt)
    expect(told(story).parts.waitMs).toBeGreaterThanOrEqual(19_000)
  })

  it('counts the try that failed apart from the one that worked', () => {
    const story = new Story({ slate: true }).live()
    story.intercept = (command) => {
      if (command.kind !== 'start' || command.system !== 'backup') return false
      story.after(4_000, () => {
        story.tell({
          kind: 'result',
          commandId: command.id,
          outcome: { ok: false, problem: { code: 'source-no-media' } },
        })
      })
      return true
    }
    story.obs.kill()
    const trueMs = lasted(story, onAir('slate'))
    expectTruth(told(story), trueMs)
    expect(told(story).parts.failedMs).toBeGreaterThanOrEqual(4_000)
    expect(told(story).parts.switchMs).toBeLessThanOrEqual(1_000)
  })

  it('of a backup that dies on air ends with OBS', () => {
    const story = new Story().backupLive()
    story.backup.breaks()
    const trueMs = lasted(story, onAir('obs'))
    expect(told(story).of?.system).toBe('backup')
    expectTruth(told(story), trueMs)
  })

  it('of a switch that was asked for is told too, and is no incident', () => {
    const story = new Story().live()
    story.say({ kind: 'switch', to: 'backup' })
    expectTruth(told(story.until(onAir('backup'))), 500)
    story.run(8_000).say({ kind: 'switch', to: 'obs' })
    const trueMs = lasted(story, onAir('obs'))
    expectTruth(told(story), trueMs)
    expect(told(story)).toMatchObject({ of: null, parts: { noticeMs: 0, waitMs: 0 } })
    expect(incidents(story).closed).toEqual([])
  })

  it('of a reconnect that OBS did by itself is told, and is an incident', () => {
    const story = new Story().live()
    story.obs.reconnects = true
    story.obs.dropped()
    expect(offAirNow(story.state, story.now)).not.toBeNull()
    story.run(6_000)
    expect(notices(story).at(-1)).toMatchObject({ code: 'on-air-good', cause: 'output-disconnected' })
    expectTruth(told(story), 2_000)
    expect(incidents(story).closed).toMatchObject([
      { system: 'obs', cause: 'output-disconnected', end: { how: 'healed' }, offAir: told(story) },
    ])
    expect(offAirNow(story.state, story.now)).toBeNull()
  })

  it('is not told of a status that came late while media went on', () => {
    const story = new Story().live()
    story.obs.frozen = true
    story.run(1_500)
    story.obs.frozen = false
    // Only the answers were missing: what was sent meanwhile is counted in the next one.
    const sample = story.obs as unknown as { bytes: number; total: number }
    sample.bytes += 150_000
    sample.total += 45
    story.run(5_000)
    expect(notices(story).filter((notice) => 'offAir' in notice)).toEqual([])
  })

  it('is at least so long where the PC slept in it: its clock stood still', () => {
    const story = new Story().live()
    story.backup.source = false
    story.run(3_000)
    story.obs.kill()
    story.run(2_000)
    story.tell({ kind: 'host', what: 'resumed' })
    story.backup.source = true
    story.until(onAir('backup'))
    expect(told(story).bound).toBe('at-least')
  })

  it('ends with the stream, and not with its long goodbye', () => {
    const story = new Story().live().say({ kind: 'disarm' })
    story.obs.kill()
    story.run(12_000).say({ kind: 'end-stream' })
    story.until(inPhase('offline'))
    expect(told(story)).toMatchObject({ how: 'ended', waitedFor: ['not-armed'] })
    expectTruth(told(story), 12_000)
  })

  it('is not told of a stream that its user stops', () => {
    const story = new Story().live()
    story.obs.pressStop()
    story.until(inPhase('offline'))
    expect(notices(story).at(-1)).toMatchObject({ code: 'stream-ended' })
    expect(notices(story).at(-1)).not.toHaveProperty('offAir')
  })

  it('is not told where the stream only begins', () => {
    const story = new Story()
    story.obs.open()
    story.run(3_000).say({ kind: 'go-live' }).until(onAir('obs'))
    expect(notices(story).filter((notice) => 'offAir' in notice)).toEqual([])
  })

  it('of a platform that takes both at once is nothing: the old one sends until the new one is there', () => {
    const story = new Story({ takeover: { kind: 'backup-url' } }).live()
    story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup'))
    expect(told(story).wholeMs).toBe(0)
  })

  it('sums up what was missing before and after a moment in which it was back', () => {
    const story = new Story().live().say({ kind: 'hold', forMs: null })
    story.obs.link = 0
    story.run(4_000)
    story.obs.link = 1
    story.run(1_000)
    story.obs.kill()
    story.run(3_000).say({ kind: 'release' }).until(onAir('backup'))
    const missed = told(story)
    expect(missed.wholeMs).toBeGreaterThanOrEqual(7_000)
    expect(missed.wholeMs).toBeLessThanOrEqual(7_000 + 4 * sampleMs)
  })
})

describe('what viewers missed, over a restart of the engine', () => {
  const inTheDark = (): { readonly story: Story; readonly killedAt: number } => {
    const story = new Story().live()
    story.backup.source = false
    story.run(3_000)
    const killedAt = story.now
    story.obs.kill()
    story.run(4_000)
    story.destination.reachable = false
    story.backup.source = true
    story.run(3_000)
    return { story, killedAt }
  }

  it('is counted from what the restore point says', () => {
    const { story, killedAt } = inTheDark()
    story.restart().run(8_000)
    story.destination.reachable = true
    story.until(onAir('backup'))
    const account = told(story)
    expect(account).toMatchObject({ bound: 'about', of: { system: 'obs', cause: 'obs-gone' } })
    expect(account.wholeMs).toBeGreaterThanOrEqual(story.now - killedAt)
    // The point keeps whole seconds.
    expect(account.wholeMs).toBeLessThanOrEqual(story.now - killedAt + 1_000 + sampleMs)
    expect(incidents(story).closed).toMatchObject([{ cause: 'obs-gone', offAir: account }])
  })

  it('is kept when the next engine dies as well before it has looked round', () => {
    const { story, killedAt } = inTheDark()
    story.restart().restart().run(8_000)
    story.destination.reachable = true
    story.until(onAir('backup'))
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(story.now - killedAt)
  })

  it('is not known where the restore point does not say', () => {
    const { story } = inTheDark()
    story.restart((point) => ({ ...point, offAir: undefined })).run(8_000)
    story.destination.reachable = true
    story.until(onAir('backup'))
    expect(told(story).bound).toBe('not-known')
  })

  it('is not known by a clock that was put back', () => {
    const { story } = inTheDark()
    const ahead = story.now + 3_600_000
    story
      .restart((point) => ({ ...point, offAir: { sinceWall: ahead, noticedWall: ahead, of: null } }))
      .run(8_000)
    story.destination.reachable = true
    story.until(onAir('backup'))
    expect(told(story).bound).toBe('not-known')
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(0)
  })

  it('is at most so long where somebody was found on air', () => {
    const { story, killedAt } = inTheDark()
    // The start that the old engine had given came through while nobody looked.
    story.backup.generation = 9
    story.destination.reachable = true
    story.destination.publishers.add('backup')
    story.restart().until(onAir('backup'))
    expect(notices(story).at(-1)?.code).toBe('adopted')
    expect(told(story).bound).toBe('at-most')
    expect(told(story).wholeMs).toBeGreaterThanOrEqual(story.now - killedAt)
  })

  it('writes nothing of it into the point while media reaches viewers', () => {
    const story = new Story().live()
    story.restart((point) => {
      expect(point).not.toHaveProperty('offAir')
      return point
    })
    story.until(onAir('obs'))
    expect(notices(story).at(-1)).not.toHaveProperty('offAir')
  })
})

/** All that was told, as incidents; their times do not matter here. */
function incidents(story: Story): typeof noIncidents {
  return notices(story).reduce((all, notice) => foldIncident(all, notice, story.now), noIncidents)
}
