import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import { peerDir } from '../../support/cleanup'
import { cleanEnv, startStreamerDesktop, type StreamerDesktop } from '../../support/desktop/streamer-desktop'
import { suite } from '../../support/suite'
import { until } from '../../support/wait'

const run = promisify(execFile)

suite("a streamer's desktop", ['desktop'], () => {
  let desktop: StreamerDesktop | null = null
  afterEach(async () => {
    await desktop?.stop()
  })

  const bus = async (name: string): Promise<boolean> => {
    const { stdout } = await run(
      'dbus-send',
      [
        ...['--session', '--print-reply=literal', '--dest=org.freedesktop.DBus', '/'],
        ...['org.freedesktop.DBus.NameHasOwner', `string:${name}`],
      ],
      { env: { ...cleanEnv(), ...desktop?.env } },
    )
    return stdout.includes('true')
  }

  it('has windows, the keyboard in one of them, toasts and pictures of it all', async () => {
    desktop = await startStreamerDesktop()
    const { toasts, toastPlace, screenshot, click } = desktop
    expect(await bus('org.freedesktop.secrets')).toBe(true)
    const other = await desktop.openOther('A game')
    expect(await desktop.focused()).toBe('A game')
    expect((await desktop.windows()).map((each) => each.title)).toContain('A game')

    await run('notify-send', ['The backup is on air', 'OBS dropped frames'], {
      env: { ...cleanEnv(), ...desktop.env },
    })
    const place = await until(toastPlace, { timeoutMs: 10_000, what: 'the toast' })
    await until(() => toasts().length > 0, { timeoutMs: 10_000, what: 'the toast to be written down' })
    expect(toasts()).toMatchObject([{ title: 'The backup is on air', body: 'OBS dropped frames' }])
    const picture = join(peerDir('pictures'), 'desktop.png')
    await screenshot(picture)
    expect(statSync(picture).size).toBeGreaterThan(1_000)

    await click(place)
    await until(async () => (await toastPlace()) === null, { timeoutMs: 10_000, what: 'the toast to go' })
    await desktop.press('Escape')
    await click({ x: other.x + 5, y: other.y + 5 })
  })

  it('lacks what it is told to lack, and nobody steps in', async () => {
    desktop = await startStreamerDesktop({ tray: false, notifications: false, keyring: false })
    expect(await desktop.trayIcon()).toBe(null)
    expect(await bus('org.freedesktop.Notifications')).toBe(false)
    expect(await bus('org.freedesktop.secrets')).toBe(false)
    await expect(
      run('notify-send', ['nobody', 'sees this'], { env: { ...cleanEnv(), ...desktop.env } }),
    ).rejects.toThrow()
    expect(await bus('org.freedesktop.Notifications')).toBe(false)
  })
})
