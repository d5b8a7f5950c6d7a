import { app } from 'electron'
import type { HotkeyAction } from '../shared/settings/config'
import type { HotkeyState, ShellPart, ShellState } from '../shared/shell-bridge'

/** The parts as they are now. */
export interface PartStates {
  readonly tray: ShellPart
  readonly notifications: ShellPart
  readonly keyStore: ShellPart
  readonly startAtLogin: ShellState['startAtLogin']
  readonly hotkeys: Readonly<Record<HotkeyAction, HotkeyState>>
  readonly testingHotkeys: boolean
  readonly pressed: ShellState['pressed']
  readonly compact: boolean
}

const platforms: Partial<Record<NodeJS.Platform, ShellState['platform']>> = {
  win32: 'windows',
  darwin: 'mac',
}

/** This system, as the page names it. */
export const shellPlatform: ShellState['platform'] = platforms[process.platform] ?? 'linux'

/** Everything the page may know of the app around it. */
export const shellStateOf = (parts: PartStates): ShellState => ({
  versions: { app: app.getVersion(), electron: process.versions.electron },
  platform: shellPlatform,
  ...parts,
})
