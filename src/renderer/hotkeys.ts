import { useEffect } from 'react'
import { create } from 'zustand'
import type { Config, HotkeyAction } from '../shared/settings/config'
import type { ApiCommand } from '../shared/contract'
import type { SettingsView } from '../shared/settings/settings'
import type { HotkeyState, ShellBridge, ShellState } from '../shared/shell-bridge'
import { recorded } from './features/setup/hotkeys/accelerator'
import { sameKeys } from './engine/same-keys'
import { ask, usePage } from './engine/store'

declare global {
  interface Window {
    /** There only in the desktop app's own window. */
    readonly understudyShell?: ShellBridge
  }
}

interface Keys {
  /** As set up; null: not known yet. */
  readonly keys: Config['hotkeys'] | null
  /** The desktop app's word on its parts; null: a browser. */
  readonly shell: ShellState | null
}

export const useKeys = create<Keys>(() => ({ keys: null, shell: null }))

const commands: Readonly<Record<HotkeyAction, ApiCommand>> = {
  'backup-now': { kind: 'backup-now' },
  'obs-now': { kind: 'obs-now' },
  hold: { kind: 'hold', forMs: null },
  release: { kind: 'release' },
  slate: { kind: 'slate' },
}

// Not from the config's schema: that would bring a validator into the first load.
const actions = Object.keys(commands) as HotkeyAction[]

/** The key that is set for an action, to stand on its button; null: none, or the system refused it. */
export function useKey(action: HotkeyAction): string | null {
  const accelerator = useKeys((state) => state.keys?.[action] ?? null)
  const refused = useKeys(({ shell }) => shell?.hotkeys[action].state === 'refused')
  return refused ? null : accelerator
}

/** Keys that the system refused, with its words. */
export function useRefusedKeys(): readonly Extract<HotkeyState, { readonly state: 'refused' }>[] {
  const shell = useKeys((state) => state.shell)
  if (shell === null) return []
  return actions.flatMap((action) => {
    const state = shell.hotkeys[action]
    return state.state === 'refused' ? [state] : []
  })
}

async function fetchKeys(): Promise<void> {
  try {
    const reply = await fetch('/api/settings', { signal: AbortSignal.timeout(5_000), cache: 'no-store' })
    if (reply.ok) useKeys.setState({ keys: ((await reply.json()) as SettingsView).hotkeys })
  } catch {
    // Buttons stay without their keys; the connection banner says the rest.
  }
}

/** The action of a key press in the page, where the desktop app has not taken that key for the whole desktop. */
function actionOf(event: KeyboardEvent): HotkeyAction | null {
  const { keys, shell } = useKeys.getState()
  if (keys === null || shell?.testingHotkeys === true) return null
  const mac = shell?.platform === 'mac' || navigator.platform.startsWith('Mac')
  const pressed = recorded(event, mac ? 'mac' : 'linux')
  if (pressed.kind !== 'keys') return null
  const action = actions.find((each) => {
    const set = keys[each]
    return set !== null && sameKeys(set, pressed.accelerator, mac)
  })
  if (action === undefined || shell?.hotkeys[action].state === 'registered') return null
  return action
}

/** Keys work in the page as well: in a browser there is nobody else to hear them. */
export function useHotkeys(): void {
  const revision = usePage((state) => state.snapshot?.settingsRevision ?? null)
  useEffect(() => {
    if (revision !== null) void fetchKeys()
  }, [revision])
  useEffect(() => {
    const shell = window.understudyShell
    if (shell === undefined) return undefined
    const stop = shell.onChanged((state) => useKeys.setState({ shell: state }))
    shell.state().then(
      (state) => useKeys.setState({ shell: state }),
      () => undefined,
    )
    return stop
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      // A form that records keys has prevented the default already.
      if (event.repeat || event.defaultPrevented) return
      const action = actionOf(event)
      if (action === null) return
      event.preventDefault()
      void ask(commands[action])
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
