import type { SettingsSection } from '../../settings/settings'
import { capital } from '../fill'

/** Every word of the set-up screens. What the engine finds wrong comes from the engine, in words too. */

export const unansweredWords = {
  text: 'Understudy does not answer.',
  next: 'Nothing was saved. What is on air goes on. Check that the engine is still running, then try again.',
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
  { id: 'route', name: 'Route', tells: 'Whether viewers see a switch' },
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
      ? 'One field needs fixing. Nothing was saved.'
      : `${count} fields need fixing. Nothing was saved.`,
  tryAgain: 'Try again',
  test: 'Test',
  testing: 'Testing…',
  testOk: 'Everything works.',
  testBad: 'Something does not work.',
  testSteps: 'What the test found',
  stepStates: { ok: 'Fine', warning: 'Check', failed: 'Failed' },
  browse: 'Browse…',
  saveToTest: 'Save first, then it can be tested.',
  optional: 'optional',
} as const

/** While the stream is live: what saving a section touches. */
export const liveWords: Readonly<Record<SettingsSection, string>> = {
  obs: 'You are live. Saving reconnects to OBS; for a moment Understudy cannot see it. The stream goes on.',
  destination:
    'You are live. Saving changes where a backup will send; what is on air stays as it is. It is refused while a backup of yours is on air.',
  route: 'You are live. The route can be changed once the stream has ended.',
  backups:
    'You are live. Saving checks the backups again; the stream is not touched. A backup that is on air cannot be changed.',
  slate: 'You are live. Saving does not touch the stream.',
  general: 'You are live. Saving does not touch the stream.',
  policy: 'You are live. The new rules apply from the moment you save. The stream is not touched.',
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
  nowNone: 'OBS has not reported an address yet.',
  url: 'Server address',
  urlHint: 'Begins with rtmp://, rtmps:// or srt://. Without the stream key.',
  urlKept: (label: string): string => `Set to ${label}`,
  urlReplace: 'Change',
  key: 'Stream key',
  keyHint: 'Copy it from your platform’s dashboard.',
  platform: (name: string): string => `This is ${name}.`,
  preset: (name: string): string => `Use the known settings for ${name}`,
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
  testHint: 'Connects and nothing more. Sends no picture, nobody sees anything.',
} as const
