/** What of a key press names the key. `KeyboardEvent` fits. */
export interface KeyPress {
  readonly code: string
  readonly ctrlKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

const plain: Readonly<Record<string, string>> = {
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

/** By place on the keyboard, so that Shift and the layout do not change the name. */
function keyOf(code: string): string | null {
  const letter = /^(?:Key([A-Z])|Digit(\d))$/.exec(code)
  if (letter !== null) return letter[1] ?? letter[2] ?? null
  const pad = /^Numpad(\d)$/.exec(code)
  if (pad !== null) return `num${pad[1] ?? ''}`
  return /^F(?:[1-9]|1\d|2[0-4])$/.test(code) ? code : (plain[code] ?? null)
}

/** A key press as an accelerator in Electron's notation, e.g. 'Control+Shift+F7'; null: modifiers alone, or a key that cannot be one. */
export function acceleratorOf(press: KeyPress): string | null {
  const key = keyOf(press.code)
  if (key === null) return null
  const parts = [
    press.ctrlKey ? 'Control' : null,
    press.altKey ? 'Alt' : null,
    press.shiftKey ? 'Shift' : null,
    press.metaKey ? 'Super' : null,
    key,
  ]
  return parts.filter((part) => part !== null).join('+')
}

/** Two accelerators that mean the same keys, whatever the order and names of their modifiers. */
export function sameKeys(one: string, other: string, mac: boolean): boolean {
  const sorted = (keys: string): string =>
    keys
      .split('+')
      .map((key) =>
        key === 'CommandOrControl' ? (mac ? 'Super' : 'Control') : key === 'Command' ? 'Super' : key,
      )
      .sort()
      .join('+')
  return sorted(one) === sorted(other)
}
