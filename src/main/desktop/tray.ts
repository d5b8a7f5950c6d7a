import type { Menu, MenuItemConstructorOptions, NativeImage, Tray } from 'electron'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { trayMissing } from '../../shared/messages/shell/parts'
import type { ShellPart, ShellState } from '../../shared/shell-bridge'
import {
  trayIconFile,
  trayIcons,
  type TrayAction,
  type TrayIcon,
  type TrayItem,
  type TrayModel,
} from './tray-model'

export interface TrayDeps {
  /** Electron's. */
  readonly Tray: new (image: NativeImage) => Tray
  readonly Menu: { buildFromTemplate(items: MenuItemConstructorOptions[]): Menu }
  readonly nativeImage: { createFromPath(path: string): NativeImage }
  readonly platform: ShellState['platform']
  /** assets/tray */
  readonly iconDir: string
  /** Is there anything that shows tray icons? False where it cannot be told. Asked on Linux only. */
  hasHost(): Promise<boolean>
  onAction(action: TrayAction): void
  /** `part()` says something else than before. */
  onChanged(): void
}

export interface TrayShell {
  /** The icon, tooltip and menu as they should be now. */
  update(model: TrayModel): void
  part(): ShellPart
  /** Looks again for a tray, e.g. before the window hides into it: true where the icon is there. */
  refresh(): Promise<boolean>
  close(): void
}

type Missing = keyof typeof trayMissing

/** The icon in the tray. Where none can be shown it says so, and nothing may hide into it. */
export function createTray(deps: TrayDeps): TrayShell {
  let tray: Tray | null = null
  let missing: Missing | null = 'no-host'
  let model: TrayModel | null = null
  let shown: { readonly icon: TrayIcon | null; readonly tooltip: string; readonly items: string } | null =
    null
  let closed = false
  const images = new Map<TrayIcon, NativeImage>()

  const say = (next: Missing | null): void => {
    if (missing === next) return
    missing = next
    deps.onChanged()
  }

  const image = (icon: TrayIcon): NativeImage => {
    const known = images.get(icon)
    if (known !== undefined) return known
    const made = deps.nativeImage.createFromPath(join(deps.iconDir, trayIconFile(icon, deps.platform)))
    if (deps.platform === 'mac') made.setTemplateImage(true)
    images.set(icon, made)
    return made
  }

  const paint = (): void => {
    if (tray === null || model === null) return
    const items = JSON.stringify(model.items)
    if (shown?.icon !== model.icon) tray.setImage(image(model.icon))
    if (shown?.tooltip !== model.tooltip) tray.setToolTip(model.tooltip)
    // On Linux a menu is given again after each change; a menu that is open elsewhere stays open only if nothing changes.
    if (shown?.items !== items) tray.setContextMenu(deps.Menu.buildFromTemplate(template(model.items, deps)))
    shown = { icon: model.icon, tooltip: model.tooltip, items }
  }

  const create = (): void => {
    if (tray !== null) return
    const icon = model?.icon ?? 'no-engine'
    try {
      tray = new deps.Tray(image(icon))
    } catch {
      say('refused')
      return
    }
    shown = { icon, tooltip: '', items: '' }
    // macOS opens the menu by itself at a click.
    if (deps.platform !== 'mac') {
      tray.on('click', () => {
        deps.onAction({ kind: 'open-window' })
      })
    }
    paint()
  }

  const destroy = (): void => {
    tray?.destroy()
    tray = null
    shown = null
  }

  const refresh = async (): Promise<boolean> => {
    const complete = trayIcons.every((icon) =>
      existsSync(join(deps.iconDir, trayIconFile(icon, deps.platform))),
    )
    if (!complete) {
      say('no-icon')
      return false
    }
    const there = deps.platform !== 'linux' || (await deps.hasHost())
    // Asked while the app was closing.
    if (isClosed()) return false
    if (!there) {
      destroy()
      say('no-host')
      return false
    }
    create()
    if (tray === null) return false
    say(null)
    return true
  }
  const isClosed = (): boolean => closed

  return {
    update: (next) => {
      model = next
      paint()
    },
    part: () => (missing === null ? { state: 'ok' } : { state: 'missing', ...trayMissing[missing] }),
    refresh,
    close: () => {
      closed = true
      destroy()
    },
  }
}

function template(
  items: readonly TrayItem[],
  deps: Pick<TrayDeps, 'onAction' | 'platform'>,
): MenuItemConstructorOptions[] {
  return items.map((item): MenuItemConstructorOptions => {
    switch (item.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'line':
        return { label: escaped(item.label, deps.platform), enabled: false }
      case 'submenu':
        return { label: item.label, enabled: item.enabled, submenu: template(item.items, deps) }
      case 'action':
        return {
          enabled: item.enabled,
          ...named(item, deps.platform),
          click: () => {
            deps.onAction(item.action)
          },
        }
    }
  })
}

/**
 * The label with its hotkey, which is shown, not registered: that is done elsewhere. A tray's menu on Linux draws no
 * hotkeys (seen with Electron 22), so there it stands in the label.
 */
function named(
  { label, accelerator }: Extract<TrayItem, { readonly kind: 'action' }>,
  platform: ShellState['platform'],
): MenuItemConstructorOptions {
  if (accelerator === null) return { label }
  if (platform === 'linux') return { label: `${label} (${accelerator.replace('Control', 'Ctrl')})` }
  return { label, accelerator, registerAccelerator: false }
}

/** A lone & marks an access key on Windows and Linux; in a sentence it is meant. */
const escaped = (label: string, platform: ShellState['platform']): string =>
  platform === 'mac' ? label : label.replaceAll('&', '&&')
