import { describe, expect, it } from 'vitest'
import { assessmentOf } from '../../../../../src/core/failover'
import { compareFormats, formatOf } from '../../../../../src/core/compare-tracks'
import { defaultPolicy } from '../../../../../src/core/policy'
import { announce } from '../../../../../src/core/announce'
import { noticeText } from '../../../../../src/shared/messages'
import { inPhase, onAir, Story, type StoryOptions } from '../../../../support/story/story'
import type { StoryProgram } from '../../../../support/story/story-program'

type Program = Story & { readonly program: StoryProgram }

const av1 = { video: 'av1', audio: 'aac', sampleRateHz: 48_000 }
const h264 = { video: 'h264', audio: 'aac', sampleRateHz: 48_000 }
const slow = { ...h264, sampleRateHz: 44_100 }

/** OBS on AV1; its backup sends H.264. */
function mixed(options: StoryOptions = {}, backup = h264, obs = av1, slate = h264): Program {
  const story = new Story({ program: true, ...options }) as Program
  story.program.formats.set('obs', obs).set('backup', backup).set('slate', slate)
  story.live()
  story.until(onAir('obs')).run(10_000)
  return story
}

const readiness = (story: Program, system: string) => {
  const { readiness: is, readinessCauses } = assessmentOf(story.state, system, story.now, story.policy)
  return [is, ...readinessCauses.map(({ code }) => code)]
}
const guardOf = (story: Program): readonly string[] | undefined => story.program.guard?.order
const notices = (story: Program) =>
  story.commands.flatMap((command) => (command.kind === 'notice' ? [command.notice] : []))

describe('a backup of another codec', () => {
  it('is not ready to be cut to unseen, and that is said once', () => {
    const story = mixed()
    expect(readiness(story, 'backup')).toEqual(['not-ready', 'other-format'])
    expect(readiness(story, 'obs')).toEqual(['ready'])
    const told = notices(story).filter(({ code }) => code === 'backup-not-ready')
    expect(told).toEqual([{ code: 'backup-not-ready', system: 'backup', cause: 'other-format' }])
    expect(noticeText(told[0]!)).toContain('new connection')
    expect(readiness(mixed({}, av1), 'backup')).toEqual(['ready'])
  })

  it('is measured against what OBS sent before there is a stream', () => {
    const story = mixed()
    story.say({ kind: 'end-stream' }).until(inPhase('offline')).run(1_000)
    expect(readiness(story, 'backup')).toEqual(['not-ready', 'other-format'])
  })

  it('comes after a standby picture that fits', () => {
    const story = mixed({ slate: true }, h264, av1, av1)
    expect(guardOf(story)).toEqual(['slate', 'backup'])
    story.obs.kill()
    story.until(onAir('slate')).run(5_000)
    expect(story.program.lastCut?.renewed).toBeUndefined()
    expect(story.told()).not.toContain('session-renewed')
  })

  it('is taken by the guard where nobody else is there, as a new session, in words', () => {
    const story = mixed()
    expect(guardOf(story)).toEqual(['backup'])
    story.obs.kill()
    story.until(onAir('backup')).run(1_000)
    expect(story.program.lastCut).toMatchObject({ to: 'backup', renewed: true })
    const renewed = notices(story).find(({ code }) => code === 'session-renewed')!
    expect(noticeText(renewed)).toBe(
      'The backup needed a new connection to the destination: picture in H.264 instead of AV1. Viewers saw a break.',
    )
    expect(announce(renewed)).toMatchObject({ category: 'switch', urgency: 'warning' })
    // The break is what it cost: not the 0 ms of a cut that nobody sees.
    const switched = notices(story).findLast(({ code }) => code === 'switched')
    expect(switched).toMatchObject({ to: 'backup' })
    expect(switched?.code === 'switched' && switched.tookMs).toBeGreaterThanOrEqual(500)
    expect(story.told().filter((each) => each === 'session-renewed')).toHaveLength(1)
  })

  it('is told though the destination does not take the new session at once', () => {
    const story = mixed()
    story.program.connectMs = 60_000
    story.obs.kill()
    story.run(1_500)
    expect(story.told().some((each) => each.startsWith('bad obs'))).toBe(true)
    story.until(onAir('backup'), 15_000)
  })

  it('is taken by the core where the carrier was not allowed to', () => {
    const story = mixed().say({ kind: 'hold', forMs: null })
    story.program.frozen.add('obs')
    story.run(3_000)
    expect(onAir('obs')(story.state)).toBe(true)
    story.say({ kind: 'release' }).until(onAir('backup')).run(1_000)
    expect(story.told()).toContain('session-renewed')
  })

  it('leaves the stream to a backup on a server that is ready', () => {
    const story = mixed({ remote: true })
    expect(guardOf(story) ?? []).toEqual([])
    story.program.frozen.add('obs')
    story.until(onAir('remote'))
    expect(story.program.lastCut?.to).not.toBe('backup')
  })

  it('can be asked for', () => {
    const story = mixed()
    story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup')).run(1_000)
    expect(story.told().filter((each) => each.startsWith('refused'))).toEqual([])
    expect(story.told()).toContain('session-renewed')
  })

  it('gives the stream back to OBS, in a new session again', () => {
    const story = mixed()
    story.obs.kill()
    story.until(onAir('backup')).run(3_000)
    story.obs.launch()
    story.run(3_000).obs.pressStart()
    story.run(3_000)
    expect(readiness(story, 'obs')).toEqual(['not-ready', 'other-format'])
    story.until(onAir('obs'), defaultPolicy.program.returnAfterMs + 20_000).run(1_000)
    expect(story.told().filter((each) => each === 'session-renewed')).toHaveLength(2)
  })

  it('goes on air before a standby picture where nobody is on air: the session is a new one anyway', () => {
    const story = mixed({ slate: true }, h264, av1, av1)
    story.obs.kill()
    story.program.die()
    story.until((state) => state.phase.kind === 'on-air' && state.phase.system !== 'obs')
    expect(onAir('backup')(story.state)).toBe(true)
  })

  it('says nothing anew to an engine that finds it so', () => {
    const story = mixed()
    story.say({ kind: 'switch', to: 'backup' }).until(onAir('backup')).run(1_000)
    story.restart().run(5_000)
    expect(story.told()).not.toContain('session-renewed')
  })
})

describe('sound', () => {
  it('with another sample rate is another format; one that is not known is none', () => {
    expect(readiness(mixed({}, slow, h264), 'backup')).toEqual(['not-ready', 'other-format'])
    expect(readiness(mixed({}, { ...h264, sampleRateHz: null } as never, h264), 'backup')).toEqual(['ready'])
    expect(
      readiness(mixed({}, { video: 'h264', audio: null, sampleRateHz: null } as never, h264), 'backup'),
    ).toEqual(['ready'])
  })

  it('and picture are compared by what a session is bound to', () => {
    const of = (codec: string, sound: string, rate?: number, channels = 2) =>
      formatOf([
        { type: 'video', codec, width: 640, height: 360, fps: 30 },
        { type: 'audio', codec: sound, channels, ...(rate === undefined ? {} : { sampleRateHz: rate }) },
      ])
    expect(compareFormats(of('h264', 'aac', 48_000), of('H264', 'aac', 48_000, 1))).toEqual([])
    expect(
      compareFormats(of('hevc', 'aac', 48_000), of('h264', 'opus', 44_100)).map(({ what }) => what),
    ).toEqual(['codec', 'codec'])
    expect(compareFormats(of('h264', 'aac', 48_000), of('h264', 'aac', 44_100))).toEqual([
      { what: 'sample-rate', track: 'audio', primary: '48000', backup: '44100' },
    ])
    expect(compareFormats(formatOf([]), of('h264', 'aac'))).toEqual([])
  })
})

describe('tracks that are left out', () => {
  it('are told once, and again when there are more', () => {
    const story = mixed({}, av1)
    story.program.leftOut.set('obs', { video: 0, audio: 1 })
    story.run(10_000)
    const told = () => notices(story).filter(({ code }) => code === 'tracks-left-out')
    expect(told().map(noticeText)).toEqual([
      'OBS sends a second sound track. Only the first picture and the first sound are sent on.',
    ])
    story.program.leftOut.set('obs', { video: 3, audio: 1 })
    story.run(5_000)
    expect(told().map(noticeText)[1]).toContain('3 more picture tracks and a second sound track')
    story.run(60_000)
    expect(told()).toHaveLength(2)
  })
})
