#!/usr/bin/env node
// Finds an Electron binary without ever requiring `electron` from Node, which would start a download of its own.
// `node scripts/electron.mjs [--fetch]` prints path and version of the one that tests run in; with --fetch it is
// brought here first where there is none.
import './node-version.mjs'
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { platform } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { electronVersionOf, ensureStandIn, standInDist } from './electron-stand-in.mjs'

const names = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }
const root = resolve(import.meta.dirname, '..')
const binary = (dir) => resolve(root, dir, names[platform()] ?? 'electron')

/** How long npm's own download may take before the page in a browser is the better offer. */
const downloadMs = 180_000
/** How long the place it comes from may take to answer at all. */
const reachMs = 5_000
/** A download that failed is not tried again at each start. */
const retryAfterMs = 24 * 60 * 60_000
const stamp = join(root, '.cache/electron-download-failed')
const home = 'node_modules/electron/dist'

/**
 * Path of an Electron binary for a person's window, or null after saying so in one line. The stand-in of the tests is
 * taken where it lies already and nothing better is to be had, but never fetched for this.
 */
export async function findElectron() {
  const screen = platform() !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  if (screen) {
    const here = named() ?? ((await download()) ? named() : null) ?? standIn()
    if (here !== null) return here.binary
  }
  const why = screen ? 'No Electron here and none could be downloaded' : 'No screen here'
  console.error(`${why}: starting the engine alone; its page opens in a browser.`)
  return null
}

/** The Electron that tests run in, as it lies here now: `{ binary, version, standIn }` or null. Fetches nothing. */
export function installedElectron() {
  const found = named() ?? standIn()
  if (found === null) return null
  const version = versionIn(found.dist) ?? electronVersionOf(found.binary)
  return version === null ? null : { ...found, version }
}

/** The same, brought here where it is missing; `{ reason }` says why there is none. */
export async function ensureElectronForTests() {
  const here = installedElectron()
  if (here !== null) return here
  if (await download()) {
    const downloaded = installedElectron()
    if (downloaded !== null) return downloaded
  }
  const refused = ensureStandIn()
  return installedElectron() ?? { reason: refused ?? 'Electron does not start here' }
}

/** One line for people: which Electron this is. */
export const electronInWords = (found) =>
  `Electron ${found.version}${found.standIn ? ' (stand-in)' : ''} at ${found.binary}`

/**
 * How to start the app of `appDir` in a binary: `{ binary, args }`. npm's Electron takes the app as an argument, by a
 * default app that it brings; one without gets the app put inside, in a folder `into` of links to the rest of it.
 */
export function startsApp(found, appDir, into) {
  const dist = dirname(found)
  if (platform() !== 'linux' || existsSync(join(dist, 'resources/default_app.asar')))
    return { binary: found, args: [appDir] }
  const own = plainCopy(found, into)
  if (!existsSync(join(into, 'resources/app'))) symlinkSync(appDir, join(into, 'resources/app'))
  return { binary: own, args: [] }
}

/** A distribution of its own without any app, in the folder `into`: links, but for the binary, which looks beside itself. */
export function plainCopy(found, into) {
  const dist = dirname(found)
  const own = join(into, 'electron')
  if (existsSync(own)) return own
  mkdirSync(join(into, 'resources'), { recursive: true })
  for (const name of readdirSync(dist)) {
    if (name === 'resources' || name === 'electron') continue
    if (!existsSync(join(into, name))) symlinkSync(join(dist, name), join(into, name))
  }
  try {
    linkSync(found, own)
  } catch {
    // Another file system.
    copyFileSync(found, own)
  }
  return own
}

function named() {
  for (const dist of [process.env.ELECTRON_OVERRIDE_DIST_PATH, home]) {
    if (dist && existsSync(binary(dist)))
      return { binary: binary(dist), dist: resolve(root, dist), standIn: false }
  }
  return null
}

function standIn() {
  const dist = standInDist
  return existsSync(binary(dist)) ? { binary: binary(dist), dist, standIn: true } : null
}

function versionIn(dist) {
  try {
    const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
    return /^\d+\.\d+\.\d+/.test(version) ? version : null
  } catch {
    return null
  }
}

/** npm's own download; false where it failed, now or lately. */
async function download() {
  const installer = join(root, 'node_modules/electron/install.js')
  if (failedLately() || !existsSync(installer)) return false
  if (await reachable()) {
    console.error('Downloading Electron (about 110 MB, once) ...')
    if (spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: downloadMs }).status === 0)
      return true
  }
  mkdirSync(dirname(stamp), { recursive: true })
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

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const found = process.argv.includes('--fetch') ? await ensureElectronForTests() : installedElectron()
  if (found === null || 'reason' in found) {
    console.error(found?.reason ?? 'No Electron binary here')
    process.exitCode = 1
  } else console.log(electronInWords(found))
}
