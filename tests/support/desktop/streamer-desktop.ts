import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { peerDir } from '../cleanup'
import { startDesktop } from './desktop'
import { startProcess, untilReady, type RigProcess } from '../process'
import { until } from '../wait'

const run = promisify(execFile)

/** What a desktop may lack; each is there unless told. */
export interface StreamerDesktopOptions {
  readonly tray?: boolean
  readonly notifications?: boolean
  readonly keyring?: boolean
}

/** A place on the screen, px from its top left corner. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface DesktopWindow extends Point {
  readonly id: string
  readonly title: string
  readonly width: number
  readonly height: number
}

/** A toast as the notification daemon was asked to show it. */
export interface Toast {
  readonly title: string
  readonly body: string
  readonly urgency: string
}

/** A whole desktop: window manager, tray, notification daemon and an unlocked key ring, all in a home of their own. */
export interface StreamerDesktop {
  readonly env: Readonly<Record<string, string>>
  /** Whether a key ring answers: Chromium must be told by a switch which one. */
  readonly keyring: boolean
  /** The whole screen, toasts and tray included, as a PNG. */
  readonly screenshot: (path: string) => Promise<void>
  /** Real key presses, in xdotool's words: `ctrl+shift+F7`. */
  readonly press: (keys: string) => Promise<void>
  /** A real click; button 1 is the left one. */
  readonly click: (at: Point, button?: 1 | 2 | 3) => Promise<void>
  /** Right click, and its menu is on the screen. */
  readonly openMenu: (at: Point) => Promise<Menu>
  readonly moveMouse: (to: Point) => Promise<void>
  /** Every visible window that has a title. */
  readonly windows: () => Promise<readonly DesktopWindow[]>
  /** Title of the window that has the keyboard; empty where none has. */
  readonly focused: () => Promise<string>
  /** Opens a window of somebody else and gives it the keyboard. Ends with the desktop. */
  readonly openOther: (title: string) => Promise<DesktopWindow>
  /** Middle of the tray's first icon; null while it has none. */
  readonly trayIcon: () => Promise<Point | null>
  /** Every toast so far, oldest first, as the daemon took it; also those that are gone from the screen. */
  readonly toasts: () => readonly Toast[]
  /** Middle of the newest toast on the screen; null where there is none. */
  readonly toastPlace: () => Promise<Point | null>
  readonly stop: () => Promise<void>
}

/** Toasts stay on the screen long enough to be photographed and clicked. */
const toastSeconds = 60
const startMs = 20_000
const xdotoolMs = 5_000
const trayHeight = 32
/** Ends a toast's record in the daemon's log; the fields before it end with the unit separator. */
const recordEnd = '\x1e'
const fieldEnd = '\x1f'

/** Starts a desktop as a streamer has it, on an X display and a bus of its own. */
export async function startStreamerDesktop(options: StreamerDesktopOptions = {}): Promise<StreamerDesktop> {
  const desktop = await startDesktop({ activation: false })
  const home = peerDir('home')
  const env = { ...ownHome(home), ...desktop.env }
  const running: RigProcess[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((each) => each.stop()))
    await desktop.stop()
  }
  const start = async (name: string, command: string, args: readonly string[]): Promise<RigProcess> => {
    const child = await startProcess({ name, command, args, env: { ...cleanEnv(), ...env } })
    running.push(child)
    return child
  }
  try {
    await Promise.all([
      startWindowManager(start, env),
      options.tray === false ? null : startTray(start, env),
      options.notifications === false ? null : startNotifications(start, env, home),
      options.keyring === false ? null : startKeyring(start, env),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { ...hands(env, home, start), env, keyring: options.keyring !== false, stop }
}

type Start = (name: string, command: string, args: readonly string[]) => Promise<RigProcess>
type Env = Readonly<Record<string, string>>

/** This process's environment without what would bind a program to another screen, or Electron to a second job. */
export function cleanEnv(): Record<string, string> {
  const foreign = new Set(['WAYLAND_DISPLAY', 'XAUTHORITY', 'ELECTRON_RUN_AS_NODE', 'XDG_CURRENT_DESKTOP'])
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (each): each is [string, string] => each[1] !== undefined && !foreign.has(each[0]),
    ),
  )
}

function ownHome(home: string): Env {
  const dirs = {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  }
  for (const dir of Object.values(dirs)) mkdirSync(dir, { recursive: true, mode: 0o700 })
  // Without this, GTK looks for the accessibility bus and waits for it.
  return { ...dirs, HOME: home, NO_AT_BRIDGE: '1' }
}

async function xdo(env: Env, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('xdotool', args, { env: { ...cleanEnv(), ...env }, timeout: xdotoolMs })
  return stdout.trim()
}

/** Whether somebody answers to a name on the session bus. */
async function onBus(env: Env, name: string): Promise<boolean> {
  const { stdout } = await run(
    'dbus-send',
    [
      '--session',
      '--print-reply=literal',
      '--dest=org.freedesktop.DBus',
      '/org/freedesktop/DBus',
      'org.freedesktop.DBus.NameHasOwner',
      `string:${name}`,
    ],
    { env: { ...cleanEnv(), ...env }, timeout: xdotoolMs },
  )
  return stdout.includes('true')
}

async function startWindowManager(start: Start, env: Env): Promise<void> {
  const child = await start('openbox', 'openbox', ['--sm-disable'])
  // It says by a property of the root window that it manages them.
  await untilReady(child, async () => (await xdo(env, 'get_num_desktops')) !== '', {
    timeoutMs: startMs,
    what: 'the window manager',
  })
}

async function startTray(start: Start, env: Env): Promise<void> {
  const child = await start('trayer', 'trayer', [
    ...['--edge', 'top', '--align', 'right', '--widthtype', 'request', '--heighttype', 'pixel'],
    ...['--height', String(trayHeight), '--SetDockType', 'true', '--expand', 'true'],
  ])
  await untilReady(child, async () => (await xdo(env, 'search', '--class', 'trayer')) !== '', {
    timeoutMs: startMs,
    what: 'the tray',
  })
}

async function startNotifications(start: Start, env: Env, home: string): Promise<void> {
  const script = join(home, 'toast.sh')
  // Started by the daemon for each toast it takes; the fields as dunst hands them to a script.
  writeFileSync(
    script,
    `#!/bin/sh\nprintf '%s\\037%s\\037%s\\036' "$DUNST_SUMMARY" "$DUNST_BODY" "$DUNST_URGENCY" >>'${toastLog(home)}'\n`,
  )
  chmodSync(script, 0o755)
  writeFileSync(toastLog(home), '')
  const config = join(home, '.config/dunst/dunstrc')
  mkdirSync(dirname(config), { recursive: true })
  writeFileSync(
    config,
    `[global]
    font = Sans 14
    width = (280, 460)
    height = 300
    origin = top-right
    offset = 16x${trayHeight + 16}
    notification_limit = 5
    word_wrap = yes
    max_icon_size = 48
    idle_threshold = 0
    show_age_threshold = -1
    mouse_left_click = do_action, close_current
    frame_color = "#8899aa"
[urgency_low]
    timeout = ${toastSeconds}
[urgency_normal]
    timeout = ${toastSeconds}
[urgency_critical]
    timeout = 0
    background = "#7a1420"
    foreground = "#ffffff"
[every]
    summary = "*"
    script = ${script}
`,
  )
  const child = await start('dunst', 'dunst', ['-conf', config])
  await untilReady(child, () => onBus(env, 'org.freedesktop.Notifications'), {
    timeoutMs: startMs,
    what: 'the notification daemon',
  })
}

async function startKeyring(start: Start, env: Env): Promise<void> {
  // The password arrives on standard input; the login key ring is made with it, unlocked.
  const child = await start('keyring', 'sh', [
    '-c',
    'printf rehearsal | gnome-keyring-daemon --foreground --unlock --components=secrets',
  ])
  await untilReady(child, () => onBus(env, 'org.freedesktop.secrets'), {
    timeoutMs: startMs,
    what: 'the key ring',
  })
}

/** Of its few entries the lowest menu has more, px. */
const minMenuHeight = 80

const toastLog = (home: string): string => join(home, 'toasts')

/** An open menu. */
export interface Menu {
  /**
   * Goes to its first or last entry by keyboard and chooses it. A menu has the keyboard a moment after it is seen: keys that
   * came before were nobody's and are pressed again until the menu has gone.
   */
  readonly choose: (which: 'first' | 'last') => Promise<void>
}

type Hands = Omit<StreamerDesktop, 'env' | 'keyring' | 'stop'>

/** Eyes and hands of the person who sits there. */
function hands(env: Env, home: string, start: Start): Hands {
  const ids = async (...search: readonly string[]): Promise<readonly string[]> =>
    // xdotool ends with 1 where nothing is found.
    (await xdo(env, 'search', ...search).catch(() => '')).split('\n').filter((id) => id !== '')
  const look = async (id: string): Promise<DesktopWindow> => {
    const shape = await xdo(env, 'getwindowgeometry', '--shell', id)
    const number = (name: string): number => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(shape)?.[1])
    const title = await xdo(env, 'getwindowname', id)
    return { id, title, x: number('X'), y: number('Y'), width: number('WIDTH'), height: number('HEIGHT') }
  }
  const windows = async (): Promise<readonly DesktopWindow[]> => {
    const found = await ids('--onlyvisible', '--name', '.+')
    // A window may close between the two looks.
    const seen = await Promise.all(found.map((id) => look(id).catch(() => null)))
    return seen.filter((each) => each !== null)
  }
  const focused = (): Promise<string> => xdo(env, 'getactivewindow', 'getwindowname').catch(() => '')
  const moveMouse = async (to: Point): Promise<void> => {
    await xdo(env, 'mousemove', String(Math.round(to.x)), String(Math.round(to.y)))
  }
  const middle = (of: DesktopWindow): Point => ({ x: of.x + of.width / 2, y: of.y + of.height / 2 })
  return {
    screenshot: async (path) => {
      mkdirSync(dirname(path), { recursive: true })
      await run('scrot', ['--overwrite', path], { env: { ...cleanEnv(), ...env }, timeout: 10_000 })
    },
    press: async (keys) => {
      await xdo(env, 'key', '--clearmodifiers', keys)
    },
    click: async (at, button = 1) => {
      await moveMouse(at)
      await xdo(env, 'click', String(button))
    },
    openMenu: async (at) => {
      const shown = () => ids('--onlyvisible', '--name', '')
      const before = new Set(await shown())
      await moveMouse(at)
      // A toast or the icon's tooltip may come up in the same moment: neither is this tall and narrow.
      const find = async (): Promise<DesktopWindow | undefined> => {
        const toasts = new Set(await ids('--onlyvisible', '--class', 'Dunst'))
        const fresh = (await shown()).filter((id) => !before.has(id) && !toasts.has(id))
        const seen = await Promise.all(fresh.map((id) => look(id).catch(() => null)))
        return seen.find((each) => each !== null && each.height > minMenuHeight) ?? undefined
      }
      // A window of the app that comes to the front in that moment closes it again: then it is asked for again, as one would.
      const tryOnce = async (): Promise<DesktopWindow | undefined> => {
        await xdo(env, 'click', '3')
        return until(find, { timeoutMs: 2_000, what: 'the menu' }).catch(() => undefined)
      }
      const menu = await until(tryOnce, { timeoutMs: startMs, what: 'the menu' })
      const open = async (): Promise<boolean> => (await shown()).includes(menu.id)
      return {
        choose: async (which) => {
          const tryOnce = async (): Promise<boolean> => {
            if (!(await open())) return true
            await xdo(env, 'key', which === 'first' ? 'Home' : 'End')
            await xdo(env, 'key', 'Return')
            return until(async () => !(await open()), { timeoutMs: 500, what: 'the menu to close' }).then(
              () => true,
              () => false,
            )
          }
          await until(tryOnce, { timeoutMs: startMs, what: `the ${which} entry to be chosen` })
        },
      }
    },
    moveMouse,
    windows,
    focused,
    openOther: async (title) => {
      await start('other', 'xmessage', ['-title', title, '-geometry', '360x120+40+600', 'Somebody else'])
      const find = async (): Promise<DesktopWindow | undefined> =>
        (await windows()).find((each) => each.title === title)
      const window = await until(find, { timeoutMs: startMs, what: `the window "${title}"` })
      await xdo(env, 'windowactivate', window.id)
      await until(async () => (await focused()) === title, {
        timeoutMs: xdotoolMs,
        what: `the keyboard in the window "${title}"`,
      })
      return window
    },
    trayIcon: async () => {
      // The panel is there without icons as well, 2 px wide; it grows to its icons' width in steps.
      const [panel] = await Promise.all((await ids('--onlyvisible', '--class', 'trayer')).map(look))
      if (panel === undefined || panel.width < trayHeight) return null
      return { x: panel.x + 1 + trayHeight / 2, y: panel.y + panel.height / 2 }
    },
    toasts: () =>
      readToasts(toastLog(home)).map((record) => {
        const [title = '', body = '', urgency = ''] = record.split(fieldEnd)
        return { title, body, urgency }
      }),
    toastPlace: async () => {
      const [toast] = await Promise.all((await ids('--onlyvisible', '--class', 'Dunst')).map(look))
      return toast === undefined ? null : middle(toast)
    },
  }
}

function readToasts(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(recordEnd).slice(0, -1)
  } catch {
    return []
  }
}
