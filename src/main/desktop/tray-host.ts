import { runChild } from '../../host/child'
import { selectionOwner } from './x11-selection'

/**
 * Is there anything on this Linux desktop that shows a tray icon? Either of the two ways will do, both of which Electron
 * knows: a StatusNotifierHost on the session bus (KDE, most panels, GNOME with an extension), or the older tray of X11
 * (XEmbed), whose owner holds the selection _NET_SYSTEM_TRAY_S<screen>. What cannot be told counts as no: a window must
 * not hide into what may not be there.
 */
export async function hasTrayHost(env: NodeJS.ProcessEnv): Promise<boolean> {
  return (await hasNotifierHost(env)) || (await hasXEmbedTray(env))
}

const askMs = 2_000

const watcher = 'org.kde.StatusNotifierWatcher'
const objectPath = '/StatusNotifierWatcher'

/** The same question to whichever of the usual tools is there; each prints `true` where a host is registered. */
const questions: readonly (readonly [string, ...string[]])[] = [
  [
    'gdbus',
    ...['call', '--session', '--timeout', '1', '--dest', watcher, '--object-path', objectPath],
    ...['--method', 'org.freedesktop.DBus.Properties.Get', watcher, 'IsStatusNotifierHostRegistered'],
  ],
  [
    'busctl',
    ...['--user', '--timeout=1', 'get-property', watcher, objectPath, watcher],
    'IsStatusNotifierHostRegistered',
  ],
  [
    'dbus-send',
    ...['--session', '--print-reply', '--reply-timeout=1000', `--dest=${watcher}`, objectPath],
    ...['org.freedesktop.DBus.Properties.Get', `string:${watcher}`, 'string:IsStatusNotifierHostRegistered'],
  ],
]

async function hasNotifierHost(env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const [program, ...args] of questions) {
    const said = await ask(program, args, env)
    if (said !== null) return /\btrue\b/.test(said)
  }
  return false
}

/** What it printed, '' where it ended with an error; null: there is no such program. */
async function ask(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const ran = await runChild(program, args, { timeoutMs: askMs, env })
  if (ran.ok) return ran.stdout
  return ran.start === 'ENOENT' ? null : ''
}

async function hasXEmbedTray(env: NodeJS.ProcessEnv): Promise<boolean> {
  const display = env['DISPLAY']
  if (display === undefined || display === '') return false
  const screen = /\.(?<screen>\d+)$/.exec(display)?.groups?.['screen'] ?? '0'
  return (await selectionOwner(display, `_NET_SYSTEM_TRAY_S${screen}`, env, askMs)) === 'owned'
}
