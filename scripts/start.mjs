#!/usr/bin/env node
// npm start: installs what is missing, builds what is stale, starts Understudy. Uses nothing but Node itself, because
// on a fresh clone there is nothing else yet.
import './node-version.mjs'
import { spawn, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const { findElectron, startsApp } = await import('./electron.mjs')
const { ensureBuild, ensureModules, ensurePackages } = await import('./setup.mjs')

const root = resolve(import.meta.dirname, '..')
// Files on the command line are named from where the user stands; npm itself goes to the folder of package.json.
const standsIn = (process.env.npm_lifecycle_event && process.env.INIT_CWD) || process.cwd()
process.chdir(root)

const words = process.argv.slice(2)
const asks = words.includes('--help') || words.includes('--stop')
const engine = join(root, 'out', 'engine', 'index.mjs')
const windows = process.platform === 'win32'

ensureModules()
ensureBuild()
// The engine knows its words: what it refuses is refused before anything is installed or a window opened.
const checked = spawnSync(process.execPath, [engine, ...words, '--help'], {
  stdio: ['ignore', 'ignore', 'inherit'],
})
if (checked.status !== 0) process.exit(checked.status ?? 1)
// Understudy pulls and looks with ffmpeg; without it the page still comes up and says what is missing.
if (!asks) ensurePackages(['ffmpeg'])

// The window is for a person: not with --headless, not where only a question is answered.
const electron = asks || words.includes('--headless') ? null : await findElectron()
const [command, args] = electron === null ? [process.execPath, [engine, ...words]] : withWindow(electron)

function withWindow(found) {
  const app = startsApp(found, root, join(root, '.cache', `electron-with-app-${statSync(found).ino}`))
  return [app.binary, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...app.args, ...words]]
}

// An engine that ended by a mistake of its own (shared/engine-lock, `crashed`) is started again, as the window does it: what
// is on air goes on meanwhile, and nobody would guard it. Ever more seldom, and not for ever. The window does so by itself.
const crashed = 70
const pausesMs = [0, 1_000, 2_000, 5_000, 10_000, 30_000]
const steadyMs = 60_000
let crashes = 0
let child = null
let asked = false

function begin() {
  const began = performance.now()
  child = spawn(command, args, {
    cwd: standsIn,
    stdio: 'inherit',
    env: {
      ...process.env,
      UNDERSTUDY_NODE: process.env.UNDERSTUDY_NODE ?? process.execPath,
      // Refusals are read here; no box on the screen has to be clicked away.
      UNDERSTUDY_TERMINAL: '1',
    },
  })
  child.on('error', (error) => {
    console.error(`Understudy could not be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (performance.now() - began >= steadyMs) crashes = 0
    const wait = pausesMs[crashes]
    if (code !== crashed || electron !== null || asked || wait === undefined)
      process.exit(signal === null ? (code ?? 1) : 1)
    crashes += 1
    child = null
    setTimeout(begin, wait)
  })
}

// A console of Windows gives Ctrl+C to all its processes; passing it on there would end the child without a word.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => {
    asked = true
    if (child === null) process.exit(1)
    if (!windows) child.kill(signal)
  })
begin()
