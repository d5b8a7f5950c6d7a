import { availability } from '../../shared/availability'
import type { HotkeyAction } from '../../shared/settings/config'
import type { ApiCommand } from '../../shared/contract'
import { trayGuardLine, trayLabels, trayStateLine, trayViewersLine } from '../../shared/messages/shell/tray'
import type { HotkeyState, ShellState } from '../../shared/shell-bridge'
import { reconnectingOf } from '../../shared/reconnecting'
import type { Snapshot } from '../../shared/snapshot'
import { hotkeyCommand } from './hotkey-command'

/** Each has a picture of its own shape and colour: assets/tray. */
export const trayIcons = ['offline', 'obs', 'backup', 'switching', 'trouble', 'hold', 'no-engine'] as const
export type TrayIcon = (typeof trayIcons)[number]

/** What a click in the menu asks for: something of the engine, or of the app itself. */
export type TrayAction =
  | { readonly kind: 'command'; readonly command: ApiCommand }
  | { readonly kind: 'open-window' }
  | { readonly kind: 'quit' }

export type TrayItem =
  | { readonly kind: 'line'; readonly label: string }
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'action'
      readonly label: string
      readonly enabled: boolean
      /** Shown beside it, in Electron's notation; null: none is registered. */
      readonly accelerator: string | null
      readonly action: TrayAction
    }
  | {
      readonly kind: 'submenu'
      readonly label: string
      readonly enabled: boolean
      readonly items: readonly Extract<TrayItem, { readonly kind: 'action' }>[]
    }

/** The whole of the tray: a function of the snapshot. */
export interface TrayModel {
  readonly icon: TrayIcon
  readonly tooltip: string
  readonly items: readonly TrayItem[]
}

export type TrayHotkeys = Readonly<Record<HotkeyAction, HotkeyState>>

/** No hotkey at all: before any was registered. */
export const noHotkeys: TrayHotkeys = {
  'backup-now': { state: 'off' },
  'obs-now': { state: 'off' },
  hold: { state: 'off' },
  release: { state: 'off' },
  slate: { state: 'off' },
}

/** A hold's length from the menu, minutes. */
const holdMinutes = [5, 15, 60] as const

/** `timeOfDay`: a wall clock (ms since epoch) as a person reads it, e.g. '21:40'. */
export function trayModel(
  snapshot: Snapshot | null,
  hotkeys: TrayHotkeys,
  timeOfDay: (wall: number) => string,
): TrayModel {
  const state = trayStateLine(snapshot)
  const viewers = trayViewersLine(snapshot, timeOfDay)
  const guard = trayGuardLine(snapshot, timeOfDay)
  const lines = [viewers, guard].filter((line) => line !== null)
  return {
    icon: iconOf(snapshot),
    tooltip: tooltip(['Understudy', state, ...lines]),
    items: [
      { kind: 'line', label: state },
      ...lines.map((label) => ({ kind: 'line', label }) as const),
      { kind: 'separator' },
      ...(snapshot === null ? [] : engineItems(snapshot, hotkeys)),
      {
        kind: 'action',
        label: trayLabels.open,
        enabled: true,
        accelerator: null,
        action: { kind: 'open-window' },
      },
      { kind: 'action', label: trayLabels.quit, enabled: true, accelerator: null, action: { kind: 'quit' } },
    ],
  }
}

/** Windows cuts a tooltip off after this many characters (NOTIFYICONDATA.szTip, 128 with its end). */
const tooltipLength = 127

function tooltip(lines: readonly string[]): string {
  const text = lines.join('\n')
  return text.length <= tooltipLength ? text : `${text.slice(0, tooltipLength - 1)}…`
}

/** What is worst comes first; a hold hides nothing that goes wrong. */
function iconOf(snapshot: Snapshot | null): TrayIcon {
  if (snapshot === null) return 'no-engine'
  const { phase } = snapshot
  switch (phase.kind) {
    case 'dark':
      return 'trouble'
    case 'switching':
      return phase.problem === null ? 'switching' : 'trouble'
    case 'adopting':
    case 'ending':
      return 'switching'
    case 'offline':
      return snapshot.hold === null ? 'offline' : 'hold'
    case 'on-air':
    case 'reconnecting': {
      const reconnecting = reconnectingOf(snapshot)
      if (reconnecting !== null) return reconnecting.settling ? 'switching' : 'trouble'
      const system = snapshot.systems.find((each) => each.id === phase.system)
      if (system?.verdict === 'bad') return 'trouble'
      if (snapshot.hold !== null) return 'hold'
      return system?.kind === 'push' ? 'obs' : 'backup'
    }
  }
}

function engineItems(snapshot: Snapshot, hotkeys: TrayHotkeys): readonly TrayItem[] {
  const can = availability(snapshot)
  const item = (
    label: string,
    enabled: boolean,
    command: ApiCommand,
    hotkey: HotkeyAction | null = null,
  ): Extract<TrayItem, { readonly kind: 'action' }> => ({
    kind: 'action',
    label,
    enabled,
    accelerator: hotkey === null ? null : registered(hotkeys[hotkey]),
    action: { kind: 'command', command },
  })
  const hasSlate = snapshot.systems.some((system) => system.kind === 'slate')
  return [
    item(trayLabels.backupNow, can.backupNow, hotkeyCommand('backup-now'), 'backup-now'),
    item(trayLabels.obsNow, can.obsNow, hotkeyCommand('obs-now'), 'obs-now'),
    ...(hasSlate ? [item(trayLabels.slate, can.slate, hotkeyCommand('slate'), 'slate')] : []),
    { kind: 'separator' },
    {
      kind: 'submenu',
      label: trayLabels.hold,
      enabled: true,
      items: [
        ...holdMinutes.map((minutes) =>
          item(trayLabels.holdMinutes(minutes), true, { kind: 'hold', forMs: minutes * 60_000 }),
        ),
        item(trayLabels.holdOpen, true, hotkeyCommand('hold'), 'hold'),
      ],
    },
    item(trayLabels.release, snapshot.hold !== null, hotkeyCommand('release'), 'release'),
    snapshot.armed
      ? item(trayLabels.disarm, true, { kind: 'disarm' })
      : item(trayLabels.arm, true, { kind: 'arm' }),
    { kind: 'separator' },
  ]
}

const registered = (state: HotkeyState): string | null =>
  state.state === 'registered' ? state.accelerator : null

/** The picture's file in assets/tray. macOS colours a template by itself; Windows wants every size in one file. */
export function trayIconFile(icon: TrayIcon, platform: ShellState['platform']): string {
  switch (platform) {
    case 'mac':
      return `${icon}Template.png`
    case 'windows':
      return `${icon}.ico`
    case 'linux':
      return `${icon}.png`
  }
}
