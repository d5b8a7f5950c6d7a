import { describe, expect, it } from 'vitest'
import { onAir, Story } from '../../../support/story/story'

const said = (story: Story): string[] => story.told().filter((notice) => notice.startsWith('backup-'))

describe('a backup that is not ready', () => {
  it('is told once while live and armed, after a few seconds, and again when it is ready', () => {
    const story = new Story().live()
    story.backup.source = false
    story.run(3_000)
    expect(said(story)).toEqual([])
    story.run(60_000)
    expect(said(story)).toEqual(['backup-not-ready'])
    story.backup.source = true
    story.run(10_000)
    expect(said(story)).toEqual(['backup-not-ready', 'backup-ready'])
  })

  it('names the backup and why', () => {
    const story = new Story().live()
    story.backup.source = false
    story.run(20_000)
    const command = story.commands.findLast((each) => each.kind === 'notice')
    expect(command).toMatchObject({
      notice: { code: 'backup-not-ready', system: 'backup', cause: 'source-lost' },
      reason: { code: 'readiness', system: 'backup' },
    })
  })

  it('is not told for a source that comes and goes within seconds', () => {
    const story = new Story().live()
    for (let blip = 0; blip < 10; blip += 1) {
      story.backup.source = false
      story.run(2_000)
      story.backup.source = true
      story.run(2_000)
    }
    expect(said(story)).toEqual([])
  })

  it('is no news while disarmed, and news once armed', () => {
    const story = new Story().live().say({ kind: 'disarm' })
    story.backup.source = false
    story.run(30_000)
    expect(said(story)).toEqual([])
    story.say({ kind: 'arm' }).run(6_000)
    expect(said(story)).toEqual(['backup-not-ready'])
  })

  it('is no news while somebody else could take over', () => {
    const story = new Story({ slate: true }).live()
    story.backup.source = false
    story.run(30_000)
    expect(said(story)).toEqual([])
  })

  it('is no news while the backup itself is on air and OBS is gone', () => {
    const story = new Story().live()
    story.obs.kill()
    story.until(onAir('backup')).run(30_000)
    expect(said(story)).toEqual([])
  })

  it('is not told twice over when the stream fails: that nothing was switched says it', () => {
    const story = new Story().live()
    story.backup.source = false
    story.run(2_000)
    story.obs.dropped()
    story.run(10_000)
    expect(story.told()).toContain('not-switched backup-not-ready')
    expect(said(story)).toEqual([])
  })

  it('begins to wait anew when the PC wakes up: samples from before say nothing', () => {
    const story = new Story().live()
    story.backup.source = false
    for (let nap = 0; nap < 5; nap += 1) {
      story.run(4_000)
      story.tell({ kind: 'host', what: 'resumed' })
    }
    expect(said(story)).toEqual([])
    story.run(20_000)
    expect(said(story)).toEqual(['backup-not-ready'])
  })
})
