import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { engineLockName, engineLockSchema, lockUrl } from '../../../src/shared/engine-lock'
import { runs } from '../../support/app/carrier'
import { peerDir } from '../../support/cleanup'
import { carrierPid, chromiumSwitches, endEngine, enginePid } from '../../support/desktop/electron'
import { builderConfig, filesInAsar, fusesOf, pack, type Packed } from '../../support/desktop/packed'
import { startProcess, type RigProcess } from '../../support/process'
import { cleanEnv, startStreamerDesktop, type StreamerDesktop } from '../../support/desktop/streamer-desktop'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const ROOT = resolve(import.meta.dirname, '../../..')
const waitMs = 60_000

/** Command lines of the processes that are connected to a port of this machine. */
function clientsOf(port: number): readonly string[] {
  const established = '01'
  const inodes = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, , remote, state]) => parseInt(remote?.split(':')[1] ?? '', 16) === port && state === established,
    )
    .map((fields) => `socket:[${fields[9] ?? ''}]`)
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && fdsOf(entry).some((fd) => inodes.includes(fd)))
    .map((entry) => readFileSync(`/proc/${entry}/cmdline`, 'utf8'))
}

function fdsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`)
      } catch {
        return ''
      }
    })
  } catch {
    // Ended between the two looks.
    return []
  }
}

suite('the packed app', ['electron', 'desktop', 'ffmpeg'], () => {
  let packed: Packed
  let desktop: StreamerDesktop | null = null
  let shell: RigProcess | null = null
  const dataDir = join(peerDir('packed-data'), 'data')
  beforeAll(async () => {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'ignore' })
    packed = await pack()
  })

  afterEach(async () => {
    await shell?.stop()
    await endEngine(dataDir)
    await desktop?.stop()
  })

  it('holds what the list allows and nothing else', () => {
    const inside = filesInAsar(join(packed.dir, 'resources/app.asar'))
    for (const path of [
      ...['/package.json', '/out/main/index.cjs', '/out/preload/index.cjs', '/assets/tray/obs.png'],
      ...['/out/engine/index.mjs', '/out/carrier/index.mjs', '/out/renderer/index.html'],
      ...['/node_modules/zod/package.json', '/node_modules/ws/package.json'],
    ]) {
      expect(inside, path).toContain(path)
    }
    const tops = new Set(inside.map((path) => path.split('/')[1]))
    expect([...tops].sort()).toEqual(['LICENSE', 'assets', 'node_modules', 'out', 'package.json'])
    expect(inside.filter((path) => /\.(map|[mc]?tsx?)$|\/\.stamp/.test(path))).toEqual([])
    for (const packageName of ['electron', 'react', 'vite', 'playwright-core']) {
      expect(inside).not.toContain(`/node_modules/${packageName}`)
    }
    // A plain Node cannot look into the asar: what it runs lies beside it.
    for (const path of ['out/engine/index.mjs', 'out/renderer/index.html', 'node_modules/ws/package.json']) {
      expect(existsSync(join(packed.dir, 'resources/app.asar.unpacked', path)), path).toBe(true)
    }
  })

  it('has its fuses turned as configured, and the Electron it came from has not', () => {
    const before = fusesOf(packed.from)
    const after = fusesOf(packed.binary)
    for (const [name, wanted] of Object.entries(builderConfig().electronFuses)) {
      if (name in before) expect(after, name).toHaveProperty(name, wanted)
    }
    expect(before).not.toEqual(after)
  })

  it('brings engine, carrier and window up, and ends a rehearsal with itself', async () => {
    desktop = await startStreamerDesktop()
    shell = await startProcess({
      name: 'packed-shell',
      command: packed.binary,
      args: [...chromiumSwitches(desktop), '--rehearsal', '--data-dir', dataDir, '--port', '0'],
      env: {
        ...cleanEnv(),
        ...desktop.env,
        UNDERSTUDY_NODE: process.execPath,
        UNDERSTUDY_TERMINAL: '1',
      },
    })
    const { running, log } = shell
    await until(() => carrierPid(dataDir) > 0 || !running(), { timeoutMs: waitMs, what: 'the carrier' })
    expect(running(), log()).toBe(true)
    const pids = [enginePid(dataDir), carrierPid(dataDir)]
    // They run from beside the asar, not from this tree.
    for (const pid of pids) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      expect(command[1]).toContain(join(packed.dir, 'resources/app.asar.unpacked/out'))
    }
    const url = await until(
      () => lockUrl(engineLockSchema.parse(JSON.parse(readFileSync(join(dataDir, engineLockName), 'utf8')))),
      { timeoutMs: waitMs, what: 'the lock to name the page' },
    )
    const health = await fetch(new URL('healthz', url), { signal: AbortSignal.timeout(5_000) })
    expect(health.status).toBe(200)

    const { windows } = desktop
    const shown = async (): Promise<boolean> =>
      (await windows()).some((each) => each.title.includes('Understudy') && each.width > 300)
    await until(shown, { timeoutMs: waitMs, what: 'the window' })
    // No debugger gets in: that the window shows the engine's page is seen by its network process being on the line.
    const port = Number(new URL(url).port)
    const onLine = (): boolean =>
      clientsOf(port).some((each) => each.includes('network.mojom.NetworkService'))
    await until(onLine, { timeoutMs: waitMs, what: "the window on the engine's page" })
    await desktop.screenshot(join(ROOT, 'artifacts/packaged/desktop.png'))

    shell.kill('SIGTERM')
    await until(() => !running() && !pids.some(runs), {
      timeoutMs: waitMs,
      what: 'shell, engine and carrier to end',
    })
    const { code } = await shell.exited
    expect(code, log()).toBe(0)
  })
})
