// Finds an Electron binary without ever requiring `electron` from Node, which would start a download of its own.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { platform } from 'node:os'
import { join } from 'node:path'

const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }
const binary = (dir) => join(dir, names[platform()] ?? 'electron')

/** How long npm's own download may take before the page in a browser is the better offer. */
const downloadMs = 180_000
/** How long the place it comes from may take to answer at all. */
const reachMs = 5_000
/** A download that failed is not tried again at each start. */
const retryAfterMs = 24 * 60 * 60_000
const stamp = '.cache/electron-download-failed'
const home = 'node_modules/electron/dist'

/** Path of an Electron binary, or null after saying so in one line. */
export async function findElectron() {
  for (const dir of [process.env.ELECTRON_OVERRIDE_DIST_PATH, home]) {
    if (dir && existsSync(binary(dir))) return binary(dir)
  }
  const screen = platform() !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  if (screen && !failedLately() && (await download()) && existsSync(binary(home))) return binary(home)
  const why = screen ? 'No Electron here and none could be downloaded' : 'No screen here'
  console.error(`${why}: starting the engine alone; its page opens in a browser.`)
  return null
}

async function download() {
  const installer = 'node_modules/electron/install.js'
  if (!existsSync(installer)) return false
  if (await reachable()) {
    console.error('Downloading Electron (about 110 MB, once) ...')
    if (spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: downloadMs }).status === 0)
      return true
  }
  mkdirSync('.cache', { recursive: true })
  writeFileSync(stamp, String(Date.now()))
  return false
}

/**
 * Whether anybody answers where Electron is kept: an address that swallows everything would else cost the whole of
 * `downloadMs`. Not asked where a mirror or a proxy is set, which are npm's and not known here.
 */
async function reachable() {
  if (Object.keys(process.env).some((name) => /proxy$|electron_mirror$/i.test(name))) return true
  try {
    await fetch('https://github.com/electron/electron/releases', {
      method: 'HEAD',
      signal: AbortSignal.timeout(reachMs),
    })
    return true
  } catch {
    return false
  }
}

const failedLately = () =>
  existsSync(stamp) && Date.now() - Number(readFileSync(stamp, 'utf8')) < retryAfterMs
