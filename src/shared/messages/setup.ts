import type { HotkeyAction } from '../config'
import type { SettingsSection } from '../settings'
import { capital } from './fill'

/** Every word of the set-up screens. What the engine finds wrong comes from the engine, in words too. */

export const unansweredWords = {
  text: 'Understudy does not answer.',
  next: 'Nothing was saved. What is on air goes on. See whether the engine still runs, then try again.',
} as const

/** A fault as it stands below its field: 'must be a number' -> 'Must be a number.' */
export const faultText = (text: string): string => {
  const sentence = capital(text.trim())
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`
}

/** The set-up's screens, in the order of the list beside them. A screen holds one or two forms. */
export const setupScreens = [
  { id: 'obs', name: 'OBS', tells: 'Where OBS is and how to get in' },
  { id: 'destination', name: 'Destination', tells: 'Where your viewers’ stream goes' },
  { id: 'backups', name: 'Backups', tells: 'What takes over when OBS fails' },
  { id: 'slate', name: 'Standby picture', tells: 'Shown when nothing else is left' },
  { id: 'policy', name: 'Switching', tells: 'When to switch, and how fast' },
  { id: 'hotkeys', name: 'Hotkeys', tells: 'Keys that work from any program' },
  { id: 'notifications', name: 'Notifications', tells: 'What you are told, and when' },
  { id: 'app', name: 'App', tells: 'Window, start, secrets, versions' },
] as const

export type SetupScreen = (typeof setupScreens)[number]['id']

export const formWords = {
  title: 'Set-up',
  navigation: 'Parts of the set-up',
  loading: 'Asking Understudy for the settings…',
  save: 'Save',
  saving: 'Saving…',
  saved: 'Saved.',
  discard: 'Discard changes',
  unsaved: 'Not saved yet',
  unsavedIn: (names: readonly string[]): string =>
    `Not saved yet: ${names.join(', ')}. Your changes stay here until you save or discard them.`,
  changedElsewhere: 'This was changed in another window meanwhile. Saving puts your version in its place.',
  faults: (count: number): string =>
    count === 1
      ? 'One field needs a look. Nothing was saved.'
      : `${count} fields need a look. Nothing was saved.`,
  tryAgain: 'Try again',
  test: 'Test',
  testing: 'Testing…',
  testOk: 'All well.',
  testBad: 'Something is in the way.',
  testSteps: 'What the test found',
  stepStates: { ok: 'Fine', warning: 'Mind', failed: 'Failed' },
  browse: 'Browse…',
  saveToTest: 'Save first, then it can be tested.',
  optional: 'optional',
} as const

/** While the stream is live: what saving a section touches. */
export const liveWords: Readonly<Record<SettingsSection, string>> = {
  obs: 'You are live. Saving connects to OBS anew; for a moment Understudy cannot see it. The stream goes on.',
  destination:
    'You are live. Saving changes where a backup will send; what is on air stays as it is. It is refused while a backup of yours is on air.',
  backups:
    'You are live. Saving looks at the backups anew; the stream is not touched. A backup that is on air cannot be changed.',
  slate: 'You are live. Saving does not touch the stream.',
  general: 'You are live. Saving does not touch the stream.',
  policy: 'You are live. The new rules count from the moment you save. The stream is not touched.',
  hotkeys: 'You are live. The new keys work from the moment you save.',
  notifications: 'You are live. Saving does not touch the stream.',
  app: 'You are live. Saving does not touch the stream.',
}

export const secretWords = {
  set: (hint: string | null): string => (hint === null ? 'Set' : `Set, ${hint}`),
  none: 'Not set',
  replace: 'Replace',
  forget: 'Forget',
  keep: 'Keep the old one',
  replacing: 'The old one is replaced when you save.',
  forgetting: 'Will be forgotten when you save.',
  undo: 'Undo',
  show: 'Show what I type',
} as const

export const obsWords = {
  intro: 'Understudy finds OBS on this PC by itself. Fill in only what is different.',
  host: 'Address',
  hostHint: 'This PC: 127.0.0.1. Another PC: its name or address.',
  port: 'Port',
  portHint: 'Empty: as OBS’s own files say, else 4455.',
  password: 'WebSocket password',
  passwordHint:
    'Empty: read from OBS’s own files. In OBS: Tools › WebSocket Server Settings › Show Connect Info.',
  configDir: 'OBS’s settings folder',
  configDirHint: 'Only for a portable OBS, or one at an unusual place.',
  test: 'Test the connection',
} as const

export const destinationWords = {
  intro: 'The platform that gets your stream. The stream key stays on this PC.',
  from: 'Address and key',
  fromObs: 'Read from OBS',
  fromOwn: 'Set here',
  fromObsHint: 'As in OBS under Settings › Stream. Change it there and Understudy follows.',
  now: (label: string, key: string | null): string =>
    key === null ? `Now: ${label}` : `Now: ${label}, key ${key}`,
  nowNone: 'OBS has not told an address yet.',
  url: 'Server address',
  urlHint: 'Begins with rtmp://, rtmps:// or srt://. Without the stream key.',
  urlKept: (label: string): string => `Set to ${label}`,
  urlReplace: 'Change',
  key: 'Stream key',
  keyHint: 'Copy it from your platform’s dashboard.',
  platform: (name: string): string => `This is ${name}.`,
  preset: (name: string): string => `Use what is known of ${name}`,
  takeover: 'When a second sender comes',
  takeovers: {
    none: {
      name: 'It is refused while the first still sends',
      tells: 'OBS is stopped first, then the backup starts. Right for most servers.',
    },
    query: {
      name: 'It takes over',
      tells: 'The backup asks for priority (as Twitch understands it). Nearly no gap.',
    },
    'backup-url': {
      name: 'It has an address of its own',
      tells: 'Both may send at once (as YouTube offers). No gap.',
    },
  },
  takeoverUrl: 'Backup address',
  takeoverUrlHint: 'Begins with rtmp:// or rtmps://.',
  grace: 'The broadcast stays open for',
  graceHint: 'How long the platform waits without a picture before it ends the broadcast. Empty: not known.',
  seconds: 'seconds',
  test: 'Test the destination',
  testHint: 'Connects and says hello. Sends no picture, nobody sees anything.',
} as const

export const backupWords = {
  intro:
    'When OBS fails, the first backup that is well takes over. They stay connected all the time, so it takes a moment only.',
  none: 'No backup yet. Add one: a camera, a phone, a second PC or a file.',
  add: 'Add a backup',
  remove: (id: string): string => `Remove ${id}`,
  removeShort: 'Remove',
  up: (id: string): string => `Move ${id} up`,
  down: (id: string): string => `Move ${id} down`,
  place: (place: number, count: number): string => `${place} of ${count}`,
  first: 'First choice',
  later: (place: number): string => `Choice ${place}`,
  moved: (id: string, place: number): string => `${id} is now choice ${place}.`,
  id: 'Name',
  idHint: 'Small letters, digits and -. Shown on the buttons.',
  url: 'Where its picture comes from',
  urlHint: 'An address or a file.',
  urlKept: (label: string): string => `Set to ${label}`,
  urlReplace: 'Change',
  urlKeep: 'Keep the old one',
  transport: 'Carried over',
  transportHint: 'For RTSP cameras. TCP is surer, UDP is quicker.',
  transports: { tcp: 'TCP', udp: 'UDP' },
  ingest: 'Carried by',
  ingests: {
    carrier: { name: 'Understudy', tells: 'On this PC. Nothing else to set up.' },
    mediamtx: {
      name: 'MediaMTX',
      tells: 'A server of yours, best on another connection: it survives this PC.',
    },
  },
  apiUrl: 'Address of its API',
  apiUrlHint: 'Such as https://server:9997',
  username: 'User',
  password: 'Password',
  fingerprint: 'Fingerprint of its certificate',
  fingerprintHint: 'SHA-256, only where the certificate is its own. Empty: an official certificate.',
  path: 'Path that Understudy makes there',
  look: 'Look at it',
  looking: 'Looking…',
  lookHint: 'Connects to the source and says what is in it. Takes up to half a minute.',
  duplicate: 'is used above already',
  reserved: 'is a name that Understudy needs itself',
} as const

/** What a backup can be, with an example to paste over. */
export const sourceKinds = [
  {
    name: 'Phone or second encoder',
    example: 'rtmp://192.168.1.20/live/phone',
    tells: 'An app that offers an RTMP address to watch',
  },
  {
    name: 'Network camera',
    example: 'rtsp://user:password@192.168.1.30/stream1',
    tells: 'The RTSP address stands in the camera’s manual',
  },
  {
    name: 'SRT sender',
    example: 'srt://192.168.1.40:9000?mode=caller',
    tells: 'A field encoder or another OBS',
  },
  {
    name: 'Web stream',
    example: 'https://example.com/live/index.m3u8',
    tells: 'HLS, later by some seconds',
  },
  {
    name: 'Video file',
    example: '/home/me/Videos/back-soon.mp4',
    tells: 'Played in a loop; needs no network',
  },
] as const

export const slateWords = {
  intro:
    'A picture or a video that viewers see when neither OBS nor a backup is well. Better than a black screen.',
  file: 'Picture or video file',
  fileHint: 'PNG, JPEG or a video, on this PC. Empty: none.',
  policyHint: 'Whether it is shown by itself stands under Switching › Details.',
} as const

export const policyWords = {
  intro:
    'How quickly Understudy leaves a failing OBS. You bring OBS back yourself, when you see that it is well. It never switches because it cannot see.',
  preset: 'Pace',
  own: 'Your own numbers',
  ownTells: 'Some numbers differ from every pace.',
  details: 'Details',
  detailsTells: 'Every number that the switching goes by.',
  default: (value: string): string => `Default ${value}`,
  range: (min: number, max: number, unit: string): string => `${min} to ${max}${unit}`,
  reset: (label: string): string => `Reset “${label}” to its default`,
  resetShort: 'Reset',
  resetAll: 'Reset all to the defaults',
  changed: (count: number): string =>
    count === 0
      ? 'All numbers are the defaults.'
      : count === 1
        ? 'One number differs from its default.'
        : `${count} numbers differ from their defaults.`,
  units: { s: 's', '%': '%', times: 'times', 'list-s': 's', 'yes-no': '' },
  yes: 'on',
  no: 'off',
} as const

export const generalWords = {
  title: 'Guarding',
  autoArm: 'Guard every stream by itself',
  autoArmHint: 'Arms when OBS goes live. Off: you arm by hand.',
  ffmpeg: 'ffmpeg',
  ffmpegHint: 'Where the program is. Empty: the one that the system finds.',
} as const

export const hotkeyNames: Readonly<Record<HotkeyAction, { readonly name: string; readonly tells: string }>> =
  {
    'backup-now': { name: 'Backup now', tells: 'The first backup that is well goes on air' },
    'obs-now': { name: 'OBS now', tells: 'Back to OBS' },
    hold: { name: 'Hold', tells: 'Nothing switches by itself' },
    release: { name: 'Release', tells: 'Ends the hold' },
    slate: { name: 'Standby picture', tells: 'For when nothing else will do' },
  }

export const hotkeyWords = {
  intro: 'In the desktop app these keys work from any program, also while you play.',
  browser:
    'This is a browser: here the keys work only while this page is in front. Hotkeys for all programs come with the desktop app.',
  record: (name: string): string => `Choose keys for ${name}`,
  recordShort: 'Change',
  recording: 'Press the keys now…',
  recordingHint: 'Escape leaves it as it was, Backspace means no hotkey.',
  unusable: 'That key cannot be a hotkey. Take a letter, a digit or F1 to F24.',
  none: 'None',
  clear: (name: string): string => `No hotkey for ${name}`,
  clearShort: 'None',
  states: {
    registered: 'Works',
    refused: 'Refused',
    off: 'Off',
    unsaved: 'After saving',
    browser: 'In the desktop app',
  },
  test: 'Test the keys',
  testStop: 'End the test',
  testing:
    'Press any of your hotkeys, in any program. While the test is on they only report, nothing is switched.',
  seen: (name: string): string => `“${name}” was pressed. It works.`,
  defaults: 'Back to the defaults',
} as const

export const notificationWords = {
  intro: 'Alarms about the stream on air are always shown.',
  on: 'Show notifications',
  kinds: 'What you want to be told',
  switch: { name: 'Switches', tells: 'Every switch, in both directions' },
  health: { name: 'Health', tells: 'What is on air fails, or is well again' },
  backup: { name: 'Backup', tells: 'No backup could take over' },
  monitor: { name: 'Blind', tells: 'Understudy cannot see OBS or the backup' },
  stream: { name: 'Start and end', tells: 'The stream starts or ends' },
  sound: { name: 'With sound', tells: 'Alarms only, outside the quiet hours' },
  quiet: { name: 'Quiet hours', tells: 'Only alarms, and without sound' },
  from: 'From',
  to: 'To',
  timeHint: 'Such as 22:00',
  test: 'Show a test notification',
  testOk: 'The system took it. If you do not see it, look for “Do not disturb” in the system’s settings.',
  browser: 'Notifications come from the desktop app. A browser shows none.',
} as const

export const appWords = {
  closeToTray: 'Closing the window keeps the app in the tray',
  closeToTrayHint: 'Guarding goes on either way while you are live.',
  startAtLogin: 'Start when I log in',
  startAtLoginHint: 'It waits in the tray until OBS starts.',
  theme: 'Look',
  themes: { system: 'As the system', dark: 'Dark', light: 'Light' },
  secrets: 'Stream keys and passwords',
  secretsIn: {
    'key-store': 'are kept in the system’s key store, through the desktop app. No file holds them.',
    file: 'are kept in a file that only your user account may read. There is no key store in use: start the desktop app on a system with one, and they move there.',
  },
  versions: 'Versions',
  understudy: 'Understudy',
  desktop: 'Desktop app',
  browser:
    'You see this page in a browser. Tray, notifications, hotkeys and the system’s key store come with the desktop app.',
  parts: 'Parts of the desktop app',
  partNames: {
    tray: 'Tray icon',
    notifications: 'Notifications',
    keyStore: 'Key store',
    startAtLogin: 'Start at login',
  },
  partOk: 'Works',
  partMissing: 'Missing',
  firstRun: 'Walk through the first run again',
} as const
