import { durationText } from '../fill'

/** What stands on the frame of every screen. */
export const frameWords = {
  product: 'Understudy',
  skip: 'To the content',
  nav: { label: 'Screens', live: 'Live', rehearsal: 'Rehearsal', setup: 'Set-up' },
  armed: 'Armed',
  notArmed: 'Not armed',
  hold: 'Hold',
  holdLeft: 'left',
  rehearsal: 'Rehearsal',
  rehearsing: 'A rehearsal runs',
  connecting: 'Connecting to Understudy…',
  lost: {
    title: 'Understudy does not answer.',
    text: 'What you see may be old. What is on air goes on; reconnecting…',
  },
  refused: {
    title: 'This page has no access any more.',
    text: 'Open the link that Understudy printed when it started.',
  },
} as const

/** The live screen. */
export const liveWords = {
  onAir: 'On air',
  grace: (ms: number): string => `The platform keeps the broadcast open for ${durationText(ms)} more.`,
  graceLeft: 'until the platform ends the broadcast',
  held: 'Nothing switches by itself until you release the hold.',
  heldLeft: 'Nothing switches by itself until the hold is over.',
  notArmed: 'Nothing switches by itself: Understudy is not armed.',
  systems: 'Systems',
  verdicts: { good: 'Good', bad: 'Bad', unknown: 'Unknown' },
  readiness: {
    ready: 'Ready to take over',
    'not-ready': 'Not ready to take over',
    unknown: 'Not known whether it can take over',
  },
  readyShort: 'Ready',
  notReadyShort: 'Not ready',
  pictureOf: (name: string): string => `What ${name} shows, a few seconds ago`,
  noPicture: 'No picture',
  metrics: {
    bitrate: 'Bitrate',
    frames: 'Frames',
    dropped: 'Dropped',
    congestion: 'Congestion',
    source: 'Source',
    sending: 'Sending',
    confirmed: 'Confirmed',
  },
  legs: { idle: 'Idle', connecting: 'Connecting', up: 'Up', stalled: 'Stalled', failed: 'Failed' },
  destination: {
    title: 'Destination',
    unknown: 'Not known yet. It is read from OBS.',
    from: { obs: 'from OBS', config: 'from the settings' },
    key: 'Stream key',
    noKey: 'none',
    handOver: 'Hand-over',
    takeover: {
      none: 'The old sender must stop first',
      query: 'A new sender takes over at once',
      'backup-url': 'Takes two senders at once',
    },
    patience: 'Grace period',
    patienceText: (ms: number): string => `${durationText(ms)} without media`,
    witness: {
      server: 'Server statistics',
      'nginx-stat': 'Server statistics',
      mediamtx: 'Media server',
      playback: 'Playback',
    } as Readonly<Record<string, string>>,
    seen: { flowing: 'Media arrives', absent: 'No media', unknown: 'Cannot check' },
  },
  timeline: {
    title: 'What happened',
    label: 'Events, newest first',
    none: 'Nothing yet. Switches and their reasons appear here.',
  },
  problems: 'Problems',
  noBackup: {
    title: 'No backup yet',
    text: 'Understudy watches OBS, but has nothing to switch to when it fails.',
    action: 'Set up a backup',
  },
} as const

/** What can be asked for. */
export const commandWords = {
  label: 'Commands',
  goLive: 'Go live',
  endStream: 'End stream',
  obsNow: 'OBS now',
  backupNow: 'Backup now',
  slate: 'Standby picture',
  hold: 'Hold',
  holdFor: 'How long to hold',
  holdTimes: { none: 'no limit', min5: '5 min', min15: '15 min', hour: '1 hour' },
  release: 'Release hold',
  arm: 'Arm',
  disarm: 'Disarm',
  close: 'Close',
  end: {
    title: 'End the stream?',
    text: 'The broadcast ends for all viewers. Understudy does not bring it back by itself.',
    stay: 'Stay live',
    end: 'End the stream',
  },
} as const

/** The charts of the live screen. */
export const chartWords = {
  title: 'Over time',
  range: 'Range',
  ranges: { min5: '5 min', min30: '30 min', hour2: '2 h', hour8: '8 h' },
  bitrate: 'Bitrate',
  drops: 'Dropped frames',
  congestion: 'Congestion',
  none: 'Nothing measured yet.',
  summary: (name: string, now: string | null, low: string, high: string): string =>
    `${name}: ${now === null ? 'not known now' : `now ${now}`}, between ${low} and ${high}.`,
  summaryNone: (name: string): string => `${name}: nothing measured in this time.`,
} as const

/** The small window. */
export const compactWords = {
  label: 'Understudy, small',
  backup: 'Backup',
  obs: 'OBS',
  release: 'Release',
  graceLeft: 'left',
  missing: 'off air',
  cut: 'Last cut:',
  leave: 'Large window',
  enter: 'Small window',
} as const
