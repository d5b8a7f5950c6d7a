/** What a key press means for a hotkey. Names are Electron's ('Control+Shift+F7'). */
export interface Press {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

const named: Readonly<Record<string, string>> = {
  Space: 'Space',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  Insert: 'Insert',
  Delete: 'Delete',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
}

/** Electron's name of the key; null: only a modifier so far, or a key that no hotkey can have. */
function keyName({ key, code }: Press): string | null {
  const number = /^Numpad(\d)$/.exec(code)
  if (number !== null) return `num${number[1] ?? ''}`
  if (/^F(?:[1-9]|1\d|2[0-4])$/.test(key)) return key
  // What stands on the key, whatever the layout; with Shift a digit key says its sign, so its place tells.
  if (/^[a-zA-Z0-9]$/.test(key)) return key.toUpperCase()
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(code)
  if (place !== null) return place[1] ?? place[2] ?? null
  return named[code] ?? null
}

const modifierKeys = ['Control', 'Alt', 'Shift', 'Meta', 'AltGraph', 'OS']

export type Recorded =
  | { readonly kind: 'keys'; readonly accelerator: string }
  /** Only modifiers so far: wait for the key. */
  | { readonly kind: 'waits' }
  | { readonly kind: 'unusable' }

export function recorded(press: Press, platform: 'windows' | 'mac' | 'linux'): Recorded {
  if (modifierKeys.includes(press.key)) return { kind: 'waits' }
  const key = keyName(press)
  if (key === null) return { kind: 'unusable' }
  const modifiers = [
    ...(press.ctrlKey ? ['Control'] : []),
    ...(press.altKey ? ['Alt'] : []),
    ...(press.shiftKey ? ['Shift'] : []),
    ...(press.metaKey ? [platform === 'mac' ? 'Command' : 'Super'] : []),
  ]
  return { kind: 'keys', accelerator: [...modifiers, key].join('+') }
}

const shown: Readonly<Record<string, string>> = {
  Control: 'Ctrl',
  CommandOrControl: 'Ctrl',
  Super: 'Win',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
}

const onMac: Readonly<Record<string, string>> = {
  Control: 'Control',
  CommandOrControl: 'Cmd',
  Command: 'Cmd',
  Alt: 'Option',
}

/** The keys as they stand on a keyboard. */
export function keysOf(accelerator: string, platform: 'windows' | 'mac' | 'linux'): readonly string[] {
  return accelerator.split('+').map((part) => {
    if (part.startsWith('num')) return `Num ${part.slice(3)}`
    if (platform === 'mac') return onMac[part] ?? part
    if (part === 'Super' && platform === 'linux') return 'Super'
    return shown[part] ?? part
  })
}
