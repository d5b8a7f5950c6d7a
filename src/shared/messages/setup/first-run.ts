import type { Preflight } from '../../settings/settings'

/** Every word of the first run. */
export const firstRunWords = {
  title: 'Welcome',
  lead: 'Three questions, then a backup takes over when your stream fails.',
  steps: { obs: 'OBS', destination: 'Destination', backup: 'Backup', ready: 'Ready' },
  stepOf: (step: number, count: number): string => `Step ${step} of ${count}`,
  next: 'Next',
  back: 'Back',
  skip: 'Skip this step',
  later: 'Set up later',
  looking: 'Looking for OBS…',
} as const

export const firstRunObs = {
  title: 'Let Understudy talk to OBS',
  done: (version: string | null): string =>
    version === null ? 'OBS is connected.' : `OBS ${version} is connected.`,
  doneTells: 'Understudy sees how your stream is doing and can start and stop it.',
  recording:
    'Stopping the stream in OBS would also stop your recording. Look in OBS: Settings › Output › Recording; give the recording an encoder of its own.',
  streaming: 'You are live in OBS now. Nothing in this set-up touches it.',
  notInstalled: 'No OBS was found on this PC.',
  notInstalledTells:
    'Install OBS 28 or newer and start it once. If it is on another PC or portable, say where below.',
  notRunning: 'OBS is not running.',
  notRunningTells: 'Start OBS. This page goes on by itself.',
  socketOff: 'OBS does not let other programs in yet.',
  socketOffTells: 'One tick in OBS, once. This page goes on by itself as soon as it is set.',
  password: 'OBS asks for a password.',
  passwordTells:
    'In OBS: Tools › WebSocket Server Settings › Show Connect Info › Copy beside the password. Paste it here.',
  passwordLabel: 'WebSocket password',
  waiting: 'Connecting to OBS…',
  manual: 'OBS is on another PC, or needs a password',
  connect: 'Connect',
  /** The picture of OBS's menus. */
  how: {
    label:
      'How to turn it on: in OBS open the menu Tools, choose WebSocket Server Settings, tick Enable WebSocket server and press OK.',
    menu: ['File', 'Edit', 'View', '…', 'Tools', 'Help'],
    item: 'WebSocket Server Settings',
    otherItems: ['Auto-Configuration Wizard', 'Scripts'],
    window: 'WebSocket Server Settings',
    tick: 'Enable WebSocket server',
    port: 'Server Port',
    ok: 'OK',
  },
} as const

/** What stands in the way at OBS, the nearest obstacle first. */
export type ObsHurdle = 'none' | 'not-installed' | 'not-running' | 'socket-off' | 'password' | 'waiting'

/**
 * Codes are not part of a preflight, so the password is told by the sentence's subject: only two problems speak of one.
 * With files that say the socket is off, a running OBS has not been told yet.
 */
export function obsHurdle(obs: Preflight['obs']): ObsHurdle {
  if (obs.connected) return 'none'
  if (obs.problem !== null && /password/i.test(obs.problem.text)) return 'password'
  if (obs.webSocket === 'off') return 'socket-off'
  if (!obs.installed && obs.running !== true) return 'not-installed'
  return obs.running === false ? 'not-running' : 'waiting'
}

export const firstRunDestination = {
  title: 'Where does your stream go?',
  read: 'Read from OBS. Change it there and Understudy follows.',
  readFromObs: 'Read it from OBS',
  missing: 'OBS has no platform set yet.',
  missingTells: 'Best set it in OBS under Settings › Stream; it shows here by itself. Or type it here.',
  typeHere: 'Type it here',
  key: (hint: string): string => `Stream key ${hint}`,
  noKey: 'No stream key yet. Set it in OBS under Settings › Stream.',
  unknown: 'Nothing special is known about this server. OBS is stopped first, then the backup starts.',
  usePreset: (name: string): string => `Use the known settings for ${name}`,
  graceIs: (seconds: number): string => `Without a picture the broadcast stays open for ${seconds} s.`,
} as const

export const firstRunBackup = {
  title: 'What should take over?',
  tells: 'A second picture: a camera, a phone, another PC or a file. It stays connected and waits.',
  field: 'Address or file',
  kinds: 'Examples',
  look: 'Look at it',
  looking: 'Looking at it…',
  lookFirst: 'Look at it first, then you know that it works.',
  found: 'What is in it',
  keepAnyway: 'Keep it anyway',
  use: 'Use it',
  have: (label: string): string => `Your backup: ${label}`,
  another: 'More backups can be added in the set-up.',
} as const

export const firstRunReady = {
  title: 'Ready?',
  ready: 'You are ready.',
  readyTells: 'Armed. When OBS fails, the backup takes over by itself.',
  notYet: 'Nearly there.',
  notYetTells: 'This list updates by itself.',
  list: 'What is checked',
  arm: 'Arm now',
  armed: 'Armed',
  disarmed: 'Not armed: nothing would be switched.',
  rehearse: 'Rehearse it now',
  rehearseTells:
    'Break a test stream on this PC and see the backup take over. Your real stream is not touched.',
  route: 'Want switches that nobody sees?',
  routeTells:
    'OBS can send through Understudy. Then viewers hardly notice a crash, a freeze or a restart of OBS. One click, and one click back.',
  routeGo: 'Show me the route',
  toLive: 'To the live screen',
  states: { ok: 'Done', warning: 'Check', missing: 'Missing' },
} as const
