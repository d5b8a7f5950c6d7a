import type { HotkeyAction } from './settings/config'

/**
 * What the desktop app adds to the page in its window, and what it says about its own parts: one table for preload, main
 * and page. In a browser there is none of it, and the page says so where it matters.
 */

/** A part of the desktop app that may be missing while the rest runs. */
export type ShellPart =
  | { readonly state: 'ok' }
  /** Said on screen: what is missing, and what can be done. */
  | { readonly state: 'missing'; readonly text: string; readonly next: string }

export type HotkeyState =
  | {
      readonly state: 'registered'
      readonly accelerator: string
      /** The system took it and may still not give it while another window has the focus (Wayland): only a press shows it. */
      readonly unsure?: { readonly text: string; readonly next: string }
    }
  /** Another program has it, or the system does not allow it. */
  | { readonly state: 'refused'; readonly accelerator: string; readonly text: string; readonly next: string }
  | { readonly state: 'off' }

export interface ShellState {
  readonly versions: { readonly app: string; readonly electron: string }
  readonly platform: 'windows' | 'mac' | 'linux'
  readonly tray: ShellPart
  readonly notifications: ShellPart
  readonly keyStore: ShellPart
  readonly startAtLogin: ShellPart & { readonly on: boolean }
  readonly hotkeys: Readonly<Record<HotkeyAction, HotkeyState>>
  /** Hotkeys only report, they do nothing, while this is on. */
  readonly testingHotkeys: boolean
  /** The newest key press seen while testing. */
  readonly pressed: { readonly action: HotkeyAction; readonly wall: number } | null
  readonly compact: boolean
}

/** `call`: page asks, main answers. `stream`: main tells. Arguments are checked by a schema in main (src/main/window/ipc.ts). */
export const shellChannels = {
  state: 'call',
  /** boolean */
  testHotkeys: 'call',
  /** Shows one notification of the kind a switch shows. Answers a ShellPart: did the system take it? */
  testNotification: 'call',
  /** boolean: the small window that stays on top. */
  setCompact: 'call',
  /** 'media' | 'directory' | 'program' -> path or null. */
  pickPath: 'call',
  changed: 'stream',
} as const

export type PickKind = 'media' | 'directory' | 'program'

/** `window.understudyShell`, where the page runs in the desktop app. */
export interface ShellBridge {
  state(): Promise<ShellState>
  testHotkeys(on: boolean): Promise<ShellState>
  testNotification(): Promise<ShellPart>
  setCompact(on: boolean): Promise<ShellState>
  pickPath(kind: PickKind): Promise<string | null>
  /** Called with each new state; returns how to stop. */
  onChanged(listener: (state: ShellState) => void): () => void
}

/** Name of an IPC channel. */
export const shellChannel = (name: keyof typeof shellChannels): string => `understudy:${name}`
