import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execFileSync } from 'node:child_process'
import { electronInWords, installedElectron, startsApp } from '../scripts/electron.mjs'
import { runs } from '../tests/support/app/carrier'
import { peerDir } from '../tests/support/cleanup'
import { chromiumSwitches, electronWithApp, endEngine } from '../tests/support/desktop/electron'
import { startProcess, type RigProcess } from '../tests/support/process'
import {
  cleanEnv,
  startStreamerDesktop,
  type StreamerDesktop,
} from '../tests/support/desktop/streamer-desktop'
import { startUnderstudy } from '../tests/support/app/understudy'
import { until } from '../tests/support/wait'
import { cpuSeconds, memoryMiB } from './cost'
import { owned } from './owned'
import { spread } from './report'

const waitMs = 60_000

/** A process and all that it started, as /proc tells. */
function family(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return [pid, ...children.filter(Boolean).flatMap((child) => family(Number(child)))]
}

const together = (pid: number, measure: (pid: number) => number): number =>
  family(pid).reduce((sum, each) => sum + measure(each), 0)

async function pass(seconds: number): Promise<void> {
  const began = performance.now()
  await until(() => performance.now() - began > seconds * 1_000, {
    timeoutMs: (seconds + 30) * 1_000,
    what: 'the time to pass',
    everyMs: 250,
  })
}

interface Program {
  readonly binary: string
  readonly args: readonly string[]
}

/** Starts a program with a window; answers when the window is on the screen, ms. */
async function openWindow(
  desktop: StreamerDesktop,
  { binary, args }: Program,
  title: string,
): Promise<{ readonly child: RigProcess; readonly upMs: number }> {
  const began = performance.now()
  const child = await startProcess({
    name: 'window',
    command: binary,
    args: [...chromiumSwitches(desktop), ...args],
    env: { ...cleanEnv(), ...desktop.env, UNDERSTUDY_NODE: process.execPath, UNDERSTUDY_TERMINAL: '1' },
  })
  await until(async () => (await desktop.windows()).some((window) => window.title === title), {
    timeoutMs: waitMs,
    what: `a window called ${title}`,
    everyMs: 10,
  })
  return { child, upMs: performance.now() - began }
}

/** An app of one empty window, in the same binary. */
function emptyApp(): Program {
  const found = installedElectron()
  if (found === null) throw new Error('no Electron binary')
  const dir = peerDir('empty-app')
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.cjs' }))
  writeFileSync(
    join(dir, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron')
app.setPath('userData', ${JSON.stringify(join(dir, 'profile'))})
app.whenReady().then(() => new BrowserWindow({ width: 1180, height: 780, title: 'Empty' }).loadURL('data:text/html,<title>Empty</title>'))`,
  )
  return startsApp(found.binary, dir, peerDir('empty-electron'))
}

/** The shell beside a running engine: window up, memory against an empty window, CPU while hidden. */
export async function benchShell(starts: number): Promise<void> {
  const found = installedElectron()
  if (found === null) {
    console.log('shell: no Electron here')
    return
  }
  execFileSync(process.execPath, ['scripts/build.mjs'], {
    cwd: resolve(import.meta.dirname, '..'),
    stdio: 'ignore',
  })
  console.log(electronInWords(found))
  await owned(async (own) => {
    const desktop = own(await startStreamerDesktop({ keyring: false }))
    const dataDir = join(peerDir('bench-shell'), 'data')
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    own({ stop: () => endEngine(dataDir) })
    const engine = own(await startUnderstudy({}, ['--rehearsal'], dataDir))
    await engine.until('the rehearsal to be live', (now) => now.onAir === 'obs', waitMs)
    const electron = electronWithApp()
    const shell: Program = { binary: electron.binary, args: [...electron.args, '--data-dir', dataDir] }

    const nothing = emptyApp()
    const [ups, emptyUps]: [number[], number[]] = [[], []]
    // In turns, so that both meet the same machine.
    for (let start = 0; start < starts; start += 1) {
      for (const [program, title, into] of [
        [shell, 'Understudy', ups],
        [nothing, 'Empty', emptyUps],
      ] as const) {
        const { child, upMs } = await openWindow(desktop, program, title)
        into.push(upMs)
        child.killGroup('SIGKILL')
        await child.exited
      }
    }
    console.log(
      `shell: window up beside a running engine in ${spread(ups)}, an empty one in ${spread(emptyUps)}`,
    )

    const empty = await openWindow(desktop, nothing, 'Empty')
    await pass(10)
    const emptyMiB = together(empty.child.pid, memoryMiB)
    await empty.child.stop()
    const { child } = await openWindow(desktop, shell, 'Understudy')
    own(child)
    await pass(10)
    const shellMiB = together(child.pid, memoryMiB)
    console.log(
      `shell: ${shellMiB.toFixed(0)} MiB (PSS of all its processes), an empty window ${emptyMiB.toFixed(0)} MiB: ${(shellMiB / emptyMiB).toFixed(2)} times`,
    )
    await percentOf(child.pid, 20, 'window shown')
    // As its user closes it: into the tray.
    await desktop.press('alt+F4')
    await until(async () => !(await desktop.windows()).some(({ title }) => title === 'Understudy'), {
      timeoutMs: waitMs,
      what: 'the window to hide',
    })
    if (!runs(child.pid)) throw new Error('the shell ended instead of hiding')
    await pass(3)
    await percentOf(child.pid, 30, 'hidden in the tray')
    console.log(`shell: ${together(child.pid, memoryMiB).toFixed(0)} MiB while hidden`)
  })
}

async function percentOf(pid: number, seconds: number, what: string): Promise<void> {
  const before = together(pid, cpuSeconds)
  const began = performance.now()
  await pass(seconds)
  const share = (together(pid, cpuSeconds) - before) / ((performance.now() - began) / 1_000)
  console.log(
    `shell: ${(share * 100).toFixed(2)} % of a core, ${what}, over ${seconds} s of a live rehearsal`,
  )
}
