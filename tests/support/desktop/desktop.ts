import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { peerDir } from '../cleanup'
import { startProcess } from '../process'
import type { RigProcess } from '../process'
import { until, within } from '../wait'

const run = promisify(execFile)

/** An X display and a session bus of its own, with nothing on it. */
export interface Desktop {
  /** DISPLAY and DBUS_SESSION_BUS_ADDRESS for those who shall live there. Both are sockets in the file system, so they also hold inside a network namespace. */
  readonly env: { readonly DISPLAY: string; readonly DBUS_SESSION_BUS_ADDRESS: string }
  /**
   * Quits OBS as its user would: File, Exit, by keyboard. SIGTERM is no substitute, OBS 29 dies of it without a word.
   * Resolves when the process has ended (it took 1 to 2 s).
   */
  readonly fileExit: (obs: RigProcess) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface DesktopOptions {
  /**
   * Whether the bus starts services by itself, from the files that their packages install; true unless told. Without,
   * nobody is on the bus who was not put there: a desktop without a notification daemon really has none.
   */
  readonly activation?: boolean
}

/** Starts Xvfb on a display number of its own choice, and a session bus. */
export async function startDesktop(options: DesktopOptions = {}): Promise<Desktop> {
  const x = await startProcess({
    name: 'xvfb',
    command: 'Xvfb',
    // It writes the number it chose to standard output, as soon as it takes connections.
    // Without -noreset it starts over whenever its last client leaves, and turns away who comes in that moment.
    args: [
      ...['-displayfd', '1', '-screen', '0', '1280x800x24'],
      ...['+extension', 'GLX', '-nolisten', 'tcp', '-noreset'],
    ],
    pipeStdout: true,
  })
  let number = ''
  x.stdout?.on('data', (chunk: Buffer) => (number += chunk.toString()))
  let bus: RigProcess | undefined
  const stop = async (): Promise<void> => {
    await Promise.all([bus?.stop(), x.stop()])
  }
  try {
    await until(() => number.includes('\n') || !x.running(), {
      timeoutMs: 20_000,
      what: 'Xvfb to name its display',
    })
    if (!x.running()) throw new Error(`Xvfb ended: ${x.log()}`)
    const address = `unix:path=${join(x.dir, 'bus')}`
    const config = options.activation === false ? `--config-file=${quietBus(address)}` : '--session'
    bus = await startProcess({
      name: 'dbus',
      command: 'dbus-daemon',
      args: [config, '--nofork', '--nopidfile', '--print-address=1', `--address=${address}`],
    })
    const { log } = bus
    await until(() => log().includes('unix:path'), { timeoutMs: 10_000, what: 'the session bus' })
    const env = { DISPLAY: `:${number.trim()}`, DBUS_SESSION_BUS_ADDRESS: address }
    return { env, fileExit: (obs) => fileExit(obs, env.DISPLAY), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A session bus's configuration that names no folder of services. */
function quietBus(address: string): string {
  const path = join(peerDir('bus'), 'session.conf')
  writeFileSync(
    path,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`,
  )
  return path
}

async function fileExit(obs: RigProcess, display: string): Promise<void> {
  const xdo = async (...args: readonly string[]): Promise<string> =>
    (await run('xdotool', args, { env: { ...process.env, DISPLAY: display }, timeout: 5000 })).stdout.trim()
  // The main window's title begins with name and version; dialogs' titles do not.
  const find = (): Promise<string> => xdo('search', '--onlyvisible', '--name', '^OBS [0-9]')
  const windows = await until(find, { timeoutMs: 10_000, what: "OBS's main window" })
  await xdo('windowfocus', windows.split('\n')[0]!)
  // The menu opens in its own time on a loaded machine; a key that came too early is tried again.
  const tryOnce = async (): Promise<boolean> => {
    if (!obs.running()) return true
    await xdo('key', 'alt+f').catch(() => '')
    await until(() => !obs.running(), { timeoutMs: 300, what: 'the menu' }).catch(() => undefined)
    await xdo('key', 'x').catch(() => '')
    await until(() => !obs.running(), { timeoutMs: 4000, what: 'OBS to exit' }).catch(() => undefined)
    return !obs.running()
  }
  await until(tryOnce, { timeoutMs: 30_000, what: 'OBS to exit by File, Exit' })
  await within(obs.exited, { timeoutMs: 1000, what: 'OBS to end' })
}
