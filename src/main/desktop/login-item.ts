import type { App } from 'electron'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loginFailedText, shellText } from '../../shared/messages'
import type { ShellState } from '../../shared/shell-bridge'

/** Started at login the app waits in the tray. */
export const hiddenFlag = '--hidden'

export interface LoginItemDeps {
  readonly platform: NodeJS.Platform
  readonly packaged: boolean
  readonly execPath: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly app: Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>
}

export interface LoginItem {
  /** Brings the system's entry in line with the setting. */
  set(on: boolean): void
  readonly state: ShellState['startAtLogin']
}

/** Start at login: the system's own list on Windows and macOS, an autostart file (XDG) on Linux. */
export function createLoginItem(deps: LoginItemDeps): LoginItem {
  let state: ShellState['startAtLogin'] = deps.packaged
    ? { state: 'ok', on: false }
    : { state: 'missing', text: shellText.loginNotPacked, next: shellText.loginNotPackedNext, on: false }
  const entry = deps.platform === 'linux' ? desktopFile(deps) : systemList(deps)
  return {
    set: (on) => {
      // A build from sources would write an entry that starts an empty Electron.
      if (!deps.packaged) return
      try {
        if (entry.isOn() !== on) entry.write(on)
        // macOS takes no notice of an app that is not signed, and says nothing.
        if (entry.isOn() !== on) throw new Error(shellText.loginIgnored)
        state = { state: 'ok', on }
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        state = {
          state: 'missing',
          text: loginFailedText(reason),
          next: shellText.loginFailedNext,
          on: false,
        }
      }
    },
    get state() {
      return state
    },
  }
}

interface Entry {
  isOn(): boolean
  write(on: boolean): void
}

/** The same arguments must be given for asking and setting, or Windows finds another entry. */
function systemList({ app }: LoginItemDeps): Entry {
  const args = [hiddenFlag]
  return {
    isOn: () => app.getLoginItemSettings({ args }).openAtLogin,
    write: (on) => {
      app.setLoginItemSettings({ openAtLogin: on, args })
    },
  }
}

function desktopFile({ env, home, execPath }: LoginItemDeps): Entry {
  const config = env.XDG_CONFIG_HOME?.startsWith('/') === true ? env.XDG_CONFIG_HOME : join(home, '.config')
  const path = join(config, 'autostart', 'understudy.desktop')
  // An AppImage is mounted at another place each time it runs.
  const wanted = desktopEntry(env.APPIMAGE ?? execPath)
  return {
    isOn: () => existsSync(path) && readFileSync(path, 'utf8') === wanted,
    write: (on) => {
      if (!on) {
        rmSync(path, { force: true })
        return
      }
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, wanted)
    },
  }
}

/** In a double-quoted argument of Exec these are escaped, and the file format itself doubles the backslash. */
const quoted = (path: string): string =>
  `"${path
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`

/** Desktop Entry Specification 1.5, Exec. */
export const desktopEntry = (program: string): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Understudy',
    'Comment=Keeps your stream on air when OBS fails',
    `Exec=${quoted(program)} ${hiddenFlag}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
