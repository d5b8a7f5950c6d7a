/** What a part of the desktop app says when it is missing: what, and what can be done. */
interface MissingPart {
  readonly text: string
  readonly next: string
}

/** Why there is no icon in the tray. */
export const trayMissing: Readonly<Record<'no-host' | 'no-icon' | 'refused', MissingPart>> = {
  'no-host': {
    text: 'This desktop shows no tray icons.',
    next: 'Keep the window open, or turn on an extension for tray icons (on GNOME: AppIndicator).',
  },
  'no-icon': {
    text: 'The pictures of the tray icon are missing from this installation.',
    next: 'Install Understudy again.',
  },
  refused: {
    text: 'The system did not take the tray icon.',
    next: 'Keep the window open.',
  },
}

/** Why no notification is seen. */
export const notificationsMissing: Readonly<Record<'unsupported' | 'failed' | 'silence', MissingPart>> = {
  unsupported: {
    text: 'This system shows no notifications.',
    next: 'On Linux, start a notification service of your desktop. The tray icon and the window say the same.',
  },
  failed: {
    text: 'The system refused a notification.',
    next: 'Allow notifications of Understudy in the settings of the system.',
  },
  silence: {
    text: 'The system did not say that it showed the notification.',
    next: 'Look whether you saw one. If not, allow notifications of Understudy in the settings of the system.',
  },
}

/** Why secrets are not in the system's key store. */
export const keyStoreMissing: Readonly<
  Record<'unavailable' | 'unprotected' | 'silence' | 'unreadable' | 'disk', MissingPart>
> = {
  unavailable: {
    text: 'This system offers no key store, so keys and passwords stay in a private file.',
    next: 'On Linux, unlock or install a key ring (GNOME Keyring or KWallet) and start Understudy again.',
  },
  unprotected: {
    text: 'The key store of this desktop protects nothing, so keys and passwords stay in a private file.',
    next: 'Install a key ring (GNOME Keyring or KWallet) and start Understudy again.',
  },
  silence: {
    text: 'The key store of the system does not answer.',
    next: 'Unlock it, then start Understudy again.',
  },
  unreadable: {
    text: 'The keys and passwords that were kept could not be opened with the key store of this system.',
    next: 'Unlock the key ring and start Understudy again, or enter them once more: the old file is then kept aside.',
  },
  disk: {
    text: 'Keys and passwords could not be written to the disk.',
    next: 'Make room on the disk, or allow Understudy to write to its folder.',
  },
}

/** Why a hotkey does not work. */
export const hotkeyRefused: Readonly<Record<'taken' | 'not-understood', MissingPart>> = {
  taken: {
    text: 'Another program or the system has this key.',
    next: 'Choose other keys, or free them in the other program.',
  },
  'not-understood': {
    text: 'The system does not know this key.',
    next: 'Choose other keys.',
  },
}

/** Where the system decides alone which keys are given out. */
export const waylandHotkeys: MissingPart = {
  text: 'On Wayland the desktop decides whether hotkeys work while another window has the focus.',
  next: 'Press each key to test it. The tray menu and the buttons always work.',
}
