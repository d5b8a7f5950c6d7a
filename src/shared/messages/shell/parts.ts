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
    text: 'The images of the tray icon are missing from this installation.',
    next: 'Reinstall Understudy.',
  },
  refused: {
    text: 'The system did not accept the tray icon.',
    next: 'Keep the window open.',
  },
}

/** Why no notification is seen. */
export const notificationsMissing: Readonly<Record<'unsupported' | 'failed' | 'silence', MissingPart>> = {
  unsupported: {
    text: 'This system shows no notifications.',
    next: 'On Linux, start your desktop’s notification service. The tray icon and the window show the same.',
  },
  failed: {
    text: 'The system refused a notification.',
    next: 'Allow notifications from Understudy in the system settings.',
  },
  silence: {
    text: 'The system did not say that it showed the notification.',
    next: 'Check whether you saw one. If not, allow notifications from Understudy in the system settings.',
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
    text: 'The key store of this desktop gives no protection, so keys and passwords stay in a private file.',
    next: 'Install a key ring (GNOME Keyring or KWallet) and start Understudy again.',
  },
  silence: {
    text: 'The key store of the system does not answer.',
    next: 'Unlock it, then start Understudy again.',
  },
  unreadable: {
    text: 'The saved keys and passwords could not be opened with the key store of this system.',
    next: 'Unlock the key ring and start Understudy again, or enter them again; the old file is kept.',
  },
  disk: {
    text: 'Keys and passwords could not be written to the disk.',
    next: 'Free some disk space, or allow Understudy to write to its folder.',
  },
}

/** Why a hotkey does not work. */
export const hotkeyRefused: Readonly<Record<'taken' | 'not-understood', MissingPart>> = {
  taken: {
    text: 'Another program or the system already uses this key.',
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
