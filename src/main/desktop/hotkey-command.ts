import type { HotkeyAction } from '../../shared/settings/config'
import type { ApiCommand } from '../../shared/contract'

/** What the engine is asked for when a hotkey is pressed. A hold by key lasts until it is released: nobody sees a timer run out. */
export function hotkeyCommand(action: HotkeyAction): ApiCommand {
  return action === 'hold' ? { kind: 'hold', forMs: null } : { kind: action }
}
