import type { TrackDifference } from '../../../core/compare-tracks'
import type { ProgramDestinationView, ProgramFeedView, ProgramView } from '../../snapshot'
import { durationText } from '../fill'
import { capital, causeSentence, problemNext, problemText, systemName } from '..'
import { changesText, leftOutText, viewerNotices } from './tracks'

/** Every sentence of the program's panel on the live screen. */
export const programWords = {
  title: 'The program',
  tell: 'Every source feeds it, and it alone is connected to your destinations. A switch is a cut that viewers do not see.',
  feeds: 'Feeds',
  program: 'Program',
  destinations: 'Destinations',
  onProgram: 'On the program',
  off: 'Off',
  offTell: 'Nothing is on the program. Go live here or in OBS.',
  noFeeds: 'No feed yet.',
  noDestinations: 'No destination yet.',
  noPicture: 'No picture',
  pictureOfProgram: 'What viewers are sent, a moment ago',
  cuts: 'Cuts',
  lastCut: 'Last cut',
  noCut: 'none yet',
  unbroken: 'One connection, never broken',
  legs: {
    idle: 'Nothing received',
    connecting: 'Connecting',
    up: 'Receiving',
    stalled: 'Frozen',
    failed: 'Failed',
  },
  destinationLegs: {
    idle: 'Not connected',
    connecting: 'Connecting',
    up: 'Connected',
    stalled: 'Accepts nothing',
    failed: 'Failed',
  },
  obsIdle: 'OBS sends nothing to Understudy',
  /** Beside a figure. */
  facts: {
    sent: 'Sent',
    waiting: 'Waiting',
    dropped: 'Dropped',
    reconnects: 'Reconnects',
    uptime: 'Connected for',
    ingest: 'Server',
  },
  ingests: { first: 'first', other: 'second' },
  frames: (count: number): string => `${count} ${count === 1 ? 'frame' : 'frames'}`,
  door: {
    title: 'Understudy’s ingest',
    address: 'Address',
    sends: 'OBS sends',
    yes: 'yes',
    no: 'no',
    closed: 'not open',
    visits: 'Connections, newest first',
    none: 'No connections yet.',
  },
} as const

/** How fresh a feed's media is, ms; below a tenth of a second the digits would only flicker. */
export function mediaAgeText(ageMs: number): string {
  if (ageMs < 100) return 'media under 0.1 s old'
  return `media ${ageMs < 10_000 ? `${(ageMs / 1_000).toFixed(1)} s` : durationText(ageMs)} old`
}

/** Older media than this on a feed that runs is worth a look, ms: the default limit of the freeze watchdog. */
export const staleMediaMs = 700

/** Where a feed stands, in one line. */
export function feedText(feed: ProgramFeedView): string {
  if (feed.system === 'obs' && feed.leg === 'idle') return programWords.obsIdle
  const leg = programWords.legs[feed.leg]
  return feed.mediaAgeMs === null ? leg : `${leg}, ${mediaAgeText(feed.mediaAgeMs)}`
}

/** What a viewer would notice of a cut to a feed; `known`: its picture and sound and those of OBS are known. */
export function matchText(differences: readonly TrackDifference[], known: boolean): string | null {
  if (differences.length > 0) return viewerNotices(differences)
  return known ? 'Viewers would notice no difference.' : null
}

/** That a cut to a feed is seen, because no connection carries both; null: it is not. */
export function breakText({ breaks = [] }: Pick<ProgramFeedView, 'breaks'>): string | null {
  if (breaks.length === 0) return null
  return `Viewers see a switch to it: it needs a new connection, with ${changesText(breaks)}.`
}

/** That a feed sends more tracks than are carried; null: it does not. */
export const leftOutLine = ({ system, leftOut }: ProgramFeedView): string | null =>
  leftOut === undefined ? null : leftOutText(system, leftOut)

/** That a feed is converted on its way in, and what that costs this PC. */
export function convertedText({ cpuShare }: NonNullable<ProgramFeedView['converted']>): string {
  return cpuShare === null
    ? 'Converted to match OBS.'
    : `Converted to match OBS; costs ${Math.round(cpuShare * 100)} % of one processor core.`
}

const cutReasons: Readonly<Record<NonNullable<ProgramView['lastCut']>['why'], string>> = {
  asked: '',
  'feed-frozen': 'froze',
  'feed-ended': 'disconnected',
}

/** The newest cut: from whom to whom, why, and what viewers missed. */
export function cutText({ from, to, why, gapMs, renewed }: NonNullable<ProgramView['lastCut']>): string {
  const cause = from === null || why === 'asked' ? '' : `${capital(systemName(from))} ${cutReasons[why]}: `
  const where = from === null ? `started with ${systemName(to)}` : `cut to ${systemName(to)}`
  const gap = gapMs === null ? '' : `, ${durationText(gapMs)} between the pictures`
  const cost = renewed === true ? ', with a new connection to every destination' : gap
  return capital(`${cause}${where}${cost}`)
}

/** The same in the small window: 'cut in 40 ms'. */
export const cutShort = ({ gapMs }: NonNullable<ProgramView['lastCut']>): string =>
  gapMs === null ? 'cut' : `cut in ${durationText(gapMs)}`

/** How it is known that media arrives at a destination. */
export function proofLine(destination: ProgramDestinationView): string {
  const { acknowledges, acknowledgedAgeMs, leg, confirmed } = destination
  if (leg !== 'up' && leg !== 'stalled') return programWords.destinationLegs[leg]
  if (confirmed === false) return 'Connected; checking that it holds'
  switch (acknowledges) {
    case 'yes': {
      if (acknowledgedAgeMs === null) return 'It confirms what arrives'
      const age = acknowledgedAgeMs < 500 ? 'just now' : `${durationText(acknowledgedAgeMs)} ago`
      return `It confirmed media ${age}`
    }
    case 'no':
      return 'This platform does not confirm what arrives; this is what the network accepts'
    case 'unknown':
      return 'It is not known yet whether it confirms what arrives'
  }
}

/**
 * What a cut cannot cure, where a destination is in trouble, and what is done about it: every feed goes through the same
 * program, over the same line, to the same ingest. Null: nothing has to be said.
 */
export function destinationHelp(destination: ProgramDestinationView): string | null {
  const { verdict, causes, problem, hasOther, on } = destination
  if (verdict !== 'bad') return null
  if (problem !== null && causes.some(({ code }) => code === 'destination-refused'))
    return problemNext(problem)
  if (causes.some(({ code }) => code === 'uplink-narrow'))
    return 'A cut does not help: a backup here would use the same line. Lower the bitrate in OBS, or use a backup on a server.'
  const cut = 'A cut does not help: every feed uses the same connection to it.'
  if (!hasOther) return `${cut} Understudy keeps reconnecting; there is no second server to go to.`
  return on === 'first'
    ? `${cut} If this continues, Understudy goes to its second server.`
    : `${cut} Understudy already uses its second server.`
}

/** Why a destination is bad or not known, in words. */
export const destinationTrouble = ({ causes, problem }: ProgramDestinationView): readonly string[] => [
  ...causes.map(causeSentence),
  ...(problem === null ? [] : [problemText(problem)]),
]

type Visit = ProgramView['ingest']['visits'][number]

/** Somebody at the door of the local ingest. */
export function visitText({ what, problem }: Visit): string {
  switch (what) {
    case 'published':
      return 'OBS connected to Understudy.'
    case 'took-over':
      return 'A second sender with the right key took over from the first. Only one OBS should send here.'
    case 'left':
      return problem === null ? 'OBS disconnected.' : problemText(problem)
    case 'refused':
      return problem === null ? 'A connection to Understudy’s ingest was refused.' : problemText(problem)
  }
}

/** A visit that somebody should know of. */
export const visitAlarms = ({ what }: Visit): boolean => what === 'refused' || what === 'took-over'
