import { globalShortcut, Menu, nativeImage, Notification, safeStorage, Tray } from 'electron'
import { join } from 'node:path'
import type { ApiCommand, CommandReply } from '../shared/contract'
import { commandName, shellText } from '../shared/messages'
import { refusedTitle } from '../shared/messages/shell/notifications'
import type { ShellPart, ShellState } from '../shared/shell-bridge'
import type { Snapshot } from '../shared/snapshot'
import type { EngineAddress } from './engine/find'
import { hotkeyCommand } from './desktop/hotkey-command'
import { createKeyStore } from './desktop/key-store'
import { callEngine } from './engine/loopback'
import { createNotifier } from './desktop/notifier'
import { createSecretsKeeper } from './engine/secrets'
import type { ShellSettings } from './engine/shell-settings'
import type { PartStates } from './shell-state'
import { createShortcuts } from './desktop/shortcuts'
import { createTray } from './desktop/tray'
import { hasTrayHost } from './desktop/tray-host'
import { trayModel, type TrayAction } from './desktop/tray-model'

export interface PartsDeps {
  readonly platform: ShellState['platform']
  /** assets/tray */
  readonly iconDir: string
  /** Profile of the window, where the sealed file is. */
  readonly userData: string
  readonly engine: () => EngineAddress | null
  readonly showWindow: () => void
  readonly quit: () => void
  /** Something of `states` changed. */
  readonly changed: () => void
  readonly log: (text: string, more?: Readonly<Record<string, unknown>>) => void
}

/** Tray, notifications, hotkeys and key store: each may be missing while the rest runs. */
export interface Parts {
  /** Once Electron is ready. */
  open(): void
  attached(): void
  engineGone(): void
  snapshot(snapshot: Snapshot): void
  settings(settings: ShellSettings): void
  /** For an engine that is started. */
  secretsLine(): Promise<string | null>
  secretsChanged(): void
  /** Is there an icon the window can be found again by? As it was when last looked at. */
  hasTray(): boolean
  /** Looks again: a panel may have come or gone. */
  lookForTray(): Promise<boolean>
  notify(title: string, body: string): void
  testHotkeys(on: boolean): void
  testNotification(): Promise<ShellPart>
  states(): Omit<PartStates, 'startAtLogin' | 'compact'>
  close(): void
}

const commandMs = 35_000
/** A desktop's panel may come up after the app that starts at login; then it is looked for now and then. */
const trayEveryMs = 20_000

export function createParts(deps: PartsDeps): Parts {
  let snapshot: Snapshot | null = null
  let opened = false
  let trayTimer: NodeJS.Timeout | null = null

  const tray = createTray({
    Tray,
    Menu,
    nativeImage,
    platform: deps.platform,
    iconDir: deps.iconDir,
    hasHost: () => hasTrayHost(process.env),
    onAction: act,
    onChanged: deps.changed,
  })
  const notifier = createNotifier({
    Notification,
    minuteOfDay: () => new Date().getHours() * 60 + new Date().getMinutes(),
    onClick: deps.showWindow,
    onChanged: deps.changed,
  })
  const shortcuts = createShortcuts({
    globalShortcut,
    wayland: process.env.XDG_SESSION_TYPE === 'wayland' || process.env.WAYLAND_DISPLAY !== undefined,
    wallMs: Date.now,
    onAction: (action) => void command(hotkeyCommand(action)),
    onChanged: () => {
      paint()
      deps.changed()
    },
  })
  const keyStore = createKeyStore({
    safeStorage,
    dir: deps.userData,
    wallMs: Date.now,
    onChanged: deps.changed,
  })
  const secrets = createSecretsKeeper({
    keyStore,
    engine: deps.engine,
    locked: () => lacksSecrets(snapshot),
    log: deps.log,
  })

  function act(action: TrayAction): void {
    if (action.kind === 'open-window') deps.showWindow()
    else if (action.kind === 'quit') deps.quit()
    else void command(action.command)
  }

  /** A key or a menu has no place of its own to say why not: a refusal is a notification, and so is an engine that is away. */
  async function command(asked: ApiCommand): Promise<void> {
    const engine = deps.engine()
    const reply = engine === null ? null : await post(engine, asked)
    if (reply?.ok === true) return
    notifier.say('command', {
      title: reply === null ? shellText.commandLostTitle : refusedTitle(commandName(asked.kind)),
      body: reply === null ? shellText.commandLostText : `${reply.text} ${reply.next}`,
      urgency: reply === null ? 'alarm' : 'warning',
      silent: false,
    })
  }

  function paint(): void {
    if (opened) tray.update(trayModel(snapshot, shortcuts.states(), timeOfDay))
  }

  const lookForTray = async (): Promise<boolean> => {
    const there = await tray.refresh().catch(() => false)
    paint()
    return there
  }

  return {
    open: () => {
      opened = true
      paint()
      void lookForTray()
      trayTimer = setInterval(() => {
        if (tray.part().state !== 'ok') void lookForTray()
      }, trayEveryMs)
    },
    attached: secrets.sync,
    engineGone: () => {
      snapshot = null
      paint()
    },
    snapshot: (now) => {
      const unlock = lacksSecrets(now) && !lacksSecrets(snapshot)
      snapshot = now
      paint()
      notifier.tell(now)
      if (unlock) secrets.sync()
    },
    settings: (settings) => {
      notifier.prefer(settings.notifications)
      if (snapshot !== null) notifier.tell(snapshot)
      shortcuts.apply(settings.hotkeys)
    },
    secretsLine: secrets.line,
    secretsChanged: secrets.sync,
    hasTray: () => tray.part().state === 'ok',
    lookForTray,
    notify: (title, body) => {
      notifier.say('shell', { title, body, urgency: 'info', silent: true })
    },
    testHotkeys: (on) => shortcuts.test(on),
    testNotification: () => notifier.test(),
    states: () => ({
      tray: tray.part(),
      notifications: notifier.part(),
      keyStore: keyStore.part(),
      hotkeys: shortcuts.states(),
      testingHotkeys: shortcuts.testing(),
      pressed: shortcuts.pressed(),
    }),
    close: () => {
      if (trayTimer !== null) clearInterval(trayTimer)
      tray.close()
      notifier.close()
      shortcuts.close()
    },
  }
}

async function post({ url, token }: EngineAddress, body: ApiCommand): Promise<CommandReply | null> {
  const reply = await callEngine({
    url: `${url}api/command`,
    method: 'POST',
    token,
    body,
    deadlineMs: commandMs,
  })
  return reply === null ? null : (reply.body as CommandReply | null)
}

/** The engine came up without what the key store keeps for it. */
function lacksSecrets(snapshot: Snapshot | null): boolean {
  const codes: readonly string[] = snapshot?.problems.map(({ code }) => code) ?? []
  return codes.includes('secrets-locked')
}

const timeOfDay = (wall: number): string =>
  new Date(wall).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

/** assets/tray of the app, inside its archive too: Electron reads pictures from there. */
export const iconDirOf = (appPath: string): string => join(appPath, 'assets', 'tray')
