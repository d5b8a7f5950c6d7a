import type { Config, HotkeyAction } from '../../shared/settings/config'
import { hotkeyRefused, waylandHotkeys } from '../../shared/messages/shell/parts'
import type { HotkeyState, ShellState } from '../../shared/shell-bridge'

export interface ShortcutsDeps {
  /** Electron's. */
  readonly globalShortcut: {
    register(accelerator: string, pressed: () => void): boolean
    unregister(accelerator: string): void
  }
  /** On Wayland a key that was taken may reach no window but our own. */
  readonly wayland: boolean
  wallMs(): number
  /** A hotkey was pressed, and not for a test. */
  onAction(action: HotkeyAction): void
  /** `states()`, `testing()` or `pressed()` says something else than before. */
  onChanged(): void
}

export interface Shortcuts {
  /** Registers these, and lets go of what was before. */
  apply(hotkeys: Config['hotkeys']): void
  states(): ShellState['hotkeys']
  /** While testing a key only reports: nothing is switched by trying keys out. */
  test(on: boolean): void
  testing(): boolean
  /** The newest press while testing; null: none since the test began. */
  pressed(): ShellState['pressed']
  close(): void
}

/** Global hotkeys: they work while another window has the focus. One that the system refuses is said, the others go on. */
export function createShortcuts(deps: ShortcutsDeps): Shortcuts {
  const held = new Map<HotkeyAction, string>()
  let states = allOff()
  let testing = false
  let pressed: ShellState['pressed'] = null
  let wanted = ''

  const onKey = (action: HotkeyAction): void => {
    if (!testing) {
      deps.onAction(action)
      return
    }
    pressed = { action, wall: deps.wallMs() }
    deps.onChanged()
  }

  const register = (action: HotkeyAction, accelerator: string | null): HotkeyState => {
    if (accelerator === null) return { state: 'off' }
    try {
      const taken = deps.globalShortcut.register(accelerator, () => {
        onKey(action)
      })
      if (!taken) return { state: 'refused', accelerator, ...hotkeyRefused.taken }
    } catch {
      // An accelerator that this Electron does not know.
      return { state: 'refused', accelerator, ...hotkeyRefused['not-understood'] }
    }
    held.set(action, accelerator)
    return { state: 'registered', accelerator, ...(deps.wayland ? { unsure: waylandHotkeys } : {}) }
  }

  /** Only our own: another part of the app may hold keys too. */
  const letGo = (): void => {
    for (const accelerator of held.values()) deps.globalShortcut.unregister(accelerator)
    held.clear()
  }

  return {
    apply: (hotkeys) => {
      const asked = JSON.stringify(hotkeys)
      const refused = Object.values(states).some((state) => state.state === 'refused')
      // Asked again for the same, what was refused may be free by now; what works is left alone.
      if (asked === wanted && !refused) return
      wanted = asked
      letGo()
      states = statesBy((action) => register(action, hotkeys[action]))
      deps.onChanged()
    },
    states: () => states,
    test: (on) => {
      testing = on
      pressed = null
      deps.onChanged()
    },
    testing: () => testing,
    pressed: () => pressed,
    close: () => {
      letGo()
      wanted = ''
      states = allOff()
    },
  }
}

const allOff = (): ShellState['hotkeys'] => statesBy(() => ({ state: 'off' }))

/** In the order of the actions: who asks first gets a key that is named twice. */
const statesBy = (stateOf: (action: HotkeyAction) => HotkeyState): ShellState['hotkeys'] => ({
  'backup-now': stateOf('backup-now'),
  'obs-now': stateOf('obs-now'),
  hold: stateOf('hold'),
  release: stateOf('release'),
  slate: stateOf('slate'),
})
