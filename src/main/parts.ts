import { shellText } from '../shared/messages'
import { hotkeyActions, type HotkeyAction } from '../shared/config'
import type { HotkeyState, ShellPart } from '../shared/shell-bridge'
import type { Snapshot } from '../shared/snapshot'
import type { EngineAddress } from './engine-find'
import type { ShellSettings } from './settings'
import type { PartStates } from './shell-state'
import type { AppWindow } from './window'

export interface PartsDeps {
  engine(): EngineAddress | null
  snapshot(): Snapshot | null
  settings(): ShellSettings
  readonly window: AppWindow
  quit(): void
  /** Something of `states` changed. */
  changed(): void
  log(text: string, more?: Readonly<Record<string, unknown>>): void
}

/** Tray, notifications, hotkeys and key store: each may be missing while the rest runs. */
export interface Parts {
  /** Once Electron is ready. */
  open(): Promise<void>
  attached(engine: EngineAddress): void
  engineGone(): void
  snapshot(snapshot: Snapshot): void
  settings(settings: ShellSettings): void
  secretsLine(): Promise<string | null>
  secretsChanged(engine: EngineAddress | null): void
  hasTray(): boolean
  notify(title: string, text: string): void
  testHotkeys(on: boolean): void
  testNotification(): Promise<ShellPart>
  states(): Omit<PartStates, 'startAtLogin' | 'compact'>
  close(): void
}

const missing: ShellPart = { state: 'missing', text: shellText.partNotJoined, next: '' }

export function createParts(): Parts {
  const off = Object.fromEntries(hotkeyActions.map((action) => [action, { state: 'off' }])) as Record<
    HotkeyAction,
    HotkeyState
  >
  return {
    open: () => Promise.resolve(),
    attached: () => undefined,
    engineGone: () => undefined,
    snapshot: () => undefined,
    settings: () => undefined,
    secretsLine: () => Promise.resolve(null),
    secretsChanged: () => undefined,
    hasTray: () => false,
    notify: () => undefined,
    testHotkeys: () => undefined,
    testNotification: () => Promise.resolve(missing),
    states: () => ({
      tray: missing,
      notifications: missing,
      keyStore: missing,
      hotkeys: off,
      testingHotkeys: false,
      pressed: null,
    }),
    close: () => undefined,
  }
}
