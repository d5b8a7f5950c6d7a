import type { HotkeyAction } from '../../settings/config'

/** Words of the screens for switching, hotkeys, notifications and the app. */

export const policyWords = {
  intro:
    'How quickly Understudy leaves a failing OBS. You bring OBS back yourself, when you see that it works again. Understudy never switches just because it cannot see OBS.',
  preset: 'Pace',
  own: 'Your own numbers',
  ownTells: 'Some numbers match none of the paces.',
  details: 'Details',
  detailsTells: 'Every number used for switching.',
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
  ffmpegHint: 'Path to the program. Empty: the one that is installed.',
} as const

export const hotkeyNames: Readonly<Record<HotkeyAction, { readonly name: string; readonly tells: string }>> =
  {
    'backup-now': { name: 'Backup now', tells: 'The first healthy backup goes on air' },
    'obs-now': { name: 'OBS now', tells: 'Back to OBS' },
    hold: { name: 'Hold', tells: 'Nothing switches by itself' },
    release: { name: 'Release', tells: 'Ends the hold' },
    slate: { name: 'Standby picture', tells: 'For when nothing else is left' },
  }

export const hotkeyWords = {
  intro: 'In the desktop app these keys work from any program, also while you play.',
  browser:
    'This is a browser: here the keys work only while this page is in front. Hotkeys for all programs come with the desktop app.',
  record: (name: string): string => `Choose keys for ${name}`,
  recordShort: 'Change',
  recording: 'Press the keys now…',
  recordingHint: 'Escape keeps the old keys, Backspace means no hotkey.',
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
  health: { name: 'Health', tells: 'What is on air fails or recovers' },
  backup: { name: 'Backup', tells: 'No backup could take over' },
  monitor: { name: 'Blind', tells: 'Understudy cannot see OBS or the backup' },
  stream: { name: 'Start and end', tells: 'The stream starts or ends' },
  sound: { name: 'With sound', tells: 'Alarms only, outside the quiet hours' },
  quiet: { name: 'Quiet hours', tells: 'Only alarms, and without sound' },
  from: 'From',
  to: 'To',
  timeHint: 'Such as 22:00',
  test: 'Show a test notification',
  testOk: 'The system accepted it. If you do not see it, look for “Do not disturb” in the system’s settings.',
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
