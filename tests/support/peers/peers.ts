import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installedElectron } from '../../../scripts/electron.mjs'
import { canNetns } from './netns'
import { hasNginxRtmp, NGINX_RTMP_MODULE } from './nginx'

/** Programs and abilities of the machine that some suites need. */
export type PeerName = 'obs' | 'nginx' | 'ffmpeg' | 'chromium' | 'mediamtx' | 'netns' | 'electron' | 'desktop'

/** Whether a peer is there, or why its suites are skipped. */
export type Presence = { readonly present: true } | { readonly present: false; readonly reason: string }

const FFMPEG_MIN_MAJOR = 5

/** What a streamer's desktop is made of (tests/support/desktop/streamer-desktop.ts). */
const DESKTOP_PROGRAMS = [
  ...['Xvfb', 'dbus-daemon', 'dbus-send', 'openbox', 'trayer', 'dunst', 'gnome-keyring-daemon'],
  ...['scrot', 'xdotool', 'xmessage'],
]

/** Looks for a peer; the reason is a sentence to print beside the skipped suite. */
export function peer(name: PeerName): Presence {
  switch (name) {
    case 'obs':
      return programs('obs', 'Xvfb', 'dbus-daemon', 'xdotool')
    case 'nginx':
      return hasNginxRtmp()
        ? programs('nginx')
        : missing(`nginx's rtmp module is not at ${NGINX_RTMP_MODULE}`)
    case 'ffmpeg':
      return ffmpeg()
    case 'chromium':
      return existsSync('/usr/bin/chromium')
        ? { present: true }
        : missing('chromium is not at /usr/bin/chromium')
    case 'mediamtx':
      return programs('mediamtx')
    case 'electron':
      return installedElectron() === null
        ? missing('no Electron binary: `node scripts/electron.mjs --fetch` says why')
        : programs('Xvfb', 'dbus-daemon')
    case 'desktop':
      return programs(...DESKTOP_PROGRAMS)
    case 'netns': {
      const tools = programs('ip', 'iptables', 'tc')
      return tools.present ? canNetns() : tools
    }
  }
}

/** The first of the peers that is missing, or that all are there. */
export function peers(...names: readonly PeerName[]): Presence {
  return names.map(peer).find((each) => !each.present) ?? { present: true }
}

function ffmpeg(): Presence {
  const found = programs('ffmpeg', 'ffprobe')
  if (!found.present) return found
  const version = /^ffmpeg version n?(\d+)/.exec(
    execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }),
  )?.[1]
  // Builds from git name no number and are new.
  if (version === undefined || Number(version) >= FFMPEG_MIN_MAJOR) return { present: true }
  return missing(`ffmpeg is ${version}, older than ${FFMPEG_MIN_MAJOR}.0`)
}

function programs(...names: readonly string[]): Presence {
  const absent = names.filter((name) => !onPath(name))
  return absent.length === 0 ? { present: true } : missing(`not on PATH: ${absent.join(', ')}`)
}

function onPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((dir) => {
    try {
      accessSync(join(dir, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function missing(reason: string): Presence {
  return { present: false, reason }
}
