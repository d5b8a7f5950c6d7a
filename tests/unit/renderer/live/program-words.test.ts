import { describe, expect, it } from 'vitest'
import { timelineLines } from '../../../../src/renderer/features/live/timeline/timeline-lines'
import { onAirWords } from '../../../../src/shared/messages/page/on-air'
import {
  breakText,
  convertedText,
  cutText,
  destinationHelp,
  feedText,
  leftOutLine,
  matchText,
  mediaAgeText,
  proofLine,
  visitText,
} from '../../../../src/shared/messages/page/program'
import type { ProgramDestinationView, Snapshot } from '../../../../src/shared/snapshot'
import {
  backupFeed,
  goodDestination,
  makeProgram,
  obsFeed,
  silentDestination,
} from '../../../support/story/program-snapshot'
import { backupSystem, makeSnapshot, obsSystem } from '../../../support/story/snapshots'

const bad = (more: Partial<ProgramDestinationView>): ProgramDestinationView => ({
  ...goodDestination,
  verdict: 'bad',
  causes: [{ code: 'destination-frozen', params: { sinceMs: 1_200 } }],
  ...more,
})

describe('a feed of the program', () => {
  it('says how old its media is without flickering', () => {
    expect([0, 80, 740, 12_000].map(mediaAgeText)).toEqual([
      'media under 0.1 s old',
      'media under 0.1 s old',
      'media 0.7 s old',
      'media 12 s old',
    ])
    expect(feedText({ ...obsFeed, leg: 'idle', mediaAgeMs: null })).toBe('OBS sends nothing to Understudy')
    expect(feedText({ ...backupFeed, leg: 'stalled', mediaAgeMs: 2_000 })).toBe('Frozen, media 2.0 s old')
  })

  it('says what a viewer would notice of a cut, and claims nothing where nothing is known', () => {
    expect(matchText(backupFeed.differences, true)).toBe(
      'A viewer would see 1280 × 720 instead of 1920 × 1080 and see 30 fps instead of 60.',
    )
    expect(matchText([], true)).toBe('Viewers would notice no difference.')
    expect(matchText([], false)).toBeNull()
    const every = (
      [
        'codec',
        'resolution',
        'fps',
        'profile',
        'sample-rate',
        'channels',
        'missing-audio',
        'missing-video',
      ] as const
    ).map((what) => matchText([{ what, track: 'audio', primary: '48000', backup: '2' }], true))
    for (const text of every) expect(text).toMatch(/^A viewer would \S.*\.$/)
    expect(new Set(every).size).toBe(every.length)
  })

  it('says that a cut to it is seen, and what of it is not sent on', () => {
    expect(breakText(backupFeed)).toBeNull()
    expect(
      breakText({
        breaks: [
          { what: 'codec', track: 'video', primary: 'av1', backup: 'h264' },
          { what: 'sample-rate', track: 'audio', primary: '48000', backup: '44100' },
        ],
      }),
    ).toBe(
      'Viewers see a switch to it: it needs a new connection, with picture in H.264 instead of AV1 and sound in 44.1 kHz instead of 48 kHz.',
    )
    expect(leftOutLine(obsFeed)).toBeNull()
    expect(leftOutLine({ ...obsFeed, leftOut: { video: 0, audio: 1 } })).toBe(
      'OBS sends a second sound track. Only the first picture and the first sound are sent on.',
    )
    const cut = { wall: 0, from: 'obs', to: 'backup', why: 'feed-ended', gapMs: null, renewed: true } as const
    expect(cutText(cut)).toContain('with a new connection')
  })

  it('shows what converting costs where that is known', () => {
    expect(convertedText({ cpuShare: 0.384 })).toContain('38 %')
    expect(convertedText({ cpuShare: null })).not.toContain('%')
  })
})

describe('a destination of the program', () => {
  it('tells a platform that confirms from one that never does', () => {
    expect(proofLine(goodDestination)).toBe('It confirmed media just now')
    expect(proofLine({ ...goodDestination, acknowledgedAgeMs: 1_240 })).toBe('It confirmed media 1.2 s ago')
    expect(proofLine(silentDestination)).toMatch(/^This platform does not confirm/)
    expect(proofLine({ ...goodDestination, leg: 'connecting' })).toBe('Connecting')
  })

  it('says what a cut cannot cure, and what is done instead', () => {
    expect(destinationHelp(goodDestination)).toBeNull()
    expect(destinationHelp(bad({}))).toMatch(/A cut does not help.*goes to its second server/)
    expect(destinationHelp(bad({ on: 'other' }))).toMatch(/already uses its second server/)
    expect(destinationHelp(bad({ hasOther: false }))).toMatch(/no second server/)
    expect(destinationHelp(bad({ causes: [{ code: 'uplink-narrow' }] }))).toMatch(/same line.*bitrate/)
    const refused = bad({
      causes: [{ code: 'destination-refused' }],
      problem: { code: 'destination-auth' },
    })
    expect(destinationHelp(refused)).not.toContain('cut')
  })

  it('does not let a good OBS hide that nothing arrives', () => {
    const shown: Partial<Snapshot> = {
      onAir: 'obs',
      phase: { kind: 'on-air', system: 'obs', sinceWall: 1, proof: 'acknowledged' },
      systems: [obsSystem, backupSystem],
    }
    const at = (destinations: readonly ProgramDestinationView[]) =>
      onAirWords(makeSnapshot({ ...shown, program: makeProgram({ destinations }) }))
    expect(at([goodDestination]).tally).toBe('live')
    expect(at([bad({}), goodDestination])).toMatchObject({
      tally: 'failing',
      headline: 'The stream does not arrive',
    })
    // The first one decides; the others have their own line.
    expect(at([goodDestination, bad({})]).tally).toBe('live')
  })
})

describe('cuts and visits', () => {
  it('says why the carrier cut by itself and what it cost', () => {
    const cut = { wall: 1, from: 'obs', to: 'backup', gapMs: 704 } as const
    expect(cutText({ ...cut, why: 'feed-frozen' })).toBe(
      'OBS froze: cut to the backup, 704 ms between the pictures',
    )
    expect(cutText({ ...cut, why: 'asked' })).toBe('Cut to the backup, 704 ms between the pictures')
    expect(cutText({ ...cut, from: null, why: 'asked', gapMs: null })).toBe('Started with the backup')
  })

  it('puts strangers and takeovers among what happened, by time; OBS’s own coming and going is no news', () => {
    const program = makeProgram({
      ingest: {
        url: null,
        obsPublishing: true,
        problem: null,
        visits: [
          { wall: 30, what: 'refused', problem: { code: 'ingest-key-wrong' } },
          { wall: 20, what: 'took-over', problem: null },
          { wall: 10, what: 'published', problem: null },
        ],
      },
    })
    const told = (id: number, wall: number): Snapshot['timeline'][number] => ({
      id,
      wall,
      notice: { code: 'stream-started', system: 'obs' },
      text: `told ${id}`,
      urgency: 'info',
      category: 'stream',
      key: '',
    })
    const lines = timelineLines({ timeline: [told(2, 25), told(1, 5)], program })
    expect(lines.map(({ wall }) => wall)).toEqual([30, 25, 20, 5])
    expect(lines[0]).toMatchObject({
      urgency: 'warning',
      text: expect.stringContaining('wrong key') as string,
    })
    expect(new Set(lines.map(({ key }) => key)).size).toBe(4)
  })

  it.each(['published', 'took-over', 'left', 'refused'] as const)('has words for %s', (what) => {
    for (const problem of [null, { code: 'ingest-malformed' } as const])
      expect(visitText({ wall: 1, what, problem })).toMatch(/^\S.*\.$/)
  })
})
