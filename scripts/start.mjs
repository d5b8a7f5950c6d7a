#!/usr/bin/env node
// npm start: installs what is missing, builds what is stale, starts Understudy. Uses nothing but Node itself, because
// on a fresh clone there is nothing else yet.
import { spawn } from 'node:child_process'
import { findElectron } from './electron.mjs'
import { ensureBuild, ensureModules, ensureNode, ensurePackages } from './setup.mjs'

const words = process.argv.slice(2)
const asks = words.includes('--help') || words.includes('--stop')

ensureNode()
ensureModules()
ensureBuild()
// Understudy pulls and looks with ffmpeg; without it the page still comes up and says what is missing.
if (!asks) ensurePackages(['ffmpeg'])

// The window is for a person: not with --headless, not where only a question is answered.
const electron = asks || words.includes('--headless') ? null : findElectron()
const [command, args] =
  electron === null
    ? [process.execPath, ['out/engine/index.mjs', ...words]]
    : [electron, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '.', ...words]]

const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, UNDERSTUDY_NODE: process.env.UNDERSTUDY_NODE ?? process.execPath },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
